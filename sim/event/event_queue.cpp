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

std::uint32_t EventQueue::add_chunk() {
  chunks_.emplace_back();
  return static_cast<std::uint32_t>(chunks_.size() - 1);
}

/// Takes the first event of now's slot out of it.
EventQueue::Event EventQueue::take_first() {
  Slot& slot = slots_[now_ % kWheel];
  const Chunk& chunk = chunks_[slot.first];
  const Event event = chunk.events[done_++];
  __builtin_prefetch(chunk.events[done_ % Chunk::kEvents].target);  // of the event after it, or a stale one
  const bool last = slot.first == slot.last;
  if (done_ == (last ? slot.used : Chunk::kEvents)) {
    unused_.push_back(slot.first);
    slot.first = chunk.next;
    done_ = 0;
    if (last) occupied_[now_ % kWheel / 64] &= ~(std::uint64_t{1} << now_ % 64);
  }
  return event;
}

bool EventQueue::step() {
  if (!occupied(now_)) {
    const Cycle cycle = next();
    if (cycle == kNever) return false;
    advance(cycle);
  }
  const Event event = take_first();
  --pending_;
  ++count_;
  event.target->on_event(event.payload);
  return true;
}

void EventQueue::clear() {
  chunks_.clear();
  unused_.clear();
  done_ = 0;
  occupied_.fill(0);
  far_ = {};
  pending_ = 0;
}

}  // namespace areia::sim
