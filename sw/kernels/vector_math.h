// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Vector arithmetic shared by the kernels. Everything here gives the same bits for any VLEN: elements are
// independent, and sums are ordered (vfredosum), first element first, or by a fixed number of lanes.
#pragma once

#include <riscv_vector.h>

#include "sw/kernels/device.h"

namespace areia::kernels {

/// add_in_lanes(): lanes in all, those of a chain of additions, and how many elements at most are added up
/// before lanes are.
inline constexpr uint64_t kSumLanes = 256, kChainLanes = 64, kSumElements = 4096;

/// The sum of `count` lanes, a power of two, by halves: lanes[i] += lanes[i + half].
inline double fold_lanes(double* lanes, size_t count) {
  const size_t room = __riscv_vsetvlmax_e64m8();
  for (; count > room; count /= 2) {
    for (size_t i = 0, half = count / 2, vl; i < half; i += vl) {
      vl = __riscv_vsetvl_e64m4(half - i);
      const vfloat64m4_t upper = __riscv_vle64_v_f64m4(lanes + half + i, vl);
      const vfloat64m4_t sum = __riscv_vfadd_vv_f64m4(__riscv_vle64_v_f64m4(lanes + i, vl), upper, vl);
      __riscv_vse64_v_f64m4(lanes + i, sum, vl);
    }
  }
  vfloat64m8_t sum = __riscv_vle64_v_f64m8(lanes, count);
  for (size_t half = count / 2; half > 0; half /= 2)
    sum = __riscv_vfadd_vv_f64m8(sum, __riscv_vslidedown_vx_f64m8(sum, half, half), half);
  return __riscv_vfmv_f_s_f64m1_f64(__riscv_vget_v_f64m8_f64m1(sum, 0));
}

/// sum + `count` elements in fp64. Of each kSumElements, element i goes to lane i mod kSumLanes, and lanes
/// are added by halves; then what does not fill a chain's, in order. An ordered sum would wait for every
/// addition. `elements(i, vl)` gives those from i on, vl of them, as fp32.
template <typename Elements>
inline double add_in_lanes(double sum, size_t count, Elements elements) {
  static_assert(kSumLanes == 4 * kChainLanes, "a b c d");
  alignas(64) double lanes[kChainLanes];
  for (size_t first = 0; first < count; first += kSumElements) {
    const size_t end = smaller(count, first + kSumElements), whole = end - (end - first) % kChainLanes;
    for (size_t lane = 0, vl; lane < kChainLanes && whole > first; lane += vl) {
      vl = __riscv_vsetvl_e64m4(kChainLanes - lane);
      vfloat64m4_t a = __riscv_vfmv_v_f_f64m4(0, vl), b = a, c = a, d = a;
      size_t i = first + lane;
      for (; i + 3 * kChainLanes < whole; i += kSumLanes) {
        const vfloat32m2_t x = elements(i, vl), y = elements(i + kChainLanes, vl);
        const vfloat32m2_t z = elements(i + 2 * kChainLanes, vl), w = elements(i + 3 * kChainLanes, vl);
        a = __riscv_vfwadd_wv_f64m4(a, x, vl);
        b = __riscv_vfwadd_wv_f64m4(b, y, vl);
        c = __riscv_vfwadd_wv_f64m4(c, z, vl);
        d = __riscv_vfwadd_wv_f64m4(d, w, vl);
      }
      if (i < whole) a = __riscv_vfwadd_wv_f64m4(a, elements(i, vl), vl);
      if (i + kChainLanes < whole) b = __riscv_vfwadd_wv_f64m4(b, elements(i + kChainLanes, vl), vl);
      if (i + 2 * kChainLanes < whole) c = __riscv_vfwadd_wv_f64m4(c, elements(i + 2 * kChainLanes, vl), vl);
      a = __riscv_vfadd_vv_f64m4(__riscv_vfadd_vv_f64m4(a, c, vl), __riscv_vfadd_vv_f64m4(b, d, vl), vl);
      __riscv_vse64_v_f64m4(lanes + lane, a, vl);
    }
    if (whole > first) sum += fold_lanes(lanes, kChainLanes);
    for (size_t i = whole, vl; i < end; i += vl) {
      vl = __riscv_vsetvl_e32m2(end - i);
      const vfloat64m1_t total = __riscv_vfmv_s_f_f64m1(sum, 1);
      sum = __riscv_vfmv_f_s_f64m1_f64(__riscv_vfwredosum_vs_f32m2_f64m1(elements(i, vl), total, vl));
    }
  }
  return sum;
}

/// e^x, within 2 units in the last place; NaN stays NaN, results below the least subnormal are 0.
///
/// x = n ln 2 + r with n the nearest integer, so |r| <= ln(2)/2 = 0.347; ln 2 is taken in two parts, the
/// fused products are exact enough for r. e^r is its Taylor polynomial of degree 7, whose remainder is below
/// 0.347^8 / 8! = 5.2e-9, a tenth of an ulp. 2^n is applied in two halves so that subnormals come out right.
inline vfloat32m4_t exponential(vfloat32m4_t x, size_t vl) {
  const vbool8_t is_nan = __riscv_vmfne_vv_f32m4_b8(x, x, vl);
  vfloat32m4_t bounded = __riscv_vfmax_vf_f32m4(x, -105.0f, vl);
  bounded = __riscv_vfmin_vf_f32m4(bounded, 89.0f, vl);
  bounded = __riscv_vmerge_vvm_f32m4(bounded, x, is_nan, vl);
  const vint32m4_t n =
      __riscv_vfcvt_x_f_v_i32m4(__riscv_vfmul_vf_f32m4(bounded, 1.44269504f /* 1 / ln 2 */, vl), vl);
  const vfloat32m4_t whole = __riscv_vfcvt_f_x_v_f32m4(n, vl);
  vfloat32m4_t r = __riscv_vfnmsac_vf_f32m4(bounded, 0x1.62e43p-1f, whole, vl);  // ln 2 rounded to fp32,
  r = __riscv_vfnmsac_vf_f32m4(r, -0x1.05c61p-29f, whole, vl);                   // and what it lacks
  vfloat32m4_t sum = __riscv_vfmv_v_f_f32m4(1.0f / 5040, vl);
  constexpr float kInverseFactorials[] = {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f};
  for (const float coefficient : kInverseFactorials) {
    sum = __riscv_vfmadd_vv_f32m4(sum, r, __riscv_vfmv_v_f_f32m4(coefficient, vl), vl);
  }
  const vint32m4_t half = __riscv_vsra_vx_i32m4(n, 1, vl);
  const vint32m4_t rest = __riscv_vsub_vv_i32m4(n, half, vl);
  const auto power_of_two = [vl](vint32m4_t exponent) {
    return __riscv_vreinterpret_v_i32m4_f32m4(
        __riscv_vsll_vx_i32m4(__riscv_vadd_vx_i32m4(exponent, 127, vl), 23, vl));
  };
  return __riscv_vfmul_vv_f32m4(__riscv_vfmul_vv_f32m4(sum, power_of_two(half), vl), power_of_two(rest), vl);
}

/// e^x of one number. Not in line: loops around it would keep its constants, whole register groups, on the
/// stack.
[[gnu::noinline]] inline float exponential_of(float x) {
  return __riscv_vfmv_f_s_f32m4_f32(exponential(__riscv_vfmv_v_f_f32m4(x, 1), 1));
}

/// sum + the powers e^(values[i] - largest), added in order in fp64; the powers take the place of the values.
inline double exponentiate(float* values, size_t count, float largest, double sum) {
  vfloat64m1_t total = __riscv_vfmv_s_f_f64m1(sum, 1);
  for (size_t vl; count > 0; count -= vl, values += vl) {
    vl = __riscv_vsetvl_e32m4(count);
    const vfloat32m4_t x = __riscv_vfsub_vf_f32m4(__riscv_vle32_v_f32m4(values, vl), largest, vl);
    const vfloat32m4_t power = exponential(x, vl);
    __riscv_vse32_v_f32m4(values, power, vl);
    total = __riscv_vfwredosum_vs_f32m4_f64m1(power, total, vl);
  }
  return __riscv_vfmv_f_s_f64m1_f64(total);
}

/// to[i] = the larger of from[2i] and from[2i + 1], of magnitudes if kMagnitudes; what is no number is passed
/// over. `to` may be `from`.
template <bool kMagnitudes>
inline void larger_of_pairs(float* to, const float* from, uint64_t count) {
  for (size_t vl; count > 0; count -= vl, to += vl, from += 2 * vl) {
    vl = __riscv_vsetvl_e32m4(count);
    vuint64m8_t pairs = __riscv_vle64_v_u64m8(reinterpret_cast<const uint64_t*>(from), vl);
    if (kMagnitudes) pairs = __riscv_vand_vx_u64m8(pairs, 0x7fffffff7fffffff, vl);
    const vuint32m4_t even = __riscv_vnsrl_wx_u32m4(pairs, 0, vl),
                      odd = __riscv_vnsrl_wx_u32m4(pairs, 32, vl);
    __riscv_vse32_v_f32m4(to,
                          __riscv_vfmax_vv_f32m4(__riscv_vreinterpret_v_u32m4_f32m4(even),
                                                 __riscv_vreinterpret_v_u32m4_f32m4(odd), vl),
                          vl);
  }
}

/// The larger of `largest` and the largest of `values`.
inline float find_largest(const float* values, size_t count, float largest) {
  vfloat32m1_t running = __riscv_vfmv_s_f_f32m1(largest, 1);
  for (size_t vl; count > 0; count -= vl, values += vl) {
    vl = __riscv_vsetvl_e32m8(count);
    running = __riscv_vfredmax_vs_f32m8_f32m1(__riscv_vle32_v_f32m8(values, vl), running, vl);
  }
  return __riscv_vfmv_f_s_f32m1_f32(running);
}

/// to[i] += from[i].
inline void add_to(float* to, const float* from, size_t count) {
  for (size_t vl; count > 0; count -= vl, to += vl, from += vl) {
    vl = __riscv_vsetvl_e32m8(count);
    const vfloat32m8_t sum =
        __riscv_vfadd_vv_f32m8(__riscv_vle32_v_f32m8(to, vl), __riscv_vle32_v_f32m8(from, vl), vl);
    __riscv_vse32_v_f32m8(to, sum, vl);
  }
}

/// to[i] += from[i] * factor, product and sum rounded.
inline void add_scaled(float* to, const float* from, float factor, size_t count) {
  for (size_t vl; count > 0; count -= vl, to += vl, from += vl) {
    vl = __riscv_vsetvl_e32m8(count);
    const vfloat32m8_t scaled = __riscv_vfmul_vf_f32m8(__riscv_vle32_v_f32m8(from, vl), factor, vl);
    __riscv_vse32_v_f32m8(to, __riscv_vfadd_vv_f32m8(__riscv_vle32_v_f32m8(to, vl), scaled, vl), vl);
  }
}

/// data[i] *= factor.
inline void scale(float* data, float factor, size_t count) {
  for (size_t vl; count > 0; count -= vl, data += vl) {
    vl = __riscv_vsetvl_e32m8(count);
    __riscv_vse32_v_f32m8(data, __riscv_vfmul_vf_f32m8(__riscv_vle32_v_f32m8(data, vl), factor, vl), vl);
  }
}

/// Widens fp16 to fp32, exactly.
inline void widen_fp16(float* to, const _Float16* from, size_t count) {
  for (size_t vl; count > 0; count -= vl, to += vl, from += vl) {
    vl = __riscv_vsetvl_e16m4(count);
    __riscv_vse32_v_f32m8(to, __riscv_vfwcvt_f_f_v_f32m8(__riscv_vle16_v_f16m4(from, vl), vl), vl);
  }
}

/// Narrows fp32 to fp16, to nearest even.
inline void narrow_to_fp16(_Float16* to, const float* from, size_t count) {
  for (size_t vl; count > 0; count -= vl, to += vl, from += vl) {
    vl = __riscv_vsetvl_e32m8(count);
    __riscv_vse16_v_f16m4(to, __riscv_vfncvt_f_f_w_f16m4(__riscv_vle32_v_f32m8(from, vl), vl), vl);
  }
}

}  // namespace areia::kernels
