// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// EventQueue: the order in which things happen on a chip with a clock. Events of one cycle happen in the
// order in which they were scheduled, so that a run is the same on every host.
#pragma once

#include <array>
#include <cstdint>
#include <queue>
#include <vector>

#include "spec/abi/timing.h"

namespace areia::sim {

/// What an event happens to.
class EventTarget {
 public:
  virtual ~EventTarget() = default;
  /// The queue's now() is the event's cycle; `payload` is what was scheduled with it.
  virtual void on_event(std::uint64_t payload) = 0;
};

inline constexpr Cycle kNever = ~Cycle{0};

class EventQueue {
 public:
  Cycle now() const { return now_; }
  /// Schedules an event for `cycle`, which must not be in the past. The target must live until then.
  void schedule(Cycle cycle, EventTarget& target, std::uint64_t payload) {
    ++pending_;
    if (cycle - now_ < kWheel) {
      add_to_wheel(cycle, {&target, payload});
    } else {
      far_.push({cycle, sequence_++, {&target, payload}});
    }
  }
  bool empty() const { return pending_ == 0; }
  /// The cycle of the next event, kNever if there is none.
  Cycle next();
  /// Makes the next event happen; false if there is none.
  bool step();
  /// Payload of the event that comes next in this cycle, if that is for `target`, else `none`: for prefetches
  /// only.
  std::uint64_t following(const EventTarget& target, std::uint64_t none) const {
    if (!occupied(now_)) return none;
    const Event& event = chunks_[slots_[now_ % kWheel].first].events[done_];
    return event.target == &target ? event.payload : none;
  }
  /// Lets time pass to `cycle`, before which no event is due.
  void advance(Cycle cycle);
  /// Events that have happened.
  std::uint64_t count() const { return count_; }
  /// Forgets all events; time goes on from where it is.
  void clear();

 private:
  static constexpr std::uint64_t kWheel = 1024;  ///< cycles ahead that have a slot of their own
  static constexpr std::uint64_t kWords = kWheel / 64;

  struct Event {
    EventTarget* target = nullptr;
    std::uint64_t payload = 0;
  };
  /// Events of a cycle in a row. The one freed last is taken first: what is in use stays in the host's cache.
  struct alignas(64) Chunk {
    static constexpr std::uint32_t kEvents = 15;
    std::array<Event, kEvents> events;
    std::uint32_t next = 0;  ///< chunk of the same slot, unless this is its last
  };
  /// The chunks of a slot that holds events.
  struct Slot {
    std::uint32_t first = 0, last = 0;
    std::uint32_t used = 0;  ///< events of the last chunk
  };
  struct FarEvent {
    Cycle cycle = 0;
    std::uint64_t sequence = 0;
    Event event;
    bool operator>(const FarEvent& other) const {
      return cycle != other.cycle ? cycle > other.cycle : sequence > other.sequence;
    }
  };

  void add_to_wheel(Cycle cycle, const Event& event) {
    Slot& slot = slots_[cycle % kWheel];
    if (!occupied(cycle)) {
      slot.first = slot.last = take_chunk();
      slot.used = 0;
      occupied_[cycle % kWheel / 64] |= std::uint64_t{1} << cycle % 64;
    } else if (slot.used == Chunk::kEvents) {
      const std::uint32_t chunk = take_chunk();
      chunks_[slot.last].next = chunk;
      slot.last = chunk;
      slot.used = 0;
    }
    chunks_[slot.last].events[slot.used++] = event;
  }
  bool occupied(Cycle cycle) const { return (occupied_[cycle % kWheel / 64] >> cycle % 64 & 1) != 0; }
  std::uint32_t take_chunk() {
    if (unused_.empty()) return add_chunk();
    const std::uint32_t chunk = unused_.back();
    unused_.pop_back();
    return chunk;
  }
  std::uint32_t add_chunk();
  Event take_first();
  Cycle next_on_wheel() const;

  Cycle now_ = 0;
  std::uint64_t sequence_ = 0, count_ = 0, pending_ = 0;
  std::array<Slot, kWheel> slots_;
  std::vector<Chunk> chunks_;
  std::vector<std::uint32_t> unused_;  ///< chunks
  std::uint32_t done_ = 0;             ///< events of the first chunk of now's slot
  std::array<std::uint64_t, kWords> occupied_{};
  std::priority_queue<FarEvent, std::vector<FarEvent>, std::greater<>> far_;
};

}  // namespace areia::sim
