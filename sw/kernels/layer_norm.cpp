// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kLayerNorm: output = (input - mean) / sqrt(variance + epsilon) * weight + bias, row by row, in pieces that
// fit any scratchpad. Sums are in fp64, in lanes (vector_math.h).
#include "sw/kernels/device.h"
#include "sw/kernels/quantize.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

constexpr uint64_t kPiece = 2048;  // elements; whole blocks

double add_values(double sum, const float* values, size_t count) {
  return add_in_lanes(sum, count,
                      [values](size_t i, size_t vl) { return __riscv_vle32_v_f32m2(values + i, vl); });
}

/// sum + the squares of (value - mean), each rounded to fp32.
double add_deviations(double sum, const float* values, float mean, size_t count) {
  return add_in_lanes(sum, count, [values, mean](size_t i, size_t vl) {
    const vfloat32m2_t x = __riscv_vfsub_vf_f32m2(__riscv_vle32_v_f32m2(values + i, vl), mean, vl);
    return __riscv_vfmul_vv_f32m2(x, x, vl);
  });
}

void normalise(float* values, float mean, float factor, const float* weights, const float* biases,
               size_t count) {
  for (size_t vl; count > 0; count -= vl, values += vl, weights += vl, biases += vl) {
    vl = __riscv_vsetvl_e32m4(count);
    vfloat32m4_t x = __riscv_vfsub_vf_f32m4(__riscv_vle32_v_f32m4(values, vl), mean, vl);
    x = __riscv_vfmul_vv_f32m4(__riscv_vfmul_vf_f32m4(x, factor, vl), __riscv_vle32_v_f32m4(weights, vl), vl);
    __riscv_vse32_v_f32m4(values, __riscv_vfadd_vv_f32m4(x, __riscv_vle32_v_f32m4(biases, vl), vl), vl);
  }
}

/// A row at a time, piece by piece: for the mean, for the variance, for the result.
class LayerNorm {
 public:
  LayerNorm(const abi::Op& op, Arena& arena) : op_(op) {
    piece_ = smaller<uint64_t>(op.input.columns, kPiece);
    values_ = arena.take<float>(piece_);
    weights_ = arena.take<float>(piece_);
    biases_ = arena.take<float>(piece_);
    blocks_ = arena.take<uint8_t>(block_bytes(op.output, 1, piece_));
  }

  void run(uint64_t input_row, uint64_t output_row) {
    source_ = op_.input.address + input_row * op_.input.row_stride;
    loaded_ = UINT64_MAX;
    double sum = 0, deviations = 0;
    each_piece([&](uint64_t, uint64_t count) { sum = add_values(sum, values_, count); });
    const float mean = static_cast<float>(sum / op_.input.columns);
    each_piece(
        [&](uint64_t, uint64_t count) { deviations = add_deviations(deviations, values_, mean, count); });
    const float variance = static_cast<float>(deviations / op_.input.columns);
    const float factor = 1.0f / __builtin_sqrtf(variance + op_.epsilon);
    each_piece([&](uint64_t column, uint64_t count) {
      load(weights_, op_.weight.address + column * sizeof(float), count * sizeof(float));
      wait_load(load(biases_, op_.bias.address + column * sizeof(float), count * sizeof(float)));
      normalise(values_, mean, factor, weights_, biases_, count);
      stored_ = store_values(op_.output, output_row, column, values_, 1, count, blocks_);
    });
  }

 private:
  /// Calls function(first column, columns) with those in values_; a row of one piece is loaded once.
  template <typename Function>
  void each_piece(Function function) {
    for (uint64_t column = 0; column < op_.input.columns; column += piece_) {
      const uint64_t count = smaller<uint64_t>(piece_, op_.input.columns - column);
      if (loaded_ != column) {
        stored_.wait();
        wait_load(load(values_, source_ + column * sizeof(float), count * sizeof(float)));
        loaded_ = column;
      }
      function(column, count);
    }
  }

  const abi::Op& op_;
  uint64_t piece_;
  uint64_t source_ = 0;           ///< the row's address
  uint64_t loaded_ = UINT64_MAX;  ///< first column of what values_ holds
  float *values_, *weights_, *biases_;
  uint8_t* blocks_;
  PendingStore stored_;  ///< from values_ or blocks_
};

}  // namespace

void layer_norm(const abi::Op& op, const Step& step) {
  const Rows rows = rows_of(op, step);
  const Share share = share_of(rows.count);
  if (share.begin == share.end) return;
  Arena arena;
  LayerNorm norm(op, arena);
  for (uint64_t row = share.begin; row < share.end; ++row) norm.run(rows.first_input + row, row);
}

}  // namespace areia::kernels
