// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What a tensor command costs, as a function of the command alone: the rules that RTL has to meet.
//
// The array is output-stationary. Processing element (m, n) gets the operands of k at f + k / rate + m + n,
// where f is the cycle in which the command's first operands reach the array, so
//   feed   = ceil(K / rate)                         cycles in which operands enter at the edges
//   finish = start + command_cycles + feed + (M - 1) + (N - 1) + multiply_cycles
// and the next command's operands may follow directly: its start is no earlier than start + feed. K counts in
// whole blocks of the block formats.
//
// Operands come as words of one bank. In turn every row of A and of B gives its next word; words of one turn
// that lie in the same bank come one after the other, A's turn before B's. Where that takes longer than the
// array, it is the feed. Bank of word w: (w + w / banks) mod banks, so that rows whose stride is a power of
// two do not meet in one bank; a turn is as slow as the rows' first words make it.
#pragma once

#include "sim/tensor/command.h"
#include "spec/abi/timing.h"
#include "spec/chip/chip.h"

namespace areia::sim {

struct TensorCost {
  Cycle feed = 0;           ///< of tmma; of tload and tstore: cycles at the accumulators' port
  Cycle tail = 0;           ///< from the end of the feed to the end of the command
  std::uint64_t bytes = 0;  ///< read or written in the scratchpad
  std::uint64_t macs = 0;
  MacKind mac_kind = MacKind::kFp32;
};

class TensorTiming {
 public:
  explicit TensorTiming(const ChipDescription& chip);

  /// The cost of a command that passed the engine's check().
  TensorCost cost(const TensorCommand& command) const;
  /// Bytes that the scratchpad's banks give in a cycle.
  std::uint64_t bank_bytes() const { return std::uint64_t{banks_} * word_bytes_; }

 private:
  struct Rows {
    std::uint64_t address = 0;
    std::int64_t stride = 0;
    std::uint32_t count = 0;
    std::uint64_t bytes = 0;  ///< of a row
  };
  TensorCost multiply_cost(const TensorCommand& command) const;
  TensorCost port_cost(const TensorCommand& command) const;
  Cycle compute_cycles(const TensorConfiguration& configuration) const;
  /// Cycles in which the banks give all words of these rows.
  Cycle fetch_cycles(const Rows& rows) const;

  ChipDescription::Tensor tensor_;
  std::uint32_t banks_, word_bytes_;
};

}  // namespace areia::sim
