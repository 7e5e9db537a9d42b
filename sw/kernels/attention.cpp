// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kAttention: causal softmax(q k^T * scale) v over the KV cache, queries in groups that share a key-value
// head, perhaps over a window of positions, perhaps with a sink (a score without a position).
//
// Tiles share items of (block of rows, key-value heads). An item computes the scores of all its queries and
// positions, then their largest, then e^(score - largest) and its sum, then the weights and the weighted sum
// of values. Where the scratchpad does not hold all positions at once, each of the three walks through the
// cache in blocks and computes the scores again. Both products run on the tensor engine.
//
// Queries and weights are rounded to what the cache holds: fp16, as llama.cpp does, and tokens are held
// against it; or nothing is rounded, where the cache is fp32. Largest, sum and products take positions in
// ascending order, so no result depends on the blocks.
#include "sw/kernels/device.h"
#include "sw/kernels/quantize.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

/// Blocks of positions shrink to this before blocks of rows do.
constexpr uint64_t kFewPositions = 256;

template <typename Cached>
constexpr num::Format kFormatOf = num::Format::kFp16;
template <>
constexpr num::Format kFormatOf<float> = num::Format::kFp32;

/// The softmax of one query.
struct Softmax {
  float largest;
  double sum;
};

/// What the positions are walked through for.
enum class Walk { kLargest, kSum, kValues };

/// The positions of a block that a query sees.
struct Seen {
  uint64_t begin, count;  ///< of those seen, in the block
  uint64_t block;         ///< positions of the block
};

void store_as(float* to, vfloat32m8_t values, size_t vl) { __riscv_vse32_v_f32m8(to, values, vl); }
void store_as(_Float16* to, vfloat32m8_t values, size_t vl) {
  __riscv_vse16_v_f16m4(to, __riscv_vfncvt_f_f_w_f16m4(values, vl), vl);
}

/// A block's weights: powers[i] * factor for the positions seen, the first of which is at `powers`; zero for
/// the others.
template <typename Cached>
void weigh(Cached* weights, const float* powers, float factor, const Seen& seen) {
  __builtin_memset(weights, 0, seen.begin * sizeof(Cached));
  weights += seen.begin;
  uint64_t i = 0;
  for (size_t vl; i < seen.count; i += vl) {
    vl = __riscv_vsetvl_e32m8(seen.count - i);
    store_as(weights + i, __riscv_vfmul_vf_f32m8(__riscv_vle32_v_f32m8(powers + i, vl), factor, vl), vl);
  }
  __builtin_memset(weights + i, 0, (seen.block - seen.begin - seen.count) * sizeof(Cached));
}

/// Whether any of `count` elements is infinite or not a number: its exponent is all ones.
bool any_special(const _Float16* elements, uint64_t count) {
  for (size_t vl; count > 0; count -= vl, elements += vl) {
    vl = __riscv_vsetvl_e16m8(count);
    const vuint16m8_t bits = __riscv_vle16_v_u16m8(reinterpret_cast<const uint16_t*>(elements), vl);
    const vbool2_t special = __riscv_vmsgeu_vx_u16m8_b2(__riscv_vsll_vx_u16m8(bits, 1, vl), 0xf800, vl);
    if (__riscv_vfirst_m_b2(special, vl) >= 0) return true;
  }
  return false;
}
bool any_special(const float* elements, uint64_t count) {
  for (size_t vl; count > 0; count -= vl, elements += vl) {
    vl = __riscv_vsetvl_e32m8(count);
    const vuint32m8_t bits = __riscv_vle32_v_u32m8(reinterpret_cast<const uint32_t*>(elements), vl);
    const vbool4_t special = __riscv_vmsgeu_vx_u32m8_b4(__riscv_vsll_vx_u32m8(bits, 1, vl), 0xff000000, vl);
    if (__riscv_vfirst_m_b4(special, vl) >= 0) return true;
  }
  return false;
}

/// Key-value heads of an item: one, or as many as make whole blocks of a quantised output.
uint64_t heads_of_item(const abi::Op& op) {
  const uint64_t columns = op.heads / op.kv_heads * op.head_size;
  uint64_t heads = 1;
  while (heads * columns % num::unit_elements(op.output.format) != 0) ++heads;
  return heads;
}

/// `Cached`: the element of both caches.
template <typename Cached>
class Attention {
  static constexpr unsigned long kScoreFormat =
      num::format_operand(kFormatOf<Cached>, kFormatOf<Cached>, num::Format::kFp32);
  static constexpr unsigned long kValueFormat = kScoreFormat | 1 << 24;  // values lie [position][element]

 public:
  Attention(const abi::Op& op, const Step& step) : op_(op), step_(step) {
    group_ = op.heads / op.kv_heads;
    heads_at_once_ = heads_of_item(op);
    sets_ = divide_up(op.kv_heads, heads_at_once_);
    row_block_ = larger<uint64_t>(1, smaller<uint64_t>(step.rows, launch->tensor_rows / group_));
    block_ = step.position + step.rows;
    if (op.window != 0) block_ = smaller(block_, op.window + row_block_);
    if (op.bias.rows != 0) load_sinks();
    while (bytes_needed() > arena_.left() && (block_ > 1 || row_block_ > 1)) {
      uint64_t& shrinking = row_block_ > 1 && block_ <= kFewPositions ? row_block_ : block_;
      shrinking = divide_up(shrinking, 2);
    }
    const uint64_t queries = row_block_ * group_;
    keys_ = arena_.take<Cached>(block_ * op.head_size);
    cached_values_ = arena_.take<Cached>(block_ * op.head_size);
    loaded_ = arena_.take<float>(queries * op.head_size);
    queries_ = arena_.take<Cached>(queries * op.head_size);
    scores_ = arena_.take<float>(queries * block_);
    weights_ = arena_.take<Cached>(queries * block_);
    states_ = arena_.take<Softmax>(queries);
    outputs_ = arena_.take<float>(row_block_ * output_columns());
    blocks_ = arena_.take<uint8_t>(block_bytes(op.output, row_block_, output_columns()));
  }

  void run() {
    const Share share = share_of(divide_up(step_.rows, row_block_) * sets_);
    for (uint64_t item = share.begin; item < share.end; ++item) {
      first_row_ = item / sets_ * row_block_;
      rows_ = smaller(row_block_, step_.rows - first_row_);
      const uint64_t first_head = item % sets_ * heads_at_once_;
      const uint64_t heads = smaller<uint64_t>(heads_at_once_, op_.kv_heads - first_head);
      const uint64_t columns = heads * group_ * op_.head_size;
      stored_.wait();
      for (uint64_t head = 0; head < heads; ++head) {
        attend(first_head + head, outputs_ + head * group_ * op_.head_size, columns);
      }
      stored_ = store_values(op_.output, first_row_, first_head * group_ * op_.head_size, outputs_, rows_,
                             columns, blocks_);
    }
  }

 private:
  uint64_t output_columns() const { return heads_at_once_ * group_ * op_.head_size; }
  uint64_t bytes_needed() const {
    const uint64_t queries = row_block_ * group_;
    return 2 * block_ * op_.head_size * sizeof(Cached) +
           queries * op_.head_size * (sizeof(float) + sizeof(Cached)) +
           queries * block_ * (sizeof(float) + sizeof(Cached)) + queries * sizeof(Softmax) +
           row_block_ * output_columns() * sizeof(float) +
           block_bytes(op_.output, row_block_, output_columns()) + 9 * 64;
  }

  /// One key-value head: the attention of its queries, `columns` elements from row to row of `outputs`.
  void attend(uint64_t head, float* outputs, uint64_t columns) {
    load_queries(head);
    visible_ = step_.position + first_row_ + rows_;  // positions that the last row sees
    scored_ = false;
    begin_ = first_seen(0);
    for (uint64_t i = 0; i < rows_ * group_; ++i) states_[i] = {sink_of(head, i), 0};
    each_block(head, Walk::kLargest, [&](uint64_t query, const Seen& seen) {
      states_[query].largest =
          find_largest(scores_of(query) + seen.begin, seen.count, states_[query].largest);
    });
    if (sinks_ != nullptr) {
      for (uint64_t i = 0; i < rows_ * group_; ++i)
        states_[i].sum = exponential_of(sink_of(head, i) - states_[i].largest);
    }
    each_block(head, Walk::kSum, [&](uint64_t query, const Seen& seen) {
      Softmax& state = states_[query];
      state.sum = exponentiate(scores_of(query) + seen.begin, seen.count, state.largest, state.sum);
    });
    each_block(head, Walk::kValues, [&](uint64_t query, const Seen& seen) {
      const Softmax& state = states_[query];
      float* scores = scores_of(query) + seen.begin;
      if (!one_block()) exponentiate(scores, seen.count, state.largest, 0);
      const float factor = static_cast<float>(1.0 / state.sum);
      weigh(weights_ + query * block_, scores, factor, seen);
      if (query + 1 == rows_ * group_) add_values(outputs, columns, seen.block);
    });
  }

  /// The first position that the query of that row of the item sees.
  uint64_t first_seen(uint64_t row) const {
    const uint64_t position = step_.position + first_row_ + row;
    return op_.window != 0 && position >= op_.window ? position + 1 - op_.window : 0;
  }

  /// The score that takes part in a query's softmax alone; below all others where there is none.
  float sink_of(uint64_t head, uint64_t query) const {
    return sinks_ != nullptr ? sinks_[head * group_ + query % group_] : -__builtin_inff();
  }

  float* scores_of(uint64_t query) { return scores_ + query * block_; }
  bool one_block() const { return visible_ - begin_ <= block_; }

  void load_sinks() {
    sinks_ = arena_.take<float>(op_.heads);
    wait_load(load(sinks_, op_.bias.address, op_.heads * sizeof(float)));
  }

  void load_queries(uint64_t head) {
    const uint64_t row_bytes = group_ * op_.head_size * sizeof(float);
    wait_load(load_rows(loaded_, row_bytes,
                        op_.input.address + first_row_ * op_.input.row_stride + head * row_bytes,
                        op_.input.row_stride, row_bytes, rows_));
    if (op_.flags & abi::kScaleQuery) scale(loaded_, op_.scale, rows_ * group_ * op_.head_size);
    const uint64_t elements = rows_ * group_ * op_.head_size;
    if constexpr (sizeof(Cached) == sizeof(float)) {
      __builtin_memcpy(queries_, loaded_, elements * sizeof(float));
    } else {
      narrow_to_fp16(queries_, loaded_, elements);
    }
  }

  Ticket load_cache(Cached* to, const abi::TensorRef& cache, uint64_t head, uint64_t position,
                    uint64_t count) {
    const uint64_t bytes = op_.head_size * sizeof(Cached);
    return load_rows(to, bytes, cache.address + position * cache.row_stride + head * bytes, cache.row_stride,
                     bytes, count);
  }

  /// Walks through the positions: brings a block's scores, and the values it needs, here if they are not,
  /// then calls function(query, what of the block it sees) for each query.
  template <typename Function>
  void each_block(uint64_t head, Walk walk, Function function) {
    for (position_ = begin_; position_ < visible_; position_ += block_) {
      const uint64_t count = smaller(block_, visible_ - position_);
      if (!scored_) {
        const Ticket keys_arrived = load_cache(keys_, op_.extra, head, position_, count);
        if (one_block() || walk == Walk::kValues)
          values_arrived_ = load_cache(cached_values_, op_.weight, head, position_, count);
        wait_load(keys_arrived);
        compute_scores(count);
        scored_ = one_block();
      }
      for (uint64_t query = 0; query < rows_ * group_; ++query) {
        function(query, seen_of(query / group_, count));
      }
    }
  }

  /// What of the block of `count` positions the query of a row sees.
  Seen seen_of(uint64_t row, uint64_t count) const {
    const uint64_t first = first_seen(row), end = step_.position + first_row_ + row + 1;
    Seen seen{first <= position_ ? 0 : smaller(count, first - position_), 0, count};
    const uint64_t last = end <= position_ ? 0 : smaller(count, end - position_);
    if (last > seen.begin) seen.count = last - seen.begin;
    return seen;
  }

  /// scores_[query][position] = query . key * scale
  void compute_scores(uint64_t count) {
    const uint64_t row = op_.head_size * sizeof(Cached);
    device::tset_format(kScoreFormat);
    device::tset_stride(row, row);
    each_tile(rows_ * group_, count, op_.head_size, [&](uint64_t query, uint64_t position) {
      device::tclear<0>();
      device::tmma<0>(address_of(queries_) + query * row, address_of(keys_) + position * row);
      device::tstore<0>(address_of(scores_of(query) + position), block_ * sizeof(float));
    });
    if (op_.flags & abi::kScaleQuery) return;
    for (uint64_t query = 0; query < rows_ * group_; ++query) scale(scores_of(query), op_.scale, count);
  }

  /// Whether a position that some row of the item does not see has a value that is no finite number: its
  /// weight of zero would not take it out of that row's sums.
  bool must_go_row_by_row(uint64_t count) const {
    uint64_t begin = 0, end = count;  // those that all rows see
    for (uint64_t row = 0; row < rows_; ++row) {
      const Seen seen = seen_of(row, count);
      begin = larger(begin, seen.begin);
      end = smaller(end, seen.begin + seen.count);
    }
    begin = smaller(begin, count);
    end = larger(begin, end);
    return any_special(cached_values_, begin * op_.head_size) ||
           any_special(cached_values_ + end * op_.head_size, (count - end) * op_.head_size);
  }

  /// The sums of `queries` queries of the item take in the weighted values of the block's positions `seen`.
  void add_weighted(float* sums, uint64_t first_query, uint64_t queries, const Seen& seen) {
    const uint64_t row = op_.head_size * sizeof(float);
    each_tile(queries, op_.head_size, seen.count, [&](uint64_t query, uint64_t element) {
      query += first_query;
      const uint64_t place = address_of(sums + query * op_.head_size + element);
      if (position_ == begin_) {
        device::tclear<0>();
      } else {
        device::tload<0>(place, row);
      }
      device::tmma<0>(address_of(weights_ + query * block_ + seen.begin),
                      address_of(cached_values_ + seen.begin * op_.head_size + element));
      device::tstore<0>(place, row);
    });
  }

  /// outputs[query][element] (+)= sum over the block's positions of weight * value
  void add_values(float* outputs, uint64_t columns, uint64_t count) {
    wait_load(values_arrived_);
    device::tset_format(kValueFormat);
    device::tset_stride(block_ * sizeof(Cached), op_.head_size * sizeof(Cached));
    // A group's queries are neighbours in a row of the output; rows are `columns` apart.
    const bool dense = columns == group_ * op_.head_size;
    float* sums = dense ? outputs : loaded_;  // the queries are in queries_ by now
    if (must_go_row_by_row(count)) {
      for (uint64_t row = 0; row < rows_; ++row)
        add_weighted(sums, row * group_, group_, seen_of(row, count));
    } else {
      add_weighted(sums, 0, rows_ * group_, {0, count, count});
    }
    if (dense || position_ + block_ < visible_) return;
    const uint64_t row_elements = group_ * op_.head_size;
    for (uint64_t i = 0; i < rows_; ++i) {
      __builtin_memcpy(outputs + i * columns, loaded_ + i * row_elements, row_elements * sizeof(float));
    }
  }

  /// Calls `function` for every array-sized part of a product of `queries` by `columns`, and waits.
  template <typename Function>
  void each_tile(uint64_t queries, uint64_t columns, uint64_t depth, Function function) {
    for (uint64_t query = 0; query < queries; query += launch->tensor_rows) {
      const uint64_t m = smaller<uint64_t>(launch->tensor_rows, queries - query);
      for (uint64_t column = 0; column < columns; column += launch->tensor_columns) {
        device::tset_shape(m | smaller<uint64_t>(launch->tensor_columns, columns - column) << 16, depth);
        function(query, column);
      }
    }
    device::tfence();
  }

  const abi::Op& op_;
  const Step& step_;
  Arena arena_;
  uint64_t group_;          ///< queries that share a key-value head
  uint64_t heads_at_once_;  ///< key-value heads of an item
  uint64_t sets_, row_block_;
  uint64_t block_;                     ///< positions at a time
  uint64_t first_row_ = 0, rows_ = 0;  ///< of the item
  uint64_t visible_ = 0;               ///< positions that the item's last row sees
  uint64_t begin_ = 0;                 ///< the first position that any row of the item sees
  uint64_t position_ = 0;              ///< first of the block
  bool scored_ = false;                ///< the one block's scores and values are here already
  Ticket values_arrived_ = 0;
  Cached *keys_, *cached_values_;  ///< [position][element]
  float* loaded_;                  ///< [row][group][element]
  Cached* queries_;                ///< the same as the cache has them
  float* scores_;                  ///< [query][block_]
  Cached* weights_;                ///< the same
  Softmax* states_;
  float* outputs_;
  uint8_t* blocks_;
  float* sinks_ = nullptr;
  PendingStore stored_;  ///< from outputs_ or blocks_
};

}  // namespace

void attention(const abi::Op& op, const Step& step) {
  if (step.rows == 1) {  // most tiles have no share: nothing else needs to be worked out
    const Share share = share_of(divide_up(op.kv_heads, heads_of_item(op)));
    if (share.begin == share.end) return;
  }
  if (op.extra.format == num::Format::kFp32) return Attention<float>(op, step).run();
  Attention<_Float16>(op, step).run();
}

}  // namespace areia::kernels
