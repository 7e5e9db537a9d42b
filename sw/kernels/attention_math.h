// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The vector arithmetic of attention (attention.cpp). Powers are of two: e^(score * scale - largest) is
// 2^(score * c - shift) with c = scale / ln 2, which saves a multiplication. Rows are taken several at a
// time: where one waits for a result, the unit works on another. Same bits for any VLEN: all is element by
// element, and a maximum does not depend on order.
#pragma once

#include <riscv_vector.h>

#include "sw/kernels/device.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {

inline constexpr float kInverseLn2 = 1.44269504f;
inline constexpr float kInfinity = __builtin_inff();

/// Sets `count` elements of each of `rows` rows, `stride` elements apart.
inline void fill_rows(float* values, float value, size_t rows, size_t stride, size_t count) {
  for (size_t vl; count > 0; count -= vl, values += vl) {
    vl = __riscv_vsetvl_e32m8(count);
    const vfloat32m8_t filled = __riscv_vfmv_v_f_f32m8(value, vl);
    float* place = values;
    for (size_t row = 0; row < rows; ++row, place += stride) __riscv_vse32_v_f32m8(place, filled, vl);
  }
}

/// Rows of scores or of what takes their place, worked on several at a time: where one waits for a result,
/// the unit is at another.
struct ScoreRows {
  float* elements;     ///< of the first row
  size_t stride;       ///< elements from row to row
  size_t rows, count;  ///< neither 0; count: elements of each
  float* spare;        ///< goes with a last row that is alone

  /// The row that is worked on beside `row`, where that lies at `first`.
  float* beside(size_t row, float* first) const { return row + 1 < rows ? first + stride : spare; }
};

// ---- The largest -----------------------------------------------------------------------------------------

inline vfloat32m2_t fold_largest(vfloat32m4_t x, size_t vl) {
  return __riscv_vfmax_vv_f32m2(__riscv_vget_v_f32m4_f32m2(x, 0), __riscv_vget_v_f32m4_f32m2(x, 1), vl);
}
inline vfloat32m1_t fold_largest(vfloat32m2_t x, size_t vl) {
  return __riscv_vfmax_vv_f32m1(__riscv_vget_v_f32m2_f32m1(x, 0), __riscv_vget_v_f32m2_f32m1(x, 1), vl);
}

/// to[i] = the larger of itself and from[i].
inline void raise(float* to, const float* from, size_t count) {
  for (size_t vl; count > 0; count -= vl, to += vl, from += vl) {
    vl = __riscv_vsetvl_e32m4(count);
    const vfloat32m4_t larger_one =
        __riscv_vfmax_vv_f32m4(__riscv_vle32_v_f32m4(to, vl), __riscv_vle32_v_f32m4(from, vl), vl);
    __riscv_vse32_v_f32m4(to, larger_one, vl);
  }
}

/// Of a row's elements the largest that fall on each of two registers'; these have `least` where none does.
/// `kShort`: no more elements than that.
template <bool kShort>
[[gnu::always_inline]] inline vfloat32m2_t largest_of_row(const float* row, size_t count, size_t lanes,
                                                          vfloat32m4_t least) {
  if constexpr (kShort) return __riscv_vle32_v_f32m2_tu(__riscv_vget_v_f32m4_f32m2(least, 0), row, count);
  const size_t group = 4 * lanes;
  vfloat32m4_t most = __riscv_vle32_v_f32m4_tu(least, row, smaller(count, group));
  for (size_t i = group, vl; i < count; i += vl) {
    vl = __riscv_vsetvl_e32m4(count - i);
    most = __riscv_vfmax_vv_f32m4_tu(most, most, __riscv_vle32_v_f32m4(row + i, vl), vl);
  }
  return fold_largest(most, 2 * lanes);
}

/// Of each row the largest that fall on the first `stored` of a register's elements, a power of two, row
/// after row in `folded`.
template <bool kShort>
[[gnu::always_inline]] inline void fold_rows(float* folded, const ScoreRows& rows, size_t stored) {
  constexpr size_t kTogether = 4;
  const size_t lanes = __riscv_vsetvlmax_e32m1();
  const vfloat32m4_t least = __riscv_vfmv_v_f_f32m4(-kInfinity, 4 * lanes);
  const auto narrow = [&](vfloat32m2_t wide) {
    vfloat32m1_t x = fold_largest(wide, lanes);
    for (size_t left = lanes; left > stored; left /= 2)
      x = __riscv_vfmax_vv_f32m1(x, __riscv_vslidedown_vx_f32m1(x, left / 2, lanes), lanes);
    return x;
  };
  const float* row = rows.elements;
  size_t left = rows.rows;
  for (; left >= kTogether; left -= kTogether, row += kTogether * rows.stride) {
    const float *second = row + rows.stride, *third = second + rows.stride, *fourth = third + rows.stride;
    const vfloat32m2_t a = largest_of_row<kShort>(row, rows.count, lanes, least);
    const vfloat32m2_t b = largest_of_row<kShort>(second, rows.count, lanes, least);
    const vfloat32m2_t c = largest_of_row<kShort>(third, rows.count, lanes, least);
    const vfloat32m2_t d = largest_of_row<kShort>(fourth, rows.count, lanes, least);
    const vfloat32m1_t w = narrow(a), x = narrow(b), y = narrow(c), z = narrow(d);
    __riscv_vse32_v_f32m1(folded, w, stored);
    __riscv_vse32_v_f32m1(folded + stored, x, stored);
    __riscv_vse32_v_f32m1(folded + 2 * stored, y, stored);
    __riscv_vse32_v_f32m1(folded + 3 * stored, z, stored);
    folded += kTogether * stored;
  }
  for (; left > 0; --left, row += rows.stride, folded += stored)
    __riscv_vse32_v_f32m1(folded, narrow(largest_of_row<kShort>(row, rows.count, lanes, least)), stored);
}

/// largest[row] = the larger of itself and the row's elements. NaN is passed over. A reduction would keep the
/// unit waiting for itself: registers are folded, and all rows' together to one element. `spare`: room for
/// `width` elements of each row, a power of two.
inline void raise_largest(float* largest, const ScoreRows& rows, float* spare, size_t width) {
  const size_t lanes = __riscv_vsetvlmax_e32m1(), stored = smaller(lanes, width);
  if (rows.count <= 2 * lanes) {
    fold_rows<true>(spare, rows, stored);
  } else {
    fold_rows<false>(spare, rows, stored);
  }
  for (size_t each = stored / 2; each > 0; each /= 2) larger_of_pairs<false>(spare, spare, rows.rows * each);
  raise(largest, spare, rows.rows);
}

// ---- Powers ----------------------------------------------------------------------------------------------

/// 2^x for x up to 127 takes: n, the nearest integer, and r = x - n, exactly; 2^r by a polynomial, whose
/// relative error is 2.6e-9 on [-1/2, 1/2] (found by Remez's algorithm, with 1 as its constant term so that
/// 2^0 is 1); and n added to the exponent. In all within 2 units in the last place.
/// Below -127 the result is +0 exactly: the integer's sum of exponents is that of +0. From there to -126 it
/// is a subnormal number within 2^-127 of the result. NaN stays NaN.
inline constexpr uint32_t kLeastExponent = 0xc2fe0000;  // -127
/// 1.5 * 2^23: adding it leaves the nearest integer in the low bits.
inline constexpr float kRounder = 12582912.0f;
inline constexpr float kPower6 = 0.000155946782f, kPower5 = 0.00134066439f, kPower4 = 0.00961769297f,
                       kPower3 = 0.0555031055f, kPower2 = 0.240226528f, kPower1 = 0.693147215f;

/// As unsigned numbers, negative floats are the larger the farther they are from zero, and the canonical NaN
/// is below them all.
inline vfloat32m2_t bound_exponent(vfloat32m2_t x, size_t vl) {
  return __riscv_vreinterpret_v_u32m2_f32m2(
      __riscv_vminu_vx_u32m2(__riscv_vreinterpret_v_f32m2_u32m2(x), kLeastExponent, vl));
}

/// Exponents of e made exponents of 2; finite ones stay finite.
inline void to_powers_of_two(float* exponents, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const float power = exponents[i] * kInverseLn2;
    const bool overflows = __builtin_isinf(power) && !__builtin_isinf(exponents[i]);
    exponents[i] = overflows ? __builtin_copysignf(__FLT_MAX__, power) : power;
  }
}

/// n, of which `rounded` is n + kRounder, where a float has its exponent.
inline vfloat32m2_t exponent_of(vfloat32m2_t rounded, size_t vl) {
  return __riscv_vreinterpret_v_u32m2_f32m2(
      __riscv_vsll_vx_u32m2(__riscv_vreinterpret_v_f32m2_u32m2(rounded), 23, vl));
}

inline vfloat32m2_t add_bits(vfloat32m2_t a, vfloat32m2_t b, size_t vl) {
  return __riscv_vreinterpret_v_u32m2_f32m2(__riscv_vadd_vv_u32m2(__riscv_vreinterpret_v_f32m2_u32m2(a),
                                                                  __riscv_vreinterpret_v_f32m2_u32m2(b), vl));
}

/// The same value, which the compiler keeps in a register from here on: it would load it again in a loop that
/// has no cycle to spare.
inline float pinned(float value) {
  asm("" : "+f"(value));
  return value;
}

/// Both are computed before what comes of either from here on.
inline void join(vfloat32m2_t& a, vfloat32m2_t& b) { asm("" : "+vr"(a), "+vr"(b)); }

/// x becomes 2^(x * scale - shifts[row]), of two rows at a time. The next elements become exponents before
/// the present ones' powers are stored, so that the unit has work while the loop turns: rows are read beyond
/// their end by as much as a register group. `kShort`: they are no longer than that, and their number is
/// even; the next ones are the next two rows', so two rows and shifts beyond the last are read too.
template <bool kShort>
inline void exponentiate_rows(const ScoreRows rows, float scale, const float* shifts) {
  size_t vl = __riscv_vsetvl_e32m2(rows.count);
  const float power5 = pinned(kPower5), power6 = pinned(kPower6);
  const vfloat32m2_t p0 = __riscv_vfmv_v_f_f32m2(1, vl), p1 = __riscv_vfmv_v_f_f32m2(kPower1, vl);
  const vfloat32m2_t p2 = __riscv_vfmv_v_f_f32m2(kPower2, vl), p3 = __riscv_vfmv_v_f_f32m2(kPower3, vl);
  const vfloat32m2_t p4 = __riscv_vfmv_v_f_f32m2(kPower4, vl);
  const size_t step = 2 * rows.stride;
  float *first = rows.elements, *second = rows.beside(0, first);
  vfloat32m2_t as = __riscv_vfmv_v_f_f32m2(shifts[0], vl), bs = __riscv_vfmv_v_f_f32m2(shifts[1], vl);
  vfloat32m2_t ax = __riscv_vfmsub_vf_f32m2(__riscv_vle32_v_f32m2(first, vl), scale, as, vl);
  vfloat32m2_t bx = __riscv_vfmsub_vf_f32m2(__riscv_vle32_v_f32m2(second, vl), scale, bs, vl);
  for (size_t row = 0; row < rows.rows; row += 2) {
    float *a = first, *b = second;
    size_t left = rows.count;
    do {
      if constexpr (!kShort) vl = __riscv_vsetvl_e32m2(left);
      ax = bound_exponent(ax, vl);
      bx = bound_exponent(bx, vl);
      vfloat32m2_t an = __riscv_vfadd_vf_f32m2(ax, kRounder, vl);
      vfloat32m2_t bn = __riscv_vfadd_vf_f32m2(bx, kRounder, vl);
      vfloat32m2_t ap = __riscv_vfsub_vf_f32m2(an, kRounder, vl);
      vfloat32m2_t bp = __riscv_vfsub_vf_f32m2(bn, kRounder, vl);
      const vfloat32m2_t ar = __riscv_vfsub_vv_f32m2(ax, ap, vl);
      const vfloat32m2_t br = __riscv_vfsub_vv_f32m2(bx, bp, vl);
      ap = __riscv_vfmul_vf_f32m2(ar, power6, vl);
      bp = __riscv_vfmul_vf_f32m2(br, power6, vl);
      ap = __riscv_vfadd_vf_f32m2(ap, power5, vl);
      bp = __riscv_vfadd_vf_f32m2(bp, power5, vl);
      ap = __riscv_vfmadd_vv_f32m2(ap, ar, p4, vl);
      bp = __riscv_vfmadd_vv_f32m2(bp, br, p4, vl);
      ax = __riscv_vle32_v_f32m2(a + (kShort ? step : vl), vl);
      if constexpr (kShort) as = __riscv_vfmv_v_f_f32m2(shifts[row + 2], vl);
      ap = __riscv_vfmadd_vv_f32m2(ap, ar, p3, vl);
      bp = __riscv_vfmadd_vv_f32m2(bp, br, p3, vl);
      bx = __riscv_vle32_v_f32m2(b + (kShort ? step : vl), vl);
      if constexpr (kShort) bs = __riscv_vfmv_v_f_f32m2(shifts[row + 3], vl);
      ap = __riscv_vfmadd_vv_f32m2(ap, ar, p2, vl);
      bp = __riscv_vfmadd_vv_f32m2(bp, br, p2, vl);
      ap = __riscv_vfmadd_vv_f32m2(ap, ar, p1, vl);
      bp = __riscv_vfmadd_vv_f32m2(bp, br, p1, vl);
      ap = __riscv_vfmadd_vv_f32m2(ap, ar, p0, vl);
      bp = __riscv_vfmadd_vv_f32m2(bp, br, p0, vl);
      an = exponent_of(an, vl);
      bn = exponent_of(bn, vl);
      ap = add_bits(ap, an, vl);
      bp = add_bits(bp, bn, vl);
      ax = __riscv_vfmsub_vf_f32m2(ax, scale, as, vl);
      bx = __riscv_vfmsub_vf_f32m2(bx, scale, bs, vl);
      if constexpr (kShort) {
        join(ax, ap);
        join(bx, bp);
      }
      __riscv_vse32_v_f32m2(a, ap, vl);
      __riscv_vse32_v_f32m2(b, bp, vl);
      a += vl;
      b += vl;
      left -= vl;
    } while (!kShort && left > 0);
    first += step;
    if constexpr (kShort) {
      second += step;
    } else if (row + 2 < rows.rows) {
      second = rows.beside(row + 2, first);
      vl = __riscv_vsetvl_e32m2(rows.count);
      as = __riscv_vfmv_v_f_f32m2(shifts[row + 2], vl);
      bs = __riscv_vfmv_v_f_f32m2(shifts[row + 3], vl);
      ax = __riscv_vfmsub_vf_f32m2(__riscv_vle32_v_f32m2(first, vl), scale, as, vl);
      bx = __riscv_vfmsub_vf_f32m2(__riscv_vle32_v_f32m2(second, vl), scale, bs, vl);
    }
  }
}

/// The same of any rows: pairs of short ones together, a last one alone.
inline void exponentiate(ScoreRows rows, float scale, const float* shifts) {
  if (rows.count > __riscv_vsetvlmax_e32m2()) return exponentiate_rows<false>(rows, scale, shifts);
  const size_t alone = rows.rows % 2;
  rows.rows -= alone;
  if (rows.rows != 0) exponentiate_rows<true>(rows, scale, shifts);
  if (alone == 0) return;
  rows.elements += rows.rows * rows.stride;
  shifts += rows.rows;
  rows.rows = alone;
  exponentiate_rows<false>(rows, scale, shifts);
}

// ---- Sums and weights ------------------------------------------------------------------------------------

/// totals[i] += from[0][i], then from[1][i] and so on, in fp64: `parts` of them, `stride` elements apart.
inline void add_wide(double* totals, const float* from, uint64_t parts, uint64_t stride, size_t count) {
  for (size_t vl; count > 0; count -= vl, totals += vl, from += vl) {
    vl = __riscv_vsetvl_e32m4(count);
    vfloat64m8_t sum = __riscv_vle64_v_f64m8(totals, vl);
    const float* part = from;
    for (uint64_t i = 0; i < parts; ++i, part += stride)
      sum = __riscv_vfwadd_wv_f64m8(sum, __riscv_vle32_v_f32m4(part, vl), vl);
    __riscv_vse64_v_f64m8(totals, sum, vl);
  }
}

/// factors[i] = 1 / totals[i], rounded to fp32.
inline void invert(float* factors, const double* totals, size_t count) {
  for (size_t vl; count > 0; count -= vl, totals += vl, factors += vl) {
    vl = __riscv_vsetvl_e64m8(count);
    const vfloat64m8_t inverse = __riscv_vfrdiv_vf_f64m8(__riscv_vle64_v_f64m8(totals, vl), 1.0, vl);
    __riscv_vse32_v_f32m4(factors, __riscv_vfncvt_f_f_w_f32m4(inverse, vl), vl);
  }
}

inline vfloat32m4_t as_cached(vfloat32m4_t values, float*, size_t) { return values; }
inline vfloat16m2_t as_cached(vfloat32m4_t values, _Float16*, size_t vl) {
  return __riscv_vfncvt_f_f_w_f16m2(values, vl);
}
inline void store_cached(float* to, vfloat32m4_t values, size_t vl) { __riscv_vse32_v_f32m4(to, values, vl); }
inline void store_cached(_Float16* to, vfloat16m2_t values, size_t vl) {
  __riscv_vse16_v_f16m2(to, values, vl);
}

/// Weights power * factors[row] take the place of powers, from the row's begin on.
template <typename Cached>
inline void weigh(const ScoreRows& rows, const float* factors) {
  float* row = rows.elements;
  size_t left = rows.rows;
  for (; left >= 4; left -= 4, row += 4 * rows.stride, factors += 4) {
    float *a = row, *b = a + rows.stride, *c = b + rows.stride, *d = c + rows.stride;
    auto *a_to = reinterpret_cast<Cached*>(a), *b_to = reinterpret_cast<Cached*>(b);
    auto *c_to = reinterpret_cast<Cached*>(c), *d_to = reinterpret_cast<Cached*>(d);
    for (size_t i = 0, vl; i < rows.count; i += vl) {
      vl = __riscv_vsetvl_e32m4(rows.count - i);
      vfloat32m4_t x = __riscv_vle32_v_f32m4(a + i, vl), y = __riscv_vle32_v_f32m4(b + i, vl);
      vfloat32m4_t z = __riscv_vle32_v_f32m4(c + i, vl), w = __riscv_vle32_v_f32m4(d + i, vl);
      x = __riscv_vfmul_vf_f32m4(x, factors[0], vl);
      y = __riscv_vfmul_vf_f32m4(y, factors[1], vl);
      z = __riscv_vfmul_vf_f32m4(z, factors[2], vl);
      w = __riscv_vfmul_vf_f32m4(w, factors[3], vl);
      const auto x_to = as_cached(x, a_to, vl), y_to = as_cached(y, b_to, vl);
      const auto z_to = as_cached(z, c_to, vl), w_to = as_cached(w, d_to, vl);
      store_cached(a_to + i, x_to, vl);
      store_cached(b_to + i, y_to, vl);
      store_cached(c_to + i, z_to, vl);
      store_cached(d_to + i, w_to, vl);
    }
  }
  for (; left > 0; --left, row += rows.stride, ++factors) {
    auto* to = reinterpret_cast<Cached*>(row);
    for (size_t i = 0, vl; i < rows.count; i += vl) {
      vl = __riscv_vsetvl_e32m4(rows.count - i);
      const vfloat32m4_t x = __riscv_vfmul_vf_f32m4(__riscv_vle32_v_f32m4(row + i, vl), *factors, vl);
      store_cached(to + i, as_cached(x, to, vl), vl);
    }
  }
}

// ---- Values ----------------------------------------------------------------------------------------------

/// Whether any of `count` elements is infinite or not a number: its exponent is all ones.
inline bool any_special(const _Float16* elements, uint64_t count) {
  for (size_t vl; count > 0; count -= vl, elements += vl) {
    vl = __riscv_vsetvl_e16m8(count);
    const vuint16m8_t bits = __riscv_vle16_v_u16m8(reinterpret_cast<const uint16_t*>(elements), vl);
    const vbool2_t special = __riscv_vmsgeu_vx_u16m8_b2(__riscv_vsll_vx_u16m8(bits, 1, vl), 0xf800, vl);
    if (__riscv_vfirst_m_b2(special, vl) >= 0) return true;
  }
  return false;
}
inline bool any_special(const float* elements, uint64_t count) {
  for (size_t vl; count > 0; count -= vl, elements += vl) {
    vl = __riscv_vsetvl_e32m8(count);
    const vuint32m8_t bits = __riscv_vle32_v_u32m8(reinterpret_cast<const uint32_t*>(elements), vl);
    const vbool4_t special = __riscv_vmsgeu_vx_u32m8_b4(__riscv_vsll_vx_u32m8(bits, 1, vl), 0xff000000, vl);
    if (__riscv_vfirst_m_b4(special, vl) >= 0) return true;
  }
  return false;
}

/// to[i] (+)= from[0][i] + from[1][i] + ..., added one after the other: `parts` of them, `stride` elements
/// apart. `adds`: onto what is there, else onto +0.
inline void fold(float* to, const float* from, uint64_t parts, uint64_t stride, bool adds, size_t count) {
  for (size_t vl; count > 0; count -= vl, to += vl, from += vl) {
    vl = __riscv_vsetvl_e32m8(count);
    vfloat32m8_t sum = adds ? __riscv_vle32_v_f32m8(to, vl) : __riscv_vfmv_v_f_f32m8(0, vl);
    const float* part = from;
    for (uint64_t i = 0; i < parts; ++i, part += stride)
      sum = __riscv_vfadd_vv_f32m8(sum, __riscv_vle32_v_f32m8(part, vl), vl);
    __riscv_vse32_v_f32m8(to, sum, vl);
  }
}

}  // namespace areia::kernels
