// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The chip's physical address map, the same for host, kernels and simulator.
// Plain C++ without library dependencies: device code includes this header too.
#pragma once

#include <cstdint>

namespace areia::abi {

/// The tile's own scratchpad, as its hart and engines see it. Programs are linked here.
inline constexpr std::uint64_t kScratchpadBase = 0x1000'0000;
/// Space reserved for one scratchpad: 256 MiB, so the largest scratchpad a description may ask for.
inline constexpr std::uint64_t kScratchpadWindow = 0x1000'0000;

/// DRAM begins where bare-metal RISC-V programs of the HTIF kind are linked.
inline constexpr std::uint64_t kDramBase = 0x8000'0000;
/// DRAM may reach up to the tile windows: 16 TiB less 2 GiB.
inline constexpr std::uint64_t kTileWindowsBase = 0x1000'0000'0000;  // 2^44

/// A store of a semaphore post (sem.post, or a DMA completion) to this address wakes the host.
/// The host sees the sum of the posted values. Loads from it fault.
inline constexpr std::uint64_t kHostDoorbell = 0x0f00'0000;

/// Bits 63:56 of an address name another chip, plus one; zero is this chip. Links to other chips
/// are not wired yet: such an address faults.
inline constexpr unsigned kChipShift = 56;

/// Address of byte `offset` of the scratchpad of tile `tile` (row-major index y * columns + x), as any
/// tile, DMA engine or the host may name it.
constexpr std::uint64_t tile_address(std::uint64_t tile, std::uint64_t offset) {
  return kTileWindowsBase + tile * kScratchpadWindow + offset;
}

}  // namespace areia::abi
