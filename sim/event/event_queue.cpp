// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A wheel of slots, one for each of the coming cycles, with a bit for each that holds events; what lies
// further ahead waits in a heap and moves to the wheel as soon as its cycle has a slot.
#include "sim/event/event_queue.h"

#include <bit>

namespace areia::sim {

Cycle EventQueue::next_on_wheel() const {
  const std::uint64_t begin = now_ % kWheel;
  std::uint64_t word = begin / 64;
  std::uint64_t bits = occupied_[word] & (~std::uint64_t{0} << begin % 64);
  for (std::uint64_t looked_at = 0; looked_at <= kWords; ++looked_at) {
    if (bits != 0) {
      const std::uint64_t slot = word * 64 + static_cast<std::uint64_t>(std::countr_zero(bits));
      return now_ + (slot - begin) % kWheel;
    }
    word = (word + 1) % kWords;
    bits = occupied_[word];
  }
  return kNever;
}

Cycle EventQueue::next() {
  if (pending_ == 0) return kNever;
  const Cycle near = next_on_wheel();
  return near != kNever ? near : far_.top().cycle;
}

void EventQueue::advance(Cycle cycle) {
  now_ = cycle;
  while (!far_.empty() && far_.top().cycle - now_ < kWheel) {
    add_to_wheel(far_.top().cycle, far_.top().event);
    far_.pop();
  }
}

bool EventQueue::step() {
  const Cycle cycle = next();
  if (cycle == kNever) return false;
  if (cycle != now_) advance(cycle);
  Slot& slot = slots_[cycle % kWheel];
  const Event event = slot.events[slot.done++];
  if (slot.done == slot.events.size()) {
    slot.events.clear();
    slot.done = 0;
    occupied_[cycle % kWheel / 64] &= ~(std::uint64_t{1} << cycle % 64);
  }
  --pending_;
  ++count_;
  event.target->on_event(event.payload);
  return true;
}

void EventQueue::clear() {
  for (Slot& slot : slots_) {
    slot.events.clear();
    slot.done = 0;
  }
  occupied_.fill(0);
  far_ = {};
  pending_ = 0;
}

}  // namespace areia::sim
