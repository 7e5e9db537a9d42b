// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Two cached windows of directly accessible memory: what loads, stores and fetches try first.
#pragma once

#include <cstdint>

#include "sim/hart/tile_port.h"

namespace areia::sim {

/// The first window met stays (a tile's program lives in its scratchpad), the other is the last one used.
class MemoryWindows {
 public:
  /// Host address of an access of up to 8 bytes, or null where no cached window certainly holds it.
  std::uint8_t* find(std::uint64_t address) const {
    std::uint64_t offset = address - entries_[0].base;
    if (offset < entries_[0].reach) [[likely]]
      return entries_[0].host + offset;
    offset = address - entries_[1].base;
    if (offset < entries_[1].reach) [[likely]]
      return entries_[1].host + offset;
    return nullptr;
  }
  /// Host address of `bytes` bytes at `address`, or null where no cached window holds them all.
  std::uint8_t* find(std::uint64_t address, std::uint64_t bytes) const {
    for (const Entry& entry : entries_) {
      const std::uint64_t offset = address - entry.base;
      if (offset < entry.bytes && bytes <= entry.bytes - offset) return entry.host + offset;
    }
    return nullptr;
  }
  void remember(const MemoryWindow& window) {
    Entry& entry = entries_[0].host == nullptr ? entries_[0] : entries_[1];
    entry = {window.base, window.bytes >= 8 ? window.bytes - 7 : 0, window.bytes, window.host};
  }
  void forget() { entries_[0] = entries_[1] = {}; }

 private:
  struct Entry {
    std::uint64_t base = 0;
    std::uint64_t reach = 0;  ///< offsets below it have 8 bytes of the window ahead
    std::uint64_t bytes = 0;
    std::uint8_t* host = nullptr;

    [[gnu::returns_nonnull]] std::uint8_t* at(std::uint64_t offset) const { return host + offset; }
  };
  Entry entries_[2];
};

}  // namespace areia::sim
