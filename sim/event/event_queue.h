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
    if (cycle - now_ < kWheel) {
      add_to_wheel(cycle, {&target, payload});
    } else {
      add_to_far(cycle, {&target, payload});
    }
  }
  bool empty() const { return next() == kNever; }
  /// The cycle of the next event, kNever if there is none.
  Cycle next() const { return done_ < slots_[now_ % kWheel].used ? now_ : next_after_now(); }
  /// Makes the next event happen; false if there is none.
  bool step() {
    Event event;
    if (!take(event)) return false;
    event.target->on_event(event.payload);
    return true;
  }
  /// The same; and while that is one for `passing`, which schedules only for later cycles, the one after it
  /// too. The class is named so that its on_event() can be compiled into the loop.
  template <typename Passing>
  bool step(Passing& passing) {
    while (true) {
      const Slot slot = slots_[now_ % kWheel];
      const std::uint32_t first = done_;
      std::uint32_t index = first;
      for (; index < slot.used && slot.events[index].target == &passing; ++index)
        passing.Passing::on_event(slot.events[index].payload);
      done_ = index;
      count_ += index - first;
      if (index < slot.used) return step();
      const Cycle cycle = next_after_now();
      if (cycle == kNever) return index != first;
      advance(cycle);
    }
  }
  /// Lets time pass to `cycle`, before which no event is due.
  void advance(Cycle cycle);
  /// Events that have happened.
  std::uint64_t count() const { return count_; }
  /// Forgets all events; time goes on from where it is.
  void clear();

 private:
  static constexpr std::uint64_t kWheel = 256;  ///< cycles ahead that have a slot of their own
  static constexpr std::uint64_t kWords = kWheel / 64;

  struct Event {
    EventTarget* target = nullptr;
    std::uint64_t payload = 0;
  };
  /// The events of a cycle in order.
  struct Slot {
    Event* events = nullptr;
    std::uint32_t used = 0;
    std::uint32_t room =
        0;  ///< for events; none while there are none, so that the first comes to make_room()
  };
  struct FarEvent {
    Cycle cycle = 0;
    std::uint64_t sequence = 0;
    Event event;
    bool operator>(const FarEvent& other) const {
      return cycle != other.cycle ? cycle > other.cycle : sequence > other.sequence;
    }
  };

  /// The next event, taken from the queue; false if there is none.
  bool take(Event& event) {
    if (done_ == slots_[now_ % kWheel].used) {
      const Cycle cycle = next_after_now();
      if (cycle == kNever) return false;
      advance(cycle);
    }
    event = slots_[now_ % kWheel].events[done_++];
    ++count_;
    return true;
  }
  void add_to_wheel(Cycle cycle, const Event& event) {
    Slot& slot = slots_[cycle % kWheel];
    if (slot.used == slot.room) make_room(cycle % kWheel);
    slot.events[slot.used++] = event;
  }
  void add_to_far(Cycle cycle, const Event& event);
  void make_room(std::uint64_t slot);
  Cycle next_after_now() const;

  Cycle now_ = 0;
  std::uint64_t sequence_ = 0, count_ = 0;
  std::uint32_t done_ = 0;  ///< events of now's slot that have happened
  std::array<Slot, kWheel> slots_;
  std::array<std::vector<Event>, kWheel> memory_;  ///< by slot
  std::array<std::uint64_t, kWords> occupied_{};   ///< a bit for each slot with events
  std::priority_queue<FarEvent, std::vector<FarEvent>, std::greater<>> far_;
};

}  // namespace areia::sim
