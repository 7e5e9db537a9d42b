// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kActivation: output = activation(input), times `second` where there is one. Tiles share pieces of rows.
#include "sw/kernels/attention_math.h"
#include "sw/kernels/device.h"
#include "sw/kernels/pieces.h"
#include "sw/kernels/quantize.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

constexpr float kClamp = 7.0f;

/// Keeps a power of two that is to be added to an exponent from making it negative.
constexpr float kLift = 64;

/// x / (1 + e^(-slope x)), times the factor where there is one. `Clamped`: x no larger than kClamp, factors
/// within +-kClamp, and 1 added to them.
///
/// With p = e^(-slope |x|), which cannot overflow, it is max(x, x p) / (1 + p). The power is 2^t with
/// t = -slope |x| / ln 2, that factor in two parts, taken apart as in attention_math.h: n, the nearest
/// integer, which is added to the exponent, lifted so that what is subnormal comes out right, and r = t - n.
/// The quotient is by an inverse that two of Newton's steps take from 7 bits to 28: a division would keep the
/// unit for as long, and let nothing begin that waits for it. All within 4 units in the last place.
template <bool Clamped>
void apply_swish(float* values, const float* factor, double slope, size_t count) {
  constexpr double kInverse = 1.4426950408889634;  // 1 / ln 2
  const float to_exponent = pinned(static_cast<float>(-slope * kInverse));
  const float to_exponent_low = pinned(static_cast<float>(-slope * kInverse - double{to_exponent}));
  const float largest = pinned(static_cast<float>(110 / slope));  // from here on the power is 0
  const float power5 = pinned(kPower5), power6 = pinned(kPower6), lower = pinned(0x1p-64f);
  size_t vl = __riscv_vsetvl_e32m4(count);
  const vfloat32m4_t p0 = __riscv_vfmv_v_f_f32m4(1, vl), p1 = __riscv_vfmv_v_f_f32m4(kPower1, vl);
  const vfloat32m4_t p2 = __riscv_vfmv_v_f_f32m4(kPower2, vl), p3 = __riscv_vfmv_v_f_f32m4(kPower3, vl);
  const vfloat32m4_t p4 = __riscv_vfmv_v_f_f32m4(kPower4, vl);
  for (; count > 0; count -= vl, values += vl) {
    vl = __riscv_vsetvl_e32m4(count);
    const auto load_input = [values, vl] {
      const vfloat32m4_t x = __riscv_vle32_v_f32m4(values, vl);
      return Clamped ? __riscv_vfmin_vf_f32m4(x, kClamp, vl) : x;
    };
    vfloat32m4_t r = __riscv_vfmin_vf_f32m4(__riscv_vfabs_v_f32m4(load_input(), vl), largest, vl);
    vfloat32m4_t rounded = __riscv_vfmul_vf_f32m4(r, to_exponent, vl);
    rounded = __riscv_vfadd_vf_f32m4(rounded, kRounder + kLift, vl);
    vfloat32m4_t x = r;
    r = __riscv_vfsub_vf_f32m4(rounded, kRounder + kLift, vl);
    r = __riscv_vfmsac_vf_f32m4(r, to_exponent, x, vl);
    r = __riscv_vfmacc_vf_f32m4(r, to_exponent_low, x, vl);
    vfloat32m4_t power = __riscv_vfadd_vf_f32m4(__riscv_vfmul_vf_f32m4(r, power6, vl), power5, vl);
    power = __riscv_vfmadd_vv_f32m4(power, r, p4, vl);
    power = __riscv_vfmadd_vv_f32m4(power, r, p3, vl);
    power = __riscv_vfmadd_vv_f32m4(power, r, p2, vl);
    power = __riscv_vfmadd_vv_f32m4(power, r, p1, vl);
    power = __riscv_vfmadd_vv_f32m4(power, r, p0, vl);
    const vuint32m4_t exponent = __riscv_vsll_vx_u32m4(__riscv_vreinterpret_v_f32m4_u32m4(rounded), 23, vl);
    power = __riscv_vreinterpret_v_u32m4_f32m4(
        __riscv_vadd_vv_u32m4(__riscv_vreinterpret_v_f32m4_u32m4(power), exponent, vl));
    power = __riscv_vfmul_vf_f32m4(power, lower, vl);
    const vfloat32m4_t divisor = __riscv_vfadd_vf_f32m4(power, 1.0f, vl);
    vfloat32m4_t inverse = __riscv_vfrec7_v_f32m4(divisor, vl);
    for (int step = 0; step < 2; ++step) {
      const vfloat32m4_t error = __riscv_vfnmsub_vv_f32m4(divisor, inverse, p0, vl);  // 1 - divisor * inverse
      inverse = __riscv_vfmacc_vv_f32m4(inverse, inverse, error, vl);
    }
    x = load_input();
    x = __riscv_vfmax_vv_f32m4(x, __riscv_vfmul_vv_f32m4(x, power, vl), vl);
    x = __riscv_vfmul_vv_f32m4(x, inverse, vl);
    if (factor != nullptr) {
      vfloat32m4_t y = __riscv_vle32_v_f32m4(factor, vl);
      if (Clamped) {
        y = __riscv_vfmax_vf_f32m4(__riscv_vfmin_vf_f32m4(y, kClamp, vl), -kClamp, vl);
        y = __riscv_vfadd_vf_f32m4(y, 1.0f, vl);
      }
      x = __riscv_vfmul_vv_f32m4(x, y, vl);
      factor += vl;
    }
    __riscv_vse32_v_f32m4(values, x, vl);
  }
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

void apply_gelu(float* values, const float* factor, size_t count) {
  for (size_t vl; count > 0; count -= vl, values += vl) {
    vl = __riscv_vsetvl_e32m4(count);
    vfloat32m4_t value = gelu(__riscv_vle32_v_f32m4(values, vl), vl);
    if (factor != nullptr) {
      value = __riscv_vfmul_vv_f32m4(value, __riscv_vle32_v_f32m4(factor, vl), vl);
      factor += vl;
    }
    __riscv_vse32_v_f32m4(values, value, vl);
  }
}

void activate(abi::Activation activation, float* values, const float* factor, size_t count) {
  switch (activation) {
    case abi::Activation::kSilu:
      return apply_swish<false>(values, factor, 1, count);
    case abi::Activation::kGelu:
      return apply_gelu(values, factor, count);
    case abi::Activation::kSiluClamped:
      return apply_swish<true>(values, factor, double{1.702f}, count);
  }
  __builtin_trap();
}

struct Buffers : Slot {
  Piece piece;
  float* gate;
  float* factor;
  uint8_t* narrowed;
};

/// Elements that each of a slot's buffers may have: more than these overlap no better.
uint64_t most_elements(const Arena& arena) {
  constexpr uint64_t kEnough = 8192, kBytesOfElement = 2 * sizeof(float) + sizeof(_Float16) + 1;
  return smaller(kEnough, arena.left() / (kMostSlots * kBytesOfElement));
}

}  // namespace

void activation(const abi::Op& op, const Step& step) {
  const Rows rows = rows_of(op, step);
  Arena arena;
  const Pieces pieces = Pieces::for_all_tiles(rows.count, op.input.columns, most_elements(arena));
  const Share share = share_of(rows.count * pieces.in_row());
  if (share.begin == share.end) return;
  const bool has_factor = op.second.rows != 0;
  Buffers slots[kMostSlots];
  for (Buffers& slot : slots) {
    slot.gate = arena.take<float>(pieces.room());
    slot.factor = has_factor ? arena.take<float>(pieces.room()) : nullptr;
    slot.narrowed = arena.take<uint8_t>(block_bytes(op.output, 1, pieces.room()));
  }
  const auto load_piece = [&](uint64_t item, Buffers& slot) {
    const Piece& piece = slot.piece = pieces.of(item);
    const uint64_t row = rows.first_input + piece.row, bytes = piece.count * sizeof(float);
    const uint64_t offset = piece.begin * sizeof(float);
    const Ticket gate = load(slot.gate, op.input.address + row * op.input.row_stride + offset, bytes);
    if (!has_factor) return gate;
    return load(slot.factor, op.second.address + row * op.second.row_stride + offset, bytes);
  };
  each_in_turn(share, slots, kMostSlots, load_piece, [&](Buffers& slot) {
    const Piece& piece = slot.piece;
    activate(op.activation, slot.gate, slot.factor, piece.count);
    slot.stored = store_values(op.output, piece.row, piece.begin, slot.gate, 1, piece.count, slot.narrowed);
  });
}

}  // namespace areia::kernels
