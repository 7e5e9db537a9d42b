// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The edges of all nodes are one hash table.
#include "sw/formats/tokenizer_trie.h"

#include <bit>

namespace areia::sw {

PieceTrie::PieceTrie(std::size_t bytes) : edges_(std::bit_ceil(bytes * 2 + 1)) {}

std::size_t PieceTrie::slot_of(std::uint64_t key) const {
  const std::size_t mask = edges_.size() - 1;
  std::size_t at = (key * 0x9e3779b97f4a7c15u >> 20) & mask;
  while (edges_[at].key != key && edges_[at].key != UINT64_MAX) at = (at + 1) & mask;
  return at;
}

PieceTrie::Node PieceTrie::child(Node node, char byte) const {
  return edges_[slot_of(std::uint64_t{node} << 8 | static_cast<unsigned char>(byte))].child;
}

void PieceTrie::add(std::string_view text, TokenId token) {
  Node node = kRoot;
  for (const char byte : text) {
    const std::uint64_t key = std::uint64_t{node} << 8 | static_cast<unsigned char>(byte);
    Edge& edge = edges_[slot_of(key)];
    if (edge.child == kNone) {
      edge = {key, static_cast<Node>(tokens_.size())};
      tokens_.push_back(UINT32_MAX);
    }
    node = edge.child;
  }
  tokens_[node] = token;
}

std::optional<TokenId> PieceTrie::token(Node node) const {
  if (tokens_[node] == UINT32_MAX) return {};
  return tokens_[node];
}

}  // namespace areia::sw
