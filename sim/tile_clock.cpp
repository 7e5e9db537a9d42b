// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Stopping and resuming a hart, and what its time and its engines' is booked to.
#include "sim/tile_clock.h"

#include <algorithm>
#include <utility>

#include "sim/tile.h"

namespace areia::sim {
namespace {

/// Cycles that a hart may run ahead of the chip. A program that polls memory instead of using sem.wait sees
/// changes up to so much later.
constexpr Cycle kAhead = 1024;

/// What an event is: the hart goes on, or is at its end.
enum Payload : std::uint64_t { kResume, kOver };

}  // namespace

TileClock::TileClock(const ChipDescription& chip, HartClock::Timings timings, Tile& tile, EventQueue& events,
                     DmaEngines& dma, std::uint64_t& executed, bool& faulted)
    : tile_(tile),
      hart_(tile.hart()),
      events_(events),
      dma_(dma),
      clock_(chip, std::move(timings), this),
      tensor_(chip, events, *this),
      executed_(executed),
      faulted_(faulted) {
  hart_.set_clock(&clock_);
  reset_counters();
}

// --- Running ----------------------------------------------------------------------------------------------

void TileClock::start() {
  clock_.reset(events_.now());
  reset_counters();
  schedule(events_.now());
}

void TileClock::stop() {
  tensor_.reset();
  tensor_posts_.clear();
  wait_ = {};
  scheduled_ = false;
}

void TileClock::schedule(Cycle cycle) {
  scheduled_ = true;
  events_.schedule(cycle, *this, kResume);
}

void TileClock::on_event(std::uint64_t payload) {
  if (payload == kOver) return;
  scheduled_ = false;
  clock_.advance_to(events_.now(), wait_state());
  wait_ = {};
  hart_.set_time_limit(events_.now() + kAhead);
  const std::uint64_t before = hart_.counters().total();
  tile_.run(UINT64_MAX);
  executed_ += hart_.counters().total() - before;
  if (tile_.state() == TileState::kFault) faulted_ = true;
  // The last instruction takes its cycle too.
  if (tile_.state() == TileState::kOff) events_.schedule(std::max(clock_.now(), events_.now()), *this, kOver);
  const bool goes_on = tile_.state() == TileState::kReady && wait_.kind == Wait::kNothing;
  if (goes_on && !scheduled_) schedule(std::max(clock_.now(), events_.now()));
}

bool TileClock::reached() {
  if (clock_.now() <= events_.now()) return true;
  if (clock_.now() < events_.next()) {
    events_.advance(clock_.now());
    return true;
  }
  schedule(clock_.now());
  return false;
}

void TileClock::stop_soon() { hart_.set_time_limit(0); }

bool TileClock::is_over() const {
  switch (wait_.kind) {
    case Wait::kNothing:
      return false;
    case Wait::kTensorRoom:
      return !tensor_.full();
    case Wait::kTensorIdle:
      return tensor_.empty();
    case Wait::kDmaRoom:
      return !dma_.full(tile_.index(), wait_.channel);
    case Wait::kDmaIdle:
      return dma_.idle(tile_.index(), wait_.channel);
    case Wait::kSemaphore:
      return tile_.wait().reached();
  }
  return false;
}

void TileClock::look() {
  if (scheduled_ || !is_over()) return;
  schedule(events_.now());
  hart_.prefetch();
  clock_.prefetch();
}

bool TileClock::wait_for(Wait::Kind kind, std::uint32_t channel) {
  wait_ = {kind, channel};
  if (!is_over()) return false;
  wait_ = {};
  return true;
}

HartState TileClock::wait_state() const {
  switch (wait_.kind) {
    case Wait::kTensorRoom:
    case Wait::kDmaRoom:
      return HartState::kQueue;
    case Wait::kTensorIdle:
      return HartState::kTensor;
    case Wait::kDmaIdle:
    case Wait::kSemaphore:
      return HartState::kSemaphore;
    case Wait::kNothing:
      break;
  }
  return tile_.state() == TileState::kOff ? HartState::kOff : HartState::kOperand;
}

// --- What instructions do ---------------------------------------------------------------------------------

bool TileClock::push_tensor(const TensorCommand& command) {
  if (!wait_for(Wait::kTensorRoom)) return false;
  tensor_.push(command);
  return true;
}

bool TileClock::push_tensor_post(const Place& semaphore, std::uint32_t value) {
  if (!wait_for(Wait::kTensorRoom)) return false;
  tensor_posts_.push_back({semaphore, value});
  tensor_.push_post();
  return true;
}

bool TileClock::fence_tensor() { return wait_for(Wait::kTensorIdle); }

bool TileClock::start_dma(std::uint32_t channel, const Transfer& transfer) {
  if (!wait_for(Wait::kDmaRoom, channel)) return false;
  dma_.start(tile_.index(), channel, transfer);
  return true;
}

bool TileClock::fence_dma(std::uint32_t channel) { return wait_for(Wait::kDmaIdle, channel); }

void TileClock::post(const Place& semaphore, std::uint32_t value) {
  if (semaphore.kind == MemoryKind::kDoorbell) stop_soon();
  dma_.post(tile_.index(), semaphore, value);
}

void TileClock::tensor_done(const TensorCommand& command, const TensorCost& cost, Cycle began,
                            Cycle stalled) {
  tile_.execute(command);
  usage_->activity.tensor_bytes += cost.bytes;
  usage_->activity.macs[static_cast<std::size_t>(cost.mac_kind)] += cost.macs;
  if (command.kind == TensorCommand::Kind::kMma) {
    usage_->tensor_cycles += cost.feed;
    usage_->tensor_stalls += stalled;
  }
  if (trace_ == nullptr || cost.feed == 0) return;
  trace_->span({TraceSpan::Track::kTensor, tile_.index(), static_cast<std::uint32_t>(command.kind), began,
                began + cost.feed + stalled, cost.bytes});
}

void TileClock::tensor_posts() {
  const TensorPost next = tensor_posts_.front();
  tensor_posts_.pop_front();
  post(next.semaphore, next.value);
}

std::uint64_t TileClock::others_bytes() const {
  const Activity& hart = clock_.activity();
  return dma_.port_bytes(tile_.index()) + hart.hart_bytes + hart.fetch_bytes;
}

Cycle TileClock::remote_access(Cycle now, std::uint64_t address, std::uint32_t bytes, AccessKind) {
  const Place place = tile_.place(address, bytes);
  return place ? now + dma_.access_cycles(tile_.index(), place, bytes) : now;
}

// --- Counting ---------------------------------------------------------------------------------------------

void TileClock::book() {
  for (std::size_t i = 0; i < kHartStates; ++i) usage_->hart[i] += clock_.states()[i] - booked_states_[i];
  booked_states_ = clock_.states();
  Activity activity = clock_.activity();
  activity -= booked_activity_;
  usage_->activity += activity;
  booked_activity_ = clock_.activity();
}

/// The marker's events are counted from now on.
void TileClock::count_in(Marker marker) {
  usage_ = &usages_[marker];
  dma_.count_in(tile_.index(), *usage_);
}

void TileClock::mark(Marker marker) {
  book();
  if (trace_ != nullptr && marker_ != 0 && clock_.now() > marked_) {
    trace_->span({TraceSpan::Track::kOperator, tile_.index(), marker_, marked_, clock_.now(), 0});
  }
  marker_ = marker;
  marked_ = clock_.now();
  count_in(marker);
}

void TileClock::reset_counters() {
  usages_.clear();
  count_in(marker_);
  booked_states_ = clock_.states();
  booked_activity_ = clock_.activity();
}

void TileClock::report(std::uint32_t tile, std::vector<MarkedUsage>& usages) {
  clock_.advance_to(events_.now(), wait_state());
  book();
  const std::size_t first = usages.size();
  for (const auto& [marker, usage] : usages_) usages.push_back({tile, marker, usage});
  std::sort(usages.begin() + static_cast<std::ptrdiff_t>(first), usages.end(),
            [](const MarkedUsage& a, const MarkedUsage& b) { return a.marker < b.marker; });
}

}  // namespace areia::sim
