// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Names near to what was typed.
#include "base/nearest_name.h"

#include <gtest/gtest.h>

namespace areia {
namespace {

const std::vector<std::string> kNames = {"a30", "h100-nvl", "h100-pcie", "h100-sxm", "h200-sxm", "tpu-v5e"};

TEST(NearestName, IsTheOneWithTheFewestEdits) {
  EXPECT_EQ(nearest_name("h100-sxn", kNames), "h100-sxm");
  EXPECT_EQ(nearest_name("tpu-v5", kNames), "tpu-v5e");
  EXPECT_EQ(nearest_name("banana", kNames), "");
  EXPECT_EQ(nearest_name(std::string(200, 'h'), kNames), "");
}

TEST(NearestName, ThatBeginsWithWhatWasTypedComesFirst) {
  EXPECT_EQ(nearest_name("h10", kNames), "h100-nvl");
  EXPECT_EQ(nearest_names("h10", kNames, 3), (std::vector<std::string>{"h100-nvl", "h100-pcie", "h100-sxm"}));
}

TEST(NearestName, OfManyNamesAFewAreShown) {
  EXPECT_EQ(near_names("h100-sx", kNames, 2), "; near it: h100-sxm, h200-sxm");
  EXPECT_EQ(near_names("x", kNames, 1), "; near it: a30");
  EXPECT_EQ(near_names("x", {}, 2), "");
}

}  // namespace
}  // namespace areia
