// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The recorded rows that the closed form is held against are what the timed level says today.
#include "bench/own_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

namespace areia::bench {
namespace {

const std::set<std::string>& recorded() {
  static const std::set<std::string> rows = [] {
    std::set<std::string> lines;
    std::ifstream file(AREIA_SOURCE_DIR "/perf/own/timed.csv");
    for (std::string line; std::getline(file, line);) lines.insert(line);
    return lines;
  }();
  return rows;
}

class OwnRows : public testing::TestWithParam<const char*> {};

TEST_P(OwnRows, AreWhatTheClockSays) {
  const std::string name = GetParam();
  const auto presets = chip_presets();
  const bool preset = std::ranges::find(presets, name) != presets.end();
  const auto chip = load_chip(preset ? name : AREIA_SOURCE_DIR "/perf/own/" + name + ".toml");
  ASSERT_TRUE(chip.ok()) << chip.error().message;
  std::vector<std::string> rows = {attention_row(*chip, {1, 256, 9, 3, 64}),
                                   attention_row(*chip, {64, 64, 9, 3, 64})};
  for (const std::uint32_t count : {1U, 32U}) {
    for (const num::Format format : {num::Format::kBf16, num::Format::kBlockInt8})
      rows.push_back(product_row(*chip, {count, 576, 576}, format));
  }
  for (const std::string& row : rows)
    EXPECT_TRUE(recorded().contains(row))
        << row << "\nis not in perf/own/timed.csv: bench/own_rows.sh records it anew";
}

INSTANTIATE_TEST_SUITE_P(Chips, OwnRows,
                         testing::Values("areia-1", "areia-edge", "areia-lab", "areia-mid", "areia-fast-dram",
                                         "areia-wide"));

}  // namespace
}  // namespace areia::bench
