// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// TOML texts: what they hold, and errors that say where.
#include "base/toml.h"

#include <gtest/gtest.h>

namespace areia {
namespace {

std::string error_of(std::string_view text) {
  const auto table = parse_toml(text, "x.toml");
  return table.ok() ? "" : table.error().message;
}

TEST(Toml, IsATableOrALineThatIsWrong) {
  const auto table = parse_toml("a = 1\nb = \"\\u00B5\"", "x.toml");
  ASSERT_TRUE(table.ok());
  EXPECT_EQ((*table)["a"].value<int>(), 1);
  EXPECT_EQ((*table)["b"].value<std::string>(), "\u00B5");
  EXPECT_EQ((*table)["b"].node()->source().begin.line, 2U);
  EXPECT_EQ(error_of("a = 1\nb =").substr(0, 20), "x.toml:2: not TOML: ");
}

TEST(Toml, IsAscii) {
  for (const std::string_view text : {"a = 1\n\xC2\xA1 = 1", "a = 1\n# \xC2\xB5m", "a = 1\nb = \"\xFF\"",
                                      "a = 1\n\xE2\x80\x83", "a = 1\nb = '\xE5\x8C\x85'"}) {
    EXPECT_EQ(error_of(text), "x.toml:2: a character beyond ASCII; write \\uXXXX in texts") << text;
  }
}

}  // namespace
}  // namespace areia
