// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Floating-point conversions against sim/hart/soft_convert.h, and the 7-bit estimates against their error
// bound and the rows of the specification's tables.
#include <cmath>

#include "sim/hart/soft_convert.h"
#include "sim/vector/vector_test.h"

namespace areia::sim {
namespace {

using soft::Bfloat16;
using soft::Context;
using soft::Double;
using soft::Half;
using soft::Single;

class ConvertTest : public VectorTest {
 protected:
  using Formula = std::function<std::uint64_t(std::uint64_t a, Context& context)>;
  /// Floating-point values about the limits of integers and of narrower formats.
  std::uint64_t value(unsigned bits) {
    Context context;
    const double scale = std::ldexp(1.0, static_cast<int>(random() % 140) - 70);
    double number = (static_cast<double>(random() % 4096) / 1024 - 2) * scale;
    static constexpr double kEdges[] = {
        127.5,        128.5,        255.5,        -0.5,          -0.75,       32767.5,     65535.5,
        -32768.5,     2147483647.5, 4294967295.5, -2147483648.5, 0x1p63,      -0x1p63,     0x1p64,
        65519.99,     65520,        0x1p-24,      0x1.8p-25,     0x1.ffcp-15, 0x1.ffep-15, 0x1.fffffep-127,
        0x1.fffp-127, 0x1.ffp-127,  3.4e38,       0x1.ffp127};
    if (random() % 2 == 0) number = std::copysign(1.0, number) * kEdges[random() % std::size(kEdges)];
    const std::uint64_t wide = std::bit_cast<std::uint64_t>(number);
    if (random() % 8 == 0) return random();
    if (bits == 64) return wide;
    return bits == 32 ? soft::convert<Single, Double>(wide, context)
                      : soft::convert<Half, Double>(wide, context);
  }
  /// `opcode` at SEW `sew` (the narrower width) from elements of `from` bits to elements of `to`.
  void check(Opcode opcode, unsigned sew, unsigned from, unsigned to, bool from_float, const Formula& formula,
             bool odd = false) {
    for (unsigned round = 0; round < 40; ++round) {
      const unsigned frm = round % 5;
      const VectorSetting setting{512, sew, 2, 512 / sew * 4 - round % 7, round % 3 == 1};
      prepare(setting);
      for (std::size_t k = 0; from_float && k < setting.vl; ++k) {
        const std::uint64_t element = value(from);
        std::memcpy(hart_->vector.reg(kVs2) + k * from / 8, &element, from / 8);
      }
      hart_->floats.set_frm(static_cast<std::uint8_t>(frm));
      Context context{odd ? Rounding::kToOdd : static_cast<Rounding>(frm)};
      Expected wanted = expected();
      for (std::size_t k = 0; k < setting.vl; ++k) {
        if (is_active(setting, k)) wanted.set(kVd, k, to, formula(element(kVs2, k, from), context));
      }
      execute(opcode, operands(setting, 0));
      ASSERT_TRUE(registers_are(wanted, opcode, setting)) << "frm " << frm;
      ASSERT_EQ(unsigned{hart_->floats.fflags()}, context.flags)
          << isa::instruction_info(opcode).mnemonic << " SEW " << sew << " frm " << frm;
    }
  }
  template <typename F, typename Integer>
  void to_integer(Opcode opcode, Opcode towards_zero) {
    constexpr unsigned kFrom = sizeof(typename F::Bits) * 8, kTo = sizeof(Integer) * 8;
    const Formula formula = [](std::uint64_t a, Context& context) {
      return static_cast<std::uint64_t>(
          soft::to_integer<Integer, F>(static_cast<typename F::Bits>(a), context));
    };
    check(opcode, std::min(kFrom, kTo), kFrom, kTo, true, formula);
    check(towards_zero, std::min(kFrom, kTo), kFrom, kTo, true, [&](std::uint64_t a, Context& context) {
      Context truncating{Rounding::kTowardZero};
      const std::uint64_t result = formula(a, truncating);
      context.flags |= truncating.flags;
      return result;
    });
  }
  template <typename F, typename Integer>
  void from_integer(Opcode opcode) {
    constexpr unsigned kFrom = sizeof(Integer) * 8, kTo = sizeof(typename F::Bits) * 8;
    check(opcode, std::min(kFrom, kTo), kFrom, kTo, false, [](std::uint64_t a, Context& context) {
      return std::uint64_t{soft::from_integer<F>(static_cast<Integer>(a), context)};
    });
  }
  template <typename To, typename From>
  void between(Opcode opcode, bool odd = false) {
    constexpr unsigned kFrom = sizeof(typename From::Bits) * 8, kTo = sizeof(typename To::Bits) * 8;
    check(
        opcode, std::min(kFrom, kTo), kFrom, kTo, true,
        [](std::uint64_t a, Context& context) {
          return std::uint64_t{soft::convert<To, From>(static_cast<typename From::Bits>(a), context)};
        },
        odd);
  }
};

TEST_F(ConvertTest, SameWidth) {
  to_integer<Half, std::int16_t>(Opcode::kVfcvtXFV, Opcode::kVfcvtRtzXFV);
  to_integer<Half, std::uint16_t>(Opcode::kVfcvtXuFV, Opcode::kVfcvtRtzXuFV);
  to_integer<Single, std::int32_t>(Opcode::kVfcvtXFV, Opcode::kVfcvtRtzXFV);
  to_integer<Single, std::uint32_t>(Opcode::kVfcvtXuFV, Opcode::kVfcvtRtzXuFV);
  to_integer<Double, std::int64_t>(Opcode::kVfcvtXFV, Opcode::kVfcvtRtzXFV);
  to_integer<Double, std::uint64_t>(Opcode::kVfcvtXuFV, Opcode::kVfcvtRtzXuFV);
  from_integer<Half, std::int16_t>(Opcode::kVfcvtFXV);
  from_integer<Half, std::uint16_t>(Opcode::kVfcvtFXuV);
  from_integer<Single, std::int32_t>(Opcode::kVfcvtFXV);
  from_integer<Single, std::uint32_t>(Opcode::kVfcvtFXuV);
  from_integer<Double, std::int64_t>(Opcode::kVfcvtFXV);
  from_integer<Double, std::uint64_t>(Opcode::kVfcvtFXuV);
}

TEST_F(ConvertTest, Widening) {
  to_integer<Half, std::int32_t>(Opcode::kVfwcvtXFV, Opcode::kVfwcvtRtzXFV);
  to_integer<Half, std::uint32_t>(Opcode::kVfwcvtXuFV, Opcode::kVfwcvtRtzXuFV);
  to_integer<Single, std::int64_t>(Opcode::kVfwcvtXFV, Opcode::kVfwcvtRtzXFV);
  to_integer<Single, std::uint64_t>(Opcode::kVfwcvtXuFV, Opcode::kVfwcvtRtzXuFV);
  from_integer<Half, std::int8_t>(Opcode::kVfwcvtFXV);
  from_integer<Half, std::uint8_t>(Opcode::kVfwcvtFXuV);
  from_integer<Single, std::int16_t>(Opcode::kVfwcvtFXV);
  from_integer<Single, std::uint16_t>(Opcode::kVfwcvtFXuV);
  from_integer<Double, std::int32_t>(Opcode::kVfwcvtFXV);
  from_integer<Double, std::uint32_t>(Opcode::kVfwcvtFXuV);
  between<Single, Half>(Opcode::kVfwcvtFFV);
  between<Double, Single>(Opcode::kVfwcvtFFV);
  between<Single, Bfloat16>(Opcode::kVfwcvtbf16FFV);
}

TEST_F(ConvertTest, Narrowing) {
  to_integer<Half, std::int8_t>(Opcode::kVfncvtXFW, Opcode::kVfncvtRtzXFW);
  to_integer<Half, std::uint8_t>(Opcode::kVfncvtXuFW, Opcode::kVfncvtRtzXuFW);
  to_integer<Single, std::int16_t>(Opcode::kVfncvtXFW, Opcode::kVfncvtRtzXFW);
  to_integer<Single, std::uint16_t>(Opcode::kVfncvtXuFW, Opcode::kVfncvtRtzXuFW);
  to_integer<Double, std::int32_t>(Opcode::kVfncvtXFW, Opcode::kVfncvtRtzXFW);
  to_integer<Double, std::uint32_t>(Opcode::kVfncvtXuFW, Opcode::kVfncvtRtzXuFW);
  from_integer<Half, std::int32_t>(Opcode::kVfncvtFXW);
  from_integer<Half, std::uint32_t>(Opcode::kVfncvtFXuW);
  from_integer<Single, std::int64_t>(Opcode::kVfncvtFXW);
  from_integer<Single, std::uint64_t>(Opcode::kVfncvtFXuW);
  between<Half, Single>(Opcode::kVfncvtFFW);
  between<Single, Double>(Opcode::kVfncvtFFW);
  between<Half, Single>(Opcode::kVfncvtRodFFW, true);
  between<Single, Double>(Opcode::kVfncvtRodFFW, true);
  between<Bfloat16, Single>(Opcode::kVfncvtbf16FFW);
}

TEST_F(ConvertTest, Bfloat16RoundsAllSinglesAsIntegersDo) {
  // Every upper half, with the lower halves where rounding turns.
  const VectorSetting setting{4096, 16, 2, 1024, false};
  for (std::uint32_t upper = 0; upper < 0x10000; upper += 128) {
    prepare(setting);
    Context context;
    Expected wanted = expected();
    constexpr std::uint32_t kLower[] = {0, 1, 0x7fff, 0x8000, 0x8001, 0xffff, 0x4000, 0xc000};
    for (std::uint32_t k = 0; k < 1024; ++k) {
      const std::uint32_t single = (upper + k / 8) << 16 | kLower[k % 8];
      std::memcpy(hart_->vector.reg(kVs2) + 4 * k, &single, 4);
    }
    wanted = expected();
    for (std::uint32_t k = 0; k < 1024; ++k) {
      const std::uint32_t single = (upper + k / 8) << 16 | kLower[k % 8];
      wanted.set(kVd, k, 16, soft::convert<Bfloat16, Single>(single, context));
    }
    execute(Opcode::kVfncvtbf16FFW, operands(setting, 0));
    ASSERT_TRUE(registers_are(wanted, Opcode::kVfncvtbf16FFW, setting)) << upper;
    ASSERT_EQ(unsigned{hart_->floats.fflags()}, context.flags) << upper;
  }
}

class EstimateTest : public VectorTest {
 protected:
  std::uint64_t estimate(Opcode opcode, unsigned sew, std::uint64_t value, unsigned frm = 0) {
    const VectorSetting setting{256, sew, 0, 1, false};
    prepare(setting);
    hart_->floats.set_frm(static_cast<std::uint8_t>(frm));
    std::memcpy(hart_->vector.reg(kVs2), &value, sew / 8);
    execute(opcode, operands(setting, 0));
    return element(kVd, 0, sew);
  }
};

TEST_F(EstimateTest, ErrorIsBelowTheSpecifiedBound) {
  for (unsigned k = 0; k < 20000; ++k) {
    const double x =
        std::ldexp(1.0 + static_cast<double>(random() % 100000) / 100000, static_cast<int>(k % 200) - 100);
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const double reciprocal = std::bit_cast<double>(estimate(Opcode::kVfrec7V, 64, bits));
    EXPECT_LT(std::abs(reciprocal * x - 1), 0x1p-7) << x;
    const double root = std::bit_cast<double>(estimate(Opcode::kVfrsqrt7V, 64, bits));
    EXPECT_LT(std::abs(root * std::sqrt(x) - 1), 0x1p-7) << x;
  }
}

TEST_F(EstimateTest, SpecialValues) {
  struct Case {
    Opcode opcode;
    std::uint32_t value, result, flags, frm;
  };
  // The tables of special values in the specification's sections on the two instructions.
  constexpr Opcode kRec = Opcode::kVfrec7V, kRoot = Opcode::kVfrsqrt7V;
  const Case cases[] = {
      {kRec, 0xff800000, 0x80000000, 0, 0},
      {kRec, 0x7f800000, 0, 0, 0},
      {kRec, 0x80000000, 0xff800000, kDivideByZero, 0},
      {kRec, 0, 0x7f800000, kDivideByZero, 0},
      {kRec, 0x7fc12345, 0x7fc00000, 0, 0},
      {kRec, 0x7f812345, 0x7fc00000, kInvalid, 0},
      {kRec, 1, 0x7f800000, kInexact | kOverflow, 0},
      {kRec, 1, 0x7f7fffff, kInexact | kOverflow, 1},
      {kRec, 1, 0x7f7fffff, kInexact | kOverflow, 2},
      {kRec, 1, 0x7f800000, kInexact | kOverflow, 3},
      {kRec, 0x80000001, 0xff7fffff, kInexact | kOverflow, 3},
      {kRec, 0x80000001, 0xff800000, kInexact | kOverflow, 4},
      {kRec, 0x00718abc, 0x7e900000, 0, 0},
      {kRec, 0x7f765432, 0x00214000, 0, 0},
      {kRoot, 0xff800000, 0x7fc00000, kInvalid, 0},
      {kRoot, 0x80000001, 0x7fc00000, kInvalid, 0},
      {kRoot, 0x80000000, 0xff800000, kDivideByZero, 0},
      {kRoot, 0, 0x7f800000, kDivideByZero, 0},
      {kRoot, 0x7f800000, 0, 0, 0},
      {kRoot, 0x7fc12345, 0x7fc00000, 0, 0},
      {kRoot, 0x00718abc, 0x5f080000, 0, 0},
      {kRoot, 0x7f765432, 0x1f820000, 0, 0},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(estimate(c.opcode, 32, c.value, c.frm), c.result) << std::hex << c.value << " frm " << c.frm;
    EXPECT_EQ(hart_->floats.fflags(), c.flags) << std::hex << c.value;
  }
}

}  // namespace
}  // namespace areia::sim
