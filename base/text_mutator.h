// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Damages texts for fuzz tests of parsers: always the same damage in the same order.
#pragma once

#include <cstddef>
#include <random>
#include <span>
#include <string>
#include <string_view>

namespace areia {

class TextMutator {
 public:
  /// `pieces` are what the format trips over: brackets, odd numbers, keys in the wrong place.
  explicit TextMutator(std::span<const std::string_view> pieces) : pieces_(pieces) {}

  /// The text with one to four things cut off, flipped, inserted, erased or repeated.
  std::string damage(std::string text) {
    const int rounds = 1 + static_cast<int>(below(4));
    for (int i = 0; i < rounds && !text.empty(); ++i) damage_once(text);
    return text;
  }

 private:
  std::size_t below(std::size_t limit) { return limit ? random_() % limit : 0; }

  void damage_once(std::string& text) {
    const auto at = below(text.size());
    switch (below(5)) {
      case 0:
        text.resize(at);
        break;
      case 1:
        text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
        break;
      case 2:
        text.insert(at, pieces_[below(pieces_.size())]);
        break;
      case 3:
        text.erase(at, below(40));
        break;
      default:
        text.insert(at, text.substr(below(text.size()), below(200)));
        break;
    }
  }

  std::span<const std::string_view> pieces_;
  std::mt19937_64 random_{1};
};

}  // namespace areia
