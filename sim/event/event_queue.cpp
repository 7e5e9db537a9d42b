// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A wheel of slots, one for each of the coming cycles, with a bit for each that holds events; what lies
// further ahead waits in a heap and moves to the wheel as soon as its cycle has a slot.
#include "sim/event/event_queue.h"

#include <algorithm>
#include <bit>

namespace areia::sim {

void EventQueue::make_room(std::uint64_t index) {
  occupied_[index / 64] |= std::uint64_t{1} << index % 64;
  Slot& slot = slots_[index];
  std::vector<Event>& memory = memory_[index];
  if (slot.used == memory.size()) memory.resize(std::max<std::size_t>(16, memory.size() * 2));
  slot.events = memory.data();
  slot.room = static_cast<std::uint32_t>(memory.size());
}

void EventQueue::add_to_far(Cycle cycle, const Event& event) { far_.push({cycle, sequence_++, event}); }

Cycle EventQueue::next_after_now() const {
  const std::uint64_t begin = (now_ + 1) % kWheel;
  std::uint64_t word = begin / 64;
  std::uint64_t bits = occupied_[word] & (~std::uint64_t{0} << begin % 64);
  for (std::uint64_t looked_at = 0; looked_at <= kWords; ++looked_at) {
    if (bits != 0) {
      const std::uint64_t slot = word * 64 + static_cast<std::uint64_t>(std::countr_zero(bits));
      const std::uint64_t ahead = (slot - now_) % kWheel;
      if (ahead != 0) return now_ + ahead;
    }
    word = (word + 1) % kWords;
    bits = occupied_[word];
  }
  return far_.empty() ? kNever : far_.top().cycle;
}

void EventQueue::advance(Cycle cycle) {
  slots_[now_ % kWheel].used = slots_[now_ % kWheel].room = 0;
  occupied_[now_ % kWheel / 64] &= ~(std::uint64_t{1} << now_ % 64);
  done_ = 0;
  now_ = cycle;
  while (!far_.empty() && far_.top().cycle - now_ < kWheel) {
    add_to_wheel(far_.top().cycle, far_.top().event);
    far_.pop();
  }
}

void EventQueue::clear() {
  for (Slot& slot : slots_) slot.used = slot.room = 0;
  done_ = 0;
  occupied_.fill(0);
  far_ = {};
}

}  // namespace areia::sim
