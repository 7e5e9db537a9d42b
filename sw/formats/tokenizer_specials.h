// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Special tokens: which tokens are (llama.cpp's rules, the names it knows included), which of them end an
// answer, and where their texts stand in a text.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sw/formats/gguf.h"
#include "sw/formats/tokenizer_trie.h"
#include "sw/formats/tokenizer_vocabulary.h"

namespace areia::sw {

/// What tokens a vocabulary has for what.
struct TokenRoles {
  std::optional<TokenId> bos, eos, unknown;
  std::vector<TokenId> stops = {};  ///< EOS, end of turn and all else that ends an answer; EOS and EOT lead
};

/// Reads tokenizer.ggml.*_token_id over the kind's defaults (`roles`), finds the rest by their texts, and
/// sets attributes of the vocabulary where llama.cpp does: control, user-defined, strips white space.
Result<TokenRoles> find_roles(const Gguf& gguf, TokenRoles roles, Vocabulary& vocabulary);

/// Bytes [begin, end) of a text.
struct TextRange {
  std::size_t begin, end;
};

/// Finds special tokens that are spelled out in a text.
class SpecialTokens {
 public:
  /// Either a special token, or text between special tokens.
  struct Fragment {
    std::optional<TokenId> token;
    std::string_view text;
  };

  explicit SpecialTokens(const Vocabulary& vocabulary);

  /// Cuts a text at its special tokens, the longest first; control and unknown tokens count only where
  /// `controls`. In `quoted` ranges (ascending) nothing that steers a model counts: neither those nor
  /// user-defined tokens that look like "<|this|>".
  std::vector<Fragment> split(const Vocabulary& vocabulary, std::string_view text, bool controls,
                              std::span<const TextRange> quoted = {}) const;

 private:
  class Cutter;
  std::vector<TokenId> occurring(const Vocabulary& vocabulary, std::string_view text, bool controls) const;

  std::vector<TokenId> longest_first_;
  PieceTrie places_;  ///< by text: the place there
};

}  // namespace areia::sw
