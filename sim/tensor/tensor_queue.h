// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// TensorQueue: when the commands of a tensor engine happen. The engine itself (tensor_engine.h) says what
// they do.
//
// Commands wait in one queue of queue_depth. tmma go to the array, tload and tstore to the accumulators'
// port; each of the two takes its commands in order and works at the same time as the other, but the commands
// of one accumulator set never overtake each other: a tstore starts when the set's last product has left the
// array, a tmma when the set's port command is done. tclear costs nothing: the next product starts from zero.
// Commands complete, and have their effect, in order.
//
// The scratchpad serves others first. What they took during a command's feed beyond what its banks had to
// spare makes the feed longer by the cycles that the banks need for the rest.
#pragma once

#include <deque>

#include "sim/event/event_queue.h"
#include "sim/tensor/command.h"
#include "sim/tensor/tensor_timing.h"

namespace areia::sim {

/// Whom a tensor queue serves: its tile.
class TensorClient {
 public:
  virtual ~TensorClient() = default;
  /// A command completes now and has its effect. `began`: when its operands began to flow.
  virtual void tensor_done(const TensorCommand& command, const TensorCost& cost, Cycle began,
                           Cycle stalled) = 0;
  /// A tpost has come to the head of the queue.
  virtual void tensor_posts() = 0;
  /// There is room again, or all is done: a hart that waits may look.
  virtual void tensor_advanced() = 0;
  /// Bytes that others than the tensor engine have read or written in the scratchpad up to now.
  virtual std::uint64_t others_bytes() const = 0;
};

class TensorQueue final : public EventTarget {
 public:
  TensorQueue(const ChipDescription& chip, EventQueue& events, TensorClient& client);

  bool full() const { return entries_.size() >= depth_; }
  bool empty() const { return entries_.empty(); }
  /// Commands that passed check(), and posts, enter in program order; not when full.
  void push(const TensorCommand& command);
  void push_post();
  void reset();

  void on_event(std::uint64_t payload) override;

 private:
  enum class Station : std::uint8_t { kArray, kPort, kNone };
  struct Entry {
    TensorCommand command;
    TensorCost cost;
    Station station = Station::kNone;
    bool posts = false, started = false, finished = false;
    std::uint64_t after =
        0;  ///< number of the other station's command that must finish first, plus one; or 0
    Cycle began = 0, stalled = 0;
    std::uint64_t others_before = 0;
  };

  Entry& entry(std::uint64_t number) { return entries_[number - first_]; }
  void add(Entry entry);
  void start_ready();
  bool start_next(Station station);
  void feed_ends(std::uint64_t number);
  void finish(std::uint64_t number);
  void complete();
  Cycle stall(Entry& entry) const;

  EventQueue& events_;
  TensorClient& client_;
  TensorTiming timing_;
  std::uint32_t depth_;
  std::deque<Entry> entries_;
  std::uint64_t first_ = 0;  ///< number of the first entry
  /// By station: the command that it works on or waits for (a number), and whether one flows through it.
  struct StationState {
    std::deque<std::uint64_t> waiting;
    bool busy = false;
  };
  StationState stations_[2];
  /// By set and station: one more than the number of the last command, 0 for none.
  std::vector<std::uint64_t> last_[2];
};

}  // namespace areia::sim
