// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Device: everything that software may ask of a chip. The simulator implements it (sim/chip.h), the
// runtime uses it (sw/runtime); they are joined in apps/. Calls are synchronous and not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "spec/abi/timing.h"
#include "spec/chip/chip.h"

namespace areia {

/// A program as the chip takes it: segments at addresses (scratchpad window: copied into every started
/// tile; DRAM: once) and an entry point. Made from an ELF file by sw/formats/elf or apps.
struct ProgramImage {
  struct Segment {
    std::uint64_t address = 0;
    std::vector<std::byte> bytes;    ///< contents
    std::uint64_t memory_bytes = 0;  ///< size in memory, the rest beyond `bytes` is zero
  };
  std::vector<Segment> segments;
  std::uint64_t entry = 0;
};

/// Why a tile's program cannot go on. Names are RISC-V's where it has one.
struct ChipFault {
  std::uint32_t tile = 0;
  std::uint64_t pc = 0;
  std::string cause;          ///< "load access fault", "illegal instruction", "DMA: ...", "deadlock: ..."
  std::uint64_t address = 0;  ///< faulting address or instruction bits; 0 where it has no meaning
};

/// Events counted since construction or reset_counters().
struct ChipCounters {
  std::uint64_t scalar_instructions = 0, vector_instructions = 0, tensor_instructions = 0;
  std::uint64_t movement_instructions = 0;  ///< dma.*, sem.*, halt
  std::uint64_t tensor_macs = 0;            ///< multiply-accumulates that mma commands asked for
  std::uint64_t dram_read_bytes = 0,
                dram_write_bytes = 0;  ///< by DMA; harts' loads and stores are not counted
  std::uint64_t noc_bytes = 0;         ///< bytes that left a tile or a DRAM controller
  std::uint64_t noc_hop_bytes = 0;     ///< the same, each times the links it crossed
  std::optional<Cycle> cycles = {};    ///< of the chip's clock, where it has one
};

/// Why run() came back. kWatch: a store that the host watches for (an HTIF request, say).
struct RunStatus {
  enum class Reason { kFinished, kDoorbell, kFault, kInstructionLimit, kWatch } reason = Reason::kFinished;
  std::uint64_t doorbell = 0;      ///< sum of values posted to the doorbell since the last run() returned
  std::optional<ChipFault> fault;  ///< with kFault
};

class Device {
 public:
  virtual ~Device() = default;

  virtual const ChipDescription& chip() const = 0;

  /// Copies between host and chip memory (DRAM, or scratchpads by tile_address()).
  /// Fails with kWorkFailed if the range is not all within one memory.
  virtual Result<void> write(std::uint64_t address, std::span<const std::byte> data) = 0;
  virtual Result<void> read(std::uint64_t address, std::span<std::byte> data) = 0;

  /// Loads `program` on every tile, writes the launch blocks (spec/abi/launch.h) and makes every tile
  /// ready to run from the entry. Scratchpad contents that the program does not cover become zero.
  virtual Result<void> launch(const ProgramImage& program, std::uint64_t argument) = 0;

  /// Runs until every tile has halted, the doorbell was posted, a tile faulted (a deadlock is a fault),
  /// or the chip executed at least `max_instructions` since this call. May be called again after
  /// kDoorbell and kInstructionLimit.
  virtual RunStatus run(std::uint64_t max_instructions = UINT64_MAX) = 0;

  virtual ChipCounters counters() const = 0;
  virtual void reset_counters() = 0;

  /// What the clock has counted since construction, launch or reset_counters(); nothing without a clock.
  virtual std::optional<TimeReport> time_report() const { return std::nullopt; }
  /// From now on `trace`, which must outlive the device or be replaced, hears of everything; null: nobody
  /// does. Without a clock nothing is told.
  virtual void set_trace(TraceSink* trace) { static_cast<void>(trace); }
};

}  // namespace areia
