// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// CacheBlocks: the keys and values of a tile's items, block after block through a ring of slots, in the order
// in which attention.cpp uses them. A slot that is free is loaded again at once, across heads and items.
#pragma once

#include "sw/kernels/attention_cut.h"

namespace areia::kernels {

/// `Cached`: the element of both caches.
template <typename Cached>
class CacheBlocks {
 public:
  /// Loads nothing yet.
  CacheBlocks(const abi::Op& op, const AttentionCut& cut, const AttentionItem& first, Arena& arena)
      : op_(op), cut_(cut), item_(first), slot_elements_(cut.block * op.head_size) {
    slots_ = arena.take<Cached>(cut.slots * slot_elements_);
  }

  void start() {
    free_ = cut_.slots;
    load();
  }

  /// The next block: [position][element], by position in the block.
  const Cached* wait() {
    wait_load(arrived_[use_slot_]);
    const Cached* block = slots_ + use_slot_ * slot_elements_;
    use_slot_ = use_slot_ + 1 == cut_.slots ? 0 : use_slot_ + 1;
    return block;
  }

  /// The slot that has been waited for the longest ago is free: nobody reads it any more.
  void release() {
    ++free_;
    load();
  }

  /// The next head's scores are there. Its values are not asked for before: they would take DRAM's time from
  /// keys that some tile waits for.
  void scored() {
    ++heads_scored_;
    load();
  }

 private:
  /// Loads blocks into free slots.
  void load() {
    for (; free_ > 0; --free_) {
      while (item_.exists && load_ == item_.blocks.count() * (cut_.kept ? 2 : 4)) next_head();
      if (!item_.exists) return;
      const Next next = next_block();
      if (next.values && cut_.kept && heads_loaded_ == heads_scored_) return;
      load_block(next);
    }
  }

  void next_head() {
    load_ = 0;
    ++heads_loaded_;
    if (++head_ < item_.heads) return;
    head_ = 0;
    item_ = attention_item(op_, cut_, item_.ordinal + 1);
  }

  struct Next {
    uint64_t block;
    bool values;  ///< or keys
  };
  /// Keys of all blocks, then values of all blocks; or, where scores are not kept, keys of all blocks twice,
  /// then a block's keys and its values in turn.
  Next next_block() const {
    const uint64_t count = item_.blocks.count(), first = item_.blocks.begin;
    if (load_ < count) return {first + load_, false};
    const uint64_t rest = load_ - count;
    if (cut_.kept) return {first + rest, true};
    if (rest < count) return {first + rest, false};
    return {first + (rest - count) / 2, (rest - count) % 2 == 1};
  }

  void load_block(const Next& next) {
    const Range positions = positions_of(cut_, item_, next.block);
    const abi::TensorRef& cache = next.values ? op_.weight : op_.extra;
    const uint64_t bytes = op_.head_size * sizeof(Cached);
    const uint64_t first = positions.begin - next.block * cut_.block;
    arrived_[load_slot_] =
        load_rows(slots_ + load_slot_ * slot_elements_ + first * op_.head_size, bytes,
                  cache.address + positions.begin * cache.row_stride + (item_.first_head + head_) * bytes,
                  cache.row_stride, bytes, positions.count());
    load_slot_ = load_slot_ + 1 == cut_.slots ? 0 : load_slot_ + 1;
    ++load_;
  }

  const abi::Op& op_;
  const AttentionCut& cut_;
  AttentionItem item_;            ///< of the next load
  uint64_t head_ = 0, load_ = 0;  ///< of the item; of the head
  uint64_t heads_loaded_ = 0, heads_scored_ = 0;
  uint64_t load_slot_ = 0, use_slot_ = 0, free_ = 0;
  uint64_t slot_elements_;
  Cached* slots_;
  Ticket arrived_[kMostSlots];
};

}  // namespace areia::kernels
