// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The chains of roundings, straight from docs/isa.md.
#include "tests/kernels/reference.h"

#include <cmath>

#include "spec/num/element.h"

namespace areia::tests {
namespace {

using num::Format;

float chain_of_floats(const std::uint8_t* a, Format a_format, const std::uint8_t* b, Format b_format,
                      std::uint32_t depth) {
  float sum = 0;
  for (std::uint32_t k = 0; k < depth; ++k) {
    sum = std::fma(num::element(a_format, a, k), num::element(b_format, b, k), sum);
  }
  return sum;
}

float chain_of_blocks(const std::uint8_t* a, Format a_format, const std::uint8_t* b, Format b_format,
                      std::uint32_t depth) {
  float sum = 0;
  const std::uint32_t step = num::scale_block_elements(b_format);
  for (std::uint32_t first = 0; first < depth; first += step) {
    float dot = 0, sum_of_a = 0;  // whole numbers, or halves, below 2^23: exact
    for (std::uint32_t k = first; k < first + step; ++k) {
      dot += num::element(a_format, a, k) * num::element(b_format, b, k);
      sum_of_a += num::element(a_format, a, k);
    }
    const std::uint32_t a_block = first / num::scale_block_elements(a_format);
    const float scale = num::block_scale(a_format, a, a_block);
    sum = std::fma(dot, scale * num::block_scale(b_format, b, first / step), sum);
    if (!num::has_minimum(b_format)) continue;
    const float minimum = num::block_minimum(b_format, b, first / step);
    if (a_format == Format::kBlockInt8Sum) {
      const std::uint8_t* block = a + a_block * num::unit_bytes(a_format);
      sum = std::fma(num::fp16_to_fp32(num::load_u16(block + 2)), minimum, sum);
    } else {
      sum = std::fma(sum_of_a, scale * minimum, sum);
    }
  }
  return sum;
}

}  // namespace

Format input_format(Format weight) {
  if (num::is_super_block(weight)) return Format::kSuperInt8;
  if (weight == Format::kBlockInt4Min || weight == Format::kBlockInt5Min) return Format::kBlockInt8Sum;
  return num::is_block(weight) ? Format::kBlockInt8 : Format::kFp32;
}

float chain_of_products(const std::uint8_t* a, Format a_format, const std::uint8_t* b, Format b_format,
                        std::uint32_t depth) {
  return (num::is_block(b_format) ? chain_of_blocks : chain_of_floats)(a, a_format, b, b_format, depth);
}

}  // namespace areia::tests
