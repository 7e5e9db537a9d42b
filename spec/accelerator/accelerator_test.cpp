// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Data sheets: what is read, and what is said of those that are wrong.
#include "spec/accelerator/accelerator.h"

#include <gtest/gtest.h>

namespace areia {
namespace {

std::string error_of(std::string_view toml) {
  const auto chip = parse_accelerator(toml, "x.toml");
  return chip.ok() ? "" : chip.error().message;
}

TEST(Accelerator, ReadsFactsWithTheirSources) {
  const auto chip = parse_accelerator(
      "name = \"x1\"\nclass = \"systolic\"\ntopology = \"torus3\"\n"
      "[matrix]\nbf16 = [275e12, \"paper\"]\n[memory]\nbandwidth = [1.2e12, \"blog\", \"guess\"]\n",
      "x.toml");
  ASSERT_TRUE(chip.ok()) << chip.error().message;
  EXPECT_EQ(chip->kind, AcceleratorClass::kSystolic);
  EXPECT_EQ(chip->topology, Topology::kTorus3);
  EXPECT_EQ(chip->peak(Precision::kBf16)->value, 275e12);
  EXPECT_FALSE(chip->peak(Precision::kBf16)->guess);
  EXPECT_TRUE(chip->memory_bandwidth->guess);
  EXPECT_FALSE(chip->peak(Precision::kFp8));
}

TEST(Accelerator, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(error_of("[memory]\n"), "x.toml: name is missing; every accelerator has one");
  EXPECT_NE(error_of("name = \"x\"\n[memory]\nbandwith = [1e12, \"s\"]")
                .find("x.toml:3: unknown key 'memory.bandwith' (did you mean 'memory.bandwidth'?)"),
            std::string::npos)
      << error_of("name = \"x\"\n[memory]\nbandwith = [1e12, \"s\"]");
  EXPECT_NE(error_of("name = \"x\"\n[memory]\nbandwidth = 1e12").find("must be [number, \"source\"]"),
            std::string::npos);
  EXPECT_NE(error_of("name = \"x\"\n[memory]\nbandwidth = [-1, \"s\"]").find("allowed: 1000000"),
            std::string::npos);
  EXPECT_NE(error_of("name = \"x\"\nclass = \"toaster\"").find("one of gpu, systolic"), std::string::npos);
  EXPECT_NE(error_of("name = ").find("x.toml:1"), std::string::npos);
  EXPECT_NE(error_of("name = \"x\"\n\xC2\xA1 = 1").find("x.toml:2: a character beyond ASCII"),
            std::string::npos);
}

TEST(Accelerator, EveryRivalOfTheDataFolderLoads) {
  for (const std::string& name : accelerator_names()) {
    const auto chip = load_accelerator(name);
    ASSERT_TRUE(chip.ok()) << chip.error().message;
    EXPECT_EQ(chip->name, name);
  }
}

}  // namespace
}  // namespace areia
