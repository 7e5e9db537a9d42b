// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Narrowing and widening: quantising and dequantising blocks, rounding to 16 bits, with vector instructions.
#include "sw/kernels/quantize.h"

#include "spec/num/element.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

constexpr uint64_t kBlock = num::kBlockElements, kSuper = num::kSuperElements;

// ---- Blocks of 32 integers
// ---------------------------------------------------------------------------------
//
// A block's arithmetic is short, and one that waits for the last wastes most of the hart's time. So kAtOnce
// blocks go through each stage together: their largest magnitudes, all scales at once, the integers.

constexpr uint64_t kAtOnce = 64;
float maxima[kAtOnce * kBlock / 2];  ///< in the end one of each block
float scales[kAtOnce], inverses[kAtOnce], sums[kAtOnce];

/// Scales and their inverses of blocks from their largest magnitudes, and the scales as fp16 to the blocks.
void take_scales(uint8_t* blocks, uint64_t bytes, uint64_t count) {
  for (uint64_t i = 0, vl; i < count; i += vl) {
    vl = __riscv_vsetvl_e32m2(count - i);
    // A block of nothing but NaN has no largest.
    const vfloat32m2_t largest = __riscv_vfmax_vf_f32m2(__riscv_vle32_v_f32m2(maxima + i, vl), 0.0f, vl);
    const vfloat32m2_t scale = __riscv_vfdiv_vf_f32m2(largest, 127.0f, vl);
    const vfloat32m2_t inverse = __riscv_vfrdiv_vf_f32m2(largest, 127.0f, vl);
    const vbool16_t is_zero = __riscv_vmfeq_vf_f32m2_b16(largest, 0.0f, vl);
    __riscv_vse32_v_f32m2(scales + i, scale, vl);
    __riscv_vse32_v_f32m2(inverses + i, __riscv_vfmerge_vfm_f32m2(inverse, 0.0f, is_zero, vl), vl);
    __riscv_vsse16_v_f16m1(reinterpret_cast<_Float16*>(blocks + i * bytes), static_cast<ptrdiff_t>(bytes),
                           __riscv_vfncvt_f_f_w_f16m1(scale, vl), vl);
  }
}

/// Integers to[i] = values[i] * inverse to nearest even, of one block or, where vectors are short, of half.
template <size_t kCount>
inline void scale_to_integers(int8_t* to, const float* values, float inverse) {
  const vfloat32m4_t x = __riscv_vfmul_vf_f32m4(__riscv_vle32_v_f32m4(values, kCount), inverse, kCount);
  const vint16m2_t wide = __riscv_vfncvt_x_f_w_i16m2(x, kCount);
  __riscv_vse8_v_i8m1(to, __riscv_vncvt_x_x_w_i8m1(wide, kCount), kCount);
}

/// The integers of `count` blocks. Four at a time, so that one's latency is another's work.
template <size_t kCount>
void take_integers(int8_t* to, uint64_t bytes, const float* values, uint64_t count) {
  constexpr uint64_t kTogether = 4;
  const float* inverse = inverses;
  for (; count >= kTogether; count -= kTogether, inverse += kTogether) {
    for (size_t i = 0; i < kBlock; i += kCount) {
      const vfloat32m4_t a =
          __riscv_vfmul_vf_f32m4(__riscv_vle32_v_f32m4(values + i, kCount), inverse[0], kCount);
      const vfloat32m4_t b =
          __riscv_vfmul_vf_f32m4(__riscv_vle32_v_f32m4(values + kBlock + i, kCount), inverse[1], kCount);
      const vfloat32m4_t c =
          __riscv_vfmul_vf_f32m4(__riscv_vle32_v_f32m4(values + 2 * kBlock + i, kCount), inverse[2], kCount);
      const vfloat32m4_t d =
          __riscv_vfmul_vf_f32m4(__riscv_vle32_v_f32m4(values + 3 * kBlock + i, kCount), inverse[3], kCount);
      const vint16m2_t aw = __riscv_vfncvt_x_f_w_i16m2(a, kCount), bw = __riscv_vfncvt_x_f_w_i16m2(b, kCount);
      const vint16m2_t cw = __riscv_vfncvt_x_f_w_i16m2(c, kCount), dw = __riscv_vfncvt_x_f_w_i16m2(d, kCount);
      const vint8m1_t an = __riscv_vncvt_x_x_w_i8m1(aw, kCount), bn = __riscv_vncvt_x_x_w_i8m1(bw, kCount);
      const vint8m1_t cn = __riscv_vncvt_x_x_w_i8m1(cw, kCount), dn = __riscv_vncvt_x_x_w_i8m1(dw, kCount);
      __riscv_vse8_v_i8m1(to + i, an, kCount);
      __riscv_vse8_v_i8m1(to + bytes + i, bn, kCount);
      __riscv_vse8_v_i8m1(to + 2 * bytes + i, cn, kCount);
      __riscv_vse8_v_i8m1(to + 3 * bytes + i, dn, kCount);
    }
    values += kTogether * kBlock;
    to += kTogether * bytes;
  }
  for (; count > 0; --count, ++inverse, values += kBlock, to += bytes) {
    for (size_t i = 0; i < kBlock; i += kCount) scale_to_integers<kCount>(to + i, values + i, *inverse);
  }
}

/// The sums of the blocks' integers times the scales, as fp16 behind these.
void take_sums(uint8_t* blocks, uint64_t bytes, uint64_t count) {
  const auto* integers =
      reinterpret_cast<const int8_t*>(blocks + num::payload_offset(num::Format::kBlockInt8Sum));
  for (uint64_t i = 0; i < count; ++i, integers += bytes) {
    const vint8m2_t x = __riscv_vle8_v_i8m2(integers, kBlock);
    const vint16m1_t sum = __riscv_vwredsum_vs_i8m2_i16m1(x, __riscv_vmv_s_x_i16m1(0, 1), kBlock);
    sums[i] = static_cast<float>(__riscv_vmv_x_s_i16m1_i16(sum));
  }
  for (uint64_t i = 0, vl; i < count; i += vl) {
    vl = __riscv_vsetvl_e32m2(count - i);
    const vfloat32m2_t scaled = __riscv_vfmul_vv_f32m2(__riscv_vle32_v_f32m2(scales + i, vl),
                                                       __riscv_vle32_v_f32m2(sums + i, vl), vl);
    __riscv_vsse16_v_f16m1(reinterpret_cast<_Float16*>(blocks + i * bytes) + 1, static_cast<ptrdiff_t>(bytes),
                           __riscv_vfncvt_f_f_w_f16m1(scaled, vl), vl);
  }
}

/// `count` blocks, kAtOnce at most: fp16 scale, in kBlockInt8Sum the scaled sum of the integers, the
/// integers.
void quantize_blocks(uint8_t* blocks, const float* values, num::Format format, uint64_t count) {
  const uint64_t bytes = num::unit_bytes(format);
  larger_of_pairs<true>(maxima, values, count * kBlock / 2);
  for (uint64_t each = kBlock / 4; each > 0; each /= 2) larger_of_pairs<false>(maxima, maxima, count * each);
  take_scales(blocks, bytes, count);
  auto* integers = reinterpret_cast<int8_t*>(blocks + num::payload_offset(format));
  if (__riscv_vsetvl_e32m4(kBlock) == kBlock) {
    take_integers<kBlock>(integers, bytes, values, count);
  } else {
    take_integers<kBlock / 2>(integers, bytes, values, count);
  }
  if (num::has_sum(format)) take_sums(blocks, bytes, count);
}

// ---- Other formats
// -----------------------------------------------------------------------------------------

/// The first of 256 values of the largest magnitude, with its sign; 0 where there is none but zeroes.
float largest_of(const float* values) {
  vfloat32m1_t largest = __riscv_vfmv_s_f_f32m1(0.0f, 1);
  for (size_t i = 0, vl; i < kSuper; i += vl) {
    vl = __riscv_vsetvl_e32m8(kSuper - i);
    const vfloat32m8_t magnitudes = __riscv_vfabs_v_f32m8(__riscv_vle32_v_f32m8(values + i, vl), vl);
    largest = __riscv_vfredmax_vs_f32m8_f32m1(magnitudes, largest, vl);
  }
  const float magnitude = __riscv_vfmv_f_s_f32m1_f32(largest);
  for (size_t i = 0, vl; i < kSuper; i += vl) {
    vl = __riscv_vsetvl_e32m8(kSuper - i);
    const vfloat32m8_t magnitudes = __riscv_vfabs_v_f32m8(__riscv_vle32_v_f32m8(values + i, vl), vl);
    const long first = __riscv_vfirst_m_b4(__riscv_vmfeq_vf_f32m8_b4(magnitudes, magnitude, vl), vl);
    if (first >= 0) return values[i + static_cast<size_t>(first)];
  }
  return 0;
}

void quantize_super_block(uint8_t* block, const float* values) {
  const float largest = largest_of(values);
  if (largest == 0.0f) {
    __builtin_memset(block, 0, unit_bytes(num::Format::kSuperInt8));
    return;
  }
  const float inverse = -127.0f / largest, scale_of_block = 1.0f / inverse;
  __builtin_memcpy(block, &scale_of_block, sizeof scale_of_block);
  auto* elements = reinterpret_cast<int8_t*>(block + num::payload_offset(num::Format::kSuperInt8));
  for (size_t i = 0, vl; i < kSuper; i += vl) {
    vl = __riscv_vsetvl_e32m8(kSuper - i);
    const vfloat32m8_t x = __riscv_vfmul_vf_f32m8(__riscv_vle32_v_f32m8(values + i, vl), inverse, vl);
    const vint16m4_t wide = __riscv_vmin_vx_i16m4(__riscv_vfncvt_x_f_w_i16m4(x, vl), 127, vl);
    __riscv_vse8_v_i8m2(elements + i, __riscv_vncvt_x_x_w_i8m2(wide, vl), vl);
  }
}

void narrow_to_bf16(__bf16* to, const float* from, size_t count) {
  for (size_t vl; count > 0; count -= vl, to += vl, from += vl) {
    vl = __riscv_vsetvl_e32m8(count);
    __riscv_vse16_v_bf16m4(to, __riscv_vfncvtbf16_f_f_w_bf16m4(__riscv_vle32_v_f32m8(from, vl), vl), vl);
  }
}

/// Stores elements * scale.
void store_scaled(float* values, vint8m2_t elements, float factor, size_t vl) {
  const vfloat32m8_t wide = __riscv_vfwcvt_f_x_v_f32m8(__riscv_vsext_vf2_i16m4(elements, vl), vl);
  __riscv_vse32_v_f32m8(values, __riscv_vfmul_vf_f32m8(wide, factor, vl), vl);
}
/// Stores elements * scale + minimum. The product is exact, so that there is one rounding.
void store_above(float* values, vint8m2_t elements, float factor, float minimum, size_t vl) {
  const vfloat32m8_t wide = __riscv_vfwcvt_f_x_v_f32m8(__riscv_vsext_vf2_i16m4(elements, vl), vl);
  const vfloat32m8_t scaled = __riscv_vfmul_vf_f32m8(wide, factor, vl);
  __riscv_vse32_v_f32m8(values, __riscv_vfadd_vf_f32m8(scaled, minimum, vl), vl);
}

void widen_int8_block(float* values, const uint8_t* block) {
  const size_t vl = __riscv_vsetvl_e8m2(kBlock);
  const auto* elements = reinterpret_cast<const int8_t*>(block + 2);
  store_scaled(values, __riscv_vle8_v_i8m2(elements, vl), num::block_scale(num::Format::kBlockInt8, block, 0),
               vl);
}

/// fp4 codes as twice their values.
vint8m2_t doubled_fp4(vuint8m2_t codes, size_t vl) {
  const vint8m2_t table = __riscv_vle8_v_i8m2(num::kE2M1Doubled, vl);
  return __riscv_vrgather_vv_i8m2(table, codes, vl);
}

/// 32 elements in 16 bytes of nibbles, the first 16 in the low ones; a format of five bits has the fifth ones
/// in the four bytes before.
void widen_nibble_block(float* values, const uint8_t* block, num::Format format) {
  const size_t vl = __riscv_vsetvl_e8m2(kBlock / 2);
  const uint8_t* payload = block + num::payload_offset(format);
  const vuint8m2_t pairs = __riscv_vle8_v_u8m2(payload, vl);
  const bool five = format == num::Format::kBlockInt5 || format == num::Format::kBlockInt5Min;
  const uint8_t offset = format == num::Format::kBlockInt4 ? 8 : format == num::Format::kBlockInt5 ? 16 : 0;
  const float factor = num::block_scale(format, block, 0);
  for (uint64_t half = 0; half < 2; ++half, values += kBlock / 2) {
    vuint8m2_t codes = half == 0 ? __riscv_vand_vx_u8m2(pairs, 15, vl) : __riscv_vsrl_vx_u8m2(pairs, 4, vl);
    if (format == num::Format::kMxFp4) {
      store_scaled(values, doubled_fp4(codes, vl), factor * 0.5f, vl);
      continue;
    }
    if (five) {
      const vbool4_t fifth = __riscv_vlm_v_b4(payload - 4 + 2 * half, vl);
      codes = __riscv_vadd_vx_u8m2_mu(fifth, codes, codes, 16, vl);
    }
    const vint8m2_t elements = __riscv_vsub_vx_i8m2(__riscv_vreinterpret_v_u8m2_i8m2(codes), offset, vl);
    if (num::has_minimum(format)) {
      store_above(values, elements, factor, num::block_minimum(format, block, 0), vl);
    } else {
      store_scaled(values, elements, factor, vl);
    }
  }
}

/// The integers of elements i to i + vl of a super-block, which share a scale: see num::split_integer.
vint8m2_t super_integers(num::Format format, const uint8_t* block, uint64_t i, size_t vl) {
  const uint64_t run = format == num::Format::kSuperInt6 ? 64 : 32;
  const uint8_t* low = block + num::payload_offset(format) + i / (2 * run) * run + i % run;
  const auto bits_of = [vl](const uint8_t* bytes, uint64_t shift, uint8_t mask) {
    return __riscv_vand_vx_u8m2(__riscv_vsrl_vx_u8m2(__riscv_vle8_v_u8m2(bytes, vl), shift, vl), mask, vl);
  };
  vuint8m2_t codes = bits_of(low, i / run % 2 * 4, 15);
  if (format == num::Format::kSuperInt5) {
    codes =
        __riscv_vor_vv_u8m2(codes, __riscv_vsll_vx_u8m2(bits_of(block + 16 + i % 32, i / 32, 1), 4, vl), vl);
  }
  if (format == num::Format::kSuperInt6) {
    const vuint8m2_t upper = bits_of(block + 128 + i / 128 * 32 + i % 32, i % 128 / 32 * 2, 3);
    codes = __riscv_vor_vv_u8m2(codes, __riscv_vsll_vx_u8m2(upper, 4, vl), vl);
    codes = __riscv_vsub_vx_u8m2(codes, 32, vl);
  }
  return __riscv_vreinterpret_v_u8m2_i8m2(codes);
}

void widen_super_block(float* values, const uint8_t* block, num::Format format) {
  const size_t vl = __riscv_vsetvl_e8m2(num::scale_block_elements(format));
  for (uint64_t i = 0; i < kSuper; i += vl, values += vl) {
    const vint8m2_t elements = super_integers(format, block, i, vl);
    const float factor = num::block_scale(format, block, i / vl);
    if (num::has_minimum(format)) {
      store_above(values, elements, factor, num::block_minimum(format, block, i / vl), vl);
    } else {
      store_scaled(values, elements, factor, vl);
    }
  }
}

/// bf16 is the upper half of fp32.
void widen_bf16(float* to, const uint16_t* from, size_t count) {
  for (size_t vl; count > 0; count -= vl, to += vl, from += vl) {
    vl = __riscv_vsetvl_e16m4(count);
    const vuint32m8_t bits =
        __riscv_vsll_vx_u32m8(__riscv_vzext_vf2_u32m8(__riscv_vle16_v_u16m4(from, vl), vl), 16, vl);
    __riscv_vse32_v_u32m8(reinterpret_cast<uint32_t*>(to), bits, vl);
  }
}

/// `count` values to a format narrower than fp32.
void narrow(uint8_t* to, const float* values, num::Format format, uint64_t count) {
  const uint64_t step = num::unit_elements(format), bytes = num::unit_bytes(format);
  switch (format) {
    case num::Format::kFp16:
      return narrow_to_fp16(reinterpret_cast<_Float16*>(to), values, count);
    case num::Format::kBf16:
      return narrow_to_bf16(reinterpret_cast<__bf16*>(to), values, count);
    case num::Format::kBlockInt8:
    case num::Format::kBlockInt8Sum:
      for (uint64_t i = 0; i < count; i += kAtOnce * step, to += kAtOnce * bytes)
        quantize_blocks(to, values + i, format, smaller(kAtOnce, (count - i) / step));
      return;
    case num::Format::kSuperInt8:
      for (uint64_t i = 0; i < count; i += step, to += bytes) quantize_super_block(to, values + i);
      return;
    default:
      __builtin_trap();  // the compiler emits no other format
  }
}

}  // namespace

void widen_row(float* values, const uint8_t* row, num::Format format, uint64_t count) {
  const uint64_t step = num::unit_elements(format), bytes = num::unit_bytes(format);
  switch (format) {
    case num::Format::kFp32:
      __builtin_memcpy(values, row, count * sizeof(float));
      return;
    case num::Format::kFp16:
      return widen_fp16(values, reinterpret_cast<const _Float16*>(row), count);
    case num::Format::kBf16:
      return widen_bf16(values, reinterpret_cast<const uint16_t*>(row), count);
    case num::Format::kBlockInt8:
      for (uint64_t i = 0; i < count; i += step, row += bytes) widen_int8_block(values + i, row);
      return;
    case num::Format::kBlockInt4:
    case num::Format::kBlockInt4Min:
    case num::Format::kBlockInt5:
    case num::Format::kBlockInt5Min:
    case num::Format::kMxFp4:
      for (uint64_t i = 0; i < count; i += step, row += bytes) widen_nibble_block(values + i, row, format);
      return;
    case num::Format::kSuperInt4:
    case num::Format::kSuperInt5:
    case num::Format::kSuperInt6:
      for (uint64_t i = 0; i < count; i += step, row += bytes) widen_super_block(values + i, row, format);
      return;
    default:
      __builtin_trap();  // the compiler emits no other format
  }
}

Ticket store_values(const abi::TensorRef& output, uint64_t first_row, uint64_t first_column,
                    const float* values, uint64_t rows, uint64_t columns, uint8_t* narrowed) {
  const uint64_t bytes = num::row_bytes(output.format, columns);
  const uint64_t address =
      output.address + first_row * output.row_stride + num::row_bytes(output.format, first_column);
  if (output.format == num::Format::kFp32) {
    return store_rows(address, output.row_stride, values, bytes, bytes, rows);
  }
  narrow(narrowed, values, output.format, rows * columns);
  return store_rows(address, output.row_stride, narrowed, bytes, bytes, rows);
}

}  // namespace areia::kernels
