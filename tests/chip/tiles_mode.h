// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What the test program tiles.cpp is asked to do: the launch argument.
#pragma once

namespace areia::test {

enum Mode : unsigned long {
  kRing,           ///< a number goes round all tiles, growing; the last one shows it to the host
  kRaces,          ///< everybody writes everywhere, unsynchronised
  kChannelOrder,   ///< DMA to DRAM and back on one channel, without a fence in between
  kGather,         ///< tile 0 adds up what the others multicast
  kDeadlock,       ///< tile 2 (or the only one) waits for what never comes
  kBadLoad,        ///< the last tile loads from nowhere
  kBadSemaphore,   ///< a post to an odd address
  kBadDma,         ///< a DMA that ends outside memory
  kBadTensor,      ///< a tmma without formats and shape
  kBadDescriptor,  ///< a DMA descriptor with reserved bits set
  kSpin,           ///< never ends
  kDoorbells,      ///< every tile rings twice
};

/// Where results go in DRAM.
inline constexpr unsigned long kResults = 0x8010'0000;
inline constexpr unsigned long kRaceBytes = 64 * 1024;

}  // namespace areia::test
