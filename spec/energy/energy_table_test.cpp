// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The table at its nodes and between, and errors in it.
#include "spec/energy/energy_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

namespace areia {
namespace {

std::string text() {
  std::ifstream file(AREIA_SOURCE_DIR "/spec/energy/energy.toml");
  std::ostringstream all;
  all << file.rdbuf();
  return all.str();
}

TEST(EnergyTableTest, SmallerNodesCostLess) {
  double last = 1e9;
  for (const double nm : {45.0, 28.0, 16.0, 7.0, 5.0, 4.0, 3.0, 2.0}) {
    const auto table = load_energy_table(nm, "HBM3");
    ASSERT_TRUE(table.ok()) << table.error().message;
    EXPECT_LT(table->mac[static_cast<std::size_t>(MacKind::kFp16)], last);
    last = table->mac[static_cast<std::size_t>(MacKind::kFp16)];
  }
}

TEST(EnergyTableTest, TheReferenceNodeHasThePublishedValuesTimesTheOverhead) {
  const auto table = load_energy_table(7, "DDR4");
  ASSERT_TRUE(table.ok());
  EXPECT_DOUBLE_EQ(table->mac[static_cast<std::size_t>(MacKind::kInt8)], 0.10 * 1.3);
  EXPECT_DOUBLE_EQ(table->mac[static_cast<std::size_t>(MacKind::kFp16)], 0.59 * 1.3);
  EXPECT_NEAR(table->scratchpad_base + table->scratchpad_slope * 1024, 14.0, 0.01);
  EXPECT_NEAR(table->scratchpad_base + table->scratchpad_slope * std::sqrt(32768.0), 8.5, 0.01);
}

TEST(EnergyTableTest, WhatIsNotThereIsAnErrorThatSaysWhatIs) {
  EXPECT_NE(load_energy_table(90, "HBM3").error().message.find("2 to 45 nm"), std::string::npos);
  EXPECT_NE(load_energy_table(5, "core").error().message.find("LPDDR5X"), std::string::npos);
  std::string bad = text();
  bad.replace(bad.find("int8 = 0.10"), 11, "int8 = -1.0");
  const auto table = parse_energy_table(bad, "mine.toml", 5, "HBM3");
  ASSERT_FALSE(table.ok());
  EXPECT_NE(table.error().message.find("mac.int8 must be a positive number"), std::string::npos)
      << table.error().message;
}

}  // namespace
}  // namespace areia
