// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Collectives: what no network can beat, and what more of a network gives.
#include <gtest/gtest.h>

#include "perf/operators.h"
#include "perf/validate.h"

namespace areia::perf {
namespace {

using Kind = Collective::Kind;

const Library& library() {
  static const Library kLibrary = *load_library();
  return kLibrary;
}
Device device(std::string_view name) { return {*library().accelerator(name), library().calibration}; }

TEST(Collective, IsNeverFasterThanTheLinksCarryItsBytes) {
  for (const std::string_view name : {"a100-80-sxm", "h100-sxm", "l40s", "tpu-v5p", "mi300x", "trainium1"}) {
    const Device chip = device(name);
    const double link = chip.chip().link_bandwidth->value;
    for (const double chips : {2.0, 4.0, 8.0}) {
      for (const double bytes : {1e3, 1e6, 1e9}) {
        const double part = bytes * (chips - 1) / chips / link;
        EXPECT_GT(time_of(Collective{Kind::kAllGather, bytes, chips}, chip).seconds, part) << name;
        EXPECT_GT(time_of(Collective{Kind::kReduceScatter, bytes, chips}, chip).seconds, part) << name;
        EXPECT_GT(time_of(Collective{Kind::kAllToAll, bytes, chips}, chip).seconds, part) << name;
        // A switch that adds passes each byte once; nothing else does with less than a ring.
        const bool adds = chip.chip().topology == Topology::kSwitch && chips >= 8;
        EXPECT_GT(time_of(Collective{Kind::kAllReduce, bytes, chips}, chip).seconds,
                  adds ? bytes / link : 2 * part)
            << name;
      }
    }
  }
}

TEST(Collective, ShortMessagesTakeTheLatencyAndLongOnesTheBandwidth) {
  const Device chip = device("h100-sxm");
  const auto seconds = [&](double bytes) {
    return time_of(Collective{Kind::kAllReduce, bytes, 8}, chip).seconds;
  };
  EXPECT_NEAR(seconds(8), seconds(1024), 0.01 * seconds(8));
  EXPECT_NEAR(seconds(8e9) / seconds(4e9), 2, 0.05);
  for (double bytes = 8; bytes < 1e10; bytes *= 2) EXPECT_LE(seconds(bytes), seconds(2 * bytes)) << bytes;
}

TEST(Collective, AloneThereIsNothingToDo) {
  EXPECT_EQ(time_of(Collective{Kind::kAllReduce, 1e9, 1}, device("h100-sxm")).seconds, 0);
  EXPECT_EQ(time_of(Collective{Kind::kAllReduce, 0, 8}, device("h100-sxm")).seconds, 0);
}

TEST(Collective, MoreChipsBringNoMoreBandwidth) {
  for (const std::string_view name : {"h100-sxm", "b200", "mi300x"}) {
    double last = 0;
    for (const double chips : {2.0, 4.0, 6.0, 7.0}) {
      const double seconds = time_of(Collective{Kind::kAllGather, 1e9, chips}, device(name)).seconds;
      EXPECT_GE(seconds, last) << name << " " << chips;
      last = seconds;
    }
  }
}

TEST(Collective, ANodeSharesItsAdapters) {
  const Device chip = device("h100-sxm");
  const double one = time_of(Collective{Kind::kAllReduce, 1e9, 16, 1}, chip).seconds;
  const double eight = time_of(Collective{Kind::kAllReduce, 1e9, 16, 8}, chip).seconds;
  EXPECT_GT(one, 7 * eight);
  EXPECT_GT(eight, time_of(Collective{Kind::kAllReduce, 1e9, 8, 8}, chip).seconds);
  Collective known = {Kind::kAllReduce, 1e9, 16, 8};
  known.node_bandwidth = 20e9;  // one adapter for all eight
  EXPECT_NEAR(time_of(known, chip).link, 2 * 15.0 / 16 * 1e9 / 20e9, 1e-4);
}

TEST(Collective, ATorusUsesTheAxesThatAGroupSpans) {
  const Device chip = device("tpu-v5p");
  const auto bandwidth = [&](double chips) {
    return 1e9 * (chips - 1) / chips / time_of(Collective{Kind::kAllGather, 1e9, chips}, chip).link;
  };
  EXPECT_NEAR(bandwidth(16) / bandwidth(4), 2, 1e-6);
  EXPECT_NEAR(bandwidth(64) / bandwidth(4), 3, 1e-6);
}

TEST(Collective, HeldOutRowsOfOneMegabyteAndMoreStayWithinFourteenPercent) {
  const auto rows = load_all_measurements();
  ASSERT_TRUE(rows.ok());
  std::vector<double> errors;
  for (const Measurement& row : *rows) {
    if (!row.held_out || row.phase != "collective" || row.value <= 0) continue;
    const auto question = read_collective(row, library());
    if (!question || question->family != "collective") continue;
    const double answer = question->answer(Device(*question->chip, library().calibration));
    errors.push_back(std::abs(answer - row.value) / row.value);
  }
  ASSERT_GT(errors.size(), 400u);
  EXPECT_LT(summarise(errors).mean, 0.14);
  EXPECT_LT(summarise(errors).median, 0.10);
}

}  // namespace
}  // namespace areia::perf
