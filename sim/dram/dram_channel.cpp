// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The controller's decisions: what it sees, which rows it opens, whose data move next.
#include "sim/dram/dram_channel.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace areia::sim {
namespace {

using Kind = DramCommand::Kind;

/// A request that comes while a decision is no further away than this waits for it.
constexpr Cycle kNear = 8;
/// Above the tag in the event of a request that is done.
constexpr unsigned kActivationsShift = 49;

Tick later(Tick time, Tick by) { return time > by ? time - by : 0; }

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
  slots_.resize(depth_);
  reset();
}

void DramChannel::reset() {
  waiting_.clear();
  seen_.clear();
  free_slots_.resize(depth_);
  std::iota(free_slots_.begin(), free_slots_.end(), std::uint8_t{0});
  const Tick now = events_.now() * kTicks;
  for (Bank& bank : banks_) {
    if (bank.open) bank.activate_from = std::max(bank.activate_from, bank.precharge_from + timing_.precharge);
    bank.open = false;
    bank.seen = {};
    bank.ready = {};
  }
  seen_count_ = {};
  ready_count_ = {};
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
  pending.bank = static_cast<std::uint8_t>(at.bank);
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
void DramChannel::admit(const Pending& pending) {
  Key& key = seen_.emplace_back();
  key.bank = pending.bank;
  key.write = pending.write;
  key.slot = free_slots_.back();
  free_slots_.pop_back();
  slots_[key.slot] = pending;
  Bank& bank = banks_[key.bank];
  set(seen_banks_[key.write], key.bank);
  ++seen_count_[key.write];
  if (bank.open && bank.row == pending.row) set_open(key, true);
  // Where others wait for the bank already, or for its open row, nothing is new.
  if (++bank.seen[key.write] == 1 && !key.open && key.write == writing_) rows_changed_ = true;
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
    if (!waiting_.empty()) admit_waiting();
    if (idle_from_ != kNever || next_refresh_ <= now) refresh_due(now);
    if (seen_.empty()) {
      idle_from_ = now;
      serve_at_ = kNever;
      return;
    }
    idle_from_ = kNever;
    turn();
    // Nothing but what sets rows_changed_ makes a difference to what it did the last time, until rows_at_.
    if (rows_changed_ || rows_at_ < now + kTicks) open_rows(now);
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
  picks_changed_ = true;
  moved_ = 0;
  rows_changed_ = true;
}

// --- Rows -------------------------------------------------------------------------------------------------

void DramChannel::open_rows(Tick now) {
  rows_changed_ = false;
  rows_at_ = kNever;
  BankSet idle{};  // banks whose requests all want another row than the open one
  for (std::size_t word = 0; word < idle.size(); ++word)
    idle[word] = seen_banks_[writing_][word] & ~ready_banks_[writing_][word];
  // The older, the more often passed: those that have been passed too often come first, and do not wait
  // until the open row is no longer wanted.
  BankSet claimed{};
  std::size_t i = 0;
  for (; i < seen_.size() && seen_[i].passed >= kMostPassed; ++i) {
    const Key key = seen_[i];
    if (key.write != writing_ || has(claimed, key.bank)) continue;
    set(claimed, key.bank);
    clear(idle, key.bank);
    if (!key.open && can_open(key.bank, now)) open(key, now);
  }
  int left = 0;  // banks that open a row for the oldest of their requests
  for (std::size_t word = 0; word < idle.size(); ++word) {
    for (std::uint64_t rest = idle[word]; rest != 0; rest &= rest - 1) {
      const auto bank = static_cast<std::uint32_t>(word * 64 + std::countr_zero(rest));
      if (can_open(bank, now)) {
        ++left;
      } else {
        clear(idle, bank);
      }
    }
  }
  for (; left != 0; ++i) {
    const Key key = seen_[i];
    if (key.write != writing_ || !has(idle, key.bank)) continue;
    clear(idle, key.bank);
    --left;
    open(key, now);
  }
}

/// Whether the bank can open another row now; if not, notes when to look again. Closes the row that is open.
bool DramChannel::can_open(std::uint32_t bank, Tick now) {
  const Bank& b = banks_[bank];
  if (b.open) close(bank, now);
  // An activate that has to wait for its bank must not hold up those of other banks.
  if (b.activate_from < now + kTicks) return true;
  rows_at_ = std::min(rows_at_, b.activate_from);
  return false;
}

void DramChannel::set_open(Key& key, bool open) {
  if (key.open == open) return;
  key.open = open;
  picks_changed_ = true;
  std::uint32_t& of_bank = banks_[key.bank].ready[key.write];
  const std::uint32_t change = open ? 1u : ~0u;
  of_bank += change;
  ready_count_[key.write] += change;
  if (of_bank != 0) {
    set(ready_banks_[key.write], key.bank);
  } else {
    clear(ready_banks_[key.write], key.bank);
  }
}

void DramChannel::close(std::uint32_t bank, Tick now) {
  Bank& b = banks_[bank];
  const Tick precharge = std::max(now, b.precharge_from);
  b.open = false;
  if (b.ready[false] + b.ready[true] != 0) {
    for (Key& key : seen_) {
      if (key.bank == bank) set_open(key, false);
    }
  }
  b.activate_from = std::max(b.activate_from, precharge + timing_.precharge);
  log(Kind::kPrecharge, bank, b.row, precharge);
}

void DramChannel::open(const Key& first, Tick now) {
  Bank& b = banks_[first.bank];
  const std::uint32_t group = group_of(first.bank);
  Tick& oldest = activates_[next_activate_];
  next_activate_ = (next_activate_ + 1) % 4;
  const Tick activate = std::max({now, b.activate_from, activate_free_, group_activate_[group], oldest});
  oldest = activate + timing_.four_activates;
  activate_free_ = activate + timing_.activate_other_group;
  group_activate_[group] = activate + timing_.activate_same_group;
  b.open = true;
  b.row = slots_[first.slot].row;
  std::uint32_t left = b.seen[false] + b.seen[true];
  for (std::size_t i = 0; left != 0; ++i) {
    if (seen_[i].bank != first.bank) continue;
    --left;
    if (slots_[seen_[i].slot].row == b.row) set_open(seen_[i], true);
  }
  b.column_from = activate + timing_.row_to_column;
  b.precharge_from = activate + timing_.row_active;
  ++counts_.activations;
  ++slots_[first.slot].activations;
  log(Kind::kActivate, first.bank, b.row, activate);
}

// --- Data -------------------------------------------------------------------------------------------------

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
      const bool behind = begin >= place;
      Tick over = behind ? begin - place : place - begin;
      if (over >= step) over %= step;
      begin += behind && over != 0 ? step - over : over;
    }
    if (begin >= best) continue;
    best = begin;
    chosen = &lanes_[i];
  }
  when = best;
  return *chosen;
}

/// The request that goes next, and when its bank and the bus allow it: no earlier than `when`. The number of
/// those seen where there is none.
std::size_t DramChannel::pick(Tick& when) {
  Tick bus = when;
  lane_for(bus);
  // Time alone makes no other request the first, as long as the bus is not what it waits for.
  if (picks_changed_ || bus > picked_at_) {
    picked_at_ = kNever;
    picked_ = pick_anew(picked_at_, bus);
    picks_changed_ = false;
  }
  if (picked_at_ == kNever) return seen_.size();
  when = picked_at_;
  return picked_;
}

/// The first in order of arrival of those that can go first, no earlier than `bus`; `earliest`, which was
/// kNever, becomes when: as soon as the bank, its group and the direction of the bus allow the first column
/// command.
std::size_t DramChannel::pick_anew(Tick& earliest, const Tick bus) const {
  const bool writing = writing_;
  Tick turned = bus;
  if (!writing && write_end_ != 0) turned = std::max(turned, write_end_ + timing_.write_to_read_other);
  if (writing && last_was_read_)
    turned = std::max(turned, later(last_data_end_ + timing_.read_to_write, timing_.column_write));
  const auto& group_turned = writing ? group_column_ : group_read_;
  std::size_t best = seen_.size();
  std::uint32_t left = ready_count_[writing];
  for (std::size_t i = 0; left != 0; ++i) {
    const Key key = seen_[i];
    if (!(key.open & (key.write == writing))) continue;
    --left;
    const std::uint32_t group = group_of(key.bank);
    const Tick from = std::max(std::max(turned, banks_[key.bank].column_from),
                               std::max(group_column_[group], group_turned[group]));
    if (from >= earliest) continue;
    best = i;
    earliest = from;
    if (from == bus) break;
  }
  return best;
}

void DramChannel::move(std::size_t index, Tick when) {
  set_open(seen_[index], false);
  const Key key = seen_[index];
  const Pending pending = slots_[key.slot];
  free_slots_.push_back(key.slot);
  --seen_count_[key.write];
  Bank& bank = banks_[key.bank];
  if (--bank.seen[key.write] == 0) clear(seen_banks_[key.write], key.bank);
  // A bank that nobody wants any more opens none.
  if ((bank.ready[key.write] == 0 && bank.seen[key.write] != 0) || key.passed >= kMostPassed)
    rows_changed_ = true;
  seen_.erase(seen_.begin() + static_cast<std::ptrdiff_t>(index));
  for (std::size_t i = 0; i < index; ++i) {
    if (seen_[i].passed < kMostPassed && ++seen_[i].passed == kMostPassed) rows_changed_ = true;
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
  if (pending.write) {
    write_end_ = std::max(write_end_, end);
    group_read_[group] = write_end_ + timing_.write_to_read_same;
  }
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
