// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Conversions against independent arithmetic: every code's value from the formats' definition in long
// double, and every rounding boundary of every format. Rounding is monotonic, so codes, midpoints and their
// fp32 neighbours cover all inputs.
#include "spec/num/convert.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace areia::num {
namespace {

struct Case {
  std::string name;
  SmallFloat layout;
  int exponent_bits, mantissa_bits;
  bool has_infinity;
};

std::vector<Case> cases() {
  return {{"fp16", kFp16Layout, 5, 10, true},
          {"bf16", kBf16Layout, 8, 7, true},
          {"e4m3", kE4M3Layout, 4, 3, false},
          {"e5m2", kE5M2Layout, 5, 2, true}};
}

// The value of a non-negative code by the definition: (-1)^s * 2^(e - bias) * (1 + m / 2^bits).
long double value_by_definition(const Case& c, std::uint32_t code) {
  const int bias = (1 << (c.exponent_bits - 1)) - 1;
  const int e = static_cast<int>(code >> c.mantissa_bits);
  const long double fraction =
      std::ldexp(static_cast<long double>(code & ((1u << c.mantissa_bits) - 1)), -c.mantissa_bits);
  const long double infinity = std::numeric_limits<long double>::infinity();
  const long double nan = std::numeric_limits<long double>::quiet_NaN();
  const bool top = e == (1 << c.exponent_bits) - 1;
  if (c.has_infinity && top) return fraction == 0 ? infinity : nan;
  if (!c.has_infinity && top && fraction == 1 - std::ldexp(1.0L, -c.mantissa_bits)) return nan;
  return e == 0 ? std::ldexp(fraction, 1 - bias) : std::ldexp(1 + fraction, e - bias);
}

TEST(Convert, EveryCodeWidensToItsValue) {
  for (const Case& c : cases()) {
    const std::uint32_t sign_bit = 1u << (c.exponent_bits + c.mantissa_bits);
    for (std::uint32_t code = 0; code < 2 * sign_bit; ++code) {
      const long double magnitude = value_by_definition(c, code & (sign_bit - 1));
      const float widened = widen(c.layout, code);
      if (std::isnan(magnitude)) {
        ASSERT_EQ(fp32_bits(widened), 0x7fc00000u) << c.name << " " << code;
      } else {
        const long double expected = (code & sign_bit) ? -magnitude : magnitude;
        ASSERT_EQ(static_cast<long double>(widened), expected) << c.name << " " << code;
        ASSERT_EQ(std::signbit(widened), (code & sign_bit) != 0) << c.name << " " << code;
      }
    }
  }
}

TEST(Convert, EveryCodeNarrowsBackToItself) {
  for (const Case& c : cases()) {
    for (std::uint32_t code = 0; code < 2 * c.layout.sign_bit(); ++code) {
      const float widened = widen(c.layout, code);
      ASSERT_EQ(narrow(c.layout, widened), std::isnan(widened) ? c.layout.nan : code)
          << c.name << " " << code;
    }
  }
}

void expect_narrow(const Case& c, float value, std::uint32_t code) {
  ASSERT_EQ(narrow(c.layout, value), code) << c.name << " " << value;
  const bool nan = code == c.layout.nan;
  ASSERT_EQ(narrow(c.layout, -value), nan ? code : code | c.layout.sign_bit()) << c.name << " -" << value;
}

TEST(Convert, RoundsToNearestEvenAtEveryBoundary) {
  for (const Case& c : cases()) {
    for (std::uint32_t code = 0; code <= c.layout.largest_finite; ++code) {
      const long double low = value_by_definition(c, code);
      // Beyond the largest finite value the boundary lies where the next value would stand.
      const long double step = code == 0 ? value_by_definition(c, 1) : low - value_by_definition(c, code - 1);
      const bool last = code == c.layout.largest_finite;
      const long double high = last ? low + step : value_by_definition(c, code + 1);
      const float middle = static_cast<float>((low + high) / 2);
      ASSERT_EQ(static_cast<long double>(middle), (low + high) / 2);
      const std::uint32_t above = last ? c.layout.infinity : code + 1;
      expect_narrow(c, middle, code % 2 == 0 ? code : above);
      expect_narrow(c, std::nextafter(middle, 0.0f), code);
      expect_narrow(c, std::nextafter(middle, std::numeric_limits<float>::infinity()), above);
    }
  }
}

TEST(Convert, ExtremesOfFp32) {
  for (const Case& c : cases()) {
    expect_narrow(c, std::numeric_limits<float>::infinity(), c.layout.infinity);
    expect_narrow(c, std::numeric_limits<float>::max(), c.layout.infinity);
    if (c.name != "bf16") expect_narrow(c, std::numeric_limits<float>::denorm_min(), 0);
    EXPECT_EQ(narrow(c.layout, fp32_from_bits(0x7f800001)), c.layout.nan);
    EXPECT_EQ(narrow(c.layout, fp32_from_bits(0xffffffff)), c.layout.nan);
  }
}

// The tables of the OCP 8-bit floating point specification 1.0 (section 5).
TEST(Convert, OcpBoundaryValues) {
  EXPECT_EQ(e4m3_to_fp32(0x7e), 448.0f);
  EXPECT_EQ(e4m3_to_fp32(0x08), 0x1p-6f);
  EXPECT_EQ(e4m3_to_fp32(0x07), 0.875f * 0x1p-6f);
  EXPECT_EQ(e4m3_to_fp32(0x01), 0x1p-9f);
  EXPECT_EQ(e5m2_to_fp32(0x7b), 57344.0f);
  EXPECT_EQ(e5m2_to_fp32(0x04), 0x1p-14f);
  EXPECT_EQ(e5m2_to_fp32(0x03), 0.75f * 0x1p-14f);
  EXPECT_EQ(e5m2_to_fp32(0x01), 0x1p-16f);
  EXPECT_EQ(fp32_to_e4m3(464.0f), 0x7e);
  EXPECT_EQ(fp32_to_e4m3(464.0001f), 0x7f);
  EXPECT_EQ(fp32_to_e5m2(61439.0f), 0x7b);
  EXPECT_EQ(fp32_to_e5m2(61440.0f), 0x7c);
  EXPECT_TRUE(std::isinf(e5m2_to_fp32(0xfc)));
  EXPECT_EQ(fp32_bits(e4m3_to_fp32(0xff)), kCanonicalNan);
}

// OCP Microscaling Formats specification 1.0: E2M1 (table 5) and E8M0.
TEST(Convert, Fp4AndScales) {
  const float fp4[8] = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
  for (std::uint8_t code = 0; code < 16; ++code) {
    EXPECT_EQ(e2m1_to_fp32(code), code < 8 ? fp4[code] : -fp4[code - 8]);
    EXPECT_EQ(std::signbit(e2m1_to_fp32(code)), code >= 8);
    EXPECT_EQ(static_cast<float>(kE2M1Doubled[code]), 2 * e2m1_to_fp32(code));
  }
  for (int code = 0; code < 255; ++code) {
    EXPECT_EQ(e8m0_to_fp32(static_cast<std::uint8_t>(code)), std::ldexp(1.0f, code - 127));
  }
  EXPECT_EQ(fp32_bits(e8m0_to_fp32(0xff)), kCanonicalNan);
}

static_assert(fp32_to_fp16(1.0f) == 0x3c00 && fp16_to_fp32(0x0001) == 0x1p-24f, "usable at compile time");

}  // namespace
}  // namespace areia::num
