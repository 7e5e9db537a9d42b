// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads a vocabulary from GGUF metadata and checks that its parts belong together.
#include "sw/formats/tokenizer_vocabulary.h"

#include <fmt/format.h>

#include <cmath>

namespace areia::sw {
namespace {

/// The codes 1 to 6 of tokenizer.ggml.token_type (ggml: docs/gguf.md).
constexpr TokenAttribute kTypes[] = {TokenAttribute::kNormal,  TokenAttribute::kUnknown,
                                     TokenAttribute::kControl, TokenAttribute::kUserDefined,
                                     TokenAttribute::kUnused,  TokenAttribute::kByte};

struct Parts {
  std::span<const std::string_view> texts;
  std::vector<float> scores;
  std::vector<std::int32_t> types;
};

Result<Parts> read_parts(const Gguf& gguf, bool needs_scores) {
  Parts parts;
  const auto texts = gguf.texts("tokenizer.ggml.tokens");
  if (!texts) return texts.error();
  parts.texts = *texts;
  if (needs_scores || gguf.find("tokenizer.ggml.scores") != nullptr) {
    auto scores = gguf.floats("tokenizer.ggml.scores");
    if (!scores) return scores.error();
    parts.scores = std::move(*scores);
  } else {
    parts.scores.resize(texts->size());
  }
  if (gguf.find("tokenizer.ggml.token_type") != nullptr) {
    auto types = gguf.integers("tokenizer.ggml.token_type");
    if (!types) return types.error();
    parts.types = std::move(*types);
  } else {
    parts.types.resize(texts->size(), 1);
  }
  return parts;
}

Result<void> check(const Gguf& gguf, const Parts& parts) {
  const std::size_t count = parts.texts.size();
  if (count == 0 || count > INT32_MAX || parts.scores.size() != count || parts.types.size() != count) {
    return bad_input(
        fmt::format("{}: the vocabulary has {} tokens, {} scores and {} token types: they must be as many",
                    gguf.origin(), count, parts.scores.size(), parts.types.size()));
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (std::isnan(parts.scores[i]) || parts.types[i] < 1 || parts.types[i] > std::ssize(kTypes)) {
      return bad_input(fmt::format(
          "{}: token {} of the vocabulary has score {} and type {}: a score must be a number, a type 1 to 6",
          gguf.origin(), i, parts.scores[i], parts.types[i]));
    }
  }
  return {};
}

}  // namespace

std::optional<unsigned char> Vocabulary::byte_of(std::string_view text) {
  if (text.size() != 6 || !text.starts_with("<0x") || text[5] != '>') return {};
  unsigned value = 0;
  for (const char c : text.substr(3, 2)) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit && !(c >= 'A' && c <= 'F')) return {};
    value = value * 16 + static_cast<unsigned>(digit ? c - '0' : c - 'A' + 10);
  }
  return static_cast<unsigned char>(value);
}

Result<Vocabulary> Vocabulary::from_gguf(const Gguf& gguf, bool needs_scores) {
  auto parts = read_parts(gguf, needs_scores);
  if (!parts) return parts.error();
  AREIA_RETURN_IF_ERROR(check(gguf, *parts));
  std::size_t bytes = 0;
  for (const std::string_view text : parts->texts) bytes += text.size();
  Vocabulary vocabulary(TextTable(parts->texts.size(), bytes, TextTable::Equals::kLast));
  vocabulary.scores_ = std::move(parts->scores);
  vocabulary.attributes_.reserve(parts->texts.size());
  for (TokenId id = 0; id < parts->texts.size(); ++id) {
    const std::string_view text = parts->texts[id];
    // A name that no text contains, as llama.cpp gives it, keeps the empty string out of the index.
    vocabulary.texts_.add(text.empty() ? fmt::format("[EMPTY_{}]", id) : text);
    vocabulary.attributes_.push_back(static_cast<std::uint8_t>(kTypes[parts->types[id] - 1]));
    if (const auto byte = byte_of(text)) vocabulary.byte_tokens_[*byte] = id;
  }
  return vocabulary;
}

void Vocabulary::set(TokenId id, TokenAttribute attribute, bool value) {
  const auto bit = static_cast<std::uint8_t>(attribute);
  attributes_[id] = static_cast<std::uint8_t>(value ? attributes_[id] | bit : attributes_[id] & ~bit);
}

void Vocabulary::set_only(TokenId id, TokenAttribute attribute) {
  attributes_[id] = static_cast<std::uint8_t>(attribute);
}

}  // namespace areia::sw
