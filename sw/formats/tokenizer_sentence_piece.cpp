// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// SentencePiece's BPE by scores.
#include "sw/formats/tokenizer_sentence_piece.h"

#include "sw/formats/tokenizer_merger.h"

namespace areia::sw {

std::string mark_spaces(std::string_view text) {
  std::string marked;
  marked.reserve(text.size() + text.size() / 2);
  for (const char c : text) {
    if (c == ' ') {
      marked += kSpaceMark;
    } else {
      marked += c;
    }
  }
  return marked;
}

std::string unmark_spaces(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const bool mark = text.starts_with(kSpaceMark);
    plain += mark ? ' ' : text.front();
    text.remove_prefix(mark ? kSpaceMark.size() : 1);
  }
  return plain;
}

void SentencePieceEncoder::encode(const Vocabulary& vocabulary, std::string_view text, bool opens,
                                  std::vector<TokenId>& ids) const {
  std::string marked(prefix_ && opens ? kSpaceMark : std::string_view());
  marked += mark_spaces(text);
  const auto score = [&](std::size_t, std::string_view joined) -> std::optional<float> {
    const auto token = vocabulary.find(joined);
    if (!token) return {};
    return vocabulary.score(*token);
  };
  SymbolMerger merger;
  merger.merge(marked, score, [&](std::string_view symbol) {
    if (const auto token = vocabulary.find(symbol)) {
      ids.push_back(*token);
      return;
    }
    for (const char byte : symbol) {
      auto token = vocabulary.byte_token(static_cast<unsigned char>(byte));
      if (!token) token = vocabulary.find({&byte, 1});
      if (!token) token = unknown_;
      if (token) ids.push_back(*token);
    }
  });
}

}  // namespace areia::sw
