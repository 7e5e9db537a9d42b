// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Host kernels from floating point to integers, in AVX-512 where there is it; null elsewhere.
//
// RISC-V saturates, and takes NaN as positive infinity; x86 gives one fixed value for all that does not fit.
// Both then raise invalid alone. What overflows only the narrower integer of a narrowing conversion is taken
// out before converting, so that it is not inexact to the host. Lanes beyond the end are zero: no flags.
#pragma once

#include "sim/vector/float_kernels.h"

#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512BW__) && defined(__AVX512VL__)
#include <immintrin.h>
#define AREIA_CONVERT_KERNEL(kernel) (kernel)
#else
#define AREIA_CONVERT_KERNEL(kernel) nullptr
#endif
#if defined(__AVX512FP16__)
#define AREIA_CONVERT_HALF_KERNEL(kernel) (kernel)
#else
#define AREIA_CONVERT_HALF_KERNEL(kernel) nullptr
#endif

namespace areia::sim::rvv {

/// d[i] = converted a[i]; returns flags beyond those that the host's unit has gathered.
using ConvertKernel = unsigned (*)(Byte* d, const Byte* a, std::size_t count);

#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512BW__) && defined(__AVX512VL__)

/// Lanes that are left, of `lanes`.
inline std::uint32_t lane_mask(std::size_t left, unsigned lanes) {
  return left >= lanes ? static_cast<std::uint32_t>((std::uint64_t{1} << lanes) - 1)
                       : static_cast<std::uint32_t>((std::uint64_t{1} << left) - 1);
}

/// `towards_zero`: not as MXCSR rounds.
template <bool is_signed, bool towards_zero>
unsigned single_to_int32(Byte* d, const Byte* a, std::size_t count) {
  for (std::size_t i = 0; i < count; i += 16) {
    const auto lanes = static_cast<__mmask16>(lane_mask(count - i, 16));
    const __m512 x = _mm512_maskz_loadu_ps(lanes, a + 4 * i);
    __m512i r;
    if constexpr (is_signed) {
      r = towards_zero ? _mm512_cvttps_epi32(x) : _mm512_cvtps_epi32(x);
      const __mmask16 high = _mm512_cmp_ps_mask(x, _mm512_set1_ps(0x1p31f), _CMP_NLT_UQ);
      r = _mm512_mask_mov_epi32(r, high, _mm512_set1_epi32(0x7fffffff));
    } else {
      r = towards_zero ? _mm512_cvttps_epu32(x) : _mm512_cvtps_epu32(x);
      r = _mm512_mask_mov_epi32(r, _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ),
                                _mm512_setzero_si512());
    }
    _mm512_mask_storeu_epi32(d + 4 * i, lanes, r);
  }
  return 0;
}

/// Fixes lanes that do not fit 64 bits: `high` above or NaN, `low` below zero.
template <bool is_signed>
__m512i saturate_int64(__m512i r, __mmask8 high, __mmask8 low) {
  return is_signed ? _mm512_mask_mov_epi64(r, high, _mm512_set1_epi64(0x7fffffffffffffff))
                   : _mm512_mask_mov_epi64(r, low, _mm512_setzero_si512());
}

template <bool is_signed, bool towards_zero>
unsigned double_to_int64(Byte* d, const Byte* a, std::size_t count) {
  for (std::size_t i = 0; i < count; i += 8) {
    const auto lanes = static_cast<__mmask8>(lane_mask(count - i, 8));
    const __m512d x = _mm512_maskz_loadu_pd(lanes, a + 8 * i);
    __m512i r;
    if constexpr (is_signed) {
      r = towards_zero ? _mm512_cvttpd_epi64(x) : _mm512_cvtpd_epi64(x);
    } else {
      r = towards_zero ? _mm512_cvttpd_epu64(x) : _mm512_cvtpd_epu64(x);
    }
    r = saturate_int64<is_signed>(r, _mm512_cmp_pd_mask(x, _mm512_set1_pd(0x1p63), _CMP_NLT_UQ),
                                  _mm512_cmp_pd_mask(x, _mm512_setzero_pd(), _CMP_LT_OQ));
    _mm512_mask_storeu_epi64(d + 8 * i, lanes, r);
  }
  return 0;
}

template <bool is_signed, bool towards_zero>
unsigned single_to_int64(Byte* d, const Byte* a, std::size_t count) {
  for (std::size_t i = 0; i < count; i += 8) {
    const auto lanes = static_cast<__mmask8>(lane_mask(count - i, 8));
    const __m256 x = _mm256_maskz_loadu_ps(lanes, a + 4 * i);
    __m512i r;
    if constexpr (is_signed) {
      r = towards_zero ? _mm512_cvttps_epi64(x) : _mm512_cvtps_epi64(x);
    } else {
      r = towards_zero ? _mm512_cvttps_epu64(x) : _mm512_cvtps_epu64(x);
    }
    r = saturate_int64<is_signed>(r, _mm256_cmp_ps_mask(x, _mm256_set1_ps(0x1p63f), _CMP_NLT_UQ),
                                  _mm256_cmp_ps_mask(x, _mm256_setzero_ps(), _CMP_LT_OQ));
    _mm512_mask_storeu_epi64(d + 8 * i, lanes, r);
  }
  return 0;
}

template <bool is_signed, bool towards_zero>
unsigned double_to_int32(Byte* d, const Byte* a, std::size_t count) {
  for (std::size_t i = 0; i < count; i += 8) {
    const auto lanes = static_cast<__mmask8>(lane_mask(count - i, 8));
    const __m512d x = _mm512_maskz_loadu_pd(lanes, a + 8 * i);
    __m256i r;
    if constexpr (is_signed) {
      r = towards_zero ? _mm512_cvttpd_epi32(x) : _mm512_cvtpd_epi32(x);
      // Between 2^31 - 1 and 2^31 the rounding decides; the host has marked what does not fit like the
      // lowest.
      const __mmask8 high = _mm512_cmp_pd_mask(x, _mm512_setzero_pd(), _CMP_NLT_UQ) &
                            _mm256_cmpeq_epi32_mask(r, _mm256_set1_epi32(static_cast<int>(0x80000000)));
      r = _mm256_mask_mov_epi32(r, high, _mm256_set1_epi32(0x7fffffff));
    } else {
      r = towards_zero ? _mm512_cvttpd_epu32(x) : _mm512_cvtpd_epu32(x);
      r = _mm256_mask_mov_epi32(r, _mm512_cmp_pd_mask(x, _mm512_setzero_pd(), _CMP_LT_OQ),
                                _mm256_setzero_si256());
    }
    _mm256_mask_storeu_epi32(d + 4 * i, lanes, r);
  }
  return 0;
}

template <bool is_signed, bool towards_zero>
unsigned single_to_int16(Byte* d, const Byte* a, std::size_t count) {
  constexpr float kLow = is_signed ? -32768.0f : 0.0f, kHigh = is_signed ? 32767.0f : 65535.0f;
  unsigned invalid = 0;
  for (std::size_t i = 0; i < count; i += 16) {
    const auto lanes = static_cast<__mmask16>(lane_mask(count - i, 16));
    const __m512 x = _mm512_maskz_loadu_ps(lanes, a + 4 * i);
    constexpr int kQuietly = _MM_FROUND_NO_EXC;
    const __m512 rounded = towards_zero ? _mm512_roundscale_ps(x, _MM_FROUND_TO_ZERO | kQuietly)
                                        : _mm512_roundscale_ps(x, _MM_FROUND_CUR_DIRECTION | kQuietly);
    const __mmask16 high = _mm512_cmp_ps_mask(rounded, _mm512_set1_ps(kHigh), _CMP_NLE_UQ);
    const __mmask16 low = _mm512_cmp_ps_mask(rounded, _mm512_set1_ps(kLow), _CMP_LT_OQ);
    const __m512 fitting = _mm512_maskz_mov_ps(static_cast<__mmask16>(~(high | low)), x);
    __m512i r = towards_zero ? _mm512_cvttps_epi32(fitting) : _mm512_cvtps_epi32(fitting);
    r = _mm512_mask_mov_epi32(r, high, _mm512_set1_epi32(static_cast<int>(kHigh)));
    r = _mm512_mask_mov_epi32(r, low, _mm512_set1_epi32(static_cast<int>(kLow)));
    _mm256_mask_storeu_epi16(d + 2 * i, lanes, _mm512_cvtepi32_epi16(r));
    invalid |= static_cast<unsigned>(high | low);
  }
  return invalid != 0 ? kInvalid : 0;
}

#endif

#if defined(__AVX512FP16__)

template <bool is_signed, bool towards_zero>
unsigned half_to_int16(Byte* d, const Byte* a, std::size_t count) {
  for (std::size_t i = 0; i < count; i += 32) {
    const __mmask32 lanes = lane_mask(count - i, 32);
    const __m512h x = _mm512_castsi512_ph(_mm512_maskz_loadu_epi16(lanes, a + 2 * i));
    __m512i r;
    if constexpr (is_signed) {
      r = towards_zero ? _mm512_cvttph_epi16(x) : _mm512_cvtph_epi16(x);
      const __mmask32 high = _mm512_cmp_ph_mask(x, _mm512_set1_ph(static_cast<_Float16>(32768)), _CMP_NLT_UQ);
      r = _mm512_mask_mov_epi16(r, high, _mm512_set1_epi16(0x7fff));
    } else {
      r = towards_zero ? _mm512_cvttph_epu16(x) : _mm512_cvtph_epu16(x);
      r = _mm512_mask_mov_epi16(r, _mm512_cmp_ph_mask(x, _mm512_setzero_ph(), _CMP_LT_OQ),
                                _mm512_setzero_si512());
    }
    _mm512_mask_storeu_epi16(d + 2 * i, lanes, r);
  }
  return 0;
}

template <bool is_signed, bool towards_zero>
unsigned half_to_int32(Byte* d, const Byte* a, std::size_t count) {
  for (std::size_t i = 0; i < count; i += 16) {
    const auto lanes = static_cast<__mmask16>(lane_mask(count - i, 16));
    const __m256h x = _mm256_castsi256_ph(_mm256_maskz_loadu_epi16(lanes, a + 2 * i));
    __m512i r;
    if constexpr (is_signed) {
      r = towards_zero ? _mm512_cvttph_epi32(x) : _mm512_cvtph_epi32(x);
      const __mmask16 high = _mm256_cmp_ph_mask(x, _mm256_set1_ph(static_cast<_Float16>(65504)), _CMP_NLE_UQ);
      r = _mm512_mask_mov_epi32(r, high, _mm512_set1_epi32(0x7fffffff));
    } else {
      r = towards_zero ? _mm512_cvttph_epu32(x) : _mm512_cvtph_epu32(x);
      r = _mm512_mask_mov_epi32(r, _mm256_cmp_ph_mask(x, _mm256_setzero_ph(), _CMP_LT_OQ),
                                _mm512_setzero_si512());
    }
    _mm512_mask_storeu_epi32(d + 4 * i, lanes, r);
  }
  return 0;
}

#endif

}  // namespace areia::sim::rvv
