// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// SymbolMerger: the heart of both kinds of BPE. A text is cut into characters; again and again the two
// neighbours that merge best become one, the leftmost of equals first.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <queue>
#include <string_view>
#include <vector>

#include "sw/formats/utf8.h"

namespace areia::sw {

class SymbolMerger {
 public:
  /// Calls take(symbol) for each symbol that is left of `text`, in order. `score(left, joined)`: how well two
  /// neighbours merge (the greatest first), as std::optional<float>; `left` is the first's size in bytes.
  template <class Score, class Take>
  void merge(std::string_view text, const Score& score, const Take& take) {
    cut_into_characters(text);
    for (std::int32_t i = 0; i + 1 < std::ssize(symbols_); ++i) consider(text, i, i + 1, score);
    while (!queue_.empty()) {
      const Pair best = queue_.front();
      std::pop_heap(queue_.begin(), queue_.end());
      queue_.pop_back();
      Symbol& left = symbols_[best.left];
      Symbol& right = symbols_[best.right];
      if (left.size == 0 || right.size == 0 || left.size + right.size != best.size) continue;  // outdated
      left.size = best.size;
      right.size = 0;
      left.next = right.next;
      if (right.next >= 0) symbols_[right.next].previous = best.left;
      consider(text, left.previous, best.left, score);
      consider(text, best.left, left.next, score);
    }
    for (std::int32_t i = symbols_.empty() ? -1 : 0; i >= 0; i = symbols_[i].next) {
      take(text.substr(symbols_[i].begin, symbols_[i].size));
    }
  }

 private:
  /// A run of text; a doubly linked list in an array. Merged-away ones are empty.
  struct Symbol {
    std::size_t begin, size;
    std::int32_t previous, next;
  };
  /// Two neighbours that may merge; `size` tells later whether both are still what they were.
  struct Pair {
    float score;
    std::int32_t left, right;
    std::size_t size;
    bool operator<(const Pair& other) const {  // the heap's front is the greatest
      return score != other.score ? score < other.score : left > other.left;
    }
  };

  void cut_into_characters(std::string_view text) {
    symbols_.clear();
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = std::min(utf8_sequence_bytes(text[at]), text.size() - at);
      const auto index = static_cast<std::int32_t>(symbols_.size());
      symbols_.push_back({at, size, index - 1, index + 1});
      at += size;
    }
    if (!symbols_.empty()) symbols_.back().next = -1;
  }

  template <class Score>
  void consider(std::string_view text, std::int32_t left, std::int32_t right, const Score& score) {
    if (left < 0 || right < 0) return;
    const std::size_t size = symbols_[left].size + symbols_[right].size;
    const auto value = score(symbols_[left].size, text.substr(symbols_[left].begin, size));
    if (!value) return;
    queue_.push_back({*value, left, right, size});
    std::push_heap(queue_.begin(), queue_.end());
  }

  std::vector<Symbol> symbols_;
  std::vector<Pair> queue_;
};

}  // namespace areia::sw
