// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The DMA descriptor: what `dma.start` reads from the scratchpad.
#pragma once

#include <cstdint>

namespace areia::abi {

/// Copies run_bytes * count[0] * count[1] * count[2] bytes: the innermost of the four dimensions is a
/// contiguous run, the outer three have byte strides of either sign on each side. A count of zero copies
/// nothing (and still posts). Bytes are copied one after another, count[0] varying fastest, which gives
/// overlapping sides their meaning. At most kMaxDmaBytes in all.
/// 96 bytes, 8-byte aligned, little-endian. Reserved fields are zero.
///
/// The engine reads the descriptor at `dma.start`; software may reuse its memory at once.
struct DmaDescriptor {
  std::uint64_t source = 0;
  std::uint64_t destination = 0;  ///< multicast: an offset into each receiving scratchpad
  std::uint32_t run_bytes = 0;
  std::uint32_t count[3] = {1, 1, 1};
  std::int64_t source_stride[3] = {0, 0, 0};
  std::int64_t destination_stride[3] = {0, 0, 0};
  /// Address of a semaphore posted when the last byte has arrived, or 0 for none. With multicast:
  /// an offset plus kScratchpadBase, posted in every receiving tile.
  std::uint64_t semaphore = 0;
  std::uint16_t post_value = 1;  ///< added to the semaphore
  std::uint8_t multicast = 0;    ///< 1: write to every tile of the rectangle below, 0: to `destination`
  std::uint8_t reserved = 0;
  std::uint8_t first_column = 0, first_row = 0, last_column = 0, last_row = 0;  ///< inclusive rectangle
};
static_assert(sizeof(DmaDescriptor) == 96);

/// The most that one descriptor may copy: an engine cannot be interrupted.
inline constexpr std::uint64_t kMaxDmaBytes = std::uint64_t{1} << 32;

}  // namespace areia::abi
