// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Damaged vocabularies of every kind, hostile patterns and any bytes as text: a bad-input error, or tokens of
// the vocabulary and valid text back; never a crash.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "sw/formats/byte_pair.h"
#include "sw/formats/gguf_writer.h"
#include "sw/formats/tokenizer.h"

namespace areia::sw {
namespace {

class Fuzzer {
 public:
  explicit Fuzzer(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t limit) { return limit ? random_() % limit : 0; }
  template <class T>
  const T& of(const std::vector<T>& things) {
    return things[below(things.size())];
  }

  /// Text of pieces that matter to tokenizers, and of noise.
  std::string text() {
    static const std::vector<std::string> pieces = {"a",
                                                    "ab",
                                                    "abc",
                                                    "B",
                                                    " ",
                                                    "  ",
                                                    "\n",
                                                    "'s",
                                                    "1",
                                                    "123",
                                                    "<s>",
                                                    "</s>",
                                                    "<|im_end|>",
                                                    "[own]",
                                                    "\xe2\x96\x81",
                                                    "\xc3\xa9",
                                                    "\xe4\xbd\xa0",
                                                    "\xf0\x9f\xa6\x99",
                                                    "\xff",
                                                    "\xe2\x96",
                                                    "\xed\xa0\x80",
                                                    "\xf7\xbf\xbf\xbf",
                                                    "."};
    std::string made;
    for (std::size_t i = below(20); i > 0; --i) {
      if (below(8) == 0) {
        made += static_cast<char>(below(256));
      } else {
        made += of(pieces);
      }
    }
    return made;
  }

  /// A regular expression, mostly a sound one.
  std::string pattern(int depth = 3) {
    static const std::vector<std::string> atoms = {
        "a", ".", "\\s", "\\S",          "\\p{L}", "\\p{N}", "\\p{Lu}",      "[a-c ]", "[^a]", "\\d", "\\b",
        "^", "$", "\\K", "[^\\s\\p{L}]", "\\1",    "(?R)",   "\xe4\xbd\xa0", "'s",     "[",    "\\"};
    static const std::vector<std::string> groups = {"(", "(?:", "(?=", "(?!", "(?<=", "(?i:", "(?>"};
    static const std::vector<std::string> quantifiers = {"",   "",   "",   "*",     "+",   "?",
                                                         "*+", "++", "??", "{1,3}", "{50}"};
    std::string made;
    for (std::size_t i = 1 + below(3); i > 0; --i) {
      if (depth > 0 && below(3) == 0) {
        made += of(groups) + pattern(depth - 1) + ")";
      } else {
        made += of(atoms);
      }
      made += of(quantifiers);
      if (below(4) == 0) made += "|";
    }
    return made;
  }

  void damage(std::vector<std::byte>& file) {
    static constexpr std::uint64_t kValues[] = {0, 1, 0xff, 0x7fffffff, UINT32_MAX, INT64_MAX, UINT64_MAX};
    for (std::size_t i = 1 + below(4); i > 0; --i) {
      const std::size_t at = below(file.size());
      switch (below(4)) {
        case 0:
          file[at] ^= static_cast<std::byte>(1 << below(8));
          break;
        case 1:
          file[at] = static_cast<std::byte>(below(256));
          break;
        case 2:
          if (at + 8 <= file.size())
            std::memcpy(file.data() + at, &kValues[below(7)], std::size_t{1} << below(4));
          break;
        default: {
          const std::size_t from = below(file.size());
          const std::size_t bytes = std::min({below(40), file.size() - from, file.size() - at});
          std::memmove(file.data() + at, file.data() + from, bytes);
        }
      }
    }
  }

 private:
  std::mt19937_64 random_;
};

/// Tokens of small vocabularies, with special ones.
const std::vector<std::string> kWords = {"<unk>",
                                         "<s>",
                                         "</s>",
                                         "<|im_end|>",
                                         "[own]",
                                         "a",
                                         "b",
                                         "c",
                                         "ab",
                                         "bc",
                                         "abc",
                                         " ",
                                         "1",
                                         "12",
                                         "\n",
                                         "\xe2\x96\x81",
                                         "\xe2\x96\x81"
                                         "a",
                                         "\xc3\xa9",
                                         "<0x41>",
                                         "<|end|>",
                                         "<|call|>",
                                         "<|return|>"};
const std::vector<std::int32_t> kKinds = {2, 3, 3, 1, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 6, 3, 3, 3};

void add_vocabulary(GgufWriter& writer, std::string_view model, std::vector<std::string> texts,
                    std::vector<std::int32_t> kinds) {
  std::vector<float> scores;
  for (std::size_t i = 0; i < texts.size(); ++i) scores.push_back(-static_cast<float>(i % 7));
  kinds.resize(texts.size(), 1);
  writer.add_text("tokenizer.ggml.model", model);
  writer.add_texts("tokenizer.ggml.tokens", texts);
  writer.add_floats("tokenizer.ggml.scores", scores);
  writer.add_integers("tokenizer.ggml.token_type", kinds);
  writer.add_uint32("tokenizer.ggml.bos_token_id", 1);
  writer.add_uint32("tokenizer.ggml.eos_token_id", 2);
  writer.add_bool("tokenizer.ggml.add_bos_token", true);
  writer.add_bool("tokenizer.ggml.add_space_prefix", true);
}

std::vector<std::string> with_bytes(std::vector<std::string> texts) {
  for (int byte = 0; byte < 256; ++byte) {
    const char character = static_cast<char>(byte);
    std::string text = byte_level_text({&character, 1});
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
  }
  return texts;
}

const std::vector<std::string> kMerges = {"a b", "b c", "ab c", "1 2"};

std::vector<std::vector<std::byte>> good_files() {
  std::vector<std::vector<std::byte>> files;
  GgufWriter pieces;
  add_vocabulary(pieces, "llama", kWords, kKinds);
  files.push_back(pieces.finish());
  for (const char* pre : {"gpt-2", "llama-bpe", "deepseek-llm"}) {
    GgufWriter bytes;
    add_vocabulary(bytes, "gpt2", with_bytes(kWords), kKinds);
    bytes.add_text("tokenizer.ggml.pre", pre);
    bytes.add_texts("tokenizer.ggml.merges", kMerges);
    files.push_back(bytes.finish());
  }
  GgufWriter gemma;
  add_vocabulary(gemma, "gemma4", kWords, kKinds);
  gemma.add_texts("tokenizer.ggml.merges", kMerges);
  files.push_back(gemma.finish());
  GgufWriter unigram;
  add_vocabulary(unigram, "t5", kWords, kKinds);
  std::vector<std::uint32_t> words(1 + 768);
  words[0] = 768 * 4;
  words[1] = 256 << 10;
  words[1 + (256 ^ 'a')] = (512 ^ 256 ^ 'a') << 10 | 1u << 8 | 'a';
  words[1 + 512] = 1u << 31;
  words.push_back('b');  // and the zeros that close it
  unigram.add_bytes("tokenizer.ggml.precompiled_charsmap", std::as_bytes(std::span(words)));
  files.push_back(unigram.finish());
  return files;
}

void use(const Tokenizer& tokenizer, const std::string& text) {
  for (const auto special : {SpecialText::kPlain, SpecialText::kParse}) {
    const auto ids = tokenizer.encode(text, special);
    for (const TokenId id : ids) ASSERT_LT(id, tokenizer.size());
    const std::string back = tokenizer.decode(ids);
    Utf8Joiner joiner;
    ASSERT_EQ(joiner.push(back), back);
  }
  for (const TokenId id : tokenizer.stop_tokens()) ASSERT_LT(id, tokenizer.size());
}

TEST(TokenizerFuzz, DamagedVocabulariesAreErrorsOrWork) {
  Fuzzer fuzzer(11);
  const auto files = good_files();
  int accepted = 0;
  for (int i = 0; i < 12'000; ++i) {
    auto file = files[i % files.size()];
    fuzzer.damage(file);
    const auto gguf = Gguf::parse(file, "damaged");
    if (!gguf) continue;
    const auto tokenizer = Tokenizer::from_gguf(*gguf);
    if (!tokenizer) {
      ASSERT_EQ(tokenizer.error().kind, ErrorKind::kBadInput);
      continue;
    }
    ++accepted;
    use(*tokenizer, fuzzer.text());
  }
  EXPECT_GT(accepted, 1'000);
  EXPECT_LT(accepted, 11'500);
}

TEST(TokenizerFuzz, AnyPatternsAreErrorsOrWork) {
  Fuzzer fuzzer(12);
  int accepted = 0;
  for (int i = 0; i < 4'000; ++i) {
    GgufWriter writer;
    add_vocabulary(writer, "gpt2", with_bytes(kWords), kKinds);
    writer.add_texts("tokenizer.ggml.merges", kMerges);
    const std::vector<std::string> patterns = {fuzzer.pattern(), fuzzer.pattern()};
    writer.add_texts("areia.pre_tokenizer.patterns", patterns);
    const auto file = writer.finish();
    const auto gguf = Gguf::parse(file, "patterns");
    ASSERT_TRUE(gguf);
    const auto tokenizer = Tokenizer::from_gguf(*gguf);
    if (!tokenizer) {
      ASSERT_EQ(tokenizer.error().kind, ErrorKind::kBadInput);
      continue;
    }
    ++accepted;
    use(*tokenizer, fuzzer.text());
  }
  EXPECT_GT(accepted, 500);
}

TEST(TokenizerFuzz, GoodVocabulariesTakeAnyBytes) {
  Fuzzer fuzzer(13);
  for (const auto& file : good_files()) {
    const auto gguf = Gguf::parse(file, "good");
    ASSERT_TRUE(gguf);
    const auto tokenizer = Tokenizer::from_gguf(*gguf);
    ASSERT_TRUE(tokenizer) << tokenizer.error().message;
    for (int i = 0; i < 2'000; ++i) use(*tokenizer, fuzzer.text());
  }
}

}  // namespace
}  // namespace areia::sw
