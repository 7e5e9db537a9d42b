// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The address map's lookups.
#include "sim/mem/address_map.h"

#include "spec/abi/memory_map.h"

namespace areia::sim {

AddressMap::AddressMap(const ChipDescription& chip, std::uint8_t* scratchpads, std::uint8_t* dram)
    : scratchpads_(scratchpads),
      dram_(dram),
      scratchpad_bytes_(chip.scratchpad.bytes),
      dram_bytes_(chip.dram.bytes),
      tiles_(chip.tile_count()) {}

std::span<std::uint8_t> AddressMap::scratchpad(std::uint32_t tile) const {
  return {scratchpads_ + tile * scratchpad_bytes_, scratchpad_bytes_};
}

Place AddressMap::scratchpad_place(std::uint64_t tile, std::uint64_t offset) const {
  if (tile >= tiles_ || offset >= scratchpad_bytes_) return {};
  return {MemoryKind::kScratchpad, static_cast<std::uint32_t>(tile),
          scratchpads_ + tile * scratchpad_bytes_ + offset, scratchpad_bytes_ - offset};
}

Place AddressMap::locate(std::uint64_t address, std::uint32_t viewer) const {
  if (address - abi::kScratchpadBase < abi::kScratchpadWindow) {
    return viewer == kHost ? Place{} : scratchpad_place(viewer, address - abi::kScratchpadBase);
  }
  if (address - abi::kDramBase < dram_bytes_) {
    const std::uint64_t offset = address - abi::kDramBase;
    return {MemoryKind::kDram, 0, dram_ + offset, dram_bytes_ - offset};
  }
  if (address >= abi::kTileWindowsBase) {
    const std::uint64_t offset = address - abi::kTileWindowsBase;
    return scratchpad_place(offset / abi::kScratchpadWindow, offset % abi::kScratchpadWindow);
  }
  if (address == abi::kHostDoorbell) return {MemoryKind::kDoorbell, 0, nullptr, 4};
  return {};
}

Place AddressMap::locate(std::uint64_t address, std::uint64_t bytes, std::uint32_t viewer) const {
  const Place place = locate(address, viewer);
  return bytes <= place.room ? place : Place{};
}

}  // namespace areia::sim
