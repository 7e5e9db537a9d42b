// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kRmsNorm: output (+)= input / sqrt(mean(input^2) + epsilon) * weight, over each `group` elements of a row
// (a head, or all of it), in pieces that fit any scratchpad.
#include "sw/kernels/device.h"
#include "sw/kernels/quantize.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

constexpr uint64_t kPiece = 2048;  // elements; whole blocks

/// sum + the squares of `values`, each square rounded to fp32, added in fp64.
double add_squares(double sum, const float* values, size_t count) {
  return add_in_lanes(sum, count, [values](size_t i, size_t vl) {
    const vfloat32m4_t x = __riscv_vle32_v_f32m4(values + i, vl);
    return __riscv_vfmul_vv_f32m4(x, x, vl);
  });
}

void normalise(float* values, float factor, const float* weights, size_t count) {
  for (size_t vl; count > 0; count -= vl, values += vl, weights += vl) {
    vl = __riscv_vsetvl_e32m8(count);
    const vfloat32m8_t x = __riscv_vfmul_vf_f32m8(__riscv_vle32_v_f32m8(values, vl), factor, vl);
    __riscv_vse32_v_f32m8(values, __riscv_vfmul_vv_f32m8(x, __riscv_vle32_v_f32m8(weights, vl), vl), vl);
  }
}

/// What a group with that sum of squares is multiplied by.
float factor_of(const abi::Op& op, double sum) {
  const float mean = static_cast<float>(sum / static_cast<double>(op.group));
  return 1.0f / __builtin_sqrtf(mean + op.epsilon);
}

struct Buffers {
  float* values;
  float* weights;
  float* residuals;  ///< of kAccumulate
  uint8_t* blocks;
  PendingStore stored;  ///< from `values` or `blocks`
};

/// `count` groups, `columns` elements in all, that are wholly in the scratchpad.
void norm_groups(const abi::Op& op, float* values, const float* weights, uint64_t columns) {
  for (uint64_t first = 0; first < columns; first += op.group) {
    const double sum = add_squares(0, values + first, op.group);
    normalise(values + first, factor_of(op, sum), weights, op.group);
  }
}

/// Adds what the output holds, where the operator asks for it.
void add_residuals(const abi::Op& op, uint64_t row, uint64_t column, uint64_t count, Buffers& buffers) {
  if (!(op.flags & abi::kAccumulate)) return;
  wait_load(load(buffers.residuals, op.output.address + row * op.output.row_stride + column * sizeof(float),
                 count * sizeof(float)));
  add_to(buffers.values, buffers.residuals, count);
}

/// A row that fits the buffers.
void norm_short_row(const abi::Op& op, uint64_t input_row, uint64_t output_row, uint64_t piece,
                    Buffers& buffers) {
  const uint64_t source = op.input.address + input_row * op.input.row_stride;
  for (uint64_t column = 0; column < op.input.columns; column += piece) {
    const uint64_t count = smaller<uint64_t>(piece, op.input.columns - column);
    buffers.stored.wait();
    wait_load(load(buffers.values, source + column * sizeof(float), count * sizeof(float)));
    norm_groups(op, buffers.values, buffers.weights, count);
    add_residuals(op, output_row, column, count, buffers);
    buffers.stored = store_values(op.output, output_row, column, buffers.values, 1, count, buffers.blocks);
  }
}

/// A row, normalised as a whole, that does not: first its sum, then its elements again.
void norm_long_row(const abi::Op& op, uint64_t input_row, uint64_t output_row, uint64_t piece,
                   Buffers& buffers) {
  const uint64_t columns = op.input.columns;
  const uint64_t source = op.input.address + input_row * op.input.row_stride;
  double sum = 0;
  for (uint64_t column = 0; column < columns; column += piece) {
    const uint64_t count = smaller(piece, columns - column);
    buffers.stored.wait();
    wait_load(load(buffers.values, source + column * sizeof(float), count * sizeof(float)));
    sum = add_squares(sum, buffers.values, count);
  }
  for (uint64_t column = 0; column < columns; column += piece) {
    const uint64_t count = smaller(piece, columns - column);
    buffers.stored.wait();
    load(buffers.values, source + column * sizeof(float), count * sizeof(float));
    wait_load(load(buffers.weights, op.weight.address + column * sizeof(float), count * sizeof(float)));
    normalise(buffers.values, factor_of(op, sum), buffers.weights, count);
    add_residuals(op, output_row, column, count, buffers);
    buffers.stored = store_values(op.output, output_row, column, buffers.values, 1, count, buffers.blocks);
  }
}

}  // namespace

void rms_norm(const abi::Op& op, const Step& step) {
  const Rows rows = rows_of(op, step);
  const Share share = share_of(rows.count);
  if (share.begin == share.end) return;
  const bool is_short = op.group <= kPiece;
  // Whole groups at a time, several of them where they are small.
  const uint64_t groups = larger<uint64_t>(1, kPiece / op.group);
  const uint64_t piece = is_short ? smaller<uint64_t>(op.input.columns, groups * op.group) : kPiece;
  Arena arena;
  Buffers buffers{};
  buffers.values = arena.take<float>(piece);
  buffers.weights = arena.take<float>(piece);
  if (op.flags & abi::kAccumulate) buffers.residuals = arena.take<float>(piece);
  buffers.blocks = arena.take<uint8_t>(block_bytes(op.output, 1, piece));
  if (is_short) wait_load(load(buffers.weights, op.weight.address, op.group * sizeof(float)));
  for (uint64_t row = share.begin; row < share.end; ++row) {
    (is_short ? norm_short_row : norm_long_row)(op, rows.first_input + row, row, piece, buffers);
  }
}

}  // namespace areia::kernels
