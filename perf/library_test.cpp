// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// That published rows find the chips they were measured on.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "perf/validate.h"

namespace areia::perf {
namespace {

TEST(Library, KnowsTheHardwareOfEveryPublishedRowByAnAliasOfItsDataSheet) {
  const auto library = load_library();
  ASSERT_TRUE(library.ok()) << library.error().message;
  const auto rows = load_all_measurements();
  ASSERT_TRUE(rows.ok()) << rows.error().message;
  std::set<std::string> hardware;
  for (const Measurement& row : *rows) hardware.insert(row.hardware);
  EXPECT_GT(hardware.size(), 60u);
  for (const std::string& name : hardware) {
    const Accelerator* chip = library->accelerator(name);
    ASSERT_NE(chip, nullptr) << name;
    const auto same = [&](const std::string& alias) {
      return std::ranges::equal(
          alias, name, [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
    };
    EXPECT_TRUE(same(chip->label) || std::ranges::any_of(chip->aliases, same)) << name << ": " << chip->name;
  }
  EXPECT_EQ(library->accelerator("a toaster"), nullptr);
}

}  // namespace
}  // namespace areia::perf
