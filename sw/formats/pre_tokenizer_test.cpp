// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
#include "sw/formats/pre_tokenizer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "sw/formats/pre_tokenizer_families.h"

namespace areia::sw {
namespace {

using Words = std::vector<std::u32string>;

Words words_of(const PreTokenizer& pre_tokenizer, std::u32string_view text) {
  Words words;
  std::size_t at = 0;
  for (const std::uint32_t size : pre_tokenizer.split(text)) {
    words.emplace_back(text.substr(at, size));
    at += size;
  }
  EXPECT_EQ(at, text.size());
  return words;
}

Words named(std::string_view name, std::u32string_view text) {
  const auto made = PreTokenizer::by_name(name);
  EXPECT_TRUE(made);
  return words_of(*made, text);
}

Words own(std::vector<std::string_view> patterns, std::u32string_view text) {
  const auto made = PreTokenizer::from_patterns(patterns);
  EXPECT_TRUE(made) << made.error().message;
  return words_of(*made, text);
}

TEST(PreTokenizer, KnowsWhatItsFamiliesTellApart) {
  const std::u32string_view text = U"It's 12345 IT'S\n\n  x";
  EXPECT_EQ(named("gpt-2", text), (Words{U"It", U"'s", U" 12345", U" IT", U"'", U"S", U"\n\n ", U" x"}));
  EXPECT_EQ(named("smollm", text),
            (Words{U"It", U"'s", U" ", U"1", U"2", U"3", U"4", U"5", U" IT", U"'", U"S", U"\n\n ", U" x"}));
  EXPECT_EQ(named("llama-bpe", text),
            (Words{U"It", U"'s", U" ", U"123", U"45", U" IT", U"'S", U"\n\n", U" ", U" x"}));
  EXPECT_EQ(named("gpt-4o", text), (Words{U"It's", U" ", U"123", U"45", U" IT'S", U"\n\n", U" ", U" x"}));
}

TEST(PreTokenizer, NamesAllThatItKnowsWhereOneIsUnknown) {
  const auto made = PreTokenizer::by_name("no-such");
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message.find("'no-such' is not supported"), std::string::npos);
  EXPECT_NE(made.error().message.find("gpt-2"), std::string::npos);
  EXPECT_NE(made.error().message.find("qwen2"), std::string::npos);
}

TEST(PreTokenizer, AppliesOwnPatternsOneAfterTheOther) {
  EXPECT_EQ(own({"\\p{N}", "[a-z]+"}, U"ab12 cd"), (Words{U"ab", U"1", U"2", U" ", U"cd"}));
  EXPECT_EQ(own({"(?i:'s)|\\p{Lu}\\p{Ll}*+"}, U"aÄb'S"), (Words{U"a", U"Äb", U"'S"}));
  EXPECT_EQ(own({"(?=b)"}, U"abab"), (Words{U"a", U"ba", U"b"}));
  EXPECT_EQ(own({}, U"all of it"), (Words{U"all of it"}));
  EXPECT_EQ(own({"x"}, U""), Words{});
}

TEST(PreTokenizer, OwnPatternsOfAKnownFamilyCutAsItDoes) {
  constexpr std::string_view kQwen2 =
      R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|)"
      R"(\s*[\r\n]+|\s+(?!\S)|\s+)";
  const std::u32string_view text = U"it'\u017fx";  // which is an "s" in another case
  EXPECT_EQ(named("qwen2", text), (Words{U"it", U"'\u017fx"}));
  EXPECT_EQ(own({kQwen2}, text), (Words{U"it", U"'\u017fx"}));
  EXPECT_EQ(own({kQwen2, "no-such"}, text), (Words{U"it", U"'\u017f", U"x"}));
}

TEST(PreTokenizer, RefusesPatternsThatAreNoneOrTooLarge) {
  const auto error_of = [](std::vector<std::string_view> patterns) {
    const auto made = PreTokenizer::from_patterns(patterns);
    return made ? "" : made.error().message;
  };
  EXPECT_EQ(error_of({"a", "b("}), "pre-tokenizer pattern 1, character 2: missing closing parenthesis");
  EXPECT_NE(error_of({"\\p{Nonsense}"}).find("pattern 0"), std::string::npos);
  EXPECT_NE(error_of({"((((a{1000}){1000}){1000}){1000})"}), "");
  const std::string large(5000, 'a');
  EXPECT_NE(error_of({large}).find("at most 4096"), std::string::npos);
  EXPECT_NE(error_of(std::vector<std::string_view>(17, "a")).find("at most 16"), std::string::npos);
}

TEST(PreTokenizer, HostilePatternsEnd) {
  const std::u32string text = std::u32string(2000, U'a') + U"b";
  for (const char* pattern :
       {"(a+)+$", "(a|a)*c", "(?R)", "a(?=.*c)", "(?>a*)*+c", "(a*)*", "\\K", "(?=a\\K)"}) {
    const auto made = PreTokenizer::from_patterns(std::vector<std::string_view>{pattern});
    if (made) words_of(*made, text);
  }
}

TEST(PreTokenizer, EveryFamilyKeepsAllOfAnyText) {
  std::mt19937 random(5);
  for (const PreTokenizerFamily& family : pre_tokenizer_families()) {
    const auto made = PreTokenizer::by_name(family.names[0]);
    ASSERT_TRUE(made) << family.names[0];
    for (int i = 0; i < 200; ++i) {
      std::u32string text(random() % 40, U' ');
      for (char32_t& point : text) point = static_cast<char32_t>(random() % (i % 2 ? 0x80 : 0x110000));
      const auto sizes = made->split(text);
      EXPECT_EQ(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}), text.size());
      EXPECT_EQ(std::count(sizes.begin(), sizes.end(), 0u), 0);
    }
  }
}

}  // namespace
}  // namespace areia::sw
