// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
#include "sw/formats/unigram.h"

#include <gtest/gtest.h>

#include <span>

#include "sw/formats/gguf_writer.h"
#include "sw/formats/tokenizer.h"

namespace areia::sw {
namespace {

const std::string kMark = "\xe2\x96\x81";

struct UnigramVocabulary {
  std::vector<std::string> texts = {"<pad>", "</s>", "<unk>"};
  std::vector<float> scores = {0, 0, 0};
  std::vector<std::int32_t> kinds = {3, 3, 2};

  TokenId add(std::string text, float score, std::int32_t kind = 1) {
    texts.push_back(std::move(text));
    scores.push_back(score);
    kinds.push_back(kind);
    return static_cast<TokenId>(texts.size() - 1);
  }
  GgufWriter writer(bool prefix = false) const {
    GgufWriter made;
    made.add_text("tokenizer.ggml.model", "t5");
    made.add_texts("tokenizer.ggml.tokens", texts);
    made.add_floats("tokenizer.ggml.scores", scores);
    made.add_integers("tokenizer.ggml.token_type", kinds);
    made.add_bool("tokenizer.ggml.add_space_prefix", prefix);
    return made;
  }
};

Tokenizer tokenizer_of(const GgufWriter& writer) {
  const auto file = writer.finish();
  const auto gguf = Gguf::parse(file, "vocabulary");
  EXPECT_TRUE(gguf);
  auto tokenizer = Tokenizer::from_gguf(*gguf);
  EXPECT_TRUE(tokenizer) << tokenizer.error().message;
  return std::move(*tokenizer);
}

using Ids = std::vector<TokenId>;

TEST(Unigram, TakesTheBestSumAndNotTheLongestPiece) {
  UnigramVocabulary vocabulary;
  const TokenId a = vocabulary.add("a", -2), b = vocabulary.add("b", -2), ab = vocabulary.add("ab", -3);
  const TokenId abc = vocabulary.add("abc", -9), c = vocabulary.add("c", -5);
  const Tokenizer tokenizer = tokenizer_of(vocabulary.writer());
  EXPECT_EQ(tokenizer.encode("abc"), (Ids{ab, c, 1}));
  EXPECT_EQ(tokenizer.encode("ba"), (Ids{b, a, 1}));
  EXPECT_EQ(tokenizer.encode("abcabc"), (Ids{ab, c, ab, c, 1}));
  EXPECT_LT(ab, abc);
}

TEST(Unigram, NeighboursWithoutAPieceAreOneUnknown) {
  UnigramVocabulary vocabulary;
  const TokenId a = vocabulary.add("a", -2);
  const Tokenizer tokenizer = tokenizer_of(vocabulary.writer());
  EXPECT_EQ(tokenizer.encode("axyaz"), (Ids{a, 2, a, 2, 1}));
  EXPECT_EQ(tokenizer.encode(""), Ids{1});
}

TEST(Unigram, SpacesAreMarkedAndPrefixed) {
  UnigramVocabulary vocabulary;
  const TokenId word = vocabulary.add(kMark + "a", -1), mark = vocabulary.add(kMark, -4);
  const Tokenizer tokenizer = tokenizer_of(vocabulary.writer(true));
  EXPECT_EQ(tokenizer.encode("a  a"), (Ids{word, mark, word, 1}));
  EXPECT_EQ(tokenizer.decode(Ids{word, word}), "a a");
}

/// A map that replaces "x" by "yz" in the layout of the double array: from the root (unit 0, base 256) "x"
/// leads to unit 256 ^ 'x', whose base leads on to unit 512 with the replacement's place. One field damaged.
std::vector<std::byte> character_map(std::uint32_t value = 0, std::uint32_t root = 256,
                                     std::uint32_t size = 768) {
  std::vector<std::uint32_t> words(1 + 768);
  words[0] = size * 4;
  words[1] = root << 10;
  words[1 + (256 ^ 'x')] = (512 ^ 256 ^ 'x') << 10 | 1u << 8 | 'x';
  words[1 + 512] = 1u << 31 | value;
  const auto bytes = std::as_bytes(std::span(words));
  std::vector<std::byte> map(bytes.begin(), bytes.end());
  for (const char c : {'y', 'z', '\0'}) map.push_back(static_cast<std::byte>(c));
  return map;
}

TEST(Unigram, CharactersAreReplacedByTheMap) {
  UnigramVocabulary vocabulary;
  const TokenId y = vocabulary.add("y", -1), z = vocabulary.add("z", -1), a = vocabulary.add("a", -1);
  GgufWriter writer = vocabulary.writer();
  writer.add_bytes("tokenizer.ggml.precompiled_charsmap", character_map());
  EXPECT_EQ(tokenizer_of(writer).encode("axa"), (Ids{a, y, z, a, 1}));
}

TEST(Unigram, RefusesMapsThatLeadOutside) {
  const auto error_of = [](std::span<const std::byte> map) {
    GgufWriter writer = UnigramVocabulary().writer();
    writer.add_bytes("tokenizer.ggml.precompiled_charsmap", map);
    const auto file = writer.finish();
    const auto gguf = Gguf::parse(file, "vocabulary");
    const auto tokenizer = Tokenizer::from_gguf(*gguf);
    return tokenizer ? "" : tokenizer.error().message;
  };
  auto open_end = character_map();
  open_end.back() = std::byte{'!'};
  EXPECT_NE(error_of(character_map(3)).find("points outside itself"), std::string::npos);
  EXPECT_NE(error_of(character_map(0, 768)).find("points outside itself"), std::string::npos);
  EXPECT_NE(error_of(open_end).find("points outside itself"), std::string::npos);
  EXPECT_NE(error_of(character_map(0, 256, 769)).find("longer than it is"), std::string::npos);
  EXPECT_NE(error_of(std::vector<std::byte>(3)).find("too short"), std::string::npos);
}

}  // namespace
}  // namespace areia::sw
