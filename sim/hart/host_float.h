// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Floating-point arithmetic on the host's unit: the fast paths, by format. Everything here rounds as MXCSR
// says and leaves its flags there (float_environment.h). Results are bits with canonical NaN.
// Host<F>::kAvailable is false where the host has no arithmetic of the format: soft_float.h does it then.
#pragma once

#include <bit>

#include "sim/hart/float_environment.h"
#include "sim/hart/soft_float.h"

#if AREIA_HOST_FLOAT
#include <immintrin.h>
#endif

namespace areia::sim {

template <typename F>
struct Host {
  static constexpr bool kAvailable = false, kFused = false;
};

#if AREIA_HOST_FLOAT
#if defined(__FMA__)
inline constexpr bool kHostFused = true;
#else
inline constexpr bool kHostFused = false;
#endif

template <>
struct Host<soft::Single> {
  static constexpr bool kAvailable = true, kFused = kHostFused;
  using Value = float;
  static Value square_root(Value a) { return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(a))); }
  static Value multiply_add(Value a, Value b, Value c) { return __builtin_fmaf(a, b, c); }
};
template <>
struct Host<soft::Double> {
  static constexpr bool kAvailable = true, kFused = kHostFused;
  using Value = double;
  static Value square_root(Value a) { return _mm_cvtsd_f64(_mm_sqrt_pd(_mm_set1_pd(a))); }
  static Value multiply_add(Value a, Value b, Value c) { return __builtin_fma(a, b, c); }
};
#if defined(__AVX512FP16__)
template <>
struct Host<soft::Half> {
  static constexpr bool kAvailable = true, kFused = true;
  using Value = _Float16;
  static Value square_root(Value a) {
    const __m128h operand = _mm_set_sh(a);
    return _mm_cvtsh_h(_mm_sqrt_sh(operand, operand));
  }
  static Value multiply_add(Value a, Value b, Value c) {
    return _mm_cvtsh_h(_mm_fmadd_sh(_mm_set_sh(a), _mm_set_sh(b), _mm_set_sh(c)));
  }
};
#endif
#endif  // AREIA_HOST_FLOAT

/// The host's number with these bits.
template <typename F>
typename Host<F>::Value host_value(typename F::Bits bits) {
  return std::bit_cast<typename Host<F>::Value>(bits);
}
/// A result's bits.
template <typename F>
typename F::Bits host_result(typename Host<F>::Value value) {
  return soft::canonical<F>(std::bit_cast<typename F::Bits>(value));
}

}  // namespace areia::sim
