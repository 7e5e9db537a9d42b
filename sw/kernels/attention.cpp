// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kAttention: causal softmax(q k^T * scale) v over the KV cache, queries in groups that share a key-value
// head, perhaps over a window of positions, perhaps with a sink (a score without a position).
//
// An item (attention_cut.h) goes three times through its positions, in blocks:
//   1. scores on the tensor engine, and the largest of each query;
//   2. powers e^(score - largest), and their sums on the tensor engine;
//   3. weights, and the weighted sums of values on the tensor engine.
// The engine works on one block while the vector unit is at the one before or after, and DMA brings the
// blocks that come, in the order in which they are needed: keys, values, the next item's. Where the
// scratchpad does not hold all scores, 2 and 3 compute them again.
//
// Where an item has a team of tiles, each takes its share of the positions; after each walk they tell each
// other what they found, and the first tile adds up the values.
//
// Queries and weights are rounded to what the cache holds: fp16, as llama.cpp does, and tokens are held
// against it; or nothing is rounded, where the cache is fp32. The sums of a chunk of positions are one chain
// each, and chunks are added in ascending order, so no result depends on blocks, tiles or teams.
#include "sw/kernels/attention_blocks.h"
#include "sw/kernels/attention_math.h"
#include "sw/kernels/attention_team.h"
#include "sw/kernels/quantize.h"
#include "sw/kernels/tensor.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

template <typename Cached>
constexpr num::Format kFormatOf = num::Format::kFp16;
template <>
constexpr num::Format kFormatOf<float> = num::Format::kFp32;

/// Counters for ever: what the engine is done with, what it has been given.
volatile uint32_t engine_done;
uint32_t engine_started;

/// `Cached`: the element of both caches.
template <typename Cached>
class Attention {
  static constexpr unsigned long kScoreFormat =
      num::format_operand(kFormatOf<Cached>, kFormatOf<Cached>, num::Format::kFp32);
  static constexpr unsigned long kValueFormat = kScoreFormat | 1 << 24;  // values lie [position][element]
  static constexpr unsigned long kSumFormat =
      num::format_operand(num::Format::kFp32, num::Format::kFp32, num::Format::kFp32);

 public:
  Attention(const abi::Op& op, const AttentionCut& cut, const AttentionItem& first, Arena& arena)
      : op_(op), cut_(cut), item_(first), blocks_(op, cut, first, arena), team_(cut) {
    const uint64_t queries = cut.queries(), elements = queries * op.head_size;
    loaded_ = arena.take<float>(elements);
    queries_ = arena.take<Cached>(elements);
    scores_ = arena.take<float>(cut.score_blocks() * queries * cut.block);
    spare_ = arena.take<float>(cut.block);
    largest_ = arena.take<float>(cut.members * queries);
    shifts_ = arena.take<float>(queries + 4);
    sums_ = arena.take<float>(cut.sums * queries);
    totals_ = arena.take<double>(queries);
    factors_ = arena.take<float>(queries + 1);
    ones_ = arena.take<float>(kChunk);
    parts_ = arena.take<float>(cut.parts * elements);
    outputs_ = arena.take<float>(cut.row_block * cut.heads * cut.group * op.head_size);
    narrowed_ =
        arena.take<uint8_t>(block_bytes(op.output, cut.row_block, cut.heads * cut.group * op.head_size));
    if (op.bias.rows != 0) sinks_ = arena.take<float>(op.heads);
    scale_ = static_cast<float>((op.flags & abi::kScaleQuery ? 1.0 : static_cast<double>(op.scale)) *
                                1.4426950408889634);
  }

  void run() {
    load_queries(item_, 0);
    blocks_.start();
    fill_rows(ones_, 1, 1, 0, kChunk);
    if (sinks_ != nullptr) load_sinks();
    for (; item_.exists; item_ = attention_item(op_, cut_, item_.ordinal + 1)) {
      const uint64_t columns = item_.heads * cut_.group * op_.head_size;
      for (uint64_t head = 0; head < item_.heads; ++head)
        attend(head, outputs_ + head * cut_.group * op_.head_size, columns);
      if (cut_.team.member != 0) continue;
      stored_ = store_values(op_.output, item_.first_row, item_.first_head * cut_.group * op_.head_size,
                             outputs_, item_.rows, columns, narrowed_);
    }
  }

 private:
  /// One key-value head: the attention of its queries, `columns` elements from row to row of `outputs`.
  void attend(uint64_t head, float* outputs, uint64_t columns) {
    count_ = item_.rows * cut_.group;
    take_queries(head);
    find_largest(head);
    add_powers();
    add_values(outputs, columns);
    if (cut_.members > 1) {
      team_.gather(Exchange::kValues, part_of(item_.own_chunks.begin),
                   item_.own_chunks.count() * cut_.queries() * op_.head_size * sizeof(float));
    }
    if (cut_.team.member == 0) fold_parts(outputs, columns);
  }

  // ---- Loads, in the order of their use --------------------------------------------------------------

  void load_sinks() {
    wait_load(load(sinks_, op_.bias.address, op_.heads * sizeof(float)));
    to_powers_of_two(sinks_, op_.heads);
  }

  void load_queries(const AttentionItem& item, uint64_t head) {
    const uint64_t bytes = cut_.group * op_.head_size * sizeof(float);
    queries_arrived_ = load_rows(
        loaded_, bytes,
        op_.input.address + item.first_row * op_.input.row_stride + (item.first_head + head) * bytes,
        op_.input.row_stride, bytes, item.rows);
  }

  /// Rounds the queries that have arrived, and asks for the next ones.
  void take_queries(uint64_t head) {
    wait_load(queries_arrived_);
    const uint64_t elements = count_ * op_.head_size;
    if (op_.flags & abi::kScaleQuery) scale(loaded_, op_.scale, elements);
    if constexpr (sizeof(Cached) == sizeof(float)) {
      __builtin_memcpy(queries_, loaded_, elements * sizeof(float));
    } else {
      narrow_to_fp16(queries_, loaded_, elements);
    }
    if (head + 1 < item_.heads) return load_queries(item_, head + 1);
    const AttentionItem next = attention_item(op_, cut_, item_.ordinal + 1);
    if (next.exists) load_queries(next, 0);
  }

  /// Tells when the engine is done with all that it has been given.
  void post_done() {
    device::tpost(address_of(&engine_done), 1);
    ++engine_started;
  }
  /// Waits until the engine is done with all posted but the last `but`, and lets the slot be used again.
  void release(uint32_t but) {
    device::sem_wait(address_of(&engine_done), engine_started - but);
    blocks_.release();
  }

  // ---- Where things are ------------------------------------------------------------------------------

  /// What of a block the item's share of positions covers, counted from the block's begin.
  Range covered(uint64_t block) const { return from(block, positions_of(cut_, item_, block)); }
  /// What of it the query of a row sees.
  Range seen(uint64_t row, uint64_t block) const {
    return from(block, seen_of(op_, cut_, item_, row, positions_of(cut_, item_, block)));
  }
  /// What of it all rows see: as far as the first one does, from where the last one does.
  Range common(uint64_t block) const {
    const uint64_t begin = seen(item_.rows - 1, block).begin;
    return {begin, larger(begin, seen(0, block).end)};
  }
  Range from(uint64_t block, const Range& positions) const {
    return {positions.begin - block * cut_.block, positions.end - block * cut_.block};
  }

  /// [query][position in the block]
  float* scores_of(uint64_t block) {
    return scores_ + (cut_.kept ? block - item_.blocks.begin : block % 2) * cut_.queries() * cut_.block;
  }
  uint64_t chunk_of(uint64_t block) const { return block * cut_.block / kChunk; }
  /// Whether a block continues its chunk's sums.
  bool continues(uint64_t block) const { return block != item_.blocks.begin && block % cut_.blocks != 0; }

  // ---- 1. Scores and the largest ---------------------------------------------------------------------

  void find_largest(uint64_t head) {
    float* largest = largest_ + cut_.team.member * cut_.queries();
    fill_rows(largest, -kInfinity, 1, 0, count_);
    uint64_t ahead = item_.blocks.begin;
    if (!item_.blocks.empty()) compute_scores(ahead);
    for (uint64_t block = ahead; block < item_.blocks.end; ++block) {
      const uint32_t more = ++ahead != item_.blocks.end ? 1 : 0;
      if (more != 0) compute_scores(ahead);
      release(more);
      hide_unseen(block);
      raise_largest(largest, rows_of(block), parts_, fold_width());
    }
    blocks_.scored();
    if (cut_.members > 1) {
      team_.share(Exchange::kLargest, largest, count_ * sizeof(float));
      for (uint64_t member = 1; member < cut_.members; ++member)
        raise(largest_, largest_ + member * cut_.queries(), count_);
    }
    __builtin_memcpy(shifts_, largest_, count_ * sizeof(float));
    scale(shifts_, scale_, count_);
    begin_totals(head);
  }

  /// Of a row's elements when the largest is looked for: parts_, not in use by then, has room for so many.
  uint64_t fold_width() const {
    uint64_t width = 1;
    while (2 * width <= op_.head_size) width *= 2;
    return width;
  }

  /// Sinks raise the shifts, and their powers are what sums begin with.
  void begin_totals(uint64_t head) {
    __builtin_memset(totals_, 0, count_ * sizeof(double));
    if (sinks_ == nullptr) return;
    const float* sinks = sinks_ + (item_.first_head + head) * cut_.group;
    for (uint64_t i = 0; i < count_; i += cut_.group) raise(shifts_ + i, sinks, cut_.group);
    for (uint64_t i = 0; i < count_; ++i) factors_[i] = sinks[i % cut_.group];
    exponentiate({factors_, 1, count_, 1, spare_}, 1, shifts_);
    add_wide(totals_, factors_, 1, 0, count_);
  }

  /// scores[query][position] = query . key, of all positions that the block covers.
  void compute_scores(uint64_t block) {
    const Cached* keys = blocks_.wait();
    const Range range = covered(block);
    float* scores = scores_of(block) + range.begin;
    const uint64_t row = op_.head_size * sizeof(Cached);
    device::tset_format(kScoreFormat);
    device::tset_stride(row, row);
    each_tile(count_, range.count(), op_.head_size, [&]<unsigned Set>(uint64_t query, uint64_t position) {
      device::tclear<Set>();
      device::tmma<Set>(address_of(queries_) + query * row,
                        address_of(keys) + (range.begin + position) * row);
      device::tstore<Set>(address_of(scores + query * cut_.block + position), cut_.block * sizeof(float));
    });
    post_done();
  }

  /// What a row does not see gets a score whose power is 0. The next row sees one position more and, with a
  /// window, one less at the other end.
  void hide_unseen(uint64_t block) {
    const Range range = covered(block);
    if (common(block).count() == range.count()) return;
    const auto begin = static_cast<int64_t>(range.begin), end = static_cast<int64_t>(range.end);
    int64_t seen_end = static_cast<int64_t>(cut_.position + item_.first_row + 1 - block * cut_.block);
    int64_t seen_begin = op_.window != 0 ? seen_end - op_.window : begin;
    float* scores = scores_of(block);
    for (uint64_t row = 0; row < item_.rows; ++row, scores += cut_.group * cut_.block) {
      const int64_t before = smaller(end, larger(begin, seen_begin)),
                    after = larger(before, smaller(end, seen_end));
      if (before > begin)
        fill_rows(scores + begin, -kInfinity, cut_.group, cut_.block, static_cast<size_t>(before - begin));
      if (after < end)
        fill_rows(scores + after, -kInfinity, cut_.group, cut_.block, static_cast<size_t>(end - after));
      ++seen_end;
      if (op_.window != 0) ++seen_begin;
    }
  }

  ScoreRows rows_of(uint64_t block) {
    const Range range = covered(block);
    return {scores_of(block) + range.begin, cut_.block, count_, range.count(), spare_};
  }

  /// Where scores are not kept: the block's, once more.
  void compute_scores_again(uint64_t block) {
    compute_scores(block);
    release(0);
    hide_unseen(block);
  }

  // ---- 2. Powers and their sums ----------------------------------------------------------------------

  void add_powers() {
    first_sum_ = item_.chunks.begin;
    for (uint64_t block = item_.blocks.begin; block < item_.blocks.end; ++block) {
      if (!cut_.kept) compute_scores_again(block);
      make_powers(block);
      if (cut_.members == 1 && chunk_of(block) == first_sum_ + cut_.sums) take_sums();
      add_block(block);
    }
    device::tfence();
    const Range own = item_.own_chunks;
    if (cut_.members > 1)
      team_.share(Exchange::kSums, sums_of(own.begin), own.count() * cut_.queries() * sizeof(float));
    take_sums();
    invert(factors_, totals_, count_);
  }

  float* sums_of(uint64_t chunk) { return sums_ + (chunk - first_sum_) * cut_.queries(); }

  /// Adds the chunks' sums that are there to the totals.
  void take_sums() {
    device::tfence();
    const uint64_t end = smaller(item_.chunks.end, first_sum_ + cut_.sums);
    add_wide(totals_, sums_, end - first_sum_, cut_.queries(), count_);
    first_sum_ = end;
  }

  void make_powers(uint64_t block) { exponentiate(rows_of(block), scale_, shifts_); }

  /// sums[chunk][query] (+)= the powers of the block's positions.
  void add_block(uint64_t block) {
    const Range range = covered(block);
    const float* powers = scores_of(block) + range.begin;
    float* sums = sums_of(chunk_of(block));
    const bool adds = continues(block);
    device::tset_format(kSumFormat);
    device::tset_stride(0, cut_.block * sizeof(float));
    each_tile(1, count_, range.count(), [&]<unsigned Set>(uint64_t, uint64_t query) {
      begin_sum<Set>(adds, address_of(sums + query), 0);
      device::tmma<Set>(address_of(ones_), address_of(powers + query * cut_.block));
      device::tstore<Set>(address_of(sums + query), 0);
    });
  }

  // ---- 3. Weights and values -------------------------------------------------------------------------

  void add_values(float* outputs, uint64_t columns) {
    first_part_ = item_.own_chunks.begin;
    folded_ = false;
    for (uint64_t block = item_.blocks.begin; block < item_.blocks.end; ++block) {
      if (!cut_.kept) {
        compute_scores_again(block);
        make_powers(block);
      }
      weigh<Cached>(rows_of(block), factors_);
      if (cut_.members == 1 && chunk_of(block) == first_part_ + cut_.parts) {
        device::tfence();
        fold_parts(outputs, columns);
      }
      add_weighted(block);
      if (!cut_.kept) {
        release(0);
      } else if (block != item_.blocks.begin) {
        release(1);
      }
    }
    if (cut_.kept && !item_.blocks.empty()) release(0);
  }

  /// parts[chunk][query][element] (+)= sum over the block's positions of weight * value
  void add_weighted(uint64_t block) {
    const Cached* values = blocks_.wait();
    device::tset_format(kValueFormat);
    device::tset_stride(cut_.block * sizeof(float), op_.head_size * sizeof(Cached));
    if (must_go_row_by_row(block, values)) {
      for (uint64_t row = 0; row < item_.rows; ++row)
        add_products(block, values, row * cut_.group, cut_.group, seen(row, block));
    } else {
      add_products(block, values, 0, count_, covered(block));
    }
    post_done();
  }

  /// Whether a position that some row of the item does not see has a value that is no finite number: its
  /// weight of zero would not take it out of that row's sums.
  bool must_go_row_by_row(uint64_t block, const Cached* values) const {
    const Range range = covered(block), all = common(block);
    return any_special(values + range.begin * op_.head_size, (all.begin - range.begin) * op_.head_size) ||
           any_special(values + all.end * op_.head_size, (range.end - all.end) * op_.head_size);
  }

  /// The sums of `queries` queries from `first` on take in the weighted values of the positions `range`.
  void add_products(uint64_t block, const Cached* values, uint64_t first, uint64_t queries,
                    const Range& range) {
    float* sums = part_of(chunk_of(block)) + first * op_.head_size;
    const auto* weights =
        reinterpret_cast<const Cached*>(scores_of(block) + first * cut_.block + covered(block).begin) +
        (range.begin - covered(block).begin);
    const uint64_t row = op_.head_size * sizeof(float);
    const bool adds = continues(block);
    each_tile(queries, op_.head_size, range.count(), [&]<unsigned Set>(uint64_t query, uint64_t element) {
      const uint64_t place = address_of(sums + query * op_.head_size + element);
      begin_sum<Set>(adds, place, row);
      device::tmma<Set>(address_of(weights) + query * cut_.block * sizeof(float),
                        address_of(values + range.begin * op_.head_size + element));
      device::tstore<Set>(place, row);
    });
  }

  float* part_of(uint64_t chunk) {
    const uint64_t first = cut_.members > 1 ? item_.chunks.begin : first_part_;
    return parts_ + (chunk - first) * cut_.queries() * op_.head_size;
  }

  /// Adds the chunks' sums that are there to the outputs.
  void fold_parts(float* outputs, uint64_t columns) {
    if (!folded_) stored_.wait();
    const uint64_t first = cut_.members > 1 ? item_.chunks.begin : first_part_;
    const uint64_t parts =
        cut_.members > 1 ? item_.chunks.count() : smaller(cut_.parts, item_.chunks.end - first);
    const uint64_t row = cut_.group * op_.head_size;
    const uint64_t together = columns == row ? item_.rows : 1;  // rows that lie dense in both
    for (uint64_t i = 0; i < item_.rows; i += together) {
      fold(outputs + i * columns, parts_ + i * row, parts, cut_.queries() * op_.head_size, folded_,
           together * row);
    }
    first_part_ = first + parts;
    folded_ = true;
  }

  const abi::Op& op_;
  const AttentionCut& cut_;
  AttentionItem item_;
  CacheBlocks<Cached> blocks_;
  TeamExchange team_;
  uint64_t count_ = 0;  ///< queries of the item
  float scale_;         ///< of scores to powers of two
  Ticket queries_arrived_ = 0;
  float* loaded_;    ///< [row][group][element]: queries on their way
  Cached* queries_;  ///< the same as the cache has them
  float* scores_;    ///< [block][query][position]; then powers; then weights
  float* spare_;     ///< a row of scores that nobody needs
  float* largest_;   ///< [member][query]
  float* shifts_;    ///< [query]: the largest score or sink, as a power of two
  float* sums_;      ///< [chunk][query]: of powers
  double* totals_;   ///< [query]
  float* factors_;   ///< [query]: 1 / total
  float* ones_;
  float* parts_;             ///< [chunk][query][element]: weighted values
  uint64_t first_sum_ = 0;   ///< the chunk of the first of sums_
  uint64_t first_part_ = 0;  ///< the chunk of the first, where a tile has an item to itself
  bool folded_ = false;      ///< the outputs have parts of this head
  float* outputs_;
  uint8_t* narrowed_;
  float* sinks_ = nullptr;  ///< [head], as powers of two
  PendingStore stored_;     ///< from outputs_ or narrowed_
};

}  // namespace

void attention(const abi::Op& op, const Step& step) {
  Arena arena;
  const AttentionCut& cut = cut_attention(op, step, arena.left());
  if (cut.members > 1) meet();
  const AttentionItem first = attention_item(op, cut, 0);
  if (!first.exists) return;
  if (op.extra.format == num::Format::kFp32) return Attention<float>(op, cut, first, arena).run();
  Attention<_Float16>(op, cut, first, arena).run();
}

}  // namespace areia::kernels
