// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What the host asks of a chip program, and where it answers. Device code includes this header too.
#pragma once

#include <cstdint>

#include "spec/abi/memory_map.h"

namespace areia::bench {

/// At the address in DRAM that is the launch argument.
struct Request {
  std::uint64_t mode = 0;  ///< what to measure: a value of the enum that the program's topic has below
  std::uint64_t value[7] = {};
};

/// Words that a tile answers with, in DRAM, one tile after another. The first two are the cycles in which
/// what is measured began and ended; both are 0 for a tile that had no part.
inline constexpr std::uint64_t kWords = 8;
inline constexpr std::uint64_t kRequestAddress = abi::kDramBase;
inline constexpr std::uint64_t kResultsAddress = abi::kDramBase + 4096;
/// From here on DRAM is for the measurements' data; on all presets the byte is channel 0's.
inline constexpr std::uint64_t kDataAddress = abi::kDramBase + 0x2180000;

/// tensor.cpp, on tile 0. Values: operand of tset.format, K, stride in bytes of the rows of A and B,
/// commands.
enum TensorMode : std::uint64_t {
  kMultiply,          ///< tmma, one after another on one set
  kMultiplyAndStore,  ///< tmma on two sets in turn, each followed by a tstore of it
  kMultiplyAndCopy,   ///< kMultiply while DMA copies kCopyBytes within the scratchpad again and again
  kStore,             ///< tstore
  kLoad,              ///< tload
};
inline constexpr std::uint64_t kCopyBytes = 4096;

/// dram.cpp. Values: tiles that take part, bytes a tile, bytes of a descriptor, whether the tiles' pieces
/// take turns in one region (or each tile has its own).
enum DramMode : std::uint64_t {
  kReadStream,
  kWriteStream,
  kReadAndWriteStream,  ///< half of the bytes each, at the same time
  kReadRandom,          ///< 64 bytes at a time; value 2: bytes of DRAM that they lie in (a power of two)
  kReadOnce,            ///< one DMA of 64 bytes to an idle chip, by tile 0
  kLoadOnce,            ///< one load by the hart of tile 0
};

/// network.cpp. Values: bytes a sender, or rounds; tiles as each mode says.
enum NetworkMode : std::uint64_t {
  kPingPong,      ///< posts between tile 0 and tile value[1]
  kNeighbour,     ///< tile 0 writes to tile value[1]
  kMirror,        ///< every tile writes to the tile in the mirrored column of its row
  kHotSpot,       ///< every tile but 0 writes to tile 0
  kMulticast,     ///< tile 0 writes to all tiles, itself too
  kLocalCopy,     ///< tile 0 copies within its scratchpad
  kPostToItself,  ///< tile 0 posts to itself and waits for it, once
  kBarrier,       ///< value[0] barriers of all tiles
};

/// hart.cpp, on tile 0: kChainLength instructions of a kind. No values.
enum HartMode : std::uint64_t {
  kAdds,         ///< each needs the one before
  kMultiplies,   ///< the same
  kDivides,      ///< the same
  kFloats,       ///< fused multiply-adds, the same
  kLoads,        ///< of the address of the next
  kJumps,        ///< taken, to aligned targets
  kIndependent,  ///< additions that need nothing
};
inline constexpr std::uint64_t kChainLength = 256;

/// vector.cpp, on tile 0: kVectorLength instructions on full registers of 32-bit elements, LMUL being
/// 1 << value[0]. Word 2: vl.
enum VectorMode : std::uint64_t {
  kMultiplyAdds,  ///< vfmacc.vv, on registers in turn
  kVectorLoads,   ///< unit stride
  kVectorStores,
  kStridedLoads,  ///< of every second element
};
inline constexpr std::uint64_t kVectorLength = 192;

}  // namespace areia::bench
