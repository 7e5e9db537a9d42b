// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The controller's decisions: what it sees, which rows it opens, whose data move next.
#include "sim/dram/dram_channel.h"

#include <algorithm>

namespace areia::sim {
namespace {

using Kind = DramCommand::Kind;

/// A request that comes while a decision is no further away than this waits for it.
constexpr Cycle kNear = 8;
/// Above the tag in the event of a request that is done.
constexpr unsigned kActivationsShift = 49;

Tick later(Tick time, Tick by) { return time > by ? time - by : 0; }

}  // namespace

DramCounts& DramCounts::operator+=(const DramCounts& other) {
  read_bytes += other.read_bytes;
  write_bytes += other.write_bytes;
  activations += other.activations;
  refreshes += other.refreshes;
  busy += other.busy;
  return *this;
}

DramCounts& DramCounts::operator-=(const DramCounts& other) {
  read_bytes -= other.read_bytes;
  write_bytes -= other.write_bytes;
  activations -= other.activations;
  refreshes -= other.refreshes;
  busy -= other.busy;
  return *this;
}

DramChannel::DramChannel(const ChipDescription& chip, const DramStandard& standard, std::uint32_t channel,
                         EventQueue& events, DramClient& client)
    : timing_(chip, standard),
      map_(standard),
      burst_bytes_(standard.burst_bytes),
      groups_(standard.bank_groups),
      banks_per_group_(standard.banks_per_group),
      depth_(chip.dram.queue_depth),
      channel_(channel),
      refresh_per_bank_(standard.refresh_per_bank),
      events_(events),
      client_(client),
      banks_(standard.banks()),
      refreshed_(standard.banks()) {
  // Bursts of one request take turns over the groups; a group's own come no closer than tCCD_L.
  timing_.burst = std::max(timing_.burst, (timing_.column_same_group + groups_ - 1) / groups_);
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
  }
  writing_ = false;
  idle_from_ = now;
  serve_at_ = kNever;
}

void DramChannel::log(Kind kind, std::uint32_t group, std::uint32_t index, std::uint64_t row, Tick tick) {
  if (log_ != nullptr) log_->push_back({kind, group, index, row, tick});
}

// --- Requests and decisions -------------------------------------------------------------------------------

void DramChannel::request(const DramRequest& request) {
  Pending pending;
  const std::uint64_t first = request.offset / burst_bytes_;
  pending.first = map_.locate(first);
  pending.bursts =
      static_cast<std::uint32_t>((request.offset + request.bytes - 1) / burst_bytes_ - first + 1);
  pending.write = request.write;
  pending.tag = request.tag;
  waiting_.push_back(pending);
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

void DramChannel::admit() {
  while (!waiting_.empty() && seen_.size() < depth_) {
    seen_.push_back(waiting_.front());
    waiting_.pop_front();
  }
}

void DramChannel::serve() {
  const Tick now = events_.now() * kTicks;
  if (serve_at_ == events_.now()) serve_at_ = kNever;
  while (true) {
    admit();
    refresh_due(now);
    if (seen_.empty()) {
      idle_from_ = now;
      serve_at_ = kNever;
      return;
    }
    idle_from_ = kNever;
    turn();
    rows_at_ = kNever;
    open_rows(now);
    Tick when = now;
    const std::size_t chosen = pick(when);
    if (chosen == seen_.size()) return wake(rows_at_ / kTicks);
    if (when >= now + kTicks) return wake(std::min(when, rows_at_) / kTicks);
    move(chosen, when);
  }
}

void DramChannel::turn() {
  const auto writes = static_cast<std::size_t>(std::ranges::count_if(seen_, &Pending::write));
  const std::size_t reads = seen_.size() - writes;
  const bool enough = writes_gone_ >= kWritesInTurn;
  const bool leave =
      writing_ ? writes == 0 || (enough && reads != 0) : reads == 0 || (enough && writes * 2 >= depth_);
  if (!leave) return;
  writing_ = !writing_;
  writes_gone_ = 0;
}

// --- Rows -------------------------------------------------------------------------------------------------

std::uint32_t DramChannel::groups_of(const Pending& pending) const {
  return std::min(pending.bursts, groups_);
}

bool DramChannel::is_open(const Pending& pending) {
  for (std::uint32_t i = 0; i < groups_of(pending); ++i) {
    const Bank& b = bank((pending.first.group + i) % groups_, pending.first.bank);
    if (!b.open || b.row != pending.first.row) return false;
  }
  return true;
}

void DramChannel::open_rows(Tick now) {
  std::uint64_t wanted[kMostBanks / 64] = {}, claimed[kMostBanks / 64] = {};
  const auto number = [&](const Pending& p, std::uint32_t i) {
    return (p.first.group + i) % groups_ * banks_per_group_ + p.first.bank;
  };
  for (const Pending& p : seen_) {
    if (p.write != writing_ || !is_open(p)) continue;
    for (std::uint32_t i = 0; i < groups_of(p); ++i) wanted[number(p, i) / 64] |= 1ull << number(p, i) % 64;
  }
  for (Pending& p : seen_) {
    if (p.write != writing_) continue;
    for (std::uint32_t i = 0; i < groups_of(p); ++i) {
      const std::uint32_t n = number(p, i);
      const std::uint64_t bit = 1ull << n % 64;
      if ((claimed[n / 64] & bit) != 0) continue;
      if ((wanted[n / 64] & bit) != 0 && p.passed < kMostPassed) continue;
      claimed[n / 64] |= bit;
      open_soon(n, p, now);
    }
  }
}

/// Opens the row if its bank can now; else closes what is open, and notes when to look again.
void DramChannel::open_soon(std::uint32_t n, Pending& pending, Tick now) {
  Bank& b = banks_[n];
  if (b.open && b.row == pending.first.row) return;
  if (b.open) close(n / banks_per_group_, n % banks_per_group_, now);
  // An activate that has to wait for its bank must not hold up those of other banks.
  if (b.activate_from < now + kTicks) {
    open(n / banks_per_group_, pending, now);
  } else {
    rows_at_ = std::min(rows_at_, b.activate_from);
  }
}

void DramChannel::close(std::uint32_t group, std::uint32_t index, Tick now) {
  Bank& b = bank(group, index);
  const Tick precharge = std::max(now, b.precharge_from);
  b.open = false;
  b.activate_from = std::max(b.activate_from, precharge + timing_.precharge);
  log(Kind::kPrecharge, group, index, b.row, precharge);
}

void DramChannel::open(std::uint32_t group, Pending& pending, Tick now) {
  Bank& b = bank(group, pending.first.bank);
  Tick& oldest = activates_[next_activate_];
  next_activate_ = (next_activate_ + 1) % 4;
  const Tick activate = std::max({now, b.activate_from, activate_free_, group_activate_[group], oldest});
  oldest = activate + timing_.four_activates;
  activate_free_ = activate + timing_.activate_other_group;
  group_activate_[group] = activate + timing_.activate_same_group;
  b.open = true;
  b.row = pending.first.row;
  b.column_from = activate + timing_.row_to_column;
  b.precharge_from = activate + timing_.row_active;
  ++counts_.activations;
  ++pending.activations;
  log(Kind::kActivate, group, pending.first.bank, b.row, activate);
}

// --- Data -------------------------------------------------------------------------------------------------

/// When the column command of the first burst may go, so that the others follow without a gap.
Tick DramChannel::column_from(const Pending& pending) {
  const Tick latency = pending.write ? timing_.column_write : timing_.column_read;
  const Tick gap = pending.write && last_was_read_ ? timing_.read_to_write : 0;
  Tick from = later(last_data_end_ + gap, latency);
  if (!pending.write && write_end_ != 0) from = std::max(from, write_end_ + timing_.write_to_read_other);
  for (std::uint32_t i = 0; i < groups_of(pending); ++i) {
    const std::uint32_t group = (pending.first.group + i) % groups_;
    Tick own = std::max(bank(group, pending.first.bank).column_from, group_column_[group]);
    if (!pending.write && group_write_end_[group] != 0)
      own = std::max(own, group_write_end_[group] + timing_.write_to_read_same);
    from = std::max(from, later(own, i * timing_.burst));
  }
  return from;
}

/// The request that goes next, and when: no earlier than `when`.
std::size_t DramChannel::pick(Tick& when) {
  const Tick now = when;
  std::size_t best = seen_.size();
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    if (seen_[i].write != writing_ || !is_open(seen_[i])) continue;
    const Tick from = std::max(now, column_from(seen_[i]));
    if (best != seen_.size() && from >= when) continue;
    best = i;
    when = from;
    if (from == now) break;
  }
  return best;
}

void DramChannel::move(std::size_t index, Tick when) {
  const Pending pending = seen_[index];
  seen_.erase(seen_.begin() + static_cast<std::ptrdiff_t>(index));
  for (std::size_t i = 0; i < index; ++i) ++seen_[i].passed;
  ++writes_gone_;
  const Tick latency = pending.write ? timing_.column_write : timing_.column_read;
  Tick end = 0;
  for (std::uint32_t i = 0; i < pending.bursts; ++i, when += timing_.burst) {
    const std::uint32_t group = (pending.first.group + i) % groups_;
    Bank& b = bank(group, pending.first.bank);
    end = when + latency + timing_.burst;
    group_column_[group] = when + timing_.column_same_group;
    const Tick settled = pending.write ? end + timing_.write_recovery : when + timing_.read_to_precharge;
    b.precharge_from = std::max(b.precharge_from, settled);
    if (pending.write) group_write_end_[group] = end;
    log(pending.write ? Kind::kWrite : Kind::kRead, group, pending.first.bank, pending.first.row, when);
  }
  last_data_end_ = end;
  last_was_read_ = !pending.write;
  if (pending.write) write_end_ = end;
  const std::uint64_t bytes = std::uint64_t{pending.bursts} * burst_bytes_;
  (pending.write ? counts_.write_bytes : counts_.read_bytes) += bytes;
  counts_.busy += pending.bursts * timing_.burst;
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
  const auto wanted = [&](std::uint32_t n) {
    return std::ranges::any_of(seen_, [&](const Pending& p) {
      const std::uint32_t distance = (n / banks_per_group_ + groups_ - p.first.group) % groups_;
      return p.first.bank == n % banks_per_group_ && distance < p.bursts;
    });
  };
  for (std::uint32_t n = 0; n < banks_.size(); ++n) {
    if (refreshed_[n] || (!forced && wanted(n))) continue;
    refresh_bank(n, now);
    return true;
  }
  return false;
}

void DramChannel::refresh_bank(std::uint32_t n, Tick now) {
  Bank& b = banks_[n];
  const std::uint32_t group = n / banks_per_group_, index = n % banks_per_group_;
  if (b.open) close(group, index, now);
  const Tick begin = std::max(now, b.activate_from);
  b.activate_from = begin + timing_.refresh;
  log(Kind::kRefresh, group, index, 0, begin);
  refreshed_[n] = true;
  if (++refreshed_count_ < banks_.size()) return;
  refreshed_.assign(banks_.size(), false);
  refreshed_count_ = 0;
}

void DramChannel::refresh_all(Tick now) {
  Tick begin = now;
  for (std::uint32_t n = 0; n < banks_.size(); ++n) {
    if (banks_[n].open) close(n / banks_per_group_, n % banks_per_group_, now);
    begin = std::max(begin, banks_[n].activate_from);
  }
  for (Bank& b : banks_) b.activate_from = begin + timing_.refresh;
  log(Kind::kRefresh, groups_, 0, 0, begin);
}

}  // namespace areia::sim
