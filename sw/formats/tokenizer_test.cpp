// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
#include "sw/formats/tokenizer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sw/formats/gguf_writer.h"

namespace areia::sw {
namespace {

const std::filesystem::path kModels = AREIA_SOURCE_DIR "/../shared/models";
const std::string kMark = "\xe2\x96\x81";

/// A vocabulary of 3 + 256 byte tokens, then the given pieces with falling scores and type `kind`.
struct Vocabulary {
  std::vector<std::string> texts = {"<unk>", "<s>", "</s>"};
  std::vector<float> scores = {0, 0, 0};
  std::vector<std::int32_t> kinds = {2, 3, 3};

  Vocabulary() {
    for (int byte = 0; byte < 256; ++byte) {
      char text[8];
      std::snprintf(text, sizeof text, "<0x%02X>", static_cast<unsigned>(byte));
      add(text, 0, 6);
    }
  }
  TokenId add(std::string text, float score, std::int32_t kind = 1) {
    texts.push_back(std::move(text));
    scores.push_back(score);
    kinds.push_back(kind);
    return static_cast<TokenId>(texts.size() - 1);
  }
  GgufWriter writer() const {
    GgufWriter made;
    made.add_text("tokenizer.ggml.model", "llama");
    made.add_texts("tokenizer.ggml.tokens", texts);
    made.add_floats("tokenizer.ggml.scores", scores);
    made.add_integers("tokenizer.ggml.token_type", kinds);
    return made;
  }
};

Tokenizer tokenizer_of(const GgufWriter& writer) {
  const auto file = writer.finish();
  const auto gguf = Gguf::parse(file, "vocabulary");
  EXPECT_TRUE(gguf);
  auto tokenizer = Tokenizer::from_gguf(*gguf);
  EXPECT_TRUE(tokenizer);
  return std::move(*tokenizer);
}

TEST(Tokenizer, MergesTheBestScoreFirstAndTheLeftmostOfEquals) {
  Vocabulary vocabulary;
  const TokenId mark = vocabulary.add(kMark, -9), a = vocabulary.add("a", -9), b = vocabulary.add("b", -9);
  const TokenId ab = vocabulary.add("ab", -2), ba = vocabulary.add("ba", -1), aa = vocabulary.add("aa", -3);
  const Tokenizer tokenizer = tokenizer_of(vocabulary.writer());
  EXPECT_EQ(tokenizer.encode("aba"), (std::vector<TokenId>{1, mark, a, ba}));
  EXPECT_EQ(tokenizer.encode("aaa"), (std::vector<TokenId>{1, mark, aa, a}));
  EXPECT_EQ(tokenizer.encode("abab"), (std::vector<TokenId>{1, mark, a, ba, b}));
  EXPECT_EQ(tokenizer.encode("ab"), (std::vector<TokenId>{1, mark, ab}));
}

TEST(Tokenizer, FallsBackToBytesAndBack) {
  Vocabulary vocabulary;
  vocabulary.add(kMark, -9);
  const Tokenizer tokenizer = tokenizer_of(vocabulary.writer());
  const auto ids = tokenizer.encode("\xc3\xa9");
  EXPECT_EQ(ids, (std::vector<TokenId>{1, 259, 3 + 0xc3, 3 + 0xa9}));
  EXPECT_EQ(tokenizer.decode(ids), " \xc3\xa9");  // BOS first, so the space is not the text's first token
  EXPECT_EQ(tokenizer.decode(std::span(ids).subspan(1)), "\xc3\xa9");
  PieceStream stream(tokenizer);
  EXPECT_EQ(stream.push(3 + 0xc3), "");
  EXPECT_EQ(stream.push(3 + 0xa9), "\xc3\xa9");
  EXPECT_EQ(stream.push(3 + 0xc3), "");
  EXPECT_EQ(stream.finish(), "\xef\xbf\xbd");
}

TEST(Tokenizer, SpecialTextCountsOnlyWhenAskedButUserDefinedAlways) {
  Vocabulary vocabulary;
  const TokenId mark = vocabulary.add(kMark, -9), x = vocabulary.add("x", -9);
  const TokenId own = vocabulary.add("[own]", 0, 4);
  GgufWriter writer = vocabulary.writer();
  writer.add_bool("tokenizer.ggml.add_eos_token", true);
  const Tokenizer tokenizer = tokenizer_of(writer);
  EXPECT_EQ(tokenizer.encode("x</s>x[own]", SpecialText::kParse),
            (std::vector<TokenId>{1, mark, x, 2, mark, x, own, 2}));
  EXPECT_EQ(tokenizer.encode("[own]x"), (std::vector<TokenId>{1, own, mark, x, 2}));
  EXPECT_EQ(tokenizer.encode("</s>").size(), 1 + 1 + 4 + 1u);
  EXPECT_EQ(tokenizer.decode(std::vector<TokenId>{x, own, 2, 0, 999999}), "x[own]");
}

TEST(Tokenizer, RefusesVocabulariesThatDoNotFitTogether) {
  const auto error_of = [](const GgufWriter& writer) {
    const auto file = writer.finish();
    const auto gguf = Gguf::parse(file, "vocabulary");
    const auto tokenizer = Tokenizer::from_gguf(*gguf);
    return tokenizer ? "" : tokenizer.error().message;
  };
  Vocabulary short_scores;
  short_scores.scores.pop_back();
  EXPECT_NE(error_of(short_scores.writer()).find("258 scores"), std::string::npos);
  Vocabulary bad_kind;
  bad_kind.add("x", 0, 9);
  EXPECT_NE(error_of(bad_kind.writer()).find("type 9"), std::string::npos);
  GgufWriter bos = Vocabulary().writer();
  bos.add_uint32("tokenizer.ggml.bos_token_id", 259);
  EXPECT_NE(error_of(bos).find("bos_token_id"), std::string::npos);
  GgufWriter other;
  other.add_text("tokenizer.ggml.model", "rwkv");
  EXPECT_NE(error_of(other).find("'rwkv' is not supported"), std::string::npos);
}

/// Ids that llama.cpp (npm package node-llama-cpp 3.22.1) gives, without BOS, for tokenizer_test.json.
TEST(Tokenizer, GivesTheIdsOfLlamaCpp) {
  const auto path = kModels / "stories260K-f32.gguf";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here";
  const auto gguf = Gguf::open(path);
  ASSERT_TRUE(gguf);
  const auto tokenizer = Tokenizer::from_gguf(*gguf);
  ASSERT_TRUE(tokenizer);
  std::ifstream facts(AREIA_SOURCE_DIR "/sw/formats/tokenizer_test.json");
  for (const auto& fact : nlohmann::json::parse(facts)) {
    const auto prompt = fact["prompt"].get<std::string>();
    auto expected = fact["ids"].get<std::vector<TokenId>>();
    expected.insert(expected.begin(), 1);
    const auto special = fact["special"].get<bool>() ? SpecialText::kParse : SpecialText::kPlain;
    EXPECT_EQ(tokenizer->encode(prompt, special), expected) << prompt;
  }
}

TEST(Tokenizer, ReadsAndWritesTheReferenceCases) {
  const auto path = kModels / "stories260K-reference.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here";
  std::ifstream file(path);
  for (const auto& reference : nlohmann::json::parse(file)) {
    const auto gguf = Gguf::open(kModels / reference["model"].get<std::string>());
    ASSERT_TRUE(gguf);
    const auto tokenizer = Tokenizer::from_gguf(*gguf);
    ASSERT_TRUE(tokenizer);
    EXPECT_EQ(tokenizer->encode(reference["prompt"].get<std::string>()),
              reference["prompt_tokens"].get<std::vector<TokenId>>());
    EXPECT_EQ(tokenizer->decode(reference["tokens"].get<std::vector<TokenId>>()),
              reference["text"].get<std::string>());
  }
}

}  // namespace
}  // namespace areia::sw
