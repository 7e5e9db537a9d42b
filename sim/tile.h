// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Tile: a hart, its tensor engine and its way to the rest of the chip.
//
// Why a tile's results cannot depend on host threads (docs/decisions/0001-functional-phases.md): in a
// parallel phase it touches only its own scratchpad and reads DRAM. Whatever reaches further is queued, or
// parks the hart, until the serial phase, where one tile after another has the chip to itself.
#pragma once

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "sim/dma/transfer.h"
#include "sim/fabric.h"
#include "sim/hart/hart.h"
#include "sim/tensor/tensor_engine.h"
#include "spec/abi/device.h"

namespace areia::sim {

class TileClock;

enum class TileState : std::uint8_t {
  kOff,      ///< halted, or never started
  kReady,    ///< can run in the next parallel phase
  kParked,   ///< needs the serial phase to go on
  kWaiting,  ///< sleeps in sem.wait
  kFault,    ///< its program cannot go on
};

/// What a sleeping tile waits for.
struct SemaphoreWait {
  std::uint64_t address = 0;
  const std::uint8_t* host = nullptr;
  std::uint32_t target = 0;

  std::uint32_t value() const {
    std::uint32_t now;
    std::memcpy(&now, host, sizeof now);
    return now;
  }
  bool reached() const { return static_cast<std::int32_t>(value() - target) >= 0; }
};

class Tile final : private TilePort {
 public:
  /// `fabric` must outlive the tile; `code` as for Hart.
  Tile(const ChipDescription& chip, Fabric& fabric, std::uint32_t index, std::shared_ptr<CodeCache> code);

  /// Makes the tile ready to run from `entry` with a0 and sp as given; all else at reset values.
  void start(std::uint64_t entry, std::uint64_t a0, std::uint64_t sp, std::shared_ptr<CodeCache> code);
  void turn_off() { state_ = TileState::kOff; }

  TileState state() const { return state_; }
  /// kWaiting becomes kReady if its semaphore has got there. Whether the tile can run now.
  bool wake() {
    if (state_ == TileState::kWaiting && wait_.reached()) state_ = TileState::kReady;
    return state_ == TileState::kReady;
  }
  const SemaphoreWait& wait() const { return wait_; }
  const Hart& hart() const { return hart_; }
  Hart& hart() { return hart_; }
  std::uint32_t index() const { return index_; }
  /// What the program gave `halt`, once it has.
  std::uint64_t exit_code() const { return exit_code_; }
  /// With kFault: why.
  ChipFault fault() const;

  /// A parallel phase: runs until the tile waits, halts, fails or has executed `budget` instructions.
  void run(std::uint64_t budget);
  /// The serial phase: carries out what was queued, in program order, then lets a parked hart go on for a few
  /// instructions with every effect at once.
  void finish_phase();

  // --- The timed level ----------------------------------------------------------------------------------

  /// From now on `clock`, which must outlive the tile, says when things happen: engines have their effects
  /// when it tells them to.
  void set_clock(TileClock* clock) { clock_ = clock; }
  /// A command that the engine's check() allowed takes effect.
  void execute(const TensorCommand& command) { tensor_.execute(command); }
  /// The memory at `address` as this tile sees it.
  Place place(std::uint64_t address, std::uint64_t bytes) const {
    return fabric_.map.locate(address, bytes, index_);
  }

  HartCounters instructions() const { return hart_.counters(); }
  const Traffic& traffic() const { return traffic_; }
  Traffic& traffic() { return traffic_; }
  std::uint64_t macs() const { return tensor_.macs(); }
  void reset_counters();

 private:
  /// A semaphore post on its way.
  struct Post {
    Place semaphore;
    std::uint32_t value = 0;
  };

  MemoryWindow window(std::uint64_t address, std::uint64_t bytes, AccessKind kind) override;
  PortOutcome slow_access(std::uint64_t address, unsigned bytes, AccessKind kind,
                          std::uint64_t& value) override;
  PortOutcome xareia(std::uint32_t raw, std::uint64_t rs1, std::uint64_t rs2,
                     std::uint64_t* fault_address) override;
  std::uint64_t time() const override { return hart_.counters().total(); }
  void mark(std::uint32_t marker) override;

  MemoryWindow around_watched(const MemoryWindow& dram, std::uint64_t address, std::uint64_t bytes) const;
  PortOutcome tensor_command(TensorCommand::Kind kind, std::uint32_t raw, std::uint64_t rs1,
                             std::uint64_t rs2, std::uint64_t* fault_address);
  PortOutcome start_dma(std::uint32_t raw, std::uint64_t address, std::uint64_t channel,
                        std::uint64_t* fault_address);
  PortOutcome fence_dma(std::uint32_t raw, std::uint64_t channel);
  PortOutcome post(std::uint64_t address, std::uint64_t value, std::uint64_t* fault_address,
                   bool behind_tensor);
  PortOutcome wait_for(std::uint64_t address, std::uint64_t target, std::uint64_t* fault_address);
  /// Notes why an instruction traps; `value` is what mtval becomes. Returns `outcome`.
  PortOutcome fails(PortOutcome outcome, std::uint64_t value, const char* detail);
  PortOutcome parks();
  void carry_out_queue();
  /// Whether effects beyond the tile may happen now.
  bool unbound() const { return serial_ || fabric_.lone_tile || clock_ != nullptr; }

  Fabric& fabric_;
  TileClock* clock_ = nullptr;
  std::uint32_t index_;
  std::uint32_t dma_channels_;
  Hart hart_;
  TensorEngine tensor_;
  TileState state_ = TileState::kOff;
  SemaphoreWait wait_;
  std::uint64_t exit_code_ = 0;
  const char* detail_ = nullptr;  ///< what the last access or instruction that failed was about
  std::uint64_t detail_value_ = 0;
  bool serial_ = false;                              ///< finish_phase() is running the hart
  std::vector<std::variant<Transfer, Post>> queue_;  ///< effects beyond the tile, in program order
  std::uint32_t queued_channels_ = 0;                ///< bit c: channel c has a transfer in the queue
  Traffic traffic_;
};

}  // namespace areia::sim
