// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// SentencePieceEncoder: SentencePiece's BPE, of tokenizer.ggml.model = "llama". Spaces count as U+2581, one
// of them in front; neighbours merge whose joint piece has the best score; characters that are no piece
// fall back to byte tokens.
#pragma once

#include <string>

#include "sw/formats/tokenizer_encoder.h"

namespace areia::sw {

class SentencePieceEncoder : public TextEncoder {
 public:
  /// `prefix`: a space goes in front of text that opens. `unknown` stands for bytes without a token.
  SentencePieceEncoder(bool prefix, std::optional<TokenId> unknown) : prefix_(prefix), unknown_(unknown) {}
  void encode(const Vocabulary& vocabulary, std::string_view text, bool opens,
              std::vector<TokenId>& ids) const override;

 private:
  bool prefix_;
  std::optional<TokenId> unknown_;
};

inline constexpr std::string_view kSpaceMark = "\xe2\x96\x81";  ///< U+2581, a space in a vocabulary

/// Every space as U+2581, and back.
std::string mark_spaces(std::string_view text);
std::string unmark_spaces(std::string_view text);

}  // namespace areia::sw
