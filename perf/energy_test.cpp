// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Energies against what published chips take, and sums.
#include "perf/energy.h"

#include <gtest/gtest.h>

namespace areia::perf {
namespace {

struct Areia1 {
  ChipDescription chip = *load_chip("areia-1");
  EnergyTable table = *load_energy_table(chip.process_nm, chip.dram.kind);
  std::uint64_t second = static_cast<std::uint64_t>(chip.clock_hz);
};

TEST(EnergyTest, FullBf16RateLiesBetweenRawArithmeticAndAWholeBoard) {
  const Areia1 a;
  Activity activity;
  const std::uint64_t cycle_macs =
      std::uint64_t{a.chip.tile_count()} * a.chip.tensor.rows * a.chip.tensor.columns;
  activity.macs[static_cast<std::size_t>(MacKind::kFp16)] = cycle_macs * a.second;
  activity.tensor_bytes = 256 * std::uint64_t{a.chip.tile_count()} * a.second;
  const EnergyBreakdown energy = energy_of(activity, a.second, a.chip.tile_count(), a.chip, a.table);
  const double flops = 2.0 * static_cast<double>(cycle_macs) * a.chip.clock_hz;
  // H100 SXM: 700 W for 989 TFLOP/s (NVIDIA's data sheet); bf16 multiply and fp32 add at 7 nm 0.59 pJ (ISCA
  // 2021).
  EXPECT_LT(energy.total() / flops, 700 / 989e12);
  EXPECT_GT(energy.total() / flops, 0.59e-12 * 0.7 / 2);
  EXPECT_FALSE(tdp_warning(energy.total(), 1, a.chip.power.tdp_watts));
}

TEST(EnergyTest, FullDramBandwidthTakesWhatFourStacksTake) {
  const Areia1 a;
  Activity activity;
  activity.dram_read_bytes = static_cast<std::uint64_t>(a.chip.dram.bytes_per_second);
  activity.dram_activations = activity.dram_read_bytes / 2048;
  const double watts = energy_of(activity, 0, 0, a.chip, a.table).dram;
  // 3.9 pJ/bit for HBM2 and HBM3 (MICRO 2017), without and with the host's PHY.
  EXPECT_GT(watts, 0.75 * 3.9e-12 * 8 * a.chip.dram.bytes_per_second);
  EXPECT_LT(watts, 1.25 * 3.9e-12 * 8 * a.chip.dram.bytes_per_second);
}

TEST(EnergyTest, SharesOfTimeAndEventsAddUp) {
  const Areia1 a;
  Activity activity;
  activity.scalar_instructions = 1000;
  activity.noc_hop_bytes = 5000;
  EnergyBreakdown sum;
  for (int tile = 0; tile < 64; ++tile) sum += energy_of(activity, 500, 1, a.chip, a.table);
  Activity all;
  for (int tile = 0; tile < 64; ++tile) all += activity;
  EXPECT_NEAR(sum.total(), energy_of(all, 500, 64, a.chip, a.table).total(), 1e-12 * sum.total());
}

TEST(EnergyTest, AHotChipIsWarnedOf) {
  Areia1 a;
  a.chip.power.tdp_watts = 10;
  ASSERT_TRUE(tdp_warning(20, 1, a.chip.power.tdp_watts));
  EXPECT_NE(tdp_warning(20, 1, a.chip.power.tdp_watts)->find("20.0 W"), std::string::npos);
  EXPECT_FALSE(tdp_warning(0, 0, a.chip.power.tdp_watts));
}

TEST(EnergyTest, TheAreaOfTheDataCentreChipIsThatOfAChip) {
  const Areia1 a;
  const AreaBreakdown area = area_of(a.chip, a.table);
  EXPECT_GT(area.total(), 100);
  EXPECT_LT(area.total(), 858);  // the largest field of a scanner: 26 mm x 33 mm
}

}  // namespace
}  // namespace areia::perf
