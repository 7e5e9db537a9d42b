// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Quantising and dequantising, with vector instructions.
#include "sw/kernels/quantize.h"

#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

constexpr uint64_t kBlock = num::kBlockElements;

void quantize_block(uint8_t* block, const float* values) {
  const size_t vl = __riscv_vsetvl_e32m8(kBlock);  // 32 elements fit eight registers of the least VLEN
  const vfloat32m8_t x = __riscv_vle32_v_f32m8(values, vl);
  const vfloat32m1_t zero = __riscv_vfmv_s_f_f32m1(0.0f, 1);
  const float largest =
      __riscv_vfmv_f_s_f32m1_f32(__riscv_vfredmax_vs_f32m8_f32m1(__riscv_vfabs_v_f32m8(x, vl), zero, vl));
  const _Float16 scale_of_block = static_cast<_Float16>(largest / 127.0f);
  const float inverse = largest != 0.0f ? 127.0f / largest : 0.0f;
  const vint16m4_t wide = __riscv_vfncvt_x_f_w_i16m4(__riscv_vfmul_vf_f32m8(x, inverse, vl), vl);
  __builtin_memcpy(block, &scale_of_block, sizeof scale_of_block);
  __riscv_vse8_v_i8m2(reinterpret_cast<int8_t*>(block + 2), __riscv_vncvt_x_x_w_i8m2(wide, vl), vl);
}

void store_scaled(float* values, vint8m2_t elements, float scale_of_block, size_t vl) {
  const vfloat32m8_t wide = __riscv_vfwcvt_f_x_v_f32m8(__riscv_vsext_vf2_i16m4(elements, vl), vl);
  __riscv_vse32_v_f32m8(values, __riscv_vfmul_vf_f32m8(wide, scale_of_block, vl), vl);
}

float scale_at(const uint8_t* block) {
  _Float16 half;
  __builtin_memcpy(&half, block, sizeof half);
  return static_cast<float>(half);
}

void widen_int8_block(float* values, const uint8_t* block) {
  const size_t vl = __riscv_vsetvl_e8m2(kBlock);
  store_scaled(values, __riscv_vle8_v_i8m2(reinterpret_cast<const int8_t*>(block + 2), vl), scale_at(block),
               vl);
}

void widen_int4_block(float* values, const uint8_t* block) {
  const size_t vl = __riscv_vsetvl_e8m2(kBlock / 2);
  const vuint8m2_t pairs = __riscv_vle8_v_u8m2(block + 2, vl);
  const auto centred = [vl](vuint8m2_t nibbles) {
    return __riscv_vsub_vx_i8m2(__riscv_vreinterpret_v_u8m2_i8m2(nibbles), 8, vl);
  };
  store_scaled(values, centred(__riscv_vand_vx_u8m2(pairs, 15, vl)), scale_at(block), vl);
  store_scaled(values + kBlock / 2, centred(__riscv_vsrl_vx_u8m2(pairs, 4, vl)), scale_at(block), vl);
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

}  // namespace

void quantize_blocks(uint8_t* blocks, const float* values, uint64_t count) {
  for (uint64_t i = 0; i < count; i += kBlock, blocks += unit_bytes(num::Format::kBlockInt8)) {
    quantize_block(blocks, values + i);
  }
}

void widen_row(float* values, const uint8_t* row, num::Format format, uint64_t count) {
  switch (format) {
    case num::Format::kFp32:
      __builtin_memcpy(values, row, count * sizeof(float));
      return;
    case num::Format::kFp16:
      widen_fp16(values, reinterpret_cast<const _Float16*>(row), count);
      return;
    case num::Format::kBf16:
      widen_bf16(values, reinterpret_cast<const uint16_t*>(row), count);
      return;
    case num::Format::kBlockInt8:
      for (uint64_t i = 0; i < count; i += kBlock, row += 34) widen_int8_block(values + i, row);
      return;
    case num::Format::kBlockInt4:
      for (uint64_t i = 0; i < count; i += kBlock, row += 18) widen_int4_block(values + i, row);
      return;
    default:
      __builtin_trap();  // the compiler emits no other format
  }
}

Ticket store_values(const abi::TensorRef& output, uint64_t first_row, uint64_t first_column,
                    const float* values, uint64_t rows, uint64_t columns, uint8_t* blocks) {
  const uint64_t bytes = num::row_bytes(output.format, columns);
  const uint64_t address = output.address + first_row * output.row_stride +
                           first_column / num::unit_elements(output.format) * num::unit_bytes(output.format);
  if (output.format != num::Format::kBlockInt8) {
    return store_rows(address, output.row_stride, values, columns * sizeof(float), bytes, rows);
  }
  quantize_blocks(blocks, values, rows * columns);
  return store_rows(address, output.row_stride, blocks, bytes, bytes, rows);
}

}  // namespace areia::kernels
