// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// BytePairEncoder: BPE by a list of merges, of tokenizer.ggml.model = "gpt2" and "gemma4". A pre-tokenizer
// cuts the text into words; in each, neighbours merge that stand earliest in the list. In byte-level
// vocabularies ("gpt2") a character stands for a byte, so that any bytes can be expressed.
#pragma once

#include <string>

#include "sw/formats/gguf.h"
#include "sw/formats/pre_tokenizer.h"
#include "sw/formats/tokenizer_encoder.h"

namespace areia::sw {

class BytePairEncoder : public TextEncoder {
 public:
  /// Reads tokenizer.ggml.merges, each "left right"; of equal merges the first counts.
  static Result<BytePairEncoder> from_gguf(const Gguf& gguf, PreTokenizer pre_tokenizer);

  void encode(const Vocabulary& vocabulary, std::string_view text, bool opens,
              std::vector<TokenId>& ids) const override;

  const PreTokenizerRules& rules() const { return pre_tokenizer_.rules(); }

 private:
  class Run;
  BytePairEncoder(PreTokenizer pre_tokenizer, TextTable merges)
      : pre_tokenizer_(std::move(pre_tokenizer)), merges_(std::move(merges)) {}

  PreTokenizer pre_tokenizer_;
  TextTable merges_;  ///< numbered by rank
};

/// Bytes as the characters that stand for them in byte-level vocabularies.
std::string byte_level_text(std::string_view bytes);
/// The bytes that such characters stand for; characters that stand for none stay as they are.
std::string byte_level_bytes(std::string_view text);

}  // namespace areia::sw
