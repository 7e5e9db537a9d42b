// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// UnigramNormalizer: what SentencePiece does to a text before it looks for pieces: characters replaced by the
// file's table (NFKC and such), spaces marked and perhaps merged.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sw/formats/gguf.h"
#include "sw/formats/tokenizer_vocabulary.h"

namespace areia::sw {

/// A table of replacements as SentencePiece compiles it: a double array over the bytes of what is replaced,
/// and the replacements, each closed by a zero byte.
/// Layout: github.com/google/sentencepiece (src/normalizer.cc), github.com/s-yata/darts-clone.
class CharacterMap {
 public:
  /// Empty where the key is missing; an error unless every path through it stays inside.
  static Result<CharacterMap> from_gguf(const Gguf& gguf);

  /// The longest beginning of `text` that is replaced (its size; 0 if none) and what by.
  std::pair<std::size_t, std::string_view> longest(std::string_view text) const;

 private:
  bool leaves() const;
  std::string_view replacement(std::uint32_t unit) const;

  std::vector<std::uint32_t> units_;
  std::string replacements_;
};

class UnigramNormalizer {
 public:
  static Result<UnigramNormalizer> from_gguf(const Gguf& gguf, const Vocabulary& vocabulary);
  std::string normalize(std::string_view text) const;

 private:
  UnigramNormalizer() = default;
  std::size_t user_defined_bytes(std::string_view text) const;
  std::pair<std::size_t, std::string_view> next(std::string_view text) const;

  CharacterMap map_;
  std::vector<std::string> user_defined_;  ///< sorted; never replaced
  bool add_space_prefix_ = false, remove_extra_spaces_ = false;
};

}  // namespace areia::sw
