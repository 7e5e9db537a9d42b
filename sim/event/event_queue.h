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

/// What events of two words happen to: things on their way that carry all that is to be known of them.
class WideTarget {
 public:
  virtual ~WideTarget() = default;
  /// Whether anything but the target itself may have changed.
  virtual bool on_wide_event(std::uint64_t first, std::uint64_t second) = 0;
};

inline constexpr Cycle kNever = ~Cycle{0};

class EventQueue {
 public:
  Cycle now() const { return now_; }
  /// Schedules an event for `cycle`, which must not be in the past. The target must live until then.
  void schedule(Cycle cycle, EventTarget& target, std::uint64_t payload) {
    add(cycle, {reinterpret_cast<std::uintptr_t>(&target), payload});
  }
  /// The same for the queue's wide target; `first` is below 2^63.
  void schedule_wide(Cycle cycle, std::uint64_t first, std::uint64_t second) {
    add(cycle, {first << 1 | kWide, second});
  }
  /// Before any wide event; the target must live as long as the queue does.
  void set_wide_target(WideTarget& target) { wide_target_ = &target; }
  bool empty() const { return next() == kNever; }
  /// The cycle of the next event, kNever if there is none.
  Cycle next() const { return done_ < slots_[now_ % kWheel].used ? now_ : next_after_now(); }
  /// Makes the next event happen; false if there is none.
  bool step() {
    if (done_ == slots_[now_ % kWheel].used) {
      const Cycle cycle = next_after_now();
      if (cycle == kNever) return false;
      advance(cycle);
    }
    const Event event = slots_[now_ % kWheel].events[done_++];
    ++count_;
    if ((event.what & kWide) != 0) {
      wide_target_->on_wide_event(event.what >> 1, event.payload);
    } else {
      reinterpret_cast<EventTarget*>(event.what)->on_event(event.payload);
    }
    return true;
  }
  /// The same; and as long as nothing but `wide`, the queue's wide target, has changed, the one after it too.
  /// It schedules nothing for the present cycle then. The class is named so that its on_wide_event() can be
  /// compiled into the loop.
  template <typename Wide>
  bool step(Wide& wide) {
    while (true) {
      const Slot slot = slots_[now_ % kWheel];
      const std::uint32_t first = done_;
      for (std::uint32_t index = first; index < slot.used; ++count_) {
        const Event event = slot.events[index];
        if ((event.what & kWide) == 0) return step();
        done_ = ++index;
        if (wide.Wide::on_wide_event(event.what >> 1, event.payload)) {
          ++count_;
          return true;
        }
      }
      const Cycle cycle = next_after_now();
      if (cycle == kNever) return slot.used != first;
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

  /// In `what` of wide events, which have their first word above it: pointers to targets are even.
  static constexpr std::uint64_t kWide = 1;
  static_assert(alignof(EventTarget) % 2 == 0 && sizeof(std::uintptr_t) <= sizeof(std::uint64_t));

  struct Event {
    std::uint64_t what = 0;  ///< a pointer to the target, or kWide
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

  void add(Cycle cycle, const Event& event) {
    if (cycle - now_ < kWheel) {
      add_to_wheel(cycle, event);
    } else {
      add_to_far(cycle, event);
    }
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
  WideTarget* wide_target_ = nullptr;
  std::uint64_t sequence_ = 0, count_ = 0;
  std::uint32_t done_ = 0;  ///< events of now's slot that have happened
  std::array<Slot, kWheel> slots_;
  std::array<std::vector<Event>, kWheel> memory_;  ///< by slot
  std::array<std::uint64_t, kWords> occupied_{};   ///< a bit for each slot with events
  std::priority_queue<FarEvent, std::vector<FarEvent>, std::greater<>> far_;
};

}  // namespace areia::sim
