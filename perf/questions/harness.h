// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What a published operator's time holds besides the operator: each benchmark times in its own way.
#pragma once

#include <cstdint>

#include "perf/device.h"
#include "perf/measurement.h"
#include "perf/operators.h"

namespace areia::perf {

enum class OperatorFamily : std::uint8_t { kProduct, kSoftmax, kNorm, kActivation, kAttention, kCollective };

/// Whose layers the collectors of aiconfigurator's database call ("aiconfigurator perf DB vllm 0.24.0").
enum class Stack : std::uint8_t { kVllm, kTensorRt, kSglang };
Stack stack_of(const Measurement& row);
/// What stacks choose kernels by: data centres' Blackwell, Hopper, workstations' Blackwell, and older ones.
enum class Generation : std::uint8_t { kBlackwell, kHopper, kWorkstation, kAda, kAmpere, kIntel };
Generation generation_of(const Device& device);
/// The library of a benchmark's products, by the year that it ran in.
ProductLibrary product_library_of(const Measurement& row);

/// Kernels before a product that round its activations to the format.
struct Rounding {
  int kernels = 0;       ///< whose launches nothing hides
  double pace = 0;       ///< Elementwise::pace; 0: nothing is rounded
  bool by_rows = false;  ///< one scale a row, not for a few elements or for all
};

/// Facts of a benchmark, not of a chip.
struct Harness {
  /// Seconds of a call that does next to nothing, where the benchmark's clock runs on the host; they take the
  /// place of the kernel's launch.
  double host_seconds = 0;
  /// Seconds that the host needs to submit the operator one by one: no operator seems shorter.
  double floor_seconds = 0;
  Rounding rounding = {};
  /// What is done in a kernel of its own before attention.
  enum class Preparation : std::uint8_t {
    kNone,
    kStore,        ///< new keys and values are stored in the cache
    kStoreByRow,   ///< by a block of threads for each position, which rounds them to caches of 8 bits
    kRotateStore,  ///< queries, keys and values are rotated and stored, or rounded
  };
  Preparation preparation = Preparation::kNone;
  /// Kernels besides that do next to nothing (lengths summed up, counters set to zero, scales found).
  double small_kernels = 0;
  ProductLibrary product_library = ProductLibrary::kUsual;
  AttentionLibrary attention_library = AttentionLibrary::kUsual;
  /// Queries are rounded to the format of the cache, where the chip multiplies it from its own memory.
  bool rounds_queries = false;
  /// Copies of the operands that the benchmark goes round, so that the cache does not hold them; 0: a cache
  /// that is swept between runs.
  double copies = 0;
};
Harness harness_of(const Measurement& row, const Device& device, OperatorFamily family);
/// The same of products, and of attention.
Harness product_harness(const Measurement& row, const Gemm& gemm, const Device& device);
Harness attention_harness(const Measurement& row, const Attention& attention, const Device& device);

/// Bytes of weights and results, which a benchmark of products keeps copies of.
double operand_bytes(const Gemm& gemm);

/// Share of `bytes` of operands that the cache still holds when the benchmark comes round to them again.
double cached_share(const Harness& harness, double bytes, double cache_bytes);

/// Seconds that the benchmark shows of a kernel that takes `seconds`, of which `launch` goes before its work.
double shown_seconds(const Harness& harness, double seconds, double launch);

}  // namespace areia::perf
