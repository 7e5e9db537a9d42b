// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A channel held to closed forms, and its commands to the standard's intervals by a checker of their own.
#include "sim/dram/dram_channel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <random>

namespace areia::sim {
namespace {

class Client final : public DramClient {
 public:
  explicit Client(EventQueue& events) : events_(events) {}
  void dram_done(std::uint32_t, std::uint64_t tag, std::uint32_t) override { done[tag] = events_.now(); }
  std::map<std::uint64_t, Cycle> done;

 private:
  EventQueue& events_;
};

struct Bench {
  explicit Bench(const std::string& chip_name, bool refreshes = true)
      : chip(*load_chip(chip_name)), standard(*load_dram_standard(chip.dram.kind)) {
    if (!refreshes) standard.refresh_interval = 1e6;
    channel = std::make_unique<DramChannel>(chip, standard, 0, events, client);
    channel->log_to(&log);
  }
  void run() {
    while (events.step()) {
    }
  }
  double ns(Cycle cycles) const { return static_cast<double>(cycles) / chip.clock_hz * 1e9; }
  double cycles(double nanoseconds) const { return nanoseconds * 1e-9 * chip.clock_hz; }
  double burst_ns() const {
    return standard.burst_bytes / (chip.dram.bytes_per_second / chip.dram.channels) * 1e9;
  }
  /// Offset of the first byte of a row of bank group 0.
  std::uint64_t row_offset(std::uint64_t row, std::uint64_t bank) const {
    const std::uint64_t above = row * standard.banks_per_group + (bank ^ (row % standard.banks_per_group));
    return above * standard.row_bytes * standard.bank_groups;
  }

  ChipDescription chip;
  DramStandard standard;
  EventQueue events;
  Client client{events};
  std::unique_ptr<DramChannel> channel;
  std::vector<DramCommand> log;
};

/// Checks every pair of commands against the standard: quadratic, from the log alone.
class RuleChecker {
 public:
  RuleChecker(const Bench& bench)
      : s_(bench.standard), tick_ns_(1e9 / (bench.chip.clock_hz * kTicks)), bench_(bench) {}

  void check(std::vector<DramCommand> log) {
    std::ranges::stable_sort(log, {}, &DramCommand::tick);
    for (std::size_t later = 0; later < log.size(); ++later) {
      const std::size_t first = later > 200 ? later - 200 : 0;
      for (std::size_t earlier = first; earlier < later; ++earlier) pair(log[earlier], log[later]);
    }
    four_activates(log);
    open_rows(log);
  }

 private:
  using Kind = DramCommand::Kind;
  static bool column(const DramCommand& c) { return c.kind == Kind::kRead || c.kind == Kind::kWrite; }
  bool all_banks(const DramCommand& c) const { return c.kind == Kind::kRefresh && c.group == s_.bank_groups; }
  bool same_bank(const DramCommand& a, const DramCommand& b) const {
    return all_banks(a) || all_banks(b) || (a.group == b.group && a.bank == b.bank);
  }
  void at_least(const DramCommand& a, const DramCommand& b, double nanoseconds, const char* rule) {
    const double apart = static_cast<double>(b.tick - a.tick) * tick_ns_;
    EXPECT_GE(apart, nanoseconds - 1e-6) << rule << " at " << static_cast<double>(b.tick) * tick_ns_ << " ns";
  }
  void pair(const DramCommand& a, const DramCommand& b) {
    const double burst = bench_.burst_ns();
    const bool group = a.group == b.group;
    if (a.kind == Kind::kActivate && b.kind == Kind::kActivate) {
      at_least(a, b, group ? s_.activate_same_group : s_.activate_other_group, "tRRD");
      if (same_bank(a, b)) at_least(a, b, s_.row_active + s_.precharge, "tRC");
    }
    if (column(a) && column(b) && a.kind == b.kind)
      at_least(a, b, group ? s_.column_same_group : burst, "tCCD");
    if (a.kind == Kind::kRead && b.kind == Kind::kWrite)
      at_least(a, b, s_.column_read + burst + s_.read_to_write - s_.column_write, "read to write");
    if (a.kind == Kind::kWrite && b.kind == Kind::kRead)
      at_least(a, b, s_.column_write + burst + (group ? s_.write_to_read_same : s_.write_to_read_other),
               "tWTR");
    if (same_bank(a, b)) same_bank_pair(a, b, burst);
  }
  void same_bank_pair(const DramCommand& a, const DramCommand& b, double burst) {
    if (a.kind == Kind::kActivate && column(b)) at_least(a, b, s_.row_to_column, "tRCD");
    if (a.kind == Kind::kActivate && b.kind == Kind::kPrecharge) at_least(a, b, s_.row_active, "tRAS");
    if (a.kind == Kind::kPrecharge && b.kind == Kind::kActivate) at_least(a, b, s_.precharge, "tRP");
    if (a.kind == Kind::kPrecharge && b.kind == Kind::kRefresh)
      at_least(a, b, s_.precharge, "tRP to refresh");
    if (a.kind == Kind::kRead && b.kind == Kind::kPrecharge) at_least(a, b, s_.read_to_precharge, "tRTP");
    if (a.kind == Kind::kWrite && b.kind == Kind::kPrecharge)
      at_least(a, b, s_.column_write + burst + s_.write_recovery, "tWR");
    if (a.kind == Kind::kRefresh && b.kind == Kind::kActivate) at_least(a, b, s_.refresh, "tRFC");
  }
  void four_activates(const std::vector<DramCommand>& log) {
    std::vector<DramCommand> activates;
    std::ranges::copy_if(log, std::back_inserter(activates),
                         [](const auto& c) { return c.kind == Kind::kActivate; });
    for (std::size_t i = 4; i < activates.size(); ++i)
      at_least(activates[i - 4], activates[i], s_.four_activates, "tFAW");
  }
  void open_rows(const std::vector<DramCommand>& log) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> open;
    for (const DramCommand& c : log) {
      const std::pair bank{c.group, c.bank};
      bool kept = true;
      if (c.kind == Kind::kActivate) kept = open.emplace(bank, c.row).second;
      if (c.kind == Kind::kPrecharge) kept = open.erase(bank) == 1;
      if (c.kind == Kind::kRefresh) kept = all_banks(c) ? open.empty() : !open.contains(bank);
      if (column(c)) kept = open.contains(bank) && open[bank] == c.row;
      EXPECT_TRUE(kept) << "a command of kind " << static_cast<int>(c.kind)
                        << " finds its bank in another state";
    }
  }

  const DramStandard& s_;
  double tick_ns_;
  const Bench& bench_;
};

class DramChannelTest : public testing::TestWithParam<const char*> {};

TEST_P(DramChannelTest, AColdReadTakesRowColumnAndBurst) {
  Bench bench(GetParam(), false);
  bench.channel->request({0, bench.standard.burst_bytes, false, 1});
  bench.run();
  const double expected = bench.standard.row_to_column + bench.standard.column_read + bench.burst_ns();
  EXPECT_EQ(bench.client.done[1], static_cast<Cycle>(std::ceil(bench.cycles(expected) - 1e-3)));
  EXPECT_EQ(bench.client.done[1], cold_read_cycles(bench.chip, bench.standard));
}

TEST_P(DramChannelTest, AnOpenRowSavesTheActivationAndAnotherRowCostsAPrecharge) {
  Bench bench(GetParam(), false);
  const DramStandard& s = bench.standard;
  bench.channel->request({0, s.burst_bytes, false, 1});
  bench.run();
  const Cycle begin = 1000;
  bench.events.advance(begin);
  bench.channel->request({s.burst_bytes, s.burst_bytes, false, 2});
  bench.run();
  EXPECT_EQ(bench.client.done[2] - begin,
            static_cast<Cycle>(std::ceil(bench.cycles(s.column_read + bench.burst_ns()) - 1e-3)));
  bench.events.advance(2 * begin);
  bench.channel->request({bench.row_offset(s.banks_per_group, 0), s.burst_bytes, false, 3});
  bench.run();
  const double conflict = s.precharge + s.row_to_column + s.column_read + bench.burst_ns();
  EXPECT_NEAR(static_cast<double>(bench.client.done[3] - 2 * begin), bench.cycles(conflict), 1.5);
}

TEST_P(DramChannelTest, AStreamRunsAtThePeak) {
  Bench bench(GetParam());
  const std::uint32_t unit = bench.chip.dram.interleave_bytes;
  const std::uint64_t count = 8192;
  for (std::uint64_t i = 0; i < count; ++i) bench.channel->request({i * unit, unit, false, i});
  bench.run();
  const double peak = bench.chip.dram.bytes_per_second / bench.chip.dram.channels;
  const double seconds = bench.ns(bench.client.done[count - 1]) * 1e-9;
  const double refresh =
      bench.standard.refresh_per_bank ? 0 : bench.standard.refresh / bench.standard.refresh_interval;
  EXPECT_GT(static_cast<double>(count * unit) / seconds / peak, 0.95 * (1 - refresh));
  EXPECT_LE(static_cast<double>(count * unit) / seconds / peak, 1.0);
}

TEST_P(DramChannelTest, RandomBurstsComeNearTheBankLimit) {
  Bench bench(GetParam());
  const DramStandard& s = bench.standard;
  std::mt19937_64 random(1);
  const std::uint64_t count = 4000;
  for (std::uint64_t i = 0; i < count; ++i)
    bench.channel->request({random() % (1 << 24) * s.burst_bytes, s.burst_bytes, false, i});
  bench.run();
  Cycle end = 0;
  for (const auto& [tag, cycle] : bench.client.done) end = std::max(end, cycle);
  const double each = std::max({s.four_activates / 4, s.activate_other_group, bench.burst_ns(),
                                (s.row_active + s.precharge) / s.banks()});
  const double ratio = each * count / bench.ns(end);
  EXPECT_GT(ratio, 0.75);
  EXPECT_LE(ratio, 1.05);  // a few hits of open rows
}

TEST_P(DramChannelTest, NoIntervalOfTheStandardIsBroken) {
  Bench bench(GetParam());
  std::mt19937_64 random(42);
  const std::uint32_t unit = bench.chip.dram.interleave_bytes;
  std::uint64_t tag = 0;
  for (int round = 0; round < 60; ++round) {
    const bool local = random() % 2 == 0;
    const int writes = static_cast<int>(random() % 3);
    for (int i = 0; i < 60; ++i) {
      const std::uint64_t block = local ? random() % 256 : random() % (1 << 22);
      const std::uint64_t inside = random() % 2 == 0 ? 0 : random() % unit;
      const auto bytes = static_cast<std::uint32_t>(1 + random() % (unit - inside));
      bench.channel->request({block * unit + inside, bytes, static_cast<int>(random() % 3) < writes, tag++});
      if (random() % 4 == 0 && bench.events.next() != kNever) bench.events.step();
    }
    if (random() % 4 == 0) {
      bench.run();
      bench.events.advance(bench.events.now() + random() % 20'000);
    }
  }
  bench.run();
  EXPECT_EQ(bench.client.done.size(), tag);
  EXPECT_GT(bench.channel->counts().refreshes, 10u);
  RuleChecker(bench).check(bench.log);
}

TEST_P(DramChannelTest, TheSameRequestsGiveTheSameCycles) {
  std::map<std::uint64_t, Cycle> first;
  for (int run = 0; run < 2; ++run) {
    Bench bench(GetParam());
    std::mt19937_64 random(3);
    for (std::uint64_t i = 0; i < 500; ++i)
      bench.channel->request({random() % (1 << 20) * 64, 64, random() % 4 == 0, i});
    bench.run();
    if (run == 0) first = bench.client.done;
    EXPECT_EQ(bench.client.done, first);
  }
}

TEST(DramTimingTest, AChannelThatCannotBeSoFastIsAnError) {
  ChipDescription chip = *load_chip("areia-1");
  const DramStandard standard = *load_dram_standard(chip.dram.kind);
  EXPECT_TRUE(check_channel_rate(chip, standard).ok());
  chip.dram.bytes_per_second *= 2;
  const auto rate = check_channel_rate(chip, standard);
  ASSERT_FALSE(rate.ok());
  EXPECT_NE(rate.error().message.find("use more dram.channels"), std::string::npos) << rate.error().message;
  chip.dram.channels *= 2;
  EXPECT_TRUE(check_channel_rate(chip, standard).ok());
}

INSTANTIATE_TEST_SUITE_P(Presets, DramChannelTest, testing::Values("areia-1", "areia-edge", "areia-lab"),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace areia::sim
