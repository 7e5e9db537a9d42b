// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// From a physical address to the memory behind it, by the map of spec/abi/memory_map.h.
#pragma once

#include <cstdint>
#include <span>

#include "spec/chip/chip.h"

namespace areia::sim {

enum class MemoryKind : std::uint8_t { kNone, kScratchpad, kDram, kDoorbell };

/// Where an address leads.
struct Place {
  MemoryKind kind = MemoryKind::kNone;
  std::uint32_t tile = 0;        ///< kScratchpad: whose
  std::uint8_t* host = nullptr;  ///< kScratchpad and kDram: the byte itself
  std::uint64_t room = 0;        ///< bytes from there to the memory's end

  explicit operator bool() const { return kind != MemoryKind::kNone; }
  bool is_scratchpad_of(std::uint32_t owner) const {
    return kind == MemoryKind::kScratchpad && tile == owner;
  }
  bool may_hold_semaphore() const { return kind == MemoryKind::kScratchpad || kind == MemoryKind::kDoorbell; }
  bool same_memory(const Place& other) const { return kind == other.kind && tile == other.tile; }
};

/// Who asks, when nobody's own scratchpad window is meant: the host.
inline constexpr std::uint32_t kHost = UINT32_MAX;

class AddressMap {
 public:
  /// `scratchpads` holds those of all tiles one after another.
  AddressMap(const ChipDescription& chip, std::uint8_t* scratchpads, std::uint8_t* dram);

  /// The memory at `address` as seen by tile `viewer` (or kHost); kNone where all of `bytes` (at least 1) is
  /// not in one memory. The doorbell is 4 bytes.
  Place locate(std::uint64_t address, std::uint64_t bytes, std::uint32_t viewer) const;

  std::span<std::uint8_t> scratchpad(std::uint32_t tile) const;
  std::span<std::uint8_t> dram() const { return {dram_, dram_bytes_}; }

 private:
  Place locate(std::uint64_t address, std::uint32_t viewer) const;
  Place scratchpad_place(std::uint64_t tile, std::uint64_t offset) const;

  std::uint8_t* scratchpads_;
  std::uint8_t* dram_;
  std::uint64_t scratchpad_bytes_, dram_bytes_, tiles_;
};

}  // namespace areia::sim
