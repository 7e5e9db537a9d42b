// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// TileClock: when things happen on a tile. The tile (tile.h) says what they do.
//
// Between Xareia instructions a hart runs ahead of the chip's events on its own time, by at most kAhead
// cycles. A Xareia instruction, and an access beyond the tile, happens in the chip's order: where the chip's
// time has not come to the hart's, the hart stops at the instruction and goes on when it has.
#pragma once

#include <unordered_map>

#include "sim/dma/dma_engines.h"
#include "sim/event/event_queue.h"
#include "sim/hart/hart.h"
#include "sim/hart/hart_clock.h"
#include "sim/tensor/tensor_engine.h"
#include "sim/tensor/tensor_queue.h"

namespace areia::sim {

class Tile;

class TileClock final : public EventTarget, private TensorClient, private RemoteAccess {
 public:
  /// `executed` grows by the instructions of every resumption; `faulted` is set where it
  /// ends in a trap for good.
  TileClock(const ChipDescription& chip, HartClock::Timings timings, Tile& tile, EventQueue& events,
            DmaEngines& dma, std::uint64_t& executed, bool& faulted);

  /// Makes the hart begin now.
  void start();
  /// Forgets what the last launch left.
  void stop();

  // --- For the tile, while its hart executes an instruction --------------------------------------------

  /// Whether the chip's time has come to the hart's. If not, the hart must stop, and is resumed.
  bool reached();
  /// Each: true when done; if false, the hart must stop, and is resumed when it may try again.
  bool push_tensor(const TensorCommand& command);
  bool push_tensor_post(const Place& semaphore, std::uint32_t value);
  bool fence_tensor();
  bool start_dma(std::uint32_t channel, const Transfer& transfer);
  bool fence_dma(std::uint32_t channel);
  void post(const Place& semaphore, std::uint32_t value);
  /// The hart sleeps until its semaphore has got there.
  void sleep() { wait_ = {Wait::kSemaphore, 0}; }
  /// The program writes the marker.
  void mark(Marker marker);
  /// The host is to see what the hart has just done: it stops before its next instruction.
  void stop_soon();

  // --- For the chip -------------------------------------------------------------------------------------

  /// Resumes the hart if what it waits for has come.
  void look();
  void reset_counters();
  /// Adds what was counted, up to now.
  void report(std::uint32_t tile, std::vector<MarkedUsage>& usages);
  void set_trace(TraceSink* trace) { trace_ = trace; }

  void on_event(std::uint64_t payload) override;

 private:
  /// What the hart waits for.
  struct Wait {
    enum Kind : std::uint8_t {
      kNothing,
      kTensorRoom,
      kTensorIdle,
      kDmaRoom,
      kDmaIdle,
      kSemaphore
    } kind = kNothing;
    std::uint32_t channel = 0;
  };

  void tensor_done(const TensorCommand& command, const TensorCost& cost, Cycle began, Cycle stalled) override;
  void tensor_posts() override;
  void tensor_advanced() override { look(); }
  std::uint64_t others_bytes() const override;
  Cycle remote_access(Cycle now, std::uint64_t address, std::uint32_t bytes, AccessKind kind) override;

  bool is_over() const;
  bool wait_for(Wait::Kind kind, std::uint32_t channel = 0);
  HartState wait_state() const;
  void schedule(Cycle cycle);
  void book();
  void count_in(Marker marker);

  Tile& tile_;
  Hart& hart_;
  EventQueue& events_;
  DmaEngines& dma_;
  HartClock clock_;
  TensorQueue tensor_;
  struct TensorPost {
    Place semaphore;
    std::uint32_t value = 0;
  };
  std::deque<TensorPost> tensor_posts_;  ///< in the tensor queue, in order
  Wait wait_;
  bool scheduled_ = false;
  std::uint64_t& executed_;
  bool& faulted_;
  std::unordered_map<Marker, Usage> usages_;
  Usage* usage_ = nullptr;
  Marker marker_ = 0;
  Cycle marked_ = 0;                                ///< when
  std::array<Cycle, kHartStates> booked_states_{};  ///< what of the hart's own counts is in usages_
  Activity booked_activity_;
  TraceSink* trace_ = nullptr;
};

}  // namespace areia::sim
