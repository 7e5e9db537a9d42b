// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// TextTable: texts in one buffer, numbered as they come, found by content through a flat hash index.
// Vocabularies have hundreds of thousands of texts: a node each in a map would be most of a model's loading.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace areia::sw {

class TextTable {
 public:
  /// Which of two equal texts find() gives.
  enum class Equals { kFirst, kLast };

  /// Room for `count` texts (below 2^31) of `bytes` together; more are not possible.
  TextTable(std::size_t count, std::size_t bytes, Equals equals);

  /// Adds a text; returns its number.
  std::uint32_t add(std::string_view text);
  std::uint32_t size() const { return static_cast<std::uint32_t>(ends_.size() - 1); }
  std::string_view operator[](std::uint32_t number) const {
    return std::string_view(texts_).substr(ends_[number], ends_[number + 1] - ends_[number]);
  }
  std::optional<std::uint32_t> find(std::string_view text) const;

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number = UINT32_MAX;  ///< UINT32_MAX: free
  };
  /// The slot that holds `text`, or the free one where it belongs.
  std::size_t slot_of(std::string_view text, std::uint32_t hash) const;

  std::string texts_;
  std::vector<std::size_t> ends_ = {0};
  std::vector<Slot> slots_;  ///< a power of two of them, at most half full
  Equals equals_;
};

}  // namespace areia::sw
