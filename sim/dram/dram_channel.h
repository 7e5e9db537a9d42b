// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// DramChannel: one channel of DRAM and its controller. Rules:
//
// - Requests wait in order of arrival; the controller sees the first queue_depth of them.
// - Rows stay open. A bank opens the row of its oldest request, once no request that the controller sees
//   wants the row that is open, or the oldest has been passed kMostPassed times.
// - Of the requests whose rows are open, or opening, the one that can move its data first goes first; of
//   several the oldest (first ready, first come first served). Its bursts take every second place on the data
//   bus, which is as fast as one bank group can (tCCD_L), and leave the others to a request of another group.
// - Reads and writes take turns: the controller turns to writes when half of what it sees are writes, or the
//   oldest of all is one that has been passed kMostPassed times, or nothing else is there, and back when none
//   is left or kMovedInTurn have gone and reads wait.
// - Refresh: one bank at a time (or all), the next of the round that nobody waits for; put off by at most
//   eight intervals. While a channel is idle, refreshes happen unseen.
// - All of JEDEC's intervals between commands that spec/dram/dram_standard.h names are kept. The command bus
//   is not modelled: it is wide enough for a column and a row command at a time.
#pragma once

#include <array>
#include <deque>
#include <vector>

#include "sim/dram/dram_timing.h"
#include "sim/event/event_queue.h"

namespace areia::sim {

struct DramRequest {
  std::uint64_t offset = 0;  ///< in the channel's own bytes
  std::uint32_t bytes = 0;   ///< at least 1, within one run (DramMap); moves every burst that it touches
  bool write = false;
  std::uint64_t tag = 0;  ///< below 2^48
};

class DramClient {
 public:
  virtual ~DramClient() = default;
  /// dram_done() of this tag comes next: time to fetch what it needs.
  virtual void dram_soon(std::uint64_t) {}
  /// The request's last byte has just crossed the data bus; `activations` rows were opened for it.
  virtual void dram_done(std::uint32_t channel, std::uint64_t tag, std::uint32_t activations) = 0;
};

/// A command, for those who check the rules.
struct DramCommand {
  enum class Kind : std::uint8_t { kActivate, kPrecharge, kRead, kWrite, kRefresh } kind = Kind::kActivate;
  std::uint32_t group = 0, bank = 0;  ///< kRefresh of all banks: group = bank_groups
  std::uint64_t row = 0;
  Tick tick = 0;
};

struct DramCounts {
  std::uint64_t read_bytes = 0, write_bytes = 0;  ///< whole bursts
  std::uint64_t activations = 0, refreshes = 0;
  Tick busy = 0;  ///< of the data bus

  DramCounts& operator+=(const DramCounts& other) {
    read_bytes += other.read_bytes;
    write_bytes += other.write_bytes;
    activations += other.activations;
    refreshes += other.refreshes;
    busy += other.busy;
    return *this;
  }
  DramCounts& operator-=(const DramCounts& other) {
    read_bytes -= other.read_bytes;
    write_bytes -= other.write_bytes;
    activations -= other.activations;
    refreshes -= other.refreshes;
    busy -= other.busy;
    return *this;
  }
};

class DramChannel final : public EventTarget {
 public:
  DramChannel(const ChipDescription& chip, const DramStandard& standard, std::uint32_t channel,
              EventQueue& events, DramClient& client);

  /// A request arrives now.
  void request(const DramRequest& request);
  const DramCounts& counts() const { return counts_; }
  /// Forgets all requests; rows are closed.
  void reset();
  /// Every command goes there too, not in order of time.
  void log_to(std::vector<DramCommand>* log) { log_ = log; }

  void on_event(std::uint64_t payload) override;

 private:
  static constexpr std::uint32_t kMostBanks = 256, kMostGroups = 16;
  struct Bank {
    bool open = false;
    std::uint64_t row = 0;
    Tick activate_from = 0, column_from = 0, precharge_from = 0;
    std::array<std::uint32_t, 2> seen{};   ///< by direction: requests that the controller sees
    std::array<std::uint32_t, 2> ready{};  ///< of these, those whose row is open
  };
  using BankSet = std::array<std::uint64_t, kMostBanks / 64>;
  struct Pending {
    std::uint64_t row = 0;
    std::uint64_t tag = 0;
    std::uint16_t bursts = 0;
    std::uint16_t activations = 0;
    std::uint8_t bank = 0;
    bool write = false;
  };
  /// What is looked at again and again of a request that the controller sees: small, so that all of a channel
  /// are a few lines of the host's cache.
  struct Key {
    std::uint8_t bank = 0;
    std::uint8_t passed = 0;  ///< times that a younger one went before it, at most kMostPassed
    std::uint8_t slot = 0;    ///< of slots_, where the rest is
    bool write = false;
    bool open = false;  ///< its row is; kept by set_open()
  };
  /// Every second place on the data bus: bursts of one request.
  struct Lane {
    Tick phase = 0;   ///< of a column command
    Tick free = 0;    ///< from when on there is no further one
    Tick before = 0;  ///< the same of the request before
  };
  static constexpr std::uint8_t kMostPassed = 64;
  static constexpr std::uint32_t kMovedInTurn = 16;
  static constexpr Tick kMostPutOff = 8;

  void serve();
  void wake(Cycle cycle);
  void admit(const Pending& pending);
  void admit_waiting();
  void turn();
  void open_rows(Tick now);
  bool can_open(std::uint32_t bank, Tick now);
  void open(const Key& key, Tick now);
  void close(std::uint32_t bank, Tick now);
  void set_open(Key& key, bool open);
  std::uint32_t group_of(std::uint32_t bank) const { return bank >> group_shift_; }
  static void clear(BankSet& banks, std::uint32_t bank) {
    banks[bank / 64] &= ~(std::uint64_t{1} << bank % 64);
  }
  static void set(BankSet& banks, std::uint32_t bank) { banks[bank / 64] |= std::uint64_t{1} << bank % 64; }
  static bool has(const BankSet& banks, std::uint32_t bank) {
    return (banks[bank / 64] >> bank % 64 & 1) != 0;
  }
  std::size_t pick(Tick& when);
  std::size_t pick_anew(Tick& earliest, Tick bus) const;
  Lane& lane_for(Tick& when);
  void move(std::size_t index, Tick when);
  void settle(const Pending& pending, Tick last);
  void refresh_due(Tick now);
  bool refresh_one(Tick now, bool forced);
  void refresh_bank(std::uint32_t bank, Tick now);
  void refresh_all(Tick now);
  void log(DramCommand::Kind kind, std::uint32_t bank, std::uint64_t row, Tick tick);

  DramTiming timing_;
  DramMap map_;
  std::uint32_t burst_bytes_, burst_shift_, groups_, banks_per_group_, depth_, channel_;
  unsigned group_shift_;  ///< log2 of the banks of a group
  bool refresh_per_bank_;
  EventQueue& events_;
  DramClient& client_;

  std::deque<Pending> waiting_;
  std::vector<Key> seen_;  ///< in order of arrival
  std::vector<Pending> slots_;
  std::vector<std::uint8_t> free_slots_;
  std::vector<Bank> banks_;
  std::array<std::uint32_t, 2> seen_count_{};   ///< of seen_, by direction
  std::array<std::uint32_t, 2> ready_count_{};  ///< of these, those whose row is open
  std::array<BankSet, 2> seen_banks_{};         ///< by direction: those with requests
  std::array<BankSet, 2> ready_banks_{};        ///< by direction: those with ready requests
  BankSet refreshed_{};                         ///< banks of the present round
  std::uint32_t refreshed_count_ = 0;
  bool writing_ = false;
  std::uint32_t moved_ = 0;  ///< requests, since the bus turned
  std::array<Lane, 2> lanes_;
  Tick last_data_end_ = 0;  ///< on the data bus
  bool last_was_read_ = false;
  std::array<Tick, kMostGroups> group_column_{};  ///< by group: tCCD_L after its last column command
  std::array<Tick, kMostGroups> group_read_{};    ///< by group: tWTR_L after its last write's data
  Tick write_end_ = 0;
  Tick activate_free_ = 0;                          ///< tRRD_S
  std::array<Tick, kMostGroups> group_activate_{};  ///< by group: tRRD_L
  std::array<Tick, 4> activates_{};                 ///< the last four, oldest at next_activate_
  std::uint32_t next_activate_ = 0;
  std::size_t picked_ = 0;  ///< what pick() said, with picked_at_; no longer true where picks_changed_
  Tick picked_at_ = 0;
  bool picks_changed_ = true;
  Tick rows_at_ = kNever;     ///< when the next bank that waits can open its row
  bool rows_changed_ = true;  ///< since open_rows(): which banks should open another row, or when they can
  Tick next_refresh_ = 0;
  Tick idle_from_ = 0;
  Cycle serve_at_ = kNever;  ///< the event that counts
  DramCounts counts_;
  std::vector<DramCommand>* log_ = nullptr;
};

}  // namespace areia::sim
