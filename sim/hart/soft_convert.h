// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Floating-point in integers, second part: conversions, comparisons, minimum and maximum, classification.
#pragma once

#include <limits>

#include "sim/hart/soft_float.h"

namespace areia::sim::soft {

/// From one format to another.
template <typename To, typename From>
typename To::Bits convert(typename From::Bits operand, Context& context) {
  if (has_nan<From>(context, operand)) return To::kCanonicalNan;
  const Unpacked a = unpack<From>(operand);
  if (a.is_infinity()) return infinity<To>(a.sign);
  if (a.is_zero()) return zero<To>(a.sign);
  return round_pack<To>(a.sign, a.exponent, a.significand, context);
}

/// From an integer of up to 64 bits.
template <typename F, typename Integer>
typename F::Bits from_integer(Integer value, Context& context) {
  if (value == 0) return zero<F>(false);
  const bool sign = std::is_signed_v<Integer> && value < 0;
  const auto wide = static_cast<std::uint64_t>(value);
  const std::uint64_t magnitude = sign ? std::uint64_t{0} - wide : wide;
  const int shift = std::countl_zero(magnitude);
  // A 64-bit significand has no room for a sticky bit and needs none.
  return round_pack<F>(sign, 63 - shift, magnitude << shift, context);
}

/// The magnitude of a finite value as an integer, rounded; UINT64_MAX with `too_large` from 2^64 on.
inline std::uint64_t integer_magnitude(const Unpacked& a, Rounding rounding, bool& inexact, bool& too_large) {
  inexact = too_large = false;
  if (a.is_zero()) return 0;
  if (a.exponent >= 64) {
    too_large = true;
    return std::numeric_limits<std::uint64_t>::max();
  }
  if (a.exponent == 63) return a.significand;
  if (a.exponent >= 0) return round_shift(a.significand, 63 - a.exponent, a.sign, rounding, inexact);
  // Below one: half a place below the units, and the rest jammed.
  const std::uint64_t jammed = shift_right_jam(a.significand, -a.exponent);
  return round_shift(jammed, 63, a.sign, rounding, inexact);
}

/// To an integer type; what does not fit, and NaN, is invalid and gives the nearest limit (NaN: the highest).
template <typename Integer, typename F>
Integer to_integer(typename F::Bits operand, Context& context) {
  using Limits = std::numeric_limits<Integer>;
  const Unpacked a = unpack<F>(operand);
  if (a.is_nan() || a.is_infinity()) {
    context.flags |= kInvalid;
    return a.sign && !a.is_nan() ? Limits::min() : Limits::max();
  }
  bool inexact = false, too_large = false;
  const std::uint64_t magnitude = integer_magnitude(a, context.rounding, inexact, too_large);
  const std::uint64_t limit = a.sign ? std::uint64_t{0} - static_cast<std::uint64_t>(Limits::min())
                                     : static_cast<std::uint64_t>(Limits::max());
  if (too_large || magnitude > limit) {
    context.flags |= kInvalid;
    return a.sign ? Limits::min() : Limits::max();
  }
  if (inexact) context.flags |= kInexact;
  return static_cast<Integer>(a.sign ? std::uint64_t{0} - magnitude : magnitude);
}

/// The order of non-NaN bits as unsigned integers, but that -0 is below +0.
template <typename F>
constexpr typename F::Bits order_key(typename F::Bits bits) {
  return is_negative<F>(bits) ? static_cast<typename F::Bits>(~bits)
                              : static_cast<typename F::Bits>(bits | F::kSign);
}
template <typename F>
constexpr bool both_zero(typename F::Bits left, typename F::Bits right) {
  return static_cast<typename F::Bits>((left | right) & ~F::kSign) == 0;
}

/// Quiet: only signaling NaN are invalid.
template <typename F>
bool equal(typename F::Bits left, typename F::Bits right, Context& context) {
  if (has_nan<F>(context, left, right)) return false;
  return left == right || both_zero<F>(left, right);
}
/// Signaling: any NaN is invalid.
template <typename F>
bool less(typename F::Bits left, typename F::Bits right, Context& context) {
  if (is_nan<F>(left) || is_nan<F>(right)) {
    context.flags |= kInvalid;
    return false;
  }
  return order_key<F>(left) < order_key<F>(right) && !both_zero<F>(left, right);
}
template <typename F>
bool less_equal(typename F::Bits left, typename F::Bits right, Context& context) {
  if (is_nan<F>(left) || is_nan<F>(right)) {
    context.flags |= kInvalid;
    return false;
  }
  return order_key<F>(left) <= order_key<F>(right) || both_zero<F>(left, right);
}

/// minimumNumber and maximumNumber of IEEE 754-2019: a number wins over a NaN, and -0 is below +0.
template <typename F>
typename F::Bits minimum(typename F::Bits left, typename F::Bits right, Context& context) {
  if (has_nan<F>(context, left, right)) {
    return is_nan<F>(left) ? canonical<F>(right) : left;
  }
  return order_key<F>(left) < order_key<F>(right) ? left : right;
}
template <typename F>
typename F::Bits maximum(typename F::Bits left, typename F::Bits right, Context& context) {
  if (has_nan<F>(context, left, right)) {
    return is_nan<F>(left) ? canonical<F>(right) : left;
  }
  return order_key<F>(left) < order_key<F>(right) ? right : left;
}

/// fclass: one bit of ten, from negative infinity (0) to quiet NaN (9).
template <typename F>
std::uint64_t classify(typename F::Bits bits) {
  if (is_nan<F>(bits)) return is_signaling<F>(bits) ? 1u << 8 : 1u << 9;
  const auto magnitude = static_cast<typename F::Bits>(bits & ~F::kSign);
  const unsigned kind = magnitude == F::kInfinity      ? 0u
                        : magnitude > F::kFractionMask ? 1u
                        : magnitude != 0               ? 2u
                                                       : 3u;
  return std::uint64_t{1} << (is_negative<F>(bits) ? kind : 7 - kind);
}

}  // namespace areia::sim::soft
