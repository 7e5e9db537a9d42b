// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
#include "sw/formats/utf8.h"

#include <gtest/gtest.h>

namespace areia::sw {
namespace {

TEST(Utf8Joiner, PutsSplitCharactersTogether) {
  Utf8Joiner joiner;
  const std::string llama = "\xf0\x9f\xa6\x99";
  EXPECT_EQ(joiner.push("a" + llama.substr(0, 1)), "a");
  EXPECT_EQ(joiner.push(llama.substr(1, 2)), "");
  EXPECT_EQ(joiner.push(llama.substr(3) + "b"), llama + "b");
  EXPECT_EQ(joiner.finish(), "");
}

TEST(Utf8Joiner, ReplacesWhatCannotBecomeValid) {
  const auto join = [](std::string_view bytes) {
    Utf8Joiner joiner;
    std::string text = joiner.push(bytes);
    return text + joiner.finish();
  };
  EXPECT_EQ(join("\x80x"), "\xef\xbf\xbdx");
  EXPECT_EQ(join("\xe2\x96x"), "\xef\xbf\xbdx");                            // cut short by a letter
  EXPECT_EQ(join("\xe2\x96"), "\xef\xbf\xbd");                              // cut short by the end
  EXPECT_EQ(join("\xc0\xaf"), "\xef\xbf\xbd\xef\xbf\xbd");                  // overlong
  EXPECT_EQ(join("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");  // surrogate
  EXPECT_EQ(join("\xf4\x90\x80\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");  // > U+10FFFF
  EXPECT_EQ(join("\xf4\x8f\xbf\xbf"), "\xf4\x8f\xbf\xbf");
}

}  // namespace
}  // namespace areia::sw
