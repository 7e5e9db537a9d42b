// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Byte-level BPE. Source of the byte alphabet: github.com/openai/gpt-2 (src/encoder.py, bytes_to_unicode).
#include "sw/formats/byte_pair.h"

#include <fmt/format.h>

#include <array>

#include "sw/formats/tokenizer_merger.h"
#include "sw/formats/tokenizer_sentence_piece.h"

namespace areia::sw {
namespace {

constexpr std::size_t kMaxMerges = std::size_t{1} << 24;  // so many ranks are exact in fp32

/// The characters of all bytes: itself where it prints in Latin-1, else the next one from U+0100.
struct ByteAlphabet {
  std::array<std::string, 256> characters;
  std::array<std::int16_t, 0x180> bytes;  ///< by code point; -1: none

  ByteAlphabet() {
    bytes.fill(-1);
    char32_t next = 0x100;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const bool prints = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte != 0xad);
      const char32_t point = prints ? byte : next++;
      append_utf8(characters[byte], point);
      bytes[point] = static_cast<std::int16_t>(byte);
    }
  }
};

const ByteAlphabet& alphabet() {
  static const ByteAlphabet made;
  return made;
}

Result<TextTable> read_merges(const Gguf& gguf) {
  const auto texts = gguf.texts("tokenizer.ggml.merges");
  if (!texts) return texts.error();
  if (texts->size() > kMaxMerges) {
    return bad_input(fmt::format("{}: the vocabulary has {} merges: at most {} are possible", gguf.origin(),
                                 texts->size(), kMaxMerges));
  }
  std::size_t bytes = 0;
  for (const std::string_view text : *texts) bytes += text.size();
  TextTable merges(texts->size(), bytes, TextTable::Equals::kFirst);
  for (const std::string_view text : *texts) {
    const std::size_t space = text.find(' ', 1);
    if (space == std::string_view::npos || space + 1 == text.size()) {
      return bad_input(fmt::format("{}: merge {} of the vocabulary is not two texts with a space between",
                                   gguf.origin(), merges.size()));
    }
    merges.add(text);
  }
  return merges;
}

}  // namespace

std::string byte_level_text(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) text += alphabet().characters[static_cast<unsigned char>(byte)];
  return text;
}

std::string byte_level_bytes(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t point = decode_utf8_leniently(text, at);
    const int byte = point < alphabet().bytes.size() ? alphabet().bytes[point] : -1;
    if (byte >= 0) {
      bytes += static_cast<char>(byte);
    } else {
      bytes += text.substr(begin, at - begin);
    }
  }
  return bytes;
}

Result<BytePairEncoder> BytePairEncoder::from_gguf(const Gguf& gguf, PreTokenizer pre_tokenizer) {
  auto merges = read_merges(gguf);
  if (!merges) return merges.error();
  return BytePairEncoder(std::move(pre_tokenizer), std::move(*merges));
}

/// One text on its way; keeps the buffers that its words share.
class BytePairEncoder::Run {
 public:
  Run(const BytePairEncoder& encoder, const Vocabulary& vocabulary, std::vector<TokenId>& ids)
      : encoder_(encoder), rules_(encoder.rules()), vocabulary_(vocabulary), ids_(ids) {}

  void encode_word(std::string_view word) {
    const bool newlines = word.find_first_not_of('\n') == std::string_view::npos;
    if (rules_.ignore_merges || (rules_.whole_newlines && newlines)) {
      if (const auto token = vocabulary_.find(word)) {
        ids_.push_back(*token);
        return;
      }
    }
    const auto rank = [&](std::size_t left, std::string_view joined) -> std::optional<float> {
      return score_of(left, joined);
    };
    merger_.merge(word, rank, [&](std::string_view symbol) { take(symbol); });
  }

 private:
  /// The earlier in the list the better.
  std::optional<float> score_of(std::size_t left, std::string_view joined) {
    merge_.assign(joined.substr(0, left));
    merge_ += ' ';
    merge_ += joined.substr(left);
    const auto found = encoder_.merges_.find(merge_);
    if (!found) return {};
    return -static_cast<float>(*found);
  }

  /// Bytes without a token vanish, as in llama.cpp.
  void take(std::string_view symbol) {
    if (const auto token = vocabulary_.find(symbol)) {
      ids_.push_back(*token);
      return;
    }
    for (const char byte : symbol) {
      const auto token = rules_.byte_level ? vocabulary_.find({&byte, 1})
                                           : vocabulary_.byte_token(static_cast<unsigned char>(byte));
      if (token) ids_.push_back(*token);
    }
  }

  const BytePairEncoder& encoder_;
  const PreTokenizerRules& rules_;
  const Vocabulary& vocabulary_;
  std::vector<TokenId>& ids_;
  SymbolMerger merger_;
  std::string merge_;
};

void BytePairEncoder::encode(const Vocabulary& vocabulary, std::string_view text, bool /*opens*/,
                             std::vector<TokenId>& ids) const {
  const std::u32string points =
      code_points_of(rules().marks_spaces ? std::string_view(mark_spaces(text)) : text);
  Run run(*this, vocabulary, ids);
  std::size_t at = 0;
  std::string word;
  for (const std::uint32_t size : pre_tokenizer_.split(points)) {
    word.clear();
    for (const char32_t point : std::u32string_view(points).substr(at, size)) append_utf8(word, point);
    run.encode_word(rules().byte_level ? byte_level_text(word) : word);
    at += size;
  }
}

}  // namespace areia::sw
