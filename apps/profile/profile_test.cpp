// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Costs, tables and pages of reports made by hand.
#include <gtest/gtest.h>

#include "apps/profile/page.h"
#include "apps/profile/tables.h"

namespace areia::apps {
namespace {

/// Two operators and time between them, on two tiles of a chip of two.
struct Made {
  ChipDescription chip = *load_chip("areia-lab");
  EnergyTable table = *load_energy_table(chip.process_nm, chip.dram.kind);
  std::vector<sw::OperatorInfo> operators{{.name = "blk.0.attn_q", .kind = abi::OpKind::kMatmul},
                                          {.name = "</script>", .kind = abi::OpKind::kAttention}};
  TimeReport report;

  Made() {
    chip.mesh.columns = 2;
    chip.mesh.rows = 1;
    report.cycles = 1000;
    report.link_bytes.resize(8);
    report.channel_bytes = {4096};
    report.channel_busy = {100};
    for (std::uint32_t tile = 0; tile < 2; ++tile) {
      add(tile, 0, 100);
      add(tile, 1, 500 + 100 * tile);
      add(tile, 1 | kMarkerBarrier, 200 - 100 * tile);
      add(tile, 2, 200);
    }
  }
  void add(std::uint32_t tile, Marker marker, Cycle cycles) {
    MarkedUsage marked{tile, marker, {}};
    marked.usage.hart[0] = cycles / 2;
    marked.usage.hart[6] = cycles - cycles / 2;
    marked.usage.activity.macs[0] = cycles;
    marked.usage.activity.vector_bits = 64 * cycles;
    marked.usage.activity.dram_read_bytes = 2 * cycles;
    report.usages.push_back(marked);
  }
  PhaseCost cost() const { return cost_of(report, operators, chip, table); }
};

TEST(CostTest, OperatorsAreTheMeanOfTheTilesAndSumToTheClock) {
  const PhaseCost cost = Made().cost();
  ASSERT_EQ(cost.operators.size(), 3);
  EXPECT_EQ(cost.operators[0].name, "blk.0.attn_q");
  EXPECT_EQ(cost.operators[0].kind, "matmul");
  EXPECT_EQ(cost.operators[0].cycles, 700);
  EXPECT_EQ(cost.operators[0].barrier, 150);
  EXPECT_EQ(cost.operators[1].cycles, 200);
  EXPECT_EQ(cost.operators[2].cycles, 100);
  EXPECT_EQ(cost.total.cycles, 1000);
  EXPECT_EQ(cost.total.macs, 2000);
  EXPECT_EQ(cost.total.vector_elements, 4000);
  EXPECT_EQ(cost.total.dram_bytes, 4000);
}

TEST(CostTest, EnergyIsThatOfAllEvents) {
  const Made made;
  const PhaseCost cost = made.cost();
  const auto whole = perf::energy_of(cost.activity, 1000, 2, made.chip, made.table);
  EXPECT_NEAR(cost.total.energy.total(), whole.total(), 1e-12 * whole.total());
}

TEST(CostTest, MarkersOfNoOperatorAreTimeBetweenOperators) {
  Made made;
  made.operators.pop_back();
  const PhaseCost cost = made.cost();
  EXPECT_EQ(cost.operators.back().cycles, 300);
  EXPECT_EQ(cost.total.cycles, 1000);
}

TEST(TablesTest, KindsAndTheOperatorsThatAreNotShownKeepTheSum) {
  const Made made;
  const PhaseCost cost = made.cost();
  double kinds = 0;
  for (const OperatorCost& kind : by_kind(cost)) kinds += kind.cycles;
  EXPECT_EQ(kinds, 1000);
  const std::string text = phase_tables("Prefill", cost, made.chip, 1);
  EXPECT_NE(text.find("blk.0.attn_q"), std::string::npos);
  EXPECT_NE(text.find("(2 others)"), std::string::npos);
}

TEST(PageTest, TextsDoNotLeaveTheirString) {
  const Made made;
  const PageFacts facts{.model = "</script><script>alert(1)</script>",
                        .chip_summary = "<b>\"'\\",
                        .prompt = "\xff/*CHART*/",
                        .prompt_tokens = 1,
                        .new_tokens = 2};
  const auto page = profile_page(facts, {made.cost(), made.cost()}, made.report, made.chip);
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_EQ(page->find("alert(1)</script>"), std::string::npos);
  EXPECT_EQ(page->find("<b>"), std::string::npos);
  EXPECT_NE(page->find("\\u003c/script>\\u003cscript>alert(1)"), std::string::npos);
}

}  // namespace
}  // namespace areia::apps
