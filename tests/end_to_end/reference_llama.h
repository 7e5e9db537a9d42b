// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A Llama-architecture decoder as plain as it can be: one token after the other, in double precision, weights
// read element by element. The chip's logits are held against it. It rounds where the chip's plan says that
// numbers are stored in fewer bits: keys, values, queries and attention weights to fp16, activations before
// block weights to int8 blocks.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sw/formats/gguf.h"

namespace areia::tests {

using Row = std::vector<double>;

class ReferenceLlama {
 public:
  /// `gguf` must be a whole Llama model and outlive this.
  explicit ReferenceLlama(const sw::Gguf& gguf);

  /// Feeds the next token; returns the logits after it.
  Row feed(std::uint32_t token);

 private:
  Row matmul(const std::string& name, const Row& input) const;
  Row rms_norm(const std::string& name, const Row& input) const;
  Row attend(std::uint32_t layer, Row query, Row key, const Row& value);
  void rotate(Row& heads) const;

  const sw::Gguf& gguf_;
  std::uint64_t layers_, heads_, kv_heads_, head_size_, rope_size_;
  double rope_base_, epsilon_;
  std::vector<std::vector<Row>> keys_, values_;  ///< [layer][position]
};

}  // namespace areia::tests
