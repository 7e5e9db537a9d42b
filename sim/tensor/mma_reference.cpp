// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// tmma as xareia.toml defines it: for each accumulator one chain of fused multiply-adds in ascending k (or
// one for each block), or an exact integer sum.
#include "sim/tensor/mma_reference.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "spec/num/element.h"

namespace areia::sim {
namespace {

/// Finds elements of one row of A and one row (or transposed column) of B.
struct Rows {
  const Mma& mma;
  const std::uint8_t* a_row;
  std::uint32_t n;

  const std::uint8_t* b_row(std::uint64_t row) const {
    return mma.b + static_cast<std::int64_t>(row) * mma.b_stride;
  }
  float a(std::uint64_t k) const { return num::element(mma.a_format, a_row, k); }
  float b(std::uint64_t k) const {
    return mma.b_transposed ? num::element(mma.b_format, b_row(k), n)
                            : num::element(mma.b_format, b_row(n), k);
  }
  float a_scale(std::uint64_t k) const {
    return num::block_scale(mma.a_format, a_row, k / num::scale_block_elements(mma.a_format));
  }
  float b_scale(std::uint64_t k) const {
    return num::block_scale(mma.b_format, b_row(n), k / num::scale_block_elements(mma.b_format));
  }
  float b_minimum(std::uint64_t k) const {
    return num::block_minimum(mma.b_format, b_row(n), k / num::scale_block_elements(mma.b_format));
  }
};

float chain(const Rows& rows, std::uint64_t begin, std::uint64_t end, float sum) {
  for (std::uint64_t k = begin; k < end; ++k) sum = std::fma(rows.a(k), rows.b(k), sum);
  return sum;
}

/// The sum of at most 32 products of integers, fp4 or E4M3, which is exact in double precision.
float exact_dot(const Rows& rows, std::uint64_t begin, std::uint64_t end) {
  double sum = 0;
  for (std::uint64_t k = begin; k < end; ++k)
    sum += static_cast<double>(rows.a(k)) * static_cast<double>(rows.b(k));
  return static_cast<float>(sum);
}

/// The sum of at most 32 int8.
float exact_sum_of_a(const Rows& rows, std::uint64_t begin, std::uint64_t end) {
  float sum = 0;
  for (std::uint64_t k = begin; k < end; ++k) sum += rows.a(k);
  return sum;
}

float block_sum(const Rows& rows, float sum) {
  const num::Format a = rows.mma.a_format, b = rows.mma.b_format;
  const bool wide = a == num::Format::kMxFp8E5M2 || b == num::Format::kMxFp8E5M2;
  const std::uint64_t step = std::min(num::scale_block_elements(a), num::scale_block_elements(b));
  for (std::uint64_t begin = 0; begin < rows.mma.k; begin += step) {
    const std::uint64_t end = std::min<std::uint64_t>(begin + step, rows.mma.k);
    const float dot = wide ? chain(rows, begin, end, 0.0f) : exact_dot(rows, begin, end);
    sum = std::fma(dot, rows.a_scale(begin) * rows.b_scale(begin), sum);
    if (!num::has_minimum(b)) continue;
    if (num::has_sum(a)) {
      sum = std::fma(num::block_sum(a, rows.a_row, begin / num::kBlockElements), rows.b_minimum(begin), sum);
    } else {
      sum = std::fma(exact_sum_of_a(rows, begin, end), rows.a_scale(begin) * rows.b_minimum(begin), sum);
    }
  }
  return sum;
}

float float_sum(const Rows& rows, float sum) {
  const bool floats = arithmetic_of(rows.mma.a_format, rows.mma.b_format) == Arithmetic::kFloat;
  return floats ? chain(rows, 0, rows.mma.k, sum) : block_sum(rows, sum);
}

std::uint32_t integer_sum(const Rows& rows, std::uint32_t sum) {
  for (std::uint64_t k = 0; k < rows.mma.k; ++k)
    sum += static_cast<std::uint32_t>(static_cast<std::int32_t>(rows.a(k) * rows.b(k)));
  return sum;
}

}  // namespace

void mma_reference(const Mma& mma) {
  if (mma.k == 0) return;
  const bool integer = arithmetic_of(mma.a_format, mma.b_format) == Arithmetic::kInteger;
  for (std::uint32_t m = 0; m < mma.m; ++m) {
    for (std::uint32_t n = 0; n < mma.n; ++n) {
      const Rows rows{mma, mma.a + m * mma.a_stride, n};
      std::uint32_t& c = mma.c[m * mma.c_stride + n];
      if (integer) {
        c = integer_sum(rows, c);
      } else {
        const float sum = float_sum(rows, std::bit_cast<float>(c));
        c = std::isnan(sum) ? num::kCanonicalNan : std::bit_cast<std::uint32_t>(sum);
      }
    }
  }
}

}  // namespace areia::sim
