// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kActivation: output = activation(input), times `second` where there is one. Tiles share pieces of rows.
#include "sw/kernels/device.h"
#include "sw/kernels/quantize.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

constexpr uint64_t kPiece = 512;  // elements; whole blocks, so that a single row keeps several tiles busy

/// x / (1 + e^(-slope x))
vfloat32m4_t swish(vfloat32m4_t x, float slope, size_t vl) {
  const vfloat32m4_t power = exponential(__riscv_vfmul_vf_f32m4(x, -slope, vl), vl);
  return __riscv_vfdiv_vv_f32m4(x, __riscv_vfadd_vf_f32m4(power, 1.0f, vl), vl);
}

/// To fp16, to nearest even, and back.
vfloat32m4_t rounded_to_fp16(vfloat32m4_t x, size_t vl) {
  return __riscv_vfwcvt_f_f_v_f32m4(__riscv_vfncvt_f_f_w_f16m2(x, vl), vl);
}

/// The reference looks GELU up in a table of all fp16 values, so argument and result are rounded to fp16, but
/// for |x| >= 10, which is x or 0. Its entries are x/2 * (1 + tanh(u)) in fp32 with
/// u = sqrt(2/pi) x * (1 + 0.044715 x x) (ggml-cpu/vec.h), where 1 + tanh(u) cancels far below zero: so tanh
/// is rounded here too, as 2 / (1 + e^-2u) - 1.
vfloat32m4_t gelu(vfloat32m4_t x, size_t vl) {
  constexpr float kRootOfTwoOverPi = 0.797884560802865f, kCubic = 0.044715f;
  const vfloat32m4_t half = rounded_to_fp16(x, vl);
  const vfloat32m4_t square = __riscv_vfmul_vv_f32m4(__riscv_vfmul_vf_f32m4(half, kCubic, vl), half, vl);
  const vfloat32m4_t inner = __riscv_vfmul_vv_f32m4(__riscv_vfmul_vf_f32m4(half, kRootOfTwoOverPi, vl),
                                                    __riscv_vfadd_vf_f32m4(square, 1.0f, vl), vl);
  const vfloat32m4_t power = exponential(__riscv_vfmul_vf_f32m4(inner, -2.0f, vl), vl);
  const vfloat32m4_t twice = __riscv_vfrdiv_vf_f32m4(__riscv_vfadd_vf_f32m4(power, 1.0f, vl), 2.0f, vl);
  const vfloat32m4_t tanh = __riscv_vfsub_vf_f32m4(twice, 1.0f, vl);
  const vfloat32m4_t entry = __riscv_vfmul_vv_f32m4(__riscv_vfmul_vf_f32m4(half, 0.5f, vl),
                                                    __riscv_vfadd_vf_f32m4(tanh, 1.0f, vl), vl);
  vfloat32m4_t result = rounded_to_fp16(entry, vl);
  result = __riscv_vfmerge_vfm_f32m4(result, 0.0f, __riscv_vmfle_vf_f32m4_b8(x, -10.0f, vl), vl);
  return __riscv_vmerge_vvm_f32m4(result, x, __riscv_vmfge_vf_f32m4_b8(x, 10.0f, vl), vl);
}

vfloat32m4_t activated(abi::Activation activation, vfloat32m4_t x, size_t vl) {
  switch (activation) {
    case abi::Activation::kSilu:
      return swish(x, 1.0f, vl);
    case abi::Activation::kGelu:
      return gelu(x, vl);
    case abi::Activation::kSiluClamped:
      return swish(__riscv_vfmin_vf_f32m4(x, 7.0f, vl), 1.702f, vl);
  }
  __builtin_trap();
}

/// What the activated value is multiplied by.
vfloat32m4_t factor_of(abi::Activation activation, const float* factor, size_t vl) {
  const vfloat32m4_t y = __riscv_vle32_v_f32m4(factor, vl);
  if (activation != abi::Activation::kSiluClamped) return y;
  const vfloat32m4_t bounded = __riscv_vfmax_vf_f32m4(__riscv_vfmin_vf_f32m4(y, 7.0f, vl), -7.0f, vl);
  return __riscv_vfadd_vf_f32m4(bounded, 1.0f, vl);
}

void activate(abi::Activation activation, float* gate, const float* factor, size_t count) {
  for (size_t vl; count > 0; count -= vl, gate += vl) {
    vl = __riscv_vsetvl_e32m4(count);
    vfloat32m4_t value = activated(activation, __riscv_vle32_v_f32m4(gate, vl), vl);
    if (factor != nullptr) {
      value = __riscv_vfmul_vv_f32m4(value, factor_of(activation, factor, vl), vl);
      factor += vl;
    }
    __riscv_vse32_v_f32m4(gate, value, vl);
  }
}

}  // namespace

void activation(const abi::Op& op, const Step& step) {
  const Rows rows = rows_of(op, step);
  const uint64_t columns = op.input.columns;
  const uint64_t pieces = divide_up(columns, kPiece);
  const Share share = share_of(rows.count * pieces);
  if (share.begin == share.end) return;
  const uint64_t room = smaller(columns, kPiece);
  Arena arena;
  auto* gate = arena.take<float>(room);
  float* factor = op.second.rows != 0 ? arena.take<float>(room) : nullptr;
  auto* blocks = arena.take<uint8_t>(block_bytes(op.output, 1, room));
  PendingStore stored;
  for (uint64_t item = share.begin; item < share.end; ++item) {
    const uint64_t row = item / pieces, column = item % pieces * kPiece;
    const uint64_t count = smaller(kPiece, columns - column), offset = column * sizeof(float);
    const uint64_t source_row = rows.first_input + row;
    stored.wait();
    Ticket arrived =
        load(gate, op.input.address + source_row * op.input.row_stride + offset, count * sizeof(float));
    if (factor != nullptr) {
      arrived =
          load(factor, op.second.address + source_row * op.second.row_stride + offset, count * sizeof(float));
    }
    wait_load(arrived);
    activate(op.activation, gate, factor, count);
    stored = store_values(op.output, row, column, gate, 1, count, blocks);
  }
}

}  // namespace areia::kernels
