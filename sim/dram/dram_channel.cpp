// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The controller's decisions: what it sees, which rows it opens, whose data move next.
#include "sim/dram/dram_channel.h"

#include <algorithm>
#include <bit>

namespace areia::sim {
namespace {

using Kind = DramCommand::Kind;

/// A request that comes while a decision is no further away than this waits for it.
constexpr Cycle kNear = 8;
/// Above the tag in the event of a request that is done.
constexpr unsigned kActivationsShift = 49;

Tick later(Tick time, Tick by) { return time > by ? time - by : 0; }

/// value % divisor, without the division where there is nothing to divide.
Tick modulo(Tick value, Tick divisor) { return value < divisor ? value : value % divisor; }

}  // namespace

DramChannel::DramChannel(const ChipDescription& chip, const DramStandard& standard, std::uint32_t channel,
                         EventQueue& events, DramClient& client)
    : timing_(chip, standard),
      map_(chip, standard),
      burst_bytes_(standard.burst_bytes),
      burst_shift_(static_cast<std::uint32_t>(std::countr_zero(standard.burst_bytes))),
      groups_(standard.bank_groups),
      banks_per_group_(standard.banks_per_group),
      depth_(chip.dram.queue_depth),
      channel_(channel),
      group_shift_(static_cast<unsigned>(std::countr_zero(standard.banks_per_group))),
      refresh_per_bank_(standard.refresh_per_bank),
      events_(events),
      client_(client),
      banks_(standard.banks()) {
  // A group's bursts come no closer than tCCD_L: every second place must be far enough apart.
  timing_.burst = std::max(timing_.burst, (timing_.column_same_group + 1) / 2);
  // Channels refresh at different times, or all would stand still at once.
  next_refresh_ = timing_.refresh_interval * (channel + 1) / chip.dram.channels;
  seen_.reserve(depth_);
  reset();
}

void DramChannel::reset() {
  waiting_.clear();
  seen_.clear();
  const Tick now = events_.now() * kTicks;
  for (Bank& bank : banks_) {
    if (bank.open) bank.activate_from = std::max(bank.activate_from, bank.precharge_from + timing_.precharge);
    bank.open = false;
    bank.seen = {};
    bank.ready = {};
  }
  seen_count_ = {};
  ready_banks_ = {};
  seen_banks_ = {};
  rows_changed_ = true;
  writing_ = false;
  idle_from_ = now;
  serve_at_ = kNever;
}

void DramChannel::log(Kind kind, std::uint32_t bank, std::uint64_t row, Tick tick) {
  if (log_ != nullptr) log_->push_back({kind, bank / banks_per_group_, bank % banks_per_group_, row, tick});
}

// --- Requests and decisions -------------------------------------------------------------------------------

void DramChannel::request(const DramRequest& request) {
  Pending pending;
  const std::uint64_t first = request.offset >> burst_shift_;
  const DramAddress at = map_.locate(request.offset);
  pending.bank = static_cast<std::uint16_t>(at.bank);
  pending.row = at.row;
  pending.bursts =
      static_cast<std::uint16_t>(((request.offset + request.bytes - 1) >> burst_shift_) - first + 1);
  pending.write = request.write;
  pending.tag = request.tag;
  if (waiting_.empty() && seen_.size() < depth_) {
    admit(pending);
  } else {
    waiting_.push_back(pending);
  }
  if (serve_at_ == kNever || serve_at_ > events_.now() + kNear) serve();
}

void DramChannel::on_event(std::uint64_t payload) {
  if ((payload & 1) != 0) {
    const auto activations = static_cast<std::uint32_t>(payload >> kActivationsShift);
    return client_.dram_done(channel_, payload << (64 - kActivationsShift) >> (65 - kActivationsShift),
                             activations);
  }
  if (serve_at_ == events_.now()) serve();
}

void DramChannel::wake(Cycle cycle) {
  if (serve_at_ == cycle) return;
  serve_at_ = cycle;
  events_.schedule(cycle, *this, 0);
}

/// From now on the controller sees it.
void DramChannel::admit(const Pending& request) {
  Pending& pending = seen_.emplace_back(request);
  Bank& bank = banks_[pending.bank];
  ++bank.seen[pending.write];
  set(seen_banks_[pending.write], pending.bank);
  ++seen_count_[pending.write];
  if (bank.open && bank.row == pending.row) {
    set_open(pending, true);
  } else {
    rows_changed_ = true;
  }
}

void DramChannel::admit_waiting() {
  while (!waiting_.empty() && seen_.size() < depth_) {
    admit(waiting_.front());
    waiting_.pop_front();
  }
}

void DramChannel::serve() {
  const Tick now = events_.now() * kTicks;
  if (serve_at_ == events_.now()) serve_at_ = kNever;
  while (true) {
    admit_waiting();
    refresh_due(now);
    if (seen_.empty()) {
      idle_from_ = now;
      serve_at_ = kNever;
      return;
    }
    idle_from_ = kNever;
    turn();
    open_rows(now);
    Tick when = now;
    const std::size_t chosen = pick(when);
    if (chosen == seen_.size()) return wake(rows_at_ / kTicks);
    if (when >= now + kTicks) return wake(std::min(when, rows_at_) / kTicks);
    move(chosen, when);
  }
}

void DramChannel::turn() {
  const std::uint32_t reads = seen_count_[false], writes = seen_count_[true];
  const bool enough = moved_ >= kMovedInTurn;
  const bool starved = writes != 0 && seen_.front().write && seen_.front().passed >= kMostPassed;
  const bool leave = writing_ ? writes == 0 || (enough && reads != 0)
                              : reads == 0 || (enough && (starved || writes * 2 >= depth_));
  if (!leave) return;
  writing_ = !writing_;
  moved_ = 0;
  rows_changed_ = true;
}

// --- Rows -------------------------------------------------------------------------------------------------

/// Nothing but what sets rows_changed_ makes a difference to what this did the last time, until rows_at_.
void DramChannel::open_rows(Tick now) {
  if (!rows_changed_ && rows_at_ >= now + kTicks) return;
  rows_changed_ = false;
  rows_at_ = kNever;
  BankSet idle{};  // banks whose requests all want another row than the open one
  int left = 0;    // of these, still to be seen to
  for (std::size_t word = 0; word < idle.size(); ++word) {
    idle[word] = seen_banks_[writing_][word] & ~ready_banks_[writing_][word];
    left += std::popcount(idle[word]);
  }
  const auto see_to = [&](Pending& pending) {
    left -= has(idle, pending.bank) ? 1 : 0;
    clear(idle, pending.bank);
    if (!pending.open) open_soon(pending, now);
  };
  // The older, the more often passed: those that have been passed too often come first, and do not wait
  // until the open row is no longer wanted.
  BankSet claimed{};
  std::size_t i = 0;
  for (; i < seen_.size() && seen_[i].passed >= kMostPassed; ++i) {
    Pending& p = seen_[i];
    if (p.write != writing_ || has(claimed, p.bank)) continue;
    set(claimed, p.bank);
    see_to(p);
  }
  for (; left != 0 && i < seen_.size(); ++i) {
    if (seen_[i].write == writing_ && has(idle, seen_[i].bank)) see_to(seen_[i]);
  }
}

/// Opens the row if its bank can now; else closes what is open, and notes when to look again.
void DramChannel::open_soon(Pending& pending, Tick now) {
  Bank& b = banks_[pending.bank];
  if (b.open) close(pending.bank, now);
  // An activate that has to wait for its bank must not hold up those of other banks.
  if (b.activate_from < now + kTicks) {
    open(pending, now);
  } else {
    rows_at_ = std::min(rows_at_, b.activate_from);
  }
}

void DramChannel::set_open(Pending& pending, bool open) {
  if (pending.open == open) return;
  pending.open = open;
  std::uint32_t& of_bank = banks_[pending.bank].ready[pending.write];
  of_bank = open ? of_bank + 1 : of_bank - 1;
  if (of_bank != 0) {
    set(ready_banks_[pending.write], pending.bank);
  } else {
    clear(ready_banks_[pending.write], pending.bank);
  }
}

void DramChannel::close(std::uint32_t bank, Tick now) {
  Bank& b = banks_[bank];
  const Tick precharge = std::max(now, b.precharge_from);
  b.open = false;
  if (b.ready[false] + b.ready[true] != 0) {
    for (Pending& p : seen_) {
      if (p.bank == bank) set_open(p, false);
    }
  }
  b.activate_from = std::max(b.activate_from, precharge + timing_.precharge);
  log(Kind::kPrecharge, bank, b.row, precharge);
}

void DramChannel::open(Pending& pending, Tick now) {
  Bank& b = banks_[pending.bank];
  const std::uint32_t group = group_of(pending.bank);
  Tick& oldest = activates_[next_activate_];
  next_activate_ = (next_activate_ + 1) % 4;
  const Tick activate = std::max({now, b.activate_from, activate_free_, group_activate_[group], oldest});
  oldest = activate + timing_.four_activates;
  activate_free_ = activate + timing_.activate_other_group;
  group_activate_[group] = activate + timing_.activate_same_group;
  b.open = true;
  b.row = pending.row;
  set_open(pending, true);
  if (b.seen[false] + b.seen[true] > 1) {
    for (Pending& p : seen_) {
      if (p.bank == pending.bank && p.row == b.row) set_open(p, true);
    }
  }
  b.column_from = activate + timing_.row_to_column;
  b.precharge_from = activate + timing_.row_active;
  ++counts_.activations;
  ++pending.activations;
  log(Kind::kActivate, pending.bank, b.row, activate);
}

// --- Data -------------------------------------------------------------------------------------------------

/// When the bank, its group and the direction of the bus allow the first column command.
Tick DramChannel::column_from(std::uint32_t bank) const {
  const std::uint32_t group = group_of(bank);
  Tick from = std::max(banks_[bank].column_from, group_column_[group]);
  if (writing_) {
    if (last_was_read_)
      from = std::max(from, later(last_data_end_ + timing_.read_to_write, timing_.column_write));
    return from;
  }
  if (write_end_ != 0) from = std::max(from, write_end_ + timing_.write_to_read_other);
  if (group_write_end_[group] != 0)
    from = std::max(from, group_write_end_[group] + timing_.write_to_read_same);
  return from;
}

/// The lane that can begin first, at `when` or as soon after it as places allow; `when` becomes that.
DramChannel::Lane& DramChannel::lane_for(Tick& when) {
  const Tick step = 2 * timing_.burst;
  Tick best = ~Tick{0};
  Lane* chosen = nullptr;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const Lane& other = lanes_[1 - i];
    Tick begin = std::max(when, lanes_[i].free);
    if (begin < other.phase) begin = std::max(begin, other.before);
    if (begin < other.free) {  // between the other's bursts
      const Tick place = other.phase + timing_.burst;
      begin +=
          begin >= place ? modulo(step - modulo(begin - place, step), step) : modulo(place - begin, step);
    }
    if (begin >= best) continue;
    best = begin;
    chosen = &lanes_[i];
  }
  when = best;
  return *chosen;
}

/// The request that goes next, and when its bank and the bus allow it: no earlier than `when`.
std::size_t DramChannel::pick(Tick& when) {
  Tick bus = when;
  lane_for(bus);
  std::size_t best = seen_.size();
  Tick earliest = ~Tick{0};
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    if (seen_[i].write != writing_ || !seen_[i].open) continue;
    const Tick from = std::max(bus, column_from(seen_[i].bank));
    if (from >= earliest) continue;
    best = i;
    earliest = from;
    if (from == bus) break;
  }
  if (best != seen_.size()) when = earliest;
  return best;
}

void DramChannel::move(std::size_t index, Tick when) {
  const Pending pending = seen_[index];
  set_open(seen_[index], false);
  Bank& bank = banks_[pending.bank];
  --seen_count_[pending.write];
  if (--bank.seen[pending.write] == 0) clear(seen_banks_[pending.write], pending.bank);
  if (bank.ready[pending.write] == 0 || pending.passed >= kMostPassed) rows_changed_ = true;
  seen_.erase(seen_.begin() + static_cast<std::ptrdiff_t>(index));
  for (std::size_t i = 0; i < index; ++i) {
    if (++seen_[i].passed == kMostPassed) rows_changed_ = true;
  }
  ++moved_;
  Lane& lane = lane_for(when);
  const Tick last = when + (pending.bursts - 1) * 2 * timing_.burst;
  lane = {when, last + timing_.burst, lane.free};
  if (log_ != nullptr) {
    for (Tick column = when; column <= last; column += 2 * timing_.burst)
      log(pending.write ? Kind::kWrite : Kind::kRead, pending.bank, pending.row, column);
  }
  settle(pending, last);
}

/// What follows from the last column command of a request.
void DramChannel::settle(const Pending& pending, Tick last) {
  const std::uint32_t group = group_of(pending.bank);
  const Tick end = last + (pending.write ? timing_.column_write : timing_.column_read) + timing_.burst;
  Bank& b = banks_[pending.bank];
  group_column_[group] = last + 2 * timing_.burst;
  b.precharge_from = std::max(
      b.precharge_from, pending.write ? end + timing_.write_recovery : last + timing_.read_to_precharge);
  if (pending.write) group_write_end_[group] = write_end_ = std::max(write_end_, end);
  last_data_end_ = std::max(last_data_end_, end);
  last_was_read_ = !pending.write;
  (pending.write ? counts_.write_bytes : counts_.read_bytes) += std::uint64_t{pending.bursts} * burst_bytes_;
  counts_.busy += pending.bursts * timing_.burst;
  client_.dram_soon(pending.tag);
  events_.schedule((end + kTicks - 1) / kTicks, *this,
                   std::uint64_t{pending.activations} << kActivationsShift | pending.tag << 1 | 1);
}

// --- Refresh ----------------------------------------------------------------------------------------------

void DramChannel::refresh_due(Tick now) {
  if (idle_from_ != kNever) {  // what fitted into the idle time has happened
    const Tick whole = timing_.refresh + timing_.precharge + timing_.row_active;
    if (next_refresh_ + whole <= now) {
      const Tick count = (now - whole - next_refresh_) / timing_.refresh_interval + 1;
      next_refresh_ += count * timing_.refresh_interval;
      counts_.refreshes += count;
    }
  }
  while (next_refresh_ <= now) {
    const bool forced = now - next_refresh_ > kMostPutOff * timing_.refresh_interval;
    if (!refresh_one(now, forced)) return;
    next_refresh_ += timing_.refresh_interval;
    ++counts_.refreshes;
  }
}

bool DramChannel::refresh_one(Tick now, bool forced) {
  if (!refresh_per_bank_) {
    refresh_all(now);
    return true;
  }
  for (std::uint32_t first = 0; first < banks_.size(); first += 64) {
    const std::uint64_t wanted = seen_banks_[false][first / 64] | seen_banks_[true][first / 64];
    const std::uint64_t busy = refreshed_[first / 64] | (forced ? 0 : wanted);
    const auto bank = first + static_cast<std::uint32_t>(std::countr_one(busy));
    if (bank >= first + 64 || bank >= banks_.size()) continue;
    refresh_bank(bank, now);
    return true;
  }
  return false;
}

void DramChannel::refresh_bank(std::uint32_t bank, Tick now) {
  Bank& b = banks_[bank];
  if (b.open) close(bank, now);
  const Tick begin = std::max(now, b.activate_from);
  b.activate_from = begin + timing_.refresh;
  log(Kind::kRefresh, bank, 0, begin);
  rows_changed_ = true;
  set(refreshed_, bank);
  if (++refreshed_count_ < banks_.size()) return;
  refreshed_ = {};
  refreshed_count_ = 0;
}

void DramChannel::refresh_all(Tick now) {
  Tick begin = now;
  for (std::uint32_t bank = 0; bank < banks_.size(); ++bank) {
    if (banks_[bank].open) close(bank, now);
    begin = std::max(begin, banks_[bank].activate_from);
  }
  for (Bank& b : banks_) b.activate_from = begin + timing_.refresh;
  rows_changed_ = true;
  log(Kind::kRefresh, static_cast<std::uint32_t>(banks_.size()), 0, begin);
}

}  // namespace areia::sim
