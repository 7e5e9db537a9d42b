// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Kinds of DRAM: those there are, and errors that say where and what is allowed.
#include "spec/dram/dram_standard.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace areia {
namespace {

std::string text_of(const std::string& kind) {
  std::ifstream file(AREIA_SOURCE_DIR "/spec/dram/" + kind + ".toml");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  text.replace(text.find(from), from.size(), to);
  return text;
}

TEST(DramStandardTest, EveryKindOfThePresetsIsKnown) {
  EXPECT_EQ(dram_kinds(), (std::vector<std::string>{"DDR4", "HBM3", "LPDDR5X"}));
  for (const auto& kind : dram_kinds()) {
    const auto dram = load_dram_standard(kind);
    ASSERT_TRUE(dram.ok()) << dram.error().message;
    EXPECT_EQ(dram->kind, kind);
    EXPECT_EQ(dram->banks(), 16u);
  }
}

TEST(DramStandardTest, AnUnknownKindNamesThoseThereAre) {
  for (const std::string kind : {"SDRAM", "../chip/areia-1", ""}) {
    const auto dram = load_dram_standard(kind);
    ASSERT_FALSE(dram.ok());
    EXPECT_EQ(dram.error().kind, ErrorKind::kBadInput);
    EXPECT_NE(dram.error().message.find("HBM3"), std::string::npos) << dram.error().message;
  }
}

TEST(DramStandardTest, ErrorsSayLineKeyAndWhatIsAllowed) {
  const std::string good = text_of("hbm3");
  ASSERT_TRUE(parse_dram_standard(good, "a.toml").ok());
  const auto error_of = [&](const std::string& from, const std::string& to) {
    const auto dram = parse_dram_standard(with(good, from, to), "a.toml");
    return dram.ok() ? std::string("no error") : dram.error().message;
  };
  EXPECT_NE(error_of("bank_groups = 4", "bank_groups = 3").find("a power of two, 1 to 16"),
            std::string::npos);
  EXPECT_NE(error_of("precharge = 14", "precharge = -1").find("ns.precharge"), std::string::npos);
  EXPECT_NE(error_of("precharge = 14", "precharge = nan").find("ns.precharge"), std::string::npos);
  EXPECT_NE(error_of("precharge = 14", "prechagre = 14").find("ns.precharge is missing"), std::string::npos);
  EXPECT_NE(error_of("[refresh]", "colour = 1\n[refresh]").find("unknown key 'ns.colour'"),
            std::string::npos);
  EXPECT_NE(error_of("per_bank = true", "per_bank = 1").find("true or false"), std::string::npos);
  EXPECT_NE(error_of("[ns]", "[ns").find("not TOML"), std::string::npos);
}

}  // namespace
}  // namespace areia
