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
constexpr uint64_t kPart = 256;    // least of a row's elements that a tile takes; whole blocks

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

/// The columns [begin, end) of a row that is normalised as a whole: first its sum, then those elements.
void norm_part(const abi::Op& op, uint64_t input_row, uint64_t output_row, const Share& columns,
               uint64_t piece, Buffers& buffers) {
  const uint64_t source = op.input.address + input_row * op.input.row_stride;
  double sum = 0;
  for (uint64_t column = 0; column < op.input.columns; column += piece) {
    const uint64_t count = smaller(piece, op.input.columns - column);
    buffers.stored.wait();
    wait_load(load(buffers.values, source + column * sizeof(float), count * sizeof(float)));
    sum = add_squares(sum, buffers.values, count);
  }
  for (uint64_t column = columns.begin; column < columns.end; column += piece) {
    const uint64_t count = smaller(piece, columns.end - column);
    buffers.stored.wait();
    load(buffers.values, source + column * sizeof(float), count * sizeof(float));
    wait_load(load(buffers.weights, op.weight.address + column * sizeof(float), count * sizeof(float)));
    normalise(buffers.values, factor_of(op, sum), buffers.weights, count);
    add_residuals(op, output_row, column, count, buffers);
    buffers.stored = store_values(op.output, output_row, column, buffers.values, 1, count, buffers.blocks);
  }
}

/// Rows that are normalised as a whole: each in as many parts as give all tiles work. Every tile of a row
/// adds up its squares for itself, which is quicker than telling each other.
void norm_rows_in_parts(const abi::Op& op, const Rows& rows, uint64_t piece, Buffers& buffers) {
  const uint64_t columns = op.input.columns;
  const uint64_t parts = larger<uint64_t>(
      1, smaller(launch->tile_count / larger<uint64_t>(1, rows.count), divide_up(columns, kPart)));
  const uint64_t part = round_up(divide_up(columns, parts), kPart);
  const Share share = share_of(rows.count * parts);
  for (uint64_t item = share.begin; item < share.end; ++item) {
    const uint64_t row = item / parts, first = item % parts * part;
    if (first >= columns) continue;
    norm_part(op, rows.first_input + row, row, {first, smaller(columns, first + part)}, piece, buffers);
  }
}

}  // namespace

void rms_norm(const abi::Op& op, const Step& step) {
  const Rows rows = rows_of(op, step);
  const bool in_parts =
      op.group == op.input.columns && (op.group > kPiece || rows.count < launch->tile_count);
  const Share share = share_of(rows.count);
  if (!in_parts && share.begin == share.end) return;
  // Whole groups at a time, several of them where they are small.
  const uint64_t groups = larger<uint64_t>(1, kPiece / op.group);
  const uint64_t piece = in_parts ? kPiece : smaller<uint64_t>(op.input.columns, groups * op.group);
  Arena arena;
  Buffers buffers{};
  buffers.values = arena.take<float>(piece);
  buffers.weights = arena.take<float>(piece);
  if (op.flags & abi::kAccumulate) buffers.residuals = arena.take<float>(piece);
  buffers.blocks = arena.take<uint8_t>(block_bytes(op.output, 1, piece));
  if (in_parts) return norm_rows_in_parts(op, rows, piece, buffers);
  wait_load(load(buffers.weights, op.weight.address, op.group * sizeof(float)));
  for (uint64_t row = share.begin; row < share.end; ++row)
    norm_short_row(op, rows.first_input + row, row, piece, buffers);
}

}  // namespace areia::kernels
