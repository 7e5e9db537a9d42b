// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kExpertMatmul: for every row and each expert that was picked for it, that expert's matrix times the row (or
// times the row's part for that expert), plus the expert's bias.
//
// The work is cut into items of (expert that any row picked, block of columns); tiles take consecutive items.
// An item gathers the rows of its expert into a panel, so that the expert's weights are loaded once for all
// of them, multiplies through K in pieces, and scatters the sums to where each row keeps that expert's part.
#include "sw/kernels/device.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

/// Fewer columns than this are not worth a tile of their own: 64 bytes of output.
constexpr uint64_t kLeastColumns = 16;

/// A row and which of its experts is meant.
struct Pair {
  uint32_t row, slot;
};

class ExpertProduct {
 public:
  ExpertProduct(const abi::Op& op, const Rows& rows, Arena& arena)
      : op_(op),
        rows_(rows),
        arena_(arena),
        columns_(op.weight.rows / op.experts),
        depth_(op.weight.columns) {
    shared_input_ = op.input.columns == op.weight.columns;
    step_ = larger(num::unit_elements(op.input.format), num::unit_elements(op.weight.format));
    if (step_ == 1) step_ = num::kBlockElements;
    load_routing();
    choose_blocks();
  }

  void run() {
    device::tset_format(static_cast<unsigned long>(op_.input.format) |
                        static_cast<unsigned long>(op_.weight.format) << 8 |
                        static_cast<unsigned long>(num::Format::kFp32) << 16);
    const uint64_t blocks = divide_up(columns_, column_block_);
    const Share share = share_of(active_ * blocks);
    uint64_t expert = UINT64_MAX;
    for (uint64_t item = share.begin; item < share.end; ++item) {
      if (experts_[item / blocks] != expert) {
        expert = experts_[item / blocks];
        gather_pairs(expert);
      }
      column_ = item % blocks * column_block_;
      column_count_ = smaller(column_block_, columns_ - column_);
      if (op_.bias.rows != 0) {
        wait_load(load(biases_, op_.bias.address + expert * op_.bias.row_stride + column_ * sizeof(float),
                       column_count_ * sizeof(float)));
      }
      for (uint64_t first = 0; first < pair_count_; first += row_block_)
        multiply(expert, first, smaller(row_block_, pair_count_ - first));
    }
  }

 private:
  /// Brings what kRoute wrote here, and lists the experts that any row picked, ascending.
  void load_routing() {
    const uint64_t used = op_.experts_used;
    picked_ = arena_.take<abi::PickedExpert>(rows_.count * used);
    pairs_ = arena_.take<Pair>(rows_.count * used);
    experts_ = arena_.take<uint32_t>(op_.experts);
    wait_load(load_rows(picked_, used * sizeof *picked_,
                        op_.second.address + rows_.first_input * op_.second.row_stride, op_.second.row_stride,
                        used * sizeof *picked_, rows_.count));
    __builtin_memset(experts_, 0, op_.experts * sizeof *experts_);
    for (uint64_t i = 0; i < rows_.count * used; ++i) experts_[picked_[i].expert] = 1;
    for (uint32_t expert = 0; expert < op_.experts; ++expert) {
      if (experts_[expert] != 0) experts_[active_++] = expert;
    }
  }

  uint64_t depth_bytes(num::Format format, uint64_t elements) const {
    return num::row_bytes(format, elements);
  }
  uint64_t bytes_needed() const {
    return row_block_ * depth_bytes(op_.input.format, piece_) +
           column_block_ * depth_bytes(op_.weight.format, piece_) +
           (row_block_ + 1) * column_block_ * sizeof(float) + 4 * 64;
  }

  /// Blocks that fit: columns so that all tiles have work, then K in pieces of whole steps, then fewer rows.
  void choose_blocks() {
    const uint64_t even = divide_up(columns_ * larger<uint64_t>(active_, 1), launch->tile_count);
    column_block_ =
        smaller(smaller<uint64_t>(columns_, launch->tensor_columns), round_up(even, kLeastColumns));
    row_block_ = smaller<uint64_t>(launch->tensor_rows, rows_.count * op_.experts_used);
    piece_ = depth_;
    while (bytes_needed() > arena_.left()) {
      if (piece_ > step_) {
        piece_ = round_up(divide_up(piece_, 2), step_);
      } else if (row_block_ > 1) {
        row_block_ = divide_up(row_block_, 2);
      } else {
        column_block_ = divide_up(column_block_, 2);
      }
    }
    inputs_ = arena_.take<uint8_t>(row_block_ * depth_bytes(op_.input.format, piece_));
    weights_ = arena_.take<uint8_t>(column_block_ * depth_bytes(op_.weight.format, piece_));
    sums_ = arena_.take<float>(row_block_ * column_block_);
    biases_ = arena_.take<float>(column_block_);
  }

  void gather_pairs(uint64_t expert) {
    pair_count_ = 0;
    for (uint32_t row = 0; row < rows_.count; ++row) {
      for (uint32_t slot = 0; slot < op_.experts_used; ++slot) {
        if (picked_[row * op_.experts_used + slot].expert == expert) pairs_[pair_count_++] = {row, slot};
      }
    }
  }

  void multiply(uint64_t expert, uint64_t first, uint64_t count) {
    const uint64_t weight_row = expert * columns_ + column_;
    device::tclear<0>();
    for (uint64_t k = 0; k < depth_; k += piece_) {
      const uint64_t elements = smaller(piece_, depth_ - k);
      const uint64_t input_bytes = depth_bytes(op_.input.format, elements);
      const uint64_t weight_bytes = depth_bytes(op_.weight.format, elements);
      for (uint64_t i = 0; i < count; ++i)
        load_input(pairs_[first + i], inputs_ + i * input_bytes, k, input_bytes);
      wait_load(load_rows(
          weights_, weight_bytes,
          op_.weight.address + weight_row * op_.weight.row_stride + depth_bytes(op_.weight.format, k),
          op_.weight.row_stride, weight_bytes, column_count_));
      device::tset_shape(count | column_count_ << 16, elements);
      device::tset_stride(input_bytes, weight_bytes);
      device::tmma<0>(address_of(inputs_), address_of(weights_));
      device::tfence();
    }
    scatter(first, count);
  }

  void load_input(const Pair& pair, uint8_t* to, uint64_t k, uint64_t bytes) {
    const uint64_t part = shared_input_ ? 0 : pair.slot * depth_;
    load(to,
         op_.input.address + (rows_.first_input + pair.row) * op_.input.row_stride +
             depth_bytes(op_.input.format, part + k),
         bytes);
  }

  void scatter(uint64_t first, uint64_t count) {
    const uint64_t bytes = column_count_ * sizeof(float);
    wait_stores();
    device::tset_shape(count | column_count_ << 16, 0);
    device::tstore<0>(address_of(sums_), bytes);
    device::tfence();
    for (uint64_t i = 0; i < count; ++i) {
      float* sum = sums_ + i * column_count_;
      if (op_.bias.rows != 0) add_to(sum, biases_, column_count_);
      const Pair& pair = pairs_[first + i];
      store(op_.output.address + pair.row * op_.output.row_stride +
                (pair.slot * columns_ + column_) * sizeof(float),
            sum, bytes);
    }
  }

  const abi::Op& op_;
  const Rows& rows_;
  Arena& arena_;
  uint64_t columns_, depth_;  ///< of one expert's matrix
  bool shared_input_;         ///< a row's experts multiply the same input
  uint64_t step_;             ///< K is cut at multiples of this
  uint64_t row_block_, column_block_, piece_;
  abi::PickedExpert* picked_;  ///< [row][slot]
  uint32_t* experts_;          ///< those that any row picked
  uint64_t active_ = 0;        ///< how many those are
  Pair* pairs_;                ///< of the item's expert
  uint64_t pair_count_ = 0;
  uint64_t column_ = 0, column_count_ = 0;  ///< of the item
  uint8_t *inputs_, *weights_;
  float *sums_, *biases_;
};

}  // namespace

void expert_matmul(const abi::Op& op, const Step& step) {
  const Rows rows = rows_of(op, step);
  Arena arena;
  ExpertProduct(op, rows, arena).run();
}

}  // namespace areia::kernels
