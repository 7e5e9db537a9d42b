// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kSiluMultiply: output = silu(input) * second, with silu(x) = x / (1 + e^-x). Tiles share pieces of rows.
#include "sw/kernels/device.h"
#include "sw/kernels/quantize.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

constexpr uint64_t kPiece = 512;  // elements; whole blocks, so that a single row keeps several tiles busy

void silu_times(float* gate, const float* factor, size_t count) {
  for (size_t vl; count > 0; count -= vl, gate += vl, factor += vl) {
    vl = __riscv_vsetvl_e32m4(count);
    const vfloat32m4_t x = __riscv_vle32_v_f32m4(gate, vl);
    const vfloat32m4_t divisor =
        __riscv_vfadd_vf_f32m4(exponential(__riscv_vfneg_v_f32m4(x, vl), vl), 1.0f, vl);
    const vfloat32m4_t silu = __riscv_vfdiv_vv_f32m4(x, divisor, vl);
    __riscv_vse32_v_f32m4(gate, __riscv_vfmul_vv_f32m4(silu, __riscv_vle32_v_f32m4(factor, vl), vl), vl);
  }
}

}  // namespace

void silu_multiply(const abi::Op& op, const Step& step) {
  const Rows rows = rows_of(op, step);
  const uint64_t columns = op.input.columns;
  const uint64_t pieces = divide_up(columns, kPiece);
  const Share share = share_of(rows.count * pieces);
  if (share.begin == share.end) return;
  const uint64_t room = smaller(columns, kPiece);
  Arena arena;
  auto* gate = arena.take<float>(room);
  auto* factor = arena.take<float>(room);
  auto* blocks = arena.take<uint8_t>(block_bytes(op.output, 1, room));
  PendingStore stored;
  for (uint64_t item = share.begin; item < share.end; ++item) {
    const uint64_t row = item / pieces, column = item % pieces * kPiece;
    const uint64_t count = smaller(kPiece, columns - column), offset = column * sizeof(float);
    const uint64_t source_row = rows.first_input + row;
    stored.wait();
    load(gate, op.input.address + source_row * op.input.row_stride + offset, count * sizeof(float));
    wait_load(
        load(factor, op.second.address + source_row * op.second.row_stride + offset, count * sizeof(float)));
    silu_times(gate, factor, count);
    stored = store_values(op.output, row, column, gate, 1, count, blocks);
  }
}

}  // namespace areia::kernels
