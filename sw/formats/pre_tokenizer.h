// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// PreTokenizer: cuts text into the words that byte-level BPE merges within, by the regular expressions of a
// family of models (tokenizer.ggml.pre), or by those that a file brings itself.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace areia::sw {

/// What goes with the patterns of a family.
struct PreTokenizerRules {
  bool ignore_merges = false;   ///< a word that is a token stays one, whatever the merges say
  bool adds_bos = false;        ///< where the file does not say
  bool always_bos = false;      ///< adds BOS whatever the file says
  bool has_bos = true;          ///< whether there is a BOS where the file names none
  bool byte_level = true;       ///< characters stand for bytes; else they are themselves
  bool marks_spaces = false;    ///< spaces are U+2581
  bool whole_newlines = false;  ///< a word of newlines that is a token stays one
};

class PreTokenizer {
 public:
  /// The family of this name; a bad-input error, listing all, where there is none.
  static Result<PreTokenizer> by_name(std::string_view name);
  /// Patterns in PCRE2's syntax with its Unicode properties, applied one after the other: each cuts further
  /// what those before left. At most 16, of at most 4096 bytes; where one backtracks without end, the rest of
  /// its piece stays whole. Those of a known family cut as it does; none of its rules comes with them.
  static Result<PreTokenizer> from_patterns(std::span<const std::string_view> patterns);

  const PreTokenizerRules& rules() const { return rules_; }
  void set_rules(const PreTokenizerRules& rules) { rules_ = rules; }

  /// The sizes, in code points, of the words of `text`, in order; together they are the text.
  std::vector<std::uint32_t> split(std::u32string_view text) const;

 private:
  class Step;
  class Splitter;
  PreTokenizer() = default;
  Result<void> add(std::string_view pattern, bool own);

  PreTokenizerRules rules_;
  std::vector<std::shared_ptr<const Step>> steps_;
};

}  // namespace areia::sw
