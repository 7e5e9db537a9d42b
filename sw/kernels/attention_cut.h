// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// How attention (attention.cpp) is shared: into items of (rows, key-value heads), and where there are fewer
// items than tiles, each of them over a team of tiles, which share its positions.
#pragma once

#include "sw/kernels/device.h"

namespace areia::kernels {

/// Positions whose powers and weighted values are added in one chain; sums of chunks are added in ascending
/// order. Part of the result, so the same on every chip: chunk c begins at position c * kChunk.
inline constexpr uint64_t kChunk = 256;

/// Blocks that are here or on their way, at most: more gain nothing, and a DMA channel's queue holds them.
inline constexpr uint64_t kMostSlots = 6;

/// Positions or blocks [begin, end).
struct Range {
  uint64_t begin, end;
  uint64_t count() const { return end - begin; }
  bool empty() const { return begin >= end; }
};

/// This tile's team, and its place there.
struct AttentionTeam {
  bool exists;  ///< some tiles may be left over
  uint64_t number, member;
  uint8_t first_column = 0, first_row = 0, last_column = 0, last_row = 0;
};

/// How the work is cut.
struct AttentionCut {
  uint64_t position, rows;      ///< of the step
  uint64_t group;               ///< queries that share a key-value head
  uint64_t heads, sets;         ///< key-value heads of an item; sets of so many
  uint64_t row_block;           ///< rows of an item, at most
  uint64_t items;               ///< of all tiles
  uint64_t chunks;              ///< that an item sees, at most
  uint64_t block, blocks;       ///< positions at a time: a part of a chunk; blocks of a chunk
  bool kept;                    ///< the scores of all of a tile's positions stay in the scratchpad
  uint64_t slots;               ///< blocks of keys or values that are here or on their way
  uint64_t sums, parts;         ///< chunks whose sums of powers, of values there is room for
  uint64_t columns, team_rows;  ///< of a team: a rectangle of tiles
  uint64_t members;             ///< tiles of a team: 1 where every item is a tile's own
  AttentionTeam team;

  uint64_t queries() const { return row_block * group; }
  /// Chunks of a tile's share, at most.
  uint64_t own_chunks() const { return divide_up(chunks, members); }
  uint64_t score_blocks() const { return kept ? own_chunks() * blocks : 2; }
};

/// The cut of the operator for a scratchpad of `room` bytes: but for `team` the same on every tile. Good
/// until the next call.
const AttentionCut& cut_attention(const abi::Op& op, const Step& step, uint64_t room);

/// What a tile computes at a time.
struct AttentionItem {
  uint64_t ordinal;  ///< among this tile's
  bool exists;
  uint64_t first_row, rows, first_head, heads;
  Range chunks;      ///< that some row sees
  Range own_chunks;  ///< of those, this tile's
  Range positions;   ///< of this tile's chunks, those that some row sees
  Range blocks;      ///< that hold them
};
AttentionItem attention_item(const abi::Op& op, const AttentionCut& cut, uint64_t ordinal);

/// The first position that a row of the step sees.
inline uint64_t first_seen(const abi::Op& op, const AttentionCut& cut, uint64_t row) {
  const uint64_t position = cut.position + row;
  return op.window != 0 && position >= op.window ? position + 1 - op.window : 0;
}

/// The positions of a block that the item's share covers.
inline Range positions_of(const AttentionCut& cut, const AttentionItem& item, uint64_t block) {
  return {larger(item.positions.begin, block * cut.block),
          smaller(item.positions.end, (block + 1) * cut.block)};
}

/// What of `covered`, positions of an item, its row `row` sees.
inline Range seen_of(const abi::Op& op, const AttentionCut& cut, const AttentionItem& item, uint64_t row,
                     const Range& covered) {
  const uint64_t first = first_seen(op, cut, item.first_row + row);
  const uint64_t end = cut.position + item.first_row + row + 1;
  const uint64_t begin = smaller(covered.end, larger(covered.begin, first));
  return {begin, larger(begin, smaller(covered.end, end))};
}

}  // namespace areia::kernels
