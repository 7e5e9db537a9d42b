// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A tensor command: everything it needs, frozen when its instruction issues, so that it can wait in a queue.
#pragma once

#include <cstdint>

#include "spec/num/element.h"
#include "spec/num/format.h"

namespace areia::sim {

/// What tset.format, tset.shape and tset.stride set. Fields as the instructions give them, unchecked:
/// commands are checked when they issue.
struct TensorConfiguration {
  num::Format a = num::Format::kFp32, b = num::Format::kFp32;
  num::Format memory = num::Format::kFp32;  ///< of accumulators in memory
  bool b_transposed = false;                ///< B is stored [K][N]
  std::uint32_t m = 0, n = 0, k = 0;
  std::int64_t a_stride = 0, b_stride = 0;  ///< bytes between rows
};

/// One queued instruction of the engine.
struct TensorCommand {
  enum class Kind : std::uint8_t { kMma, kClear, kLoad, kStore };
  Kind kind = Kind::kClear;
  std::uint8_t set = 0;      ///< the accumulator set
  std::uint64_t first = 0;   ///< x[rs1]: address of A, or of accumulators in memory
  std::uint64_t second = 0;  ///< x[rs2]: address of B, or the row stride of accumulators in memory
  TensorConfiguration configuration;
};

/// How the check of a command went.
struct TensorOutcome {
  enum class Kind : std::uint8_t {
    kDone,
    kIllegal,     ///< raise an illegal-instruction trap
    kLoadFault,   ///< raise a load access fault at `address`
    kStoreFault,  ///< raise a store access fault at `address`
  };
  Kind kind = Kind::kDone;
  std::uint64_t address = 0;

  bool done() const { return kind == Kind::kDone; }
};

/// How A and B multiply; decides what the accumulators hold.
enum class Arithmetic : std::uint8_t {
  kNone,     ///< the pair of formats is not allowed
  kFloat,    ///< fp32 accumulators, a fused multiply-add for each k
  kInteger,  ///< int32 accumulators
  kBlock,    ///< fp32 accumulators, one or two fused multiply-adds for each step of 32 or 16
};

/// The arithmetic of a pair of operand formats (xareia.toml, tset.format).
constexpr Arithmetic arithmetic_of(num::Format a, num::Format b) {
  const auto is_float = [](num::Format f) { return f <= num::Format::kFp8E5M2; };
  if (is_float(a) && is_float(b)) return Arithmetic::kFloat;
  if (a == num::Format::kInt8 && b == num::Format::kInt8) return Arithmetic::kInteger;
  const auto is_simple_block = [](num::Format f) { return num::is_block(f) && f <= num::Format::kMxFp4; };
  if (is_simple_block(a) && is_simple_block(b)) return Arithmetic::kBlock;
  const bool activations =
      a == num::Format::kBlockInt8 || a == num::Format::kSuperInt8 || a == num::Format::kBlockInt8Sum;
  const bool weights = (num::is_integer_block(b) && !num::has_sum(b)) || b == num::Format::kMxFp4;
  return activations && weights ? Arithmetic::kBlock : Arithmetic::kNone;
}

/// A checked tmma on host memory: what the kernels compute with. All strides in bytes, but `c_stride`.
struct Mma {
  num::Format a_format = num::Format::kFp32, b_format = num::Format::kFp32;
  bool b_transposed = false;
  std::uint32_t m = 0, n = 0, k = 0;
  const std::uint8_t* a = nullptr;  ///< row 0 of A; row i is at a + i * a_stride
  const std::uint8_t* b = nullptr;
  std::int64_t a_stride = 0, b_stride = 0;
  std::uint32_t* c = nullptr;  ///< accumulators: fp32 bits or int32
  std::uint32_t c_stride = 0;  ///< words between rows of c
};

}  // namespace areia::sim
