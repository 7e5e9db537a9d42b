// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Viterbi over the pieces, character by character, in fp64 as SentencePiece and llama.cpp do it.
#include "sw/formats/unigram.h"

#include <algorithm>

#include "sw/formats/utf8.h"

namespace areia::sw {
namespace {

constexpr float kUnknownPenalty = 10.0f;  // below the worst piece; SentencePiece's kUnkPenalty

}  // namespace

Result<UnigramEncoder> UnigramEncoder::from_gguf(const Gguf& gguf, const Vocabulary& vocabulary) {
  auto normalizer = UnigramNormalizer::from_gguf(gguf, vocabulary);
  if (!normalizer) return normalizer.error();
  std::size_t bytes = 0;
  for (TokenId id = 0; id < vocabulary.size(); ++id) bytes += vocabulary.text(id).size();
  PieceTrie trie(bytes);
  float worst = std::numeric_limits<float>::max();
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    const bool normal = vocabulary.is(id, TokenAttribute::kNormal);
    if (normal) worst = std::min(worst, vocabulary.score(id));
    if (normal || vocabulary.is(id, TokenAttribute::kUserDefined) ||
        vocabulary.is(id, TokenAttribute::kUnused)) {
      trie.add(vocabulary.text(id), id);
    }
  }
  UnigramEncoder encoder(std::move(*normalizer), std::move(trie));
  encoder.unknown_score_ = worst - kUnknownPenalty;
  return encoder;
}

std::vector<UnigramEncoder::Step> UnigramEncoder::best_steps(const Vocabulary& vocabulary,
                                                             std::string_view text) const {
  const TokenId unknown = unknown_.value_or(UINT32_MAX);
  std::vector<Step> steps(text.size() + 1, Step{.token = unknown});
  steps[0].score = 0;
  const auto offer = [&](std::size_t from, std::size_t to, TokenId token, double score) {
    const double sum = steps[from].score + score;
    if (sum > steps[to].score) steps[to] = {token, from, sum};
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t character = std::min(utf8_sequence_bytes(text[at]), text.size() - at);
    bool whole = false;  // whether the character itself is a piece
    PieceTrie::Node node = PieceTrie::kRoot;
    for (std::size_t end = at; end < text.size();) {
      node = trie_.child(node, text[end++]);
      if (node == PieceTrie::kNone) break;
      const auto token = trie_.token(node);
      if (!token) continue;
      whole = whole || end - at == character;
      const bool user = vocabulary.is(*token, TokenAttribute::kUserDefined);
      offer(at, end, *token, user ? 0.0 : vocabulary.score(*token));
    }
    if (!whole) offer(at, at + character, unknown, unknown_score_);
    at += character;
  }
  return steps;
}

void UnigramEncoder::encode(const Vocabulary& vocabulary, std::string_view text, bool /*opens*/,
                            std::vector<TokenId>& ids) const {
  const std::string normal = normalizer_.normalize(text);
  if (normal.empty()) return;
  const std::vector<Step> steps = best_steps(vocabulary, normal);
  const auto begin = static_cast<std::ptrdiff_t>(ids.size());
  bool after_unknown = false;  // neighbours that are unknown are one
  for (std::size_t at = normal.size(); at > 0; at = steps[at].from) {
    const TokenId token = steps[at].token;
    const bool is_unknown = token == unknown_.value_or(UINT32_MAX);
    if (!(is_unknown && (after_unknown || !unknown_))) ids.push_back(token);
    after_unknown = is_unknown;
  }
  std::reverse(ids.begin() + begin, ids.end());
}

}  // namespace areia::sw
