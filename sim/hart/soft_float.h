// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Floating-point arithmetic in integers, exact to the bit with flags, in every rounding mode, for any
// IEEE 754 binary format up to double. The reference of the fast paths, and what runs where they cannot.
//
// An operation unpacks its operands to sign, exponent and a 64-bit significand, computes exactly or with a
// sticky lowest bit ("jamming": a set bit stands for anything lost below), and rounds once.
// NaN results are canonical; tininess is detected after rounding, as RISC-V demands.
// Conversions, comparisons and the like are in soft_convert.h.
#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

#include "sim/hart/float_environment.h"
#include "sim/hart/integer.h"

namespace areia::sim::soft {

/// A binary interchange format.
template <typename BitsType, int kExponent, int kFraction>
struct Format {
  using Bits = BitsType;
  static constexpr int kExponentBits = kExponent, kFractionBits = kFraction;
  static constexpr int kBias = (1 << (kExponent - 1)) - 1;
  static constexpr int kMaxExponent = (1 << kExponent) - 1;  ///< biased: of infinities and NaN
  static constexpr Bits kSign = static_cast<Bits>(Bits{1} << (kExponent + kFraction));
  static constexpr Bits kInfinity = static_cast<Bits>(Bits{kMaxExponent} << kFraction);
  static constexpr Bits kQuiet = static_cast<Bits>(Bits{1} << (kFraction - 1));
  static constexpr Bits kCanonicalNan = kInfinity | kQuiet;
  static constexpr Bits kFractionMask = static_cast<Bits>((Bits{1} << kFraction) - 1);
};
using Half = Format<std::uint16_t, 5, 10>;
using Bfloat16 = Format<std::uint16_t, 8, 7>;
using Single = Format<std::uint32_t, 8, 23>;
using Double = Format<std::uint64_t, 11, 52>;

/// The mode of an operation and the flags that operations raise.
struct Context {
  Rounding rounding = Rounding::kNearestEven;
  unsigned flags = 0;  ///< FloatFlag bits, accumulated
};

template <typename F>
constexpr bool is_nan(typename F::Bits bits) {
  return static_cast<typename F::Bits>(bits & ~F::kSign) > F::kInfinity;
}
template <typename F>
constexpr bool is_signaling(typename F::Bits bits) {
  return is_nan<F>(bits) && (bits & F::kQuiet) == 0;
}
template <typename F>
constexpr bool is_negative(typename F::Bits bits) {
  return (bits & F::kSign) != 0;
}
/// `bits`, or the canonical NaN for any NaN; without branches.
template <typename F>
constexpr typename F::Bits canonical(typename F::Bits bits) {
  return is_nan<F>(bits) ? F::kCanonicalNan : bits;
}

/// A number taken apart: (-1)^sign * significand / 2^63 * 2^exponent; finite non-zero ones are normalised,
/// their significand's bit 63 is set. Bit 0 may be sticky in a result that is still to be rounded.
struct Unpacked {
  enum class Kind : std::uint8_t { kZero, kFinite, kInfinity, kNan } kind = Kind::kZero;
  bool sign = false;
  int exponent = 0;
  std::uint64_t significand = 0;

  bool is_zero() const { return kind == Kind::kZero; }
  bool is_infinity() const { return kind == Kind::kInfinity; }
  bool is_nan() const { return kind == Kind::kNan; }
};

template <typename F>
Unpacked unpack(typename F::Bits bits) {
  using Kind = Unpacked::Kind;
  Unpacked value;
  value.sign = is_negative<F>(bits);
  const int biased = static_cast<int>(bits >> F::kFractionBits) & F::kMaxExponent;
  const std::uint64_t fraction = bits & F::kFractionMask;
  if (biased == F::kMaxExponent) {
    value.kind = fraction == 0 ? Kind::kInfinity : Kind::kNan;
  } else if (biased != 0) {
    value.kind = Kind::kFinite;
    value.exponent = biased - F::kBias;
    value.significand = std::uint64_t{1} << 63 | fraction << (63 - F::kFractionBits);
  } else if (fraction != 0) {  // subnormal: fraction * 2^(1 - bias - fraction bits)
    const int shift = std::countl_zero(fraction);
    value.kind = Kind::kFinite;
    value.exponent = 1 - F::kBias - F::kFractionBits + 63 - shift;
    value.significand = fraction << shift;
  }
  return value;
}

/// Shifts right; whatever falls off leaves the lowest bit set.
template <typename T>
constexpr T shift_right_jam(T value, int count) {
  constexpr int kWidth = sizeof(T) * 8;
  if (count <= 0) return value;
  if (count >= kWidth) return value != 0;
  return static_cast<T>(value >> count | ((value << (kWidth - count)) != 0));
}

/// Whether rounding adds one to the last place kept, given the first bit dropped and whether any below is
/// set.
inline bool rounds_up(Rounding rounding, bool sign, bool odd, bool half, bool sticky) {
  switch (rounding) {
    case Rounding::kNearestEven:
      return half && (sticky || odd);
    case Rounding::kNearestMaxMagnitude:
      return half;
    case Rounding::kTowardZero:
      return false;
    case Rounding::kDown:
      return sign && (half || sticky);
    case Rounding::kUp:
      return !sign && (half || sticky);
    case Rounding::kToOdd:
      return !odd && (half || sticky);
  }
  return false;
}

/// significand >> count, rounded. `inexact` tells whether anything was lost. count: 1 to 63.
inline std::uint64_t round_shift(std::uint64_t significand, int count, bool sign, Rounding rounding,
                                 bool& inexact) {
  const std::uint64_t kept = significand >> count;
  const std::uint64_t lost = significand << (64 - count);
  const bool half = lost >> 63 != 0, sticky = lost << 1 != 0;
  inexact = lost != 0;
  return kept + rounds_up(rounding, sign, (kept & 1) != 0, half, sticky);
}

template <typename F>
typename F::Bits signed_bits(bool sign, std::uint64_t magnitude) {
  return static_cast<typename F::Bits>((sign ? F::kSign : typename F::Bits{0}) | magnitude);
}
template <typename F>
typename F::Bits zero(bool sign) {
  return signed_bits<F>(sign, 0);
}
template <typename F>
typename F::Bits infinity(bool sign) {
  return signed_bits<F>(sign, F::kInfinity);
}
/// The result of an invalid operation.
template <typename F>
typename F::Bits invalid(Context& context) {
  context.flags |= kInvalid;
  return F::kCanonicalNan;
}

template <typename F>
typename F::Bits overflow(bool sign, Context& context) {
  context.flags |= kOverflow | kInexact;
  const Rounding rounding = context.rounding;
  const bool to_infinity = rounding == Rounding::kNearestEven || rounding == Rounding::kNearestMaxMagnitude ||
                           rounding == (sign ? Rounding::kDown : Rounding::kUp);
  return signed_bits<F>(sign, to_infinity ? F::kInfinity : F::kInfinity - 1u);
}

/// Rounds a finite non-zero value, normalised, to the format.
template <typename F>
typename F::Bits round_pack(bool sign, int exponent, std::uint64_t significand, Context& context) {
  constexpr int kDropped = 63 - F::kFractionBits;
  const int biased = exponent + F::kBias;
  bool inexact = false;
  if (biased >= F::kMaxExponent) return overflow<F>(sign, context);
  if (biased < 1) {
    // Tiny unless rounding to full precision, with an unbounded exponent, reaches the smallest normal number.
    bool ignored = false;
    const std::uint64_t full = round_shift(significand, kDropped, sign, context.rounding, ignored);
    const bool tiny = biased < 0 || full >> (F::kFractionBits + 1) == 0;
    const std::uint64_t shifted = shift_right_jam(significand, 1 - biased);
    const std::uint64_t rounded = round_shift(shifted, kDropped, sign, context.rounding, inexact);
    if (inexact) context.flags |= tiny ? kInexact | kUnderflow : kInexact;
    return signed_bits<F>(sign, rounded);
  }
  const std::uint64_t rounded = round_shift(significand, kDropped, sign, context.rounding, inexact);
  // The leading one adds to the exponent field, and so does a carry out of the fraction.
  const std::uint64_t magnitude = (static_cast<std::uint64_t>(biased - 1) << F::kFractionBits) + rounded;
  if (magnitude >= F::kInfinity) return overflow<F>(sign, context);
  if (inexact) context.flags |= kInexact;
  return signed_bits<F>(sign, magnitude);
}

/// Rounds significand / 2^127 * 2^exponent, a non-zero value that need not be normalised.
template <typename F>
typename F::Bits round_pack_wide(bool sign, int exponent, UnsignedWide significand, Context& context) {
  const auto high = static_cast<std::uint64_t>(significand >> 64),
             low = static_cast<std::uint64_t>(significand);
  const int shift = high != 0 ? std::countl_zero(high) : 64 + std::countl_zero(low);
  significand <<= shift;
  const auto top = static_cast<std::uint64_t>(significand >> 64);
  return round_pack<F>(sign, exponent - shift, top | (static_cast<std::uint64_t>(significand) != 0), context);
}

/// Notes signaling NaN among the operands; true if any operand is a NaN.
template <typename F, typename... Operand>
bool has_nan(Context& context, Operand... operand) {
  if ((is_signaling<F>(operand) || ...)) context.flags |= kInvalid;
  return (is_nan<F>(operand) || ...);
}

/// A term of a sum: significand / 2^127 * 2^exponent, at most bit 125 set; the lowest bits are zero, so that
/// one jammed bit below never reaches the rounding.
struct Term {
  bool sign = false;
  int exponent = 0;
  UnsignedWide significand = 0;
};

/// Adds two terms, at least one not zero, and rounds.
template <typename F>
typename F::Bits add_terms(Term a, Term b, Context& context) {
  if (b.significand == 0) return round_pack_wide<F>(a.sign, a.exponent, a.significand, context);
  if (a.significand == 0) return round_pack_wide<F>(b.sign, b.exponent, b.significand, context);
  const int exponent = a.exponent > b.exponent ? a.exponent : b.exponent;
  a.significand = shift_right_jam(a.significand, exponent - a.exponent);
  b.significand = shift_right_jam(b.significand, exponent - b.exponent);
  if (a.sign == b.sign) return round_pack_wide<F>(a.sign, exponent, a.significand + b.significand, context);
  if (a.significand == b.significand) return zero<F>(context.rounding == Rounding::kDown);
  const bool larger = a.significand > b.significand;
  return round_pack_wide<F>(larger ? a.sign : b.sign, exponent,
                            larger ? a.significand - b.significand : b.significand - a.significand, context);
}

inline Term term(const Unpacked& value) {
  return {value.sign, value.exponent + 2, static_cast<UnsignedWide>(value.significand) << 62};
}

template <typename F>
typename F::Bits add(typename F::Bits left, typename F::Bits right, Context& context) {
  if (has_nan<F>(context, left, right)) return F::kCanonicalNan;
  const Unpacked a = unpack<F>(left), b = unpack<F>(right);
  if (a.is_infinity() || b.is_infinity()) {
    if (a.is_infinity() && b.is_infinity() && a.sign != b.sign) return invalid<F>(context);
    return infinity<F>(a.is_infinity() ? a.sign : b.sign);
  }
  if (a.is_zero() && b.is_zero()) {
    return zero<F>(a.sign == b.sign ? a.sign : context.rounding == Rounding::kDown);
  }
  return add_terms<F>(term(a), term(b), context);
}

template <typename F>
typename F::Bits subtract(typename F::Bits left, typename F::Bits right, Context& context) {
  // The sign of a NaN has no meaning, so it may flip.
  return add<F>(left, static_cast<typename F::Bits>(right ^ F::kSign), context);
}

template <typename F>
typename F::Bits multiply(typename F::Bits left, typename F::Bits right, Context& context) {
  if (has_nan<F>(context, left, right)) return F::kCanonicalNan;
  const Unpacked a = unpack<F>(left), b = unpack<F>(right);
  const bool sign = a.sign != b.sign;
  if ((a.is_infinity() && b.is_zero()) || (a.is_zero() && b.is_infinity())) return invalid<F>(context);
  if (a.is_infinity() || b.is_infinity()) return infinity<F>(sign);
  if (a.is_zero() || b.is_zero()) return zero<F>(sign);
  return round_pack_wide<F>(sign, a.exponent + b.exponent + 1,
                            static_cast<UnsignedWide>(a.significand) * b.significand, context);
}

/// left * right + addend, rounded once. Infinity times zero is invalid also where the addend is a quiet NaN.
template <typename F>
typename F::Bits multiply_add(typename F::Bits left, typename F::Bits right, typename F::Bits addend,
                              Context& context) {
  const bool any_nan = has_nan<F>(context, left, right, addend);
  const Unpacked a = unpack<F>(left), b = unpack<F>(right), c = unpack<F>(addend);
  if ((a.is_infinity() && b.is_zero()) || (a.is_zero() && b.is_infinity())) return invalid<F>(context);
  if (any_nan) return F::kCanonicalNan;
  const bool sign = a.sign != b.sign;
  if (a.is_infinity() || b.is_infinity()) {
    return c.is_infinity() && c.sign != sign ? invalid<F>(context) : infinity<F>(sign);
  }
  if (c.is_infinity()) return infinity<F>(c.sign);
  if (a.is_zero() || b.is_zero()) {
    if (c.is_zero()) return zero<F>(sign == c.sign ? sign : context.rounding == Rounding::kDown);
    return addend;
  }
  // Significands have 53 bits at most, so the product's lowest 22 bits are zero and the shift loses nothing.
  const UnsignedWide product = static_cast<UnsignedWide>(a.significand) * b.significand;
  const Term product_term{sign, a.exponent + b.exponent + 3, product >> 2};
  return add_terms<F>(product_term, c.is_zero() ? Term{} : term(c), context);
}

template <typename F>
typename F::Bits divide(typename F::Bits left, typename F::Bits right, Context& context) {
  if (has_nan<F>(context, left, right)) return F::kCanonicalNan;
  const Unpacked a = unpack<F>(left), b = unpack<F>(right);
  const bool sign = a.sign != b.sign;
  if ((a.is_infinity() && b.is_infinity()) || (a.is_zero() && b.is_zero())) return invalid<F>(context);
  if (a.is_infinity()) return infinity<F>(sign);
  if (b.is_zero()) {
    context.flags |= kDivideByZero;
    return infinity<F>(sign);
  }
  if (a.is_zero() || b.is_infinity()) return zero<F>(sign);
  // A quotient of 64 bits, the highest set.
  const bool less = a.significand < b.significand;
  const UnsignedWide numerator = static_cast<UnsignedWide>(a.significand) << (less ? 64 : 63);
  const auto quotient = static_cast<std::uint64_t>(numerator / b.significand);
  const bool sticky = numerator % b.significand != 0;
  return round_pack<F>(sign, a.exponent - b.exponent - less, quotient | sticky, context);
}

/// The integer square root of a value of 2^126 at least, rounded down; `exact` tells whether it is the root.
inline std::uint64_t integer_root(UnsignedWide value, bool& exact) {
  std::uint64_t root = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 63; bit != 0; bit >>= 1) {
    const std::uint64_t candidate = root | bit;
    if (static_cast<UnsignedWide>(candidate) * candidate <= value) root = candidate;
  }
  exact = static_cast<UnsignedWide>(root) * root == value;
  return root;
}

template <typename F>
typename F::Bits square_root(typename F::Bits operand, Context& context) {
  if (has_nan<F>(context, operand)) return F::kCanonicalNan;
  const Unpacked a = unpack<F>(operand);
  if (a.is_zero()) return operand;
  if (a.sign) return invalid<F>(context);
  if (a.is_infinity()) return operand;
  const int odd = a.exponent & 1;
  bool exact = false;
  const std::uint64_t root = integer_root(static_cast<UnsignedWide>(a.significand) << (63 + odd), exact);
  return round_pack<F>(false, (a.exponent - odd) / 2, root | !exact, context);
}

}  // namespace areia::sim::soft
