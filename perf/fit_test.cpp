// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
#include "perf/fit.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "perf/operators.h"

namespace areia::perf {
namespace {

// The committed devices.toml is what the fitter gives: no constant alone can be bettered.
TEST(Fit, NoConstantOfDevicesTomlCanBeBettered) {
  const auto library = load_library();
  const auto rows = load_all_measurements();
  ASSERT_TRUE(library.ok() && rows.ok());
  for (FitGroup& group : fit_groups(*rows, *library)) {
    const Constants* committed = library->calibration.find(group.chip->name, group.precision);
    ASSERT_NE(committed, nullptr) << group.chip->name << " " << name_of(group.precision)
                                  << ": run make calibrate";
    Device device(*group.chip, library->calibration);
    const double error = fit_error(group, device);
    for (std::size_t i = 0; i < 4; ++i) {
      for (const double factor : {1.02, 1 / 1.02}) {
        Constants changed = *committed;
        changed.*kConstantMembers[i] *= factor;
        if (i < 2 && changed.*kConstantMembers[i] > 1) continue;
        group.set_constants(device, changed);
        EXPECT_GE(fit_error(group, device), 0.97 * error)
            << group.chip->name << " " << name_of(group.precision) << " " << kConstantNames[i];
      }
    }
  }
}

TEST(Fit, FindsTheConstantsThatMadeTheRows) {
  const auto library = load_library();
  ASSERT_TRUE(library.ok());
  const Accelerator* chip = library->accelerator("h100-sxm");
  ASSERT_NE(chip, nullptr);
  const Constants truth = {0.7, 0.6, 5e-6, 1e-6, 0.8};
  Device device(*chip, library->calibration);
  device.set_constants(Precision::kBf16, truth);
  FitGroup group;
  group.chip = chip;
  for (const double m : {1.0, 8.0, 64.0, 512.0, 4096.0, 16384.0}) {
    for (const double n : {256.0, 2048.0, 8192.0, 16384.0}) {
      const Gemm gemm = {.m = m, .n = n, .k = 4096};
      const auto answer = [gemm](const Device& d) { return time_of(gemm, d).seconds; };
      group.rows.push_back({{"gemm", chip, Precision::kBf16, answer}, answer(device)});
    }
  }
  const Constants found = fit(group, device, Constants{});
  device.set_constants(Precision::kBf16, found);
  EXPECT_LT(fit_error(group, device), 0.02);
  EXPECT_NEAR(found.matrix_efficiency, truth.matrix_efficiency, 0.03);
  EXPECT_NEAR(found.memory_efficiency, truth.memory_efficiency, 0.03);
}

TEST(Fit, FormatsOfFewRowsShareConstants) {
  const auto library = load_library();
  const auto rows = load_all_measurements();
  ASSERT_TRUE(library.ok() && rows.ok());
  const auto of_chip = [&](std::size_t least) {
    std::vector<FitGroup> groups = fit_groups(*rows, *library, least);
    std::erase_if(groups, [](const FitGroup& group) { return group.chip->name != "wormhole-n150"; });
    return groups;
  };
  const auto apart = of_chip(1), together = of_chip(8);  // of bfp8 there are four rows
  ASSERT_EQ(apart.size(), 2);
  ASSERT_EQ(together.size(), 1);
  EXPECT_EQ(together[0].joined, std::vector{Precision::kBfp8});
  EXPECT_EQ(together[0].rows.size(), apart[0].rows.size() + apart[1].rows.size());
}

TEST(Fit, HeldOutRowsAreNeverSeen) {
  const auto library = load_library();
  auto rows = load_all_measurements();
  ASSERT_TRUE(library.ok() && rows.ok());
  for (Measurement& row : *rows) row.held_out = true;
  EXPECT_TRUE(fit_groups(*rows, *library, 1).empty());
}

}  // namespace
}  // namespace areia::perf
