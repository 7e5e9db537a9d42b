// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kAttention: causal softmax(q k^T * scale) v over the KV cache, queries in groups that share a key-value
// head.
//
// Tiles share items of (block of rows, set of key-value heads). An item walks through the cache in blocks of
// kPositions with an online softmax (Milakov and Gimelshein 2018): for every query it keeps the largest score
// m, the sum s of e^(score - m) and the weighted sum o of values; a block that raises m first scales s and o
// by e^(old m - m). Both products run on the tensor engine, fp32 against the fp16 of the cache. The block's
// length is the same on every chip, so the order of all sums is too.
#include "sw/kernels/device.h"
#include "sw/kernels/quantize.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

constexpr uint64_t kPositions = 32;

constexpr unsigned long kScoreFormat = static_cast<unsigned long>(num::Format::kFp32) |
                                       static_cast<unsigned long>(num::Format::kFp16) << 4 |
                                       static_cast<unsigned long>(num::Format::kFp32) << 8;
constexpr unsigned long kValueFormat = kScoreFormat | 1 << 12;  // values lie [position][element]

/// The running softmax of one query.
struct Softmax {
  float largest, sum;
};

float exponential_of(float x) {
  return __riscv_vfmv_f_s_f32m4_f32(exponential(__riscv_vfmv_v_f_f32m4(x, 1), 1));
}

/// Scales `scores` and returns the largest of them and `largest`.
float scale_scores(float* scores, size_t count, float scale_factor, float largest) {
  vfloat32m1_t running = __riscv_vfmv_s_f_f32m1(largest, 1);
  for (size_t vl; count > 0; count -= vl, scores += vl) {
    vl = __riscv_vsetvl_e32m4(count);
    const vfloat32m4_t x = __riscv_vfmul_vf_f32m4(__riscv_vle32_v_f32m4(scores, vl), scale_factor, vl);
    __riscv_vse32_v_f32m4(scores, x, vl);
    running = __riscv_vfredmax_vs_f32m4_f32m1(x, running, vl);
  }
  return __riscv_vfmv_f_s_f32m1_f32(running);
}

/// Turns scores into e^(score - largest), returns their sum.
float exponentiate(float* scores, size_t count, float largest) {
  vfloat32m1_t sum = __riscv_vfmv_s_f_f32m1(0.0f, 1);
  for (size_t vl; count > 0; count -= vl, scores += vl) {
    vl = __riscv_vsetvl_e32m4(count);
    const vfloat32m4_t x = __riscv_vfsub_vf_f32m4(__riscv_vle32_v_f32m4(scores, vl), largest, vl);
    const vfloat32m4_t weight = exponential(x, vl);
    __riscv_vse32_v_f32m4(scores, weight, vl);
    sum = __riscv_vfredosum_vs_f32m4_f32m1(weight, sum, vl);
  }
  return __riscv_vfmv_f_s_f32m1_f32(sum);
}

/// One block for one query: scores to weights (zero beyond `visible`), state and weighted values brought up
/// to it.
void update_softmax(Softmax& state, float* scores, uint64_t visible, uint64_t positions, float scale_factor,
                    float* values, uint64_t head_size) {
  for (uint64_t i = visible; i < positions; ++i) scores[i] = 0;
  if (visible == 0) return;
  const float largest = scale_scores(scores, visible, scale_factor, state.largest);
  const float sum = exponentiate(scores, visible, largest);
  if (largest != state.largest) {
    const float correction = exponential_of(state.largest - largest);
    scale(values, correction, head_size);
    state.sum *= correction;
    state.largest = largest;
  }
  state.sum += sum;
}

class Attention {
 public:
  Attention(const abi::Op& op, const Step& step) : op_(op), step_(step) {
    group_ = op.heads / op.kv_heads;
    const uint64_t head_columns = group_ * op.head_size;
    // A quantised output is made of whole blocks: as many key-value heads together as that takes.
    while (op.output.format == num::Format::kBlockInt8 && heads_at_once_ * head_columns % num::kBlockElements)
      ++heads_at_once_;
    sets_ = divide_up(op.kv_heads, heads_at_once_);
    row_block_ = larger<uint64_t>(1, smaller<uint64_t>(step.rows, launch->tensor_rows / group_));
    while (row_block_ > 1 && bytes_needed() > arena_.left()) row_block_ = divide_up(row_block_, 2);
    const uint64_t queries = row_block_ * group_;
    keys_ = arena_.take<_Float16>(kPositions * op.head_size);
    cached_values_ = arena_.take<_Float16>(kPositions * op.head_size);
    queries_ = arena_.take<float>(queries * op.head_size);
    values_ = arena_.take<float>(queries * op.head_size);
    scores_ = arena_.take<float>(queries * kPositions);
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
        attend(first_head + head);
        finish(outputs_ + head * group_ * op_.head_size, columns);
      }
      stored_ = store_values(op_.output, first_row_, first_head * group_ * op_.head_size, outputs_, rows_,
                             columns, blocks_);
    }
  }

 private:
  uint64_t output_columns() const { return heads_at_once_ * group_ * op_.head_size; }
  uint64_t bytes_needed() const {
    const uint64_t queries = row_block_ * group_;
    return 2 * kPositions * op_.head_size * sizeof(_Float16) +
           queries * (2 * op_.head_size * sizeof(float) + kPositions * sizeof(float) + sizeof(Softmax)) +
           row_block_ * output_columns() * sizeof(float) +
           block_bytes(op_.output, row_block_, output_columns()) + 8 * 64;
  }

  /// One key-value head: values_ becomes the unnormalised output of its queries.
  void attend(uint64_t head) {
    const uint64_t row_bytes = group_ * op_.head_size * sizeof(float);
    const Ticket queries_arrived = load_rows(
        queries_, row_bytes, op_.input.address + first_row_ * op_.input.row_stride + head * row_bytes,
        op_.input.row_stride, row_bytes, rows_);
    const uint64_t visible = step_.position + first_row_ + rows_;  // positions that the last row sees
    Ticket keys_arrived = load_cache(keys_, op_.extra, head, 0, visible);
    Ticket values_arrived = load_cache(cached_values_, op_.weight, head, 0, visible);
    for (uint64_t i = 0; i < rows_ * group_; ++i) states_[i] = {-__builtin_inff(), 0};
    __builtin_memset(values_, 0, rows_ * group_ * op_.head_size * sizeof(float));
    wait_load(queries_arrived);
    for (uint64_t position = 0; position < visible; position += kPositions) {
      const uint64_t positions = smaller(kPositions, visible - position), next = position + kPositions;
      wait_load(keys_arrived);
      compute_scores(positions);
      if (next < visible) keys_arrived = load_cache(keys_, op_.extra, head, next, visible);
      for (uint64_t query = 0; query < rows_ * group_; ++query) weigh(query, position, positions);
      wait_load(values_arrived);
      add_values(positions);
      if (next < visible) values_arrived = load_cache(cached_values_, op_.weight, head, next, visible);
    }
  }

  Ticket load_cache(_Float16* to, const abi::TensorRef& cache, uint64_t head, uint64_t position,
                    uint64_t visible) {
    const uint64_t bytes = op_.head_size * sizeof(_Float16);
    return load_rows(to, bytes, cache.address + position * cache.row_stride + head * bytes, cache.row_stride,
                     bytes, smaller(kPositions, visible - position));
  }

  void weigh(uint64_t query, uint64_t position, uint64_t positions) {
    const uint64_t sees = step_.position + first_row_ + query / group_ + 1;
    const uint64_t visible = sees <= position ? 0 : smaller(positions, sees - position);
    update_softmax(states_[query], scores_ + query * kPositions, visible, positions, op_.scale,
                   values_ + query * op_.head_size, op_.head_size);
  }

  /// scores_[query][position] = query . key
  void compute_scores(uint64_t positions) {
    const uint64_t row = op_.head_size * sizeof(float), key_row = op_.head_size * sizeof(_Float16);
    device::tset_format(kScoreFormat);
    device::tset_stride(row, key_row);
    each_tile(positions, op_.head_size, [&](uint64_t query, uint64_t position) {
      device::tclear<0>();
      device::tmma<0>(address_of(queries_) + query * row, address_of(keys_) + position * key_row);
      device::tstore<0>(address_of(scores_ + query * kPositions + position), kPositions * sizeof(float));
    });
  }

  /// values_[query][element] += sum over positions of weight * value
  void add_values(uint64_t positions) {
    const uint64_t row = op_.head_size * sizeof(float);
    device::tset_format(kValueFormat);
    device::tset_stride(kPositions * sizeof(float), op_.head_size * sizeof(_Float16));
    each_tile(op_.head_size, positions, [&](uint64_t query, uint64_t element) {
      const uint64_t sums = address_of(values_ + query * op_.head_size + element);
      device::tload<0>(sums, row);
      device::tmma<0>(address_of(scores_ + query * kPositions), address_of(cached_values_ + element));
      device::tstore<0>(sums, row);
    });
  }

  /// Calls `function` for every array-sized part of a product of all queries by `columns`, and waits.
  template <typename Function>
  void each_tile(uint64_t columns, uint64_t depth, Function function) {
    const uint64_t queries = rows_ * group_;
    for (uint64_t query = 0; query < queries; query += launch->tensor_rows) {
      const uint64_t m = smaller<uint64_t>(launch->tensor_rows, queries - query);
      for (uint64_t column = 0; column < columns; column += launch->tensor_columns) {
        device::tset_shape(m | smaller<uint64_t>(launch->tensor_columns, columns - column) << 16, depth);
        function(query, column);
      }
    }
    device::tfence();
  }

  /// outputs[row][group][element] = values_ / sum, rows `columns` apart.
  void finish(float* outputs, uint64_t columns) {
    const uint64_t row_elements = group_ * op_.head_size;
    for (uint64_t query = 0; query < rows_ * group_; ++query) {
      scale(values_ + query * op_.head_size, 1.0f / states_[query].sum, op_.head_size);
    }
    for (uint64_t row = 0; row < rows_; ++row) {
      __builtin_memcpy(outputs + row * columns, values_ + row * row_elements, row_elements * sizeof(float));
    }
  }

  const abi::Op& op_;
  const Step& step_;
  Arena arena_;
  uint64_t group_;              ///< queries that share a key-value head
  uint64_t heads_at_once_ = 1;  ///< key-value heads of an item
  uint64_t sets_, row_block_;
  uint64_t first_row_ = 0, rows_ = 0;  ///< of the item
  _Float16 *keys_, *cached_values_;    ///< [position][element]
  float *queries_, *values_;           ///< [row][group][element]
  float* scores_;                      ///< [query][kPositions]
  Softmax* states_;
  float* outputs_;
  uint8_t* blocks_;
  PendingStore stored_;  ///< from outputs_ or blocks_
};

}  // namespace

void attention(const abi::Op& op, const Step& step) { Attention(op, step).run(); }

}  // namespace areia::kernels
