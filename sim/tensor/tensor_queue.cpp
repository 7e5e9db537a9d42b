// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Two stations, one order of completion.
#include "sim/tensor/tensor_queue.h"

#include <utility>

namespace areia::sim {
namespace {

enum Payload : std::uint64_t { kFeedEnds, kFinish };

std::uint64_t payload(Payload what, std::uint64_t number) { return number << 1 | what; }

}  // namespace

TensorQueue::TensorQueue(const ChipDescription& chip, EventQueue& events, TensorClient& client)
    : events_(events), client_(client), timing_(chip), depth_(chip.tensor.queue_depth) {
  for (auto& last : last_) last.assign(chip.tensor.accumulator_sets, 0);
}

void TensorQueue::reset() {
  entries_.clear();
  for (auto& station : stations_) station = {};
  for (auto& last : last_) last.assign(last.size(), 0);
}

void TensorQueue::push(const TensorCommand& command) {
  Entry entry;
  entry.command = command;
  entry.cost = timing_.cost(command);
  if (command.kind == TensorCommand::Kind::kMma) entry.station = Station::kArray;
  if (command.kind == TensorCommand::Kind::kLoad || command.kind == TensorCommand::Kind::kStore)
    entry.station = Station::kPort;
  add(std::move(entry));
}

void TensorQueue::push_post() {
  Entry entry;
  entry.posts = true;
  add(std::move(entry));
}

void TensorQueue::add(Entry entry) {
  const std::uint64_t number = first_ + entries_.size();
  if (entry.station == Station::kNone) {
    entry.finished = true;
  } else {
    const auto own = static_cast<std::size_t>(entry.station);
    entry.after = last_[1 - own][entry.command.set];
    last_[own][entry.command.set] = number + 1;
    stations_[own].waiting.push_back(number);
  }
  entries_.push_back(std::move(entry));
  start_ready();
  complete();
}

void TensorQueue::start_ready() {
  while (start_next(Station::kArray)) {
  }
  while (start_next(Station::kPort)) {
  }
}

bool TensorQueue::start_next(Station station) {
  StationState& state = stations_[static_cast<std::size_t>(station)];
  if (state.busy || state.waiting.empty()) return false;
  const std::uint64_t number = state.waiting.front();
  Entry& next = entry(number);
  if (next.after > first_ && !entry(next.after - 1).finished) return false;
  state.waiting.pop_front();
  next.started = true;
  next.began = events_.now();
  next.others_before = client_.others_bytes();
  if (next.cost.feed == 0) {  // K = 0
    next.finished = true;
    return true;
  }
  state.busy = true;
  events_.schedule(events_.now() + next.cost.feed, *this, payload(kFeedEnds, number));
  return true;
}

Cycle TensorQueue::stall(Entry& ends) const {
  const std::uint64_t others = client_.others_bytes() - ends.others_before;
  const Cycle feed = events_.now() - ends.began;
  const std::uint64_t room = feed * timing_.bank_bytes();
  const std::uint64_t wanted = others + ends.cost.bytes;
  if (wanted <= room) return 0;
  return (wanted - room + timing_.bank_bytes() - 1) / timing_.bank_bytes();
}

void TensorQueue::feed_ends(std::uint64_t number) {
  Entry& ends = entry(number);
  if (const Cycle stalled = stall(ends)) {
    ends.stalled += stalled;
    events_.schedule(events_.now() + stalled, *this, payload(kFeedEnds, number));
    return;
  }
  stations_[static_cast<std::size_t>(ends.station)].busy = false;
  events_.schedule(events_.now() + ends.cost.tail, *this, payload(kFinish, number));
  start_next(ends.station);
}

void TensorQueue::finish(std::uint64_t number) {
  entry(number).finished = true;
  start_ready();
  complete();
}

void TensorQueue::complete() {
  bool advanced = false;
  while (!entries_.empty() && entries_.front().finished) {
    const Entry done = std::move(entries_.front());
    entries_.pop_front();
    ++first_;
    advanced = true;
    if (done.posts) {
      client_.tensor_posts();
    } else {
      client_.tensor_done(done.command, done.cost, done.began, done.stalled);
    }
  }
  if (advanced) client_.tensor_advanced();
}

void TensorQueue::on_event(std::uint64_t what) {
  const std::uint64_t number = what >> 1;
  if ((what & 1) == kFeedEnds) {
    feed_ends(number);
  } else {
    finish(number);
  }
}

}  // namespace areia::sim
