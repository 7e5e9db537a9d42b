// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Feeds, fetches and ports of tensor commands in cycles.
#include "sim/tensor/tensor_timing.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace areia::sim {
namespace {

constexpr std::uint32_t kMostBanks = 256;

std::uint64_t divide_up(std::uint64_t value, std::uint64_t divisor) {
  return (value + divisor - 1) / divisor;
}

bool is_fp8(num::Format format) {
  using num::Format;
  return format == Format::kFp8E4M3 || format == Format::kFp8E5M2 || format == Format::kMxFp8E4M3 ||
         format == Format::kMxFp8E5M2;
}

bool is_4_bits(num::Format format) {
  using num::Format;
  return format == Format::kBlockInt4 || format == Format::kBlockInt4Min || format == Format::kSuperInt4 ||
         format == Format::kMxFp4;
}

/// The wider operand decides.
MacKind mac_kind_of(num::Format a, num::Format b) {
  if (a == num::Format::kFp32 || b == num::Format::kFp32) return MacKind::kFp32;
  if (is_fp8(a) && is_fp8(b)) return MacKind::kFp8;
  if (!num::is_block(a) && a != num::Format::kInt8) return MacKind::kFp16;
  if (is_fp8(a) || is_fp8(b)) return MacKind::kFp8;
  return is_4_bits(b) ? MacKind::kInt4 : MacKind::kInt8;
}

}  // namespace

TensorTiming::TensorTiming(const ChipDescription& chip)
    : tensor_(chip.tensor), banks_(chip.scratchpad.banks), word_bytes_(chip.scratchpad.bank_bytes) {}

TensorCost TensorTiming::cost(const TensorCommand& command) const {
  switch (command.kind) {
    case TensorCommand::Kind::kMma:
      return multiply_cost(command);
    case TensorCommand::Kind::kClear:
      return {};
    default:
      return port_cost(command);
  }
}

Cycle TensorTiming::compute_cycles(const TensorConfiguration& c) const {
  const std::uint64_t unit = std::max(num::is_block(c.a) ? num::scale_block_elements(c.a) : 1u,
                                      num::is_block(c.b) ? num::scale_block_elements(c.b) : 1u);
  const std::uint64_t k = divide_up(c.k, unit) * unit;
  const MacKind kind = mac_kind_of(c.a, c.b);
  const double rate = kind == MacKind::kFp32                            ? tensor_.fp32_rate
                      : kind == MacKind::kFp16 || kind == MacKind::kFp8 ? tensor_.float_rate
                                                                        : tensor_.integer_rate;
  return static_cast<Cycle>(std::ceil(static_cast<double>(k) / rate));
}

Cycle TensorTiming::fetch_cycles(const Rows& rows) const {
  std::array<std::uint32_t, kMostBanks> words{};
  std::uint32_t most = 0;
  for (std::uint32_t row = 0; row < rows.count; ++row) {
    const std::uint64_t address = rows.address + row * static_cast<std::uint64_t>(rows.stride);
    const std::uint64_t word = address / word_bytes_;
    most = std::max(most, ++words[(word + word / banks_) % banks_]);
  }
  return most * divide_up(rows.bytes, word_bytes_);
}

TensorCost TensorTiming::multiply_cost(const TensorCommand& command) const {
  const TensorConfiguration& c = command.configuration;
  TensorCost cost;
  if (c.k == 0) return cost;
  const Rows a{command.first, c.a_stride, c.m, num::row_bytes(c.a, c.k)};
  const Rows b = c.b_transposed ? Rows{command.second, c.b_stride, c.k, num::row_bytes(c.b, c.n)}
                                : Rows{command.second, c.b_stride, c.n, num::row_bytes(c.b, c.k)};
  // A transposed B comes a whole row of N at a time, one for each k: all banks serve it together.
  const Cycle fetch_b = c.b_transposed ? c.k * divide_up(b.bytes, bank_bytes()) : fetch_cycles(b);
  cost.feed = std::max(compute_cycles(c), fetch_cycles(a) + fetch_b);
  cost.tail = std::uint64_t{tensor_.command_cycles} + c.m + c.n - 2 + tensor_.multiply_cycles;
  cost.bytes = a.count * a.bytes + b.count * b.bytes;
  cost.macs = std::uint64_t{c.m} * c.n * c.k;
  cost.mac_kind = mac_kind_of(c.a, c.b);
  return cost;
}

TensorCost TensorTiming::port_cost(const TensorCommand& command) const {
  const TensorConfiguration& c = command.configuration;
  TensorCost cost;
  // The port moves accumulators, 4 bytes each, whatever their format in memory; a row starts in a new cycle.
  cost.feed = c.m * divide_up(std::uint64_t{c.n} * 4, tensor_.accumulator_bytes);
  cost.tail = tensor_.command_cycles;
  cost.bytes = c.m * num::row_bytes(c.memory, c.n);
  return cost;
}

}  // namespace areia::sim
