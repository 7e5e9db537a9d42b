// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Ten thousand damaged data sheets: the parser gives facts in their ranges or a bad-input error, never a
// crash.
#include <gtest/gtest.h>

#include "base/data_files.h"
#include "base/text_file.h"
#include "base/text_mutator.h"
#include "spec/accelerator/accelerator.h"
#include "spec/accelerator/accelerator_names.h"

namespace areia {
namespace {

constexpr std::string_view kPieces[] = {"[",         "]",       "\"",  "\n",           "=",
                                        "-",         "1e999",   "nan", "inf",          "{",
                                        "#",         "0x7f",    "'''", "\\u0000",      ".",
                                        "\xff",      "guess",   ",",   "[matrix]",     "9223372036854775807",
                                        "[[]]",      "[memory", "0",   "\"guess\"]\n", "true",
                                        "1979-05-27"};

TEST(AcceleratorFuzzTest, DamagedDataSheetsAreFactsInRangeOrBadInput) {
  TextMutator mutator(kPieces);
  std::vector<std::string> sheets;
  for (const std::string& name : accelerator_names()) {
    sheets.push_back(*read_text_file(find_data_file("rivals/" + name + ".toml"), "a data sheet"));
  }
  ASSERT_FALSE(sheets.empty());
  int accepted = 0;
  for (std::size_t i = 0; i < 10'000; ++i) {
    const std::string text = mutator.damage(sheets[i % sheets.size()]);
    const auto chip = parse_accelerator(text, "damaged.toml");
    if (!chip.ok()) {
      ASSERT_EQ(chip.error().kind, ErrorKind::kBadInput);
      ASSERT_FALSE(chip.error().message.empty());
      continue;
    }
    ++accepted;
    ASSERT_FALSE(chip->name.empty());
    for (const AcceleratorField& field : accelerator_fields()) {
      const Known& fact = (*chip).*(field.member);
      if (!fact) continue;
      ASSERT_TRUE(fact->value >= field.least && fact->value <= field.most) << text;
      ASSERT_FALSE(fact->source.empty()) << text;
    }
    AcceleratorNames(std::span(&*chip, 1)).find(text.substr(0, 100));
  }
  EXPECT_GT(accepted, 100);
  EXPECT_LT(accepted, 9'900);
}

TEST(AcceleratorFuzzTest, DeepNestingIsAnErrorNotAStackOverflow) {
  EXPECT_FALSE(parse_accelerator("a = " + std::string(200'000, '['), "deep.toml").ok());
  EXPECT_FALSE(parse_accelerator("[matrix]\nbf16 = " + std::string(200'000, '{'), "deep.toml").ok());
}

}  // namespace
}  // namespace areia
