// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Chip: a chip description as a machine that runs programs, at the functional level or with a clock
// (chip_clock.h).
#pragma once

#include <memory>
#include <vector>

#include "sim/fabric.h"
#include "sim/mem/host_memory.h"
#include "sim/tile.h"
#include "sim/worker_pool.h"
#include "spec/abi/device.h"

namespace areia::sim {

class ChipClock;

struct ChipOptions {
  unsigned threads =
      0;  ///< host threads that run tiles; 0: one for each of the host's. No result depends on it
  bool timed = false;  ///< with a clock, on one host thread
};

class Chip final : public Device {
 public:
  /// Fails where the host cannot reserve the chip's memories, or (bad input) no clock can be made for it.
  ~Chip() override;
  static Result<std::unique_ptr<Chip>> create(const ChipDescription& description, const ChipOptions& options);

  const ChipDescription& chip() const override { return description_; }
  Result<void> write(std::uint64_t address, std::span<const std::byte> data) override;
  Result<void> read(std::uint64_t address, std::span<std::byte> data) override;
  Result<void> launch(const ProgramImage& program, std::uint64_t argument) override;
  RunStatus run(std::uint64_t max_instructions = UINT64_MAX) override;
  ChipCounters counters() const override;
  void reset_counters() override;
  std::optional<TimeReport> time_report() const override;
  void set_trace(TraceSink* trace) override;

  /// Like launch(), but starts tile 0 alone; the others stay halted. For `areia exec`.
  Result<void> launch_one(const ProgramImage& program, std::uint64_t argument);
  /// What the program on a started tile gave `halt`; 0 before.
  std::uint64_t exit_code(std::uint32_t tile) const { return tiles_[tile]->exit_code(); }
  /// From the next launch on, run() returns with kWatch after a store into these bytes of DRAM. bytes = 0:
  /// none.
  void watch(std::uint64_t address, std::uint64_t bytes);

 private:
  Chip(const ChipDescription& description, HostMemory scratchpads, HostMemory dram, unsigned threads);

  Result<void> start(const ProgramImage& program, std::uint32_t tiles, std::uint64_t argument);
  RunStatus run_timed(std::uint64_t max_instructions);
  bool collect_ready();
  void run_phase(std::uint64_t budget);
  std::uint64_t take_doorbell();
  std::uint64_t retired() const;
  std::optional<ChipFault> first_fault() const;
  std::optional<ChipFault> deadlock() const;

  ChipDescription description_;
  HostMemory scratchpads_, dram_;
  Fabric fabric_;
  std::vector<std::unique_ptr<Tile>> tiles_;
  std::unique_ptr<ChipClock> clock_;  ///< of a timed chip
  std::vector<Tile*> started_;        ///< the tiles that the last launch started, in order
  std::vector<Tile*> ready_;          ///< those that run in the present phase, in order
  std::uint64_t budget_ = 0;          ///< instructions a tile may execute in the present phase
  WorkerPool workers_;                ///< last: its threads use all of the above
};

}  // namespace areia::sim
