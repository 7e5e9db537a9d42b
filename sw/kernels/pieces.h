// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Operators that go element by element: their work in pieces, of which DMA brings one and stores another
// while the hart is at a third.
#pragma once

#include "sw/kernels/device.h"

namespace areia::kernels {

/// Sets of buffers that a tile has where there is room: one being worked on, one being stored, and two being
/// filled, so that the memory's latency passes while another piece arrives.
inline constexpr uint64_t kMostSlots = 4;

/// A multiple of this many elements is whole blocks in any format.
inline constexpr uint64_t kWholeBlocks = num::kSuperElements;

/// A set's transfers. Sets of operators add their buffers.
struct Slot {
  Ticket arrived = 0;
  PendingStore stored;
};

/// Calls work(slot) for each item of the share, in order. Before, load(item, slot) starts what the item
/// needs, writes down what it is, and tells the last load's ticket; work sets slot.stored. `count`: slots, 1
/// at least.
template <typename AnySlot, typename Load, typename Work>
inline void each_in_turn(const Share& share, AnySlot* slots, uint64_t count, Load load, Work work) {
  const uint64_t ahead = count > 2 ? count - 2 : 0;
  uint64_t asked = share.begin, asking = 0, now = 0;
  for (uint64_t item = share.begin; item < share.end; ++item) {
    for (; asked < smaller(item + 1 + ahead, share.end); ++asked) {
      AnySlot& slot = slots[asking];
      slot.stored.wait();
      slot.arrived = load(asked, slot);
      asking = asking + 1 == count ? 0 : asking + 1;
    }
    wait_load(slots[now].arrived);
    work(slots[now]);
    now = now + 1 == count ? 0 : now + 1;
  }
}

/// Slots of so many bytes for which there is room: one at least, or taking its buffers fails.
inline uint64_t slots_that_fit(const Arena& arena, uint64_t bytes) {
  return larger<uint64_t>(1, smaller(kMostSlots, arena.left() / bytes));
}

/// Columns [begin, begin + count) of a row.
struct Piece {
  uint64_t row, begin, count;
};

/// How rows are cut into pieces of whole blocks.
class Pieces {
 public:
  /// In so many pieces a row, or fewer, as equal as whole blocks allow.
  Pieces(uint64_t columns, uint64_t in_row) : columns_(columns) {
    size_ = round_up(divide_up(columns, in_row), kWholeBlocks);
    in_row_ = divide_up(columns, size_);
  }
  /// Enough for all tiles, and for each several, so that they overlap; none larger than `most` elements, at
  /// least kWholeBlocks.
  static Pieces for_all_tiles(uint64_t rows, uint64_t columns, uint64_t most) {
    constexpr uint64_t kPiecesOfTile = 4;
    const uint64_t even = rows * columns / (launch->tile_count * kPiecesOfTile);
    const uint64_t wanted = larger(kWholeBlocks, smaller(even, most) / kWholeBlocks * kWholeBlocks);
    return {columns, divide_up(columns, wanted)};
  }

  uint64_t in_row() const { return in_row_; }
  /// Elements of the longest.
  uint64_t room() const { return smaller(size_, columns_); }
  Piece of(uint64_t item) const {
    if (in_row_ == 1) return {item, 0, columns_};
    const uint64_t row = item / in_row_, begin = (item - row * in_row_) * size_;  // a hart divides slowly
    return {row, begin, smaller(size_, columns_ - begin)};
  }

 private:
  uint64_t columns_, size_, in_row_;
};

}  // namespace areia::kernels
