// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Ten thousand damaged descriptions: the parser gives a valid chip or a bad-input error, never a crash.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/data_files.h"
#include "base/text_mutator.h"
#include "spec/chip/chip.h"
#include "spec/chip/fields.h"

namespace areia {
namespace {

std::string preset_text(const std::string& name) {
  std::ifstream file(find_data_file("chip/" + name + ".toml"));
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

constexpr std::string_view kPieces[] = {"[",
                                        "]",
                                        "\"",
                                        "\n",
                                        "=",
                                        "-",
                                        "1e999",
                                        "nan",
                                        "inf",
                                        "\0x",
                                        "{",
                                        "[[mesh]]",
                                        "#",
                                        "0x7f",
                                        "'''",
                                        "\\u0000",
                                        ".",
                                        "\xff",
                                        "base = \"areia-lab\"\n",
                                        "9223372036854775807",
                                        "1979-05-27"};

TEST(ChipFuzzTest, DamagedPresetsAreValidOrBadInput) {
  TextMutator mutator(kPieces);
  const auto names = chip_presets();
  ASSERT_FALSE(names.empty());
  int accepted = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string text = mutator.damage(preset_text(names[static_cast<std::size_t>(i) % names.size()]));
    auto chip = parse_chip(text, "damaged.toml");
    if (!chip.ok()) {
      ASSERT_EQ(chip.error().kind, ErrorKind::kBadInput);
      ASSERT_FALSE(chip.error().message.empty());
      continue;
    }
    ++accepted;
    for (const auto& field : chip_fields()) ASSERT_FALSE(field_offence(field, *chip)) << text;
  }
  EXPECT_GT(accepted, 100);  // comments take most damage: a parser that refuses everything is wrong too
  EXPECT_LT(accepted, 9'900);
}

TEST(ChipFuzzTest, DeepNestingIsAnErrorNotAStackOverflow) {
  EXPECT_FALSE(parse_chip("a = " + std::string(200'000, '['), "deep.toml").ok());
  EXPECT_FALSE(parse_chip("a = " + std::string(200'000, '{'), "deep.toml").ok());
}

}  // namespace
}  // namespace areia
