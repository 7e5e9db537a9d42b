// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// PieceTrie: texts of tokens, byte by byte: for finding all that begin at a place of a text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sw/formats/tokenizer_vocabulary.h"

namespace areia::sw {

class PieceTrie {
 public:
  using Node = std::uint32_t;
  static constexpr Node kRoot = 0, kNone = UINT32_MAX;

  /// Room for pieces of `bytes` together.
  explicit PieceTrie(std::size_t bytes);
  void add(std::string_view text, TokenId token);
  Node child(Node node, char byte) const;
  std::optional<TokenId> token(Node node) const;

 private:
  struct Edge {
    std::uint64_t key = UINT64_MAX;  ///< node << 8 | byte
    Node child = kNone;
  };
  std::size_t slot_of(std::uint64_t key) const;

  std::vector<Edge> edges_;  ///< a hash table, a power of two of slots, at most half full
  std::vector<TokenId> tokens_ = {UINT32_MAX};
};

}  // namespace areia::sw
