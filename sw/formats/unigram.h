// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// UnigramEncoder: SentencePiece's unigram model, of tokenizer.ggml.model = "t5". Text is normalised, then cut
// into the pieces whose scores (logarithms of probabilities) add up best.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "sw/formats/gguf.h"
#include "sw/formats/tokenizer_encoder.h"
#include "sw/formats/tokenizer_trie.h"
#include "sw/formats/unigram_normalizer.h"

namespace areia::sw {

class UnigramEncoder : public TextEncoder {
 public:
  /// Reads the normaliser's rules, and the pieces from `vocabulary`, whose attributes must be the file's.
  static Result<UnigramEncoder> from_gguf(const Gguf& gguf, const Vocabulary& vocabulary);
  /// The token of characters without a piece, which vanish where there is none.
  void set_unknown(std::optional<TokenId> unknown) { unknown_ = unknown; }

  void encode(const Vocabulary& vocabulary, std::string_view text, bool opens,
              std::vector<TokenId>& ids) const override;

 private:
  /// The best way to reach a place in a text.
  struct Step {
    TokenId token = UINT32_MAX;  ///< its last piece
    std::size_t from = 0;        ///< where that begins
    double score = std::numeric_limits<double>::lowest();
  };
  UnigramEncoder(UnigramNormalizer normalizer, PieceTrie trie)
      : normalizer_(std::move(normalizer)), trie_(std::move(trie)) {}
  std::vector<Step> best_steps(const Vocabulary& vocabulary, std::string_view text) const;

  UnigramNormalizer normalizer_;
  PieceTrie trie_;
  std::optional<TokenId> unknown_;
  float unknown_score_ = 0;
};

}  // namespace areia::sw
