// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Vocabulary: the tokens of a model with what the file says of each.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sw/formats/gguf.h"
#include "sw/formats/tokenizer_text_table.h"

namespace areia::sw {

using TokenId = std::uint32_t;

/// What a token is; some are several things at once, as llama.cpp sees them.
enum class TokenAttribute : std::uint8_t {
  kNormal = 1 << 0,
  kUnknown = 1 << 1,
  kControl = 1 << 2,
  kUserDefined = 1 << 3,
  kUnused = 1 << 4,
  kByte = 1 << 5,
  kStripsLeft = 1 << 6,   ///< white space before it in a text belongs to it
  kStripsRight = 1 << 7,  ///< white space after it in a text belongs to it
};

class Vocabulary {
 public:
  /// Of tokenizer.ggml.tokens, .scores (all 0 where missing, unless `needs_scores`) and .token_type (all
  /// normal where missing).
  static Result<Vocabulary> from_gguf(const Gguf& gguf, bool needs_scores);

  std::uint32_t size() const { return texts_.size(); }
  std::string_view text(TokenId id) const { return texts_[id]; }
  /// The token of this text; of several with one text the last, as in llama.cpp.
  std::optional<TokenId> find(std::string_view text) const { return texts_.find(text); }
  float score(TokenId id) const { return scores_[id]; }

  bool is(TokenId id, TokenAttribute attribute) const {
    return (attributes_[id] & static_cast<std::uint8_t>(attribute)) != 0;
  }
  void set(TokenId id, TokenAttribute attribute, bool value = true);
  /// Makes it this and nothing else.
  void set_only(TokenId id, TokenAttribute attribute);

  /// The token "<0xHL>" of a byte.
  std::optional<TokenId> byte_token(unsigned char byte) const { return byte_tokens_[byte]; }
  /// The byte of a token "<0xHL>".
  static std::optional<unsigned char> byte_of(std::string_view text);

 private:
  explicit Vocabulary(TextTable texts) : texts_(std::move(texts)) {}

  TextTable texts_;
  std::vector<float> scores_;
  std::vector<std::uint8_t> attributes_;
  std::array<std::optional<TokenId>, 256> byte_tokens_;
};

}  // namespace areia::sw
