// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// TensorEngine: the R x C array with its accumulator sets; executes the tensor rows of xareia.toml.
//
// An instruction passes three steps. A command is made of it (freezing the configuration), then checked
// (every trap is found here, before anything changes), then executed (cannot fail). run() does the last two
// at once; a queue may stand between them. tfence and tpost are the queue's and so the tile's, not ours.
//
// Not thread-safe; results do not depend on the host's rounding mode, SIMD or threads.
#pragma once

#include <hwy/aligned_allocator.h>

#include <cstdint>
#include <span>
#include <vector>

#include "sim/tensor/command.h"

namespace areia::sim {

class TensorEngine {
 public:
  /// An engine of `rows` x `columns` processing elements (1 to 256 each) and `accumulator_sets` sets (1 to
  /// 32), all zero. Operands lie in `scratchpad`, which harts and engines see at abi::kScratchpadBase; it
  /// must outlive the engine and not move.
  TensorEngine(std::uint32_t rows, std::uint32_t columns, std::uint32_t accumulator_sets,
               std::span<std::uint8_t> scratchpad);

  /// tset.format. Illegal if reserved bits are set; formats are checked where they are used.
  TensorOutcome set_format(std::uint64_t rs1);
  /// tset.shape: M and N in rs1, K in rs2. Checked where they are used.
  void set_shape(std::uint64_t rs1, std::uint64_t rs2);
  /// tset.stride: bytes between rows of A and of B.
  void set_stride(std::uint64_t rs1, std::uint64_t rs2);
  const TensorConfiguration& configuration() const { return configuration_; }

  /// The command of a tmma, tclear, tload or tstore with the present configuration.
  /// For tclear `rs1` and `rs2` have no meaning.
  TensorCommand command(TensorCommand::Kind kind, std::uint32_t set, std::uint64_t rs1,
                        std::uint64_t rs2) const;
  /// What stands against executing `command`: an illegal configuration first, then the first byte outside
  /// the scratchpad, of A before B. Takes time independent of the shape.
  TensorOutcome check(const TensorCommand& command) const;
  /// Executes a command that check() allowed.
  void execute(const TensorCommand& command);
  /// check(), then execute() if nothing stands against it.
  TensorOutcome run(const TensorCommand& command);

  /// Multiply-accumulates that executed tmma asked for: the sum of M * N * K.
  std::uint64_t macs() const { return macs_; }
  void reset_macs() { macs_ = 0; }
  /// Zeroes accumulators and configuration, as at a launch.
  void reset();

  std::uint32_t rows() const { return rows_; }
  std::uint32_t columns() const { return columns_; }
  /// The R x C words of a set, row-major.
  std::span<std::uint32_t> accumulators(std::uint32_t set) { return accumulators(set, rows_); }

 private:
  bool legal(const TensorCommand& command) const;
  void multiply(const TensorCommand& command);
  void load(const TensorCommand& command);
  void store(const TensorCommand& command);
  std::uint8_t* host(std::uint64_t address) const;
  /// The first `rows` rows of a set, and all else of it that has been written since it was cleared.
  std::span<std::uint32_t> accumulators(std::uint32_t set, std::uint32_t rows);

  std::uint32_t rows_, columns_, sets_;
  /// By set: rows from this one on are zero, whatever the memory behind them holds. A clear costs nothing so.
  std::vector<std::uint32_t> used_rows_;
  std::span<std::uint8_t> scratchpad_;
  TensorConfiguration configuration_;
  hwy::AlignedFreeUniquePtr<std::uint32_t[]> accumulators_;
  std::uint64_t macs_ = 0;
};

}  // namespace areia::sim
