// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Conversions between fp32 and the small floating-point formats: exact to fp32, and from fp32 with one
// rounding to nearest even. All rounding is in integer arithmetic: the host's rounding mode takes no part.
// Plain C++ without library dependencies: device code includes this header too.
//
// Every NaN that comes out is the canonical one: sign clear, only the quiet bit of the mantissa set
// (E4M3: its only NaN, 0x7f). Layouts: IEEE 754-2008 (fp16), OCP 8-bit Floating Point Specification 1.0
// (E4M3, E5M2), OCP Microscaling Formats Specification 1.0 (E2M1, E8M0).
#pragma once

#include <cstdint>

namespace areia::num {

inline constexpr std::uint32_t kCanonicalNan = 0x7fc0'0000;  ///< fp32, as RISC-V defines it

constexpr std::uint32_t fp32_bits(float value) { return __builtin_bit_cast(std::uint32_t, value); }
constexpr float fp32_from_bits(std::uint32_t bits) { return __builtin_bit_cast(float, bits); }
constexpr bool is_nan_bits(std::uint32_t bits) { return (bits & 0x7fff'ffff) > 0x7f80'0000; }

/// A binary floating-point format of at most 16 bits: a sign, exponent and mantissa fields, subnormals.
struct SmallFloat {
  unsigned exponent_bits = 0;
  unsigned mantissa_bits = 0;
  /// Magnitudes above this code are infinity or NaN (as IEEE) or do not exist (E2M1).
  std::uint32_t largest_finite = 0;
  std::uint32_t infinity = 0;  ///< code of +infinity, or of the NaN where the format has none
  std::uint32_t nan = 0;       ///< code of the canonical NaN

  constexpr int bias() const { return (1 << (exponent_bits - 1)) - 1; }
  constexpr std::uint32_t sign_bit() const { return 1u << (exponent_bits + mantissa_bits); }
};

inline constexpr SmallFloat kFp16Layout{5, 10, 0x7bff, 0x7c00, 0x7e00};
inline constexpr SmallFloat kBf16Layout{8, 7, 0x7f7f, 0x7f80, 0x7fc0};
inline constexpr SmallFloat kE4M3Layout{4, 3, 0x7e, 0x7f, 0x7f};
inline constexpr SmallFloat kE5M2Layout{5, 2, 0x7b, 0x7c, 0x7e};

/// The fp32 value of `code`, exactly. Written without branches, so that loops over it vectorise.
constexpr float widen(const SmallFloat& format, std::uint32_t code) {
  const std::uint32_t magnitude = code & (format.sign_bit() - 1);
  const std::uint32_t sign = (code & format.sign_bit()) != 0 ? 0x8000'0000 : 0;
  const std::uint32_t rebias = static_cast<std::uint32_t>(127 - format.bias()) << 23;
  const std::uint32_t normal = (magnitude << (23 - format.mantissa_bits)) + rebias;
  // A subnormal is a small integer times 2^(1 - bias - mantissa bits), all exact in fp32.
  const std::uint32_t unit_exponent = rebias - (format.mantissa_bits << 23) + (1u << 23);
  const float product =
      static_cast<float>(static_cast<std::int32_t>(magnitude)) * fp32_from_bits(unit_exponent);
  const bool subnormal = magnitude >> format.mantissa_bits == 0 && rebias != 0;
  const std::uint32_t finite = sign | (subnormal ? fp32_bits(product) : normal);
  const bool infinite = magnitude == format.infinity && format.infinity != format.nan;
  const std::uint32_t special = infinite ? sign | 0x7f80'0000 : kCanonicalNan;
  return fp32_from_bits(magnitude > format.largest_finite ? special : finite);
}

/// The code nearest to `value`, ties to even; beyond the largest finite value after rounding: infinity, or
/// NaN in a format without one. Written without branches, so that loops over it vectorise.
constexpr std::uint32_t narrow(const SmallFloat& format, float value) {
  const std::uint32_t bits = fp32_bits(value), magnitude = bits & 0x7fff'ffff;
  const std::int32_t field = static_cast<std::int32_t>(magnitude >> 23);
  const std::uint32_t significand = (magnitude & 0x7f'ffff) | (field != 0 ? 0x80'0000u : 0u);
  // The exponent field in the format; at most 0 where the value is subnormal there: it loses more bits.
  const std::int32_t exponent = (field != 0 ? field : 1) - 127 + format.bias();
  const std::int32_t below = exponent < 1 ? 1 - exponent : 0;
  const std::int32_t wanted = 23 - static_cast<std::int32_t>(format.mantissa_bits) + below;
  const std::int32_t shift = wanted < 31 ? wanted : 31;
  const std::uint32_t even = significand >> shift & 1;
  const std::uint32_t rounded = (significand + (1u << (shift - 1)) - 1 + even) >> shift;
  // The hidden bit counts one in the exponent field, and a carry out of the mantissa one more.
  const std::uint32_t code =
      rounded + (static_cast<std::uint32_t>(exponent + below - 1) << format.mantissa_bits);
  const std::uint32_t sign = (bits >> 31) != 0 ? format.sign_bit() : 0;
  const std::uint32_t overflow = format.infinity == format.nan ? format.nan : sign | format.infinity;
  const std::uint32_t number = code > format.largest_finite ? overflow : sign | code;
  return is_nan_bits(bits) ? format.nan : number;
}

constexpr float fp16_to_fp32(std::uint16_t code) { return widen(kFp16Layout, code); }
constexpr float bf16_to_fp32(std::uint16_t code) { return widen(kBf16Layout, code); }
constexpr float e4m3_to_fp32(std::uint8_t code) { return widen(kE4M3Layout, code); }
constexpr float e5m2_to_fp32(std::uint8_t code) { return widen(kE5M2Layout, code); }

constexpr std::uint16_t fp32_to_fp16(float value) {
  return static_cast<std::uint16_t>(narrow(kFp16Layout, value));
}
constexpr std::uint16_t fp32_to_bf16(float value) {
  return static_cast<std::uint16_t>(narrow(kBf16Layout, value));
}
constexpr std::uint8_t fp32_to_e4m3(float value) {
  return static_cast<std::uint8_t>(narrow(kE4M3Layout, value));
}
constexpr std::uint8_t fp32_to_e5m2(float value) {
  return static_cast<std::uint8_t>(narrow(kE5M2Layout, value));
}

/// Twice the value of an E2M1 code (bit 3 the sign): an integer, so that products of fp4 are integers too.
inline constexpr std::int8_t kE2M1Doubled[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

/// The value of an E2M1 code in the low four bits; bit 3 is the sign.
constexpr float e2m1_to_fp32(std::uint8_t code) {
  const float magnitude = static_cast<float>(kE2M1Doubled[code & 7]) * 0.5f;
  return (code & 8) != 0 ? -magnitude : magnitude;
}

/// The value 2^(code - 127) of an E8M0 scale; 0xff is NaN, and code 0 a subnormal fp32.
constexpr float e8m0_to_fp32(std::uint8_t code) {
  if (code == 0xff) return fp32_from_bits(kCanonicalNan);
  return fp32_from_bits(code == 0 ? 0x0040'0000u : static_cast<std::uint32_t>(code) << 23);
}

}  // namespace areia::num
