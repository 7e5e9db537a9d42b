// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
#include "sw/formats/byte_pair.h"

#include <gtest/gtest.h>

#include "sw/formats/gguf_writer.h"
#include "sw/formats/tokenizer.h"

namespace areia::sw {
namespace {

/// A byte-level vocabulary of all bytes (token b is byte b), then `more`.
struct ByteVocabulary {
  std::vector<std::string> texts, merges;
  std::vector<std::int32_t> kinds = std::vector<std::int32_t>(256, 1);

  explicit ByteVocabulary(std::vector<std::string> more, std::vector<std::string> merged = {"a b"})
      : merges(std::move(merged)) {
    for (int byte = 0; byte < 256; ++byte) {
      const char character = static_cast<char>(byte);
      texts.push_back(byte_level_text({&character, 1}));
    }
    for (std::string& text : more) texts.push_back(std::move(text));
    kinds.resize(texts.size(), 1);
  }
  GgufWriter writer(std::string_view pre = "gpt-2") const {
    GgufWriter made;
    made.add_text("tokenizer.ggml.model", "gpt2");
    made.add_text("tokenizer.ggml.pre", pre);
    made.add_texts("tokenizer.ggml.tokens", texts);
    made.add_texts("tokenizer.ggml.merges", merges);
    made.add_integers("tokenizer.ggml.token_type", kinds);
    return made;
  }
};

Result<Tokenizer> read(const GgufWriter& writer) {
  const auto file = writer.finish();
  const auto gguf = Gguf::parse(file, "vocabulary");
  EXPECT_TRUE(gguf);
  return Tokenizer::from_gguf(*gguf);
}

Tokenizer tokenizer_of(const GgufWriter& writer) {
  auto tokenizer = read(writer);
  EXPECT_TRUE(tokenizer) << tokenizer.error().message;
  return std::move(*tokenizer);
}

using Ids = std::vector<TokenId>;

TEST(BytePair, ByteAlphabetIsItsOwnInverse) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(byte_level_bytes(byte_level_text(all)), all);
  EXPECT_EQ(byte_level_text(" \n!"), "\xc4\xa0\xc4\x8a!");
  EXPECT_EQ(byte_level_bytes("\xe2\x96\x81"), "\xe2\x96\x81");  // stands for no byte
}

TEST(BytePair, MergesByRankAndTheFirstOfEqualMergesCounts) {
  const ByteVocabulary vocabulary({"ab", "bc", "abc"}, {"b c", "a b", "a bc", "b c"});
  const Tokenizer tokenizer = tokenizer_of(vocabulary.writer());
  EXPECT_EQ(tokenizer.encode("abc"), (Ids{258}));
  EXPECT_EQ(tokenizer.encode("ababc"), (Ids{256, 258}));
}

TEST(BytePair, MergedTextsThatAreNoTokensFallBackToBytesThatAre) {
  const ByteVocabulary vocabulary({}, {"a b"});
  EXPECT_EQ(tokenizer_of(vocabulary.writer()).encode("ab"), (Ids{'a', 'b'}));
}

TEST(BytePair, WholeWordsIgnoreMergesWhereTheFamilySaysSo) {
  const ByteVocabulary vocabulary({"ab", "abc"});
  EXPECT_EQ(tokenizer_of(vocabulary.writer("gpt-2")).encode("abc"), (Ids{256, 'c'}));
  EXPECT_EQ(tokenizer_of(vocabulary.writer("llama-bpe")).encode("abc"),
            (Ids{11, 257}));  // BOS is 11 unless said
}

TEST(BytePair, OwnPatternsStandForTheName) {
  const ByteVocabulary vocabulary({"ab"});
  GgufWriter writer = vocabulary.writer("no-such");
  const std::vector<std::string> patterns = {"a"};
  writer.add_texts("areia.pre_tokenizer.patterns", patterns);
  EXPECT_EQ(tokenizer_of(writer).encode("ab"), (Ids{'a', 'b'}));
  const ByteVocabulary whole({"ab"}, {"x y"});
  writer = whole.writer("no-such");
  const std::vector<std::string> words = {"[a-z]+"};
  writer.add_texts("areia.pre_tokenizer.patterns", words);
  writer.add_bool("areia.pre_tokenizer.ignore_merges", true);
  EXPECT_EQ(tokenizer_of(writer).encode("ab ab"), (Ids{256, ' ', 256}));
}

TEST(BytePair, TextThatIsNoUtf8GivesReplacementCharacters) {
  const Tokenizer tokenizer = tokenizer_of(ByteVocabulary({}).writer());
  EXPECT_EQ(tokenizer.encode("\xff"), (Ids{0xef, 0xbf, 0xbd}));
  EXPECT_EQ(tokenizer.encode("\xf4\x90\x80\x80").size(), 4 * 3u);  // beyond U+10FFFF
  EXPECT_EQ(tokenizer.encode("\xc0\xaf"), Ids{'/'});               // overlong, as llama.cpp reads it
}

TEST(BytePair, RefusesWhatIsNoVocabulary) {
  const auto error_of = [](const GgufWriter& writer) {
    const auto tokenizer = read(writer);
    return tokenizer ? "" : tokenizer.error().message;
  };
  EXPECT_NE(error_of(ByteVocabulary({}, {"a b", "ab"}).writer()).find("merge 1 of the vocabulary"),
            std::string::npos);
  EXPECT_NE(error_of(ByteVocabulary({}, {"a "}).writer()).find("merge 0"), std::string::npos);
  EXPECT_NE(
      error_of(ByteVocabulary({}).writer("no-such")).find("tokenizer.ggml.pre: pre-tokenizer 'no-such'"),
      std::string::npos);
  GgufWriter none;
  none.add_text("tokenizer.ggml.model", "gpt2");
  EXPECT_NE(error_of(none).find("tokenizer.ggml.merges"), std::string::npos);
}

}  // namespace
}  // namespace areia::sw
