// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Integer arithmetic, one element at a time in 128 bits.
#include "sim/vector/vector_test.h"

namespace areia::sim {
namespace {

__extension__ using Wide = __int128;

Wide s(std::uint64_t value, unsigned bits) { return sign_extended(value, bits); }
Wide u(std::uint64_t value) { return value; }
std::uint64_t bits_of(Wide value) { return static_cast<std::uint64_t>(value); }
/// a * b + c modulo 2^128.
Wide product(Wide a, Wide b, Wide c = 0) {
  __extension__ using U = unsigned __int128;
  return static_cast<Wide>(static_cast<U>(a) * static_cast<U>(b) + static_cast<U>(c));
}

/// The enumerators kNameVv, kNameVx, kNameVi.
#define VV(name) Opcode::k##name##Vv, Scalar::kNone
#define VX(name) Opcode::k##name##Vx, Scalar::kX
#define VI(name) Opcode::k##name##Vi, Scalar::kImmediate
#define WV(name) Opcode::k##name##Wv, Scalar::kNone
#define WX(name) Opcode::k##name##Wx, Scalar::kX
#define WI(name) Opcode::k##name##Wi, Scalar::kImmediate

class IntegerTest : public VectorTest {
 protected:
  using OnValues = std::function<Wide(Wide a, Wide b, Wide d)>;
  enum Signs { kUnsigned, kSigned, kSignedUnsigned, kUnsignedSigned };
  /// Reads a and b as `signs` says; d without a sign.
  static Reference on_values(Signs signs, const Widths& widths, const OnValues& f) {
    return [=](const Element& e) {
      const bool sign_a = signs == kSigned || signs == kSignedUnsigned;
      const bool sign_b = signs == kSigned || signs == kUnsignedSigned;
      return bits_of(
          f(sign_a ? s(e.a, e.sew * widths.a) : u(e.a), sign_b ? s(e.b, e.sew * widths.b) : u(e.b), u(e.d)));
    };
  }
  void same(Opcode opcode, Scalar scalar, Signs signs, const OnValues& f) {
    check_elements(opcode, scalar, {}, on_values(signs, {}, f));
  }
  void shaped(Opcode opcode, Scalar scalar, const Widths& widths, Signs signs, const OnValues& f) {
    check_elements(opcode, scalar, widths, on_values(signs, widths, f));
  }
};

TEST_F(IntegerTest, Sums) {
  const auto add = [](Wide a, Wide b, Wide) { return a + b; };
  const auto subtract = [](Wide a, Wide b, Wide) { return a - b; };
  const auto reverse = [](Wide a, Wide b, Wide) { return b - a; };
  same(VV(Vadd), kUnsigned, add);
  same(VX(Vadd), kUnsigned, add);
  same(VI(Vadd), kUnsigned, add);
  same(VV(Vsub), kUnsigned, subtract);
  same(VX(Vsub), kUnsigned, subtract);
  same(VX(Vrsub), kUnsigned, reverse);
  same(VI(Vrsub), kUnsigned, reverse);
}

TEST_F(IntegerTest, LogicAndExtremes) {
  same(VV(Vand), kUnsigned, [](Wide a, Wide b, Wide) { return a & b; });
  same(VX(Vor), kUnsigned, [](Wide a, Wide b, Wide) { return a | b; });
  same(VI(Vxor), kUnsigned, [](Wide a, Wide b, Wide) { return a ^ b; });
  same(VV(Vminu), kUnsigned, [](Wide a, Wide b, Wide) { return a < b ? a : b; });
  same(VX(Vmin), kSigned, [](Wide a, Wide b, Wide) { return a < b ? a : b; });
  same(VX(Vmaxu), kUnsigned, [](Wide a, Wide b, Wide) { return a > b ? a : b; });
  same(VV(Vmax), kSigned, [](Wide a, Wide b, Wide) { return a > b ? a : b; });
}

TEST_F(IntegerTest, Shifts) {
  const auto shift = [](bool sign, bool left, unsigned factor) {
    return [=](const Element& e) {
      const unsigned amount = static_cast<unsigned>(e.b) & (e.sew * factor - 1);
      if (left) return e.a << amount;
      return bits_of((sign ? s(e.a, e.sew * factor) : u(e.a)) >> amount);
    };
  };
  check_elements(VV(Vsll), {}, shift(false, true, 1));
  check_elements(VX(Vsrl), {}, shift(false, false, 1));
  check_elements(VV(Vsra), {}, shift(true, false, 1));
  check_elements(VI(Vsra), {}, shift(true, false, 1));
  const Widths narrowing{1, 2, 1};
  check_elements(WV(Vnsrl), narrowing, shift(false, false, 2));
  check_elements(WX(Vnsra), narrowing, shift(true, false, 2));
  check_elements(WI(Vnsra), narrowing, shift(true, false, 2));
}

TEST_F(IntegerTest, Products) {
  const auto multiply = [](Wide a, Wide b, Wide) { return product(a, b); };
  same(VV(Vmul), kUnsigned, multiply);
  same(VX(Vmul), kUnsigned, multiply);
  // In two steps, since the highest unsigned product needs all 128 bits.
  const auto high = [](bool sign_a, bool sign_b) {
    return [=](const Element& e) {
      __extension__ using UnsignedWide = unsigned __int128;
      const Wide a = sign_a ? s(e.a, e.sew) : u(e.a), b = sign_b ? s(e.b, e.sew) : u(e.b);
      return static_cast<std::uint64_t>(static_cast<UnsignedWide>(a) * static_cast<UnsignedWide>(b) >> e.sew);
    };
  };
  check_elements(VV(Vmulh), {}, high(true, true));
  check_elements(VX(Vmulh), {}, high(true, true));
  check_elements(VV(Vmulhu), {}, high(false, false));
  check_elements(VX(Vmulhu), {}, high(false, false));
  check_elements(VV(Vmulhsu), {}, high(true, false));
  check_elements(VX(Vmulhsu), {}, high(true, false));
}

TEST_F(IntegerTest, MultiplyAdd) {
  same(VV(Vmacc), kUnsigned, [](Wide a, Wide b, Wide d) { return product(b, a, d); });
  same(VX(Vnmsac), kUnsigned, [](Wide a, Wide b, Wide d) { return product(-b, a, d); });
  same(VX(Vmadd), kUnsigned, [](Wide a, Wide b, Wide d) { return product(b, d, a); });
  same(VV(Vnmsub), kUnsigned, [](Wide a, Wide b, Wide d) { return product(-b, d, a); });
}

TEST_F(IntegerTest, Division) {
  // 128 bits hold the one quotient that overflows.
  const auto quotient = [](Wide a, Wide b, Wide) { return b == 0 ? Wide{-1} : a / b; };
  const auto remainder = [](Wide a, Wide b, Wide) { return b == 0 ? a : a % b; };
  same(VV(Vdivu), kUnsigned, quotient);
  same(VX(Vdiv), kSigned, quotient);
  same(VV(Vdiv), kSigned, quotient);
  same(VX(Vremu), kUnsigned, remainder);
  same(VV(Vrem), kSigned, remainder);
}

TEST_F(IntegerTest, Widening) {
  const auto add = [](Wide a, Wide b, Wide) { return a + b; };
  const auto subtract = [](Wide a, Wide b, Wide) { return a - b; };
  const auto multiply = [](Wide a, Wide b, Wide) { return product(a, b); };
  const auto accumulate = [](Wide a, Wide b, Wide d) { return product(a, b, d); };
  const Widths wide{2, 1, 1}, wider{2, 2, 1};
  shaped(VV(Vwaddu), wide, kUnsigned, add);
  shaped(VX(Vwadd), wide, kSigned, add);
  shaped(VX(Vwsubu), wide, kUnsigned, subtract);
  shaped(VV(Vwsub), wide, kSigned, subtract);
  shaped(WV(Vwaddu), wider, kUnsigned, add);
  shaped(WX(Vwadd), wider, kSigned, add);
  shaped(WX(Vwsubu), wider, kUnsigned, subtract);
  shaped(WV(Vwsub), wider, kSigned, subtract);
  shaped(VV(Vwmulu), wide, kUnsigned, multiply);
  shaped(VX(Vwmul), wide, kSigned, multiply);
  shaped(VV(Vwmulsu), wide, kSignedUnsigned, multiply);
  shaped(VX(Vwmaccu), wide, kUnsigned, accumulate);
  shaped(VV(Vwmacc), wide, kSigned, accumulate);
  shaped(VV(Vwmaccsu), wide, kUnsignedSigned, accumulate);
  shaped(VX(Vwmaccus), wide, kSignedUnsigned, accumulate);
}

TEST_F(IntegerTest, WideningOntoTheHighestPartOfTheDestination) {
  for (const int lmul : {0, 1, 2}) {
    const VectorSetting setting{256, 16, lmul, std::uint64_t{16} << lmul, false};
    prepare(setting);
    Instruction i = operands(setting);
    i.rs2 = static_cast<std::uint8_t>(kVd + (1u << lmul));  // the upper half of vd's group
    Expected wanted = expected();
    for (std::size_t k = 0; k < setting.vl; ++k)
      wanted.set(kVd, k, 32, element(i.rs2, k, 16) + element(kVs1, k, 16));
    execute(Opcode::kVwadduVv, i);
    EXPECT_TRUE(registers_are(wanted, Opcode::kVwadduVv, setting));
  }
}

TEST_F(IntegerTest, NarrowingOntoTheLowestPartOfTheSource) {
  const VectorSetting setting{1024, 8, 2, 512, false};
  prepare(setting);
  Instruction i = operands(setting);
  i.rd = kVs2;
  Expected wanted = expected();
  for (std::size_t k = 0; k < setting.vl; ++k)
    wanted.set(kVs2, k, 8, element(kVs2, k, 16) >> (element(kVs1, k, 8) & 15));
  execute(Opcode::kVnsrlWv, i);
  EXPECT_TRUE(registers_are(wanted, Opcode::kVnsrlWv, setting));
}

TEST_F(IntegerTest, MultiplyAddOntoItsOwnFactor) {
  const VectorSetting setting{512, 32, 3, 128, false};
  prepare(setting);
  Instruction i = operands(setting, kVd);
  i.rs2 = kVd;
  Expected wanted = expected();
  for (std::size_t k = 0; k < setting.vl; ++k) {
    const std::uint64_t d = element(kVd, k, 32);
    wanted.set(kVd, k, 32, d * d + d);
  }
  execute(Opcode::kVmaccVv, i);
  EXPECT_TRUE(registers_are(wanted, Opcode::kVmaccVv, setting));
}

TEST_F(IntegerTest, Extension) {
  const auto extend = [&](Opcode opcode, unsigned divisor, bool sign) {
    for_settings(8 * divisor, 1, [&](const VectorSetting& setting) {
      if (setting.lmul_log2 - std::countr_zero(divisor) < -3) return;
      prepare(setting);
      Expected wanted = expected();
      for (std::size_t k = 0; k < setting.vl; ++k) {
        const unsigned from = setting.sew / divisor;
        const std::uint64_t a = element(kVs2, k, from);
        if (is_active(setting, k))
          wanted.set(kVd, k, setting.sew, sign ? static_cast<std::uint64_t>(sign_extended(a, from)) : a);
      }
      execute(opcode, operands(setting));
      ASSERT_TRUE(registers_are(wanted, opcode, setting));
    });
  };
  extend(Opcode::kVzextVf2, 2, false);
  extend(Opcode::kVsextVf2, 2, true);
  extend(Opcode::kVzextVf4, 4, false);
  extend(Opcode::kVsextVf4, 4, true);
  extend(Opcode::kVzextVf8, 8, false);
  extend(Opcode::kVsextVf8, 8, true);
}

TEST_F(IntegerTest, MovesAndMerges) {
  for_settings(8, 1, [&](const VectorSetting& setting) {
    if (setting.masked) return;
    for (const Opcode opcode : {Opcode::kVmvVV, Opcode::kVmvVX, Opcode::kVmergeVvm, Opcode::kVmergeVim}) {
      prepare(setting);
      const bool merges = opcode == Opcode::kVmergeVvm || opcode == Opcode::kVmergeVim;
      const bool vector = opcode == Opcode::kVmvVV || opcode == Opcode::kVmergeVvm;
      Instruction i = operands(setting, vector ? kVs1 : 5);
      if (!merges) i.rs2 = 0;
      i.immediate = -7;
      hart_->x[5] = static_cast<std::uint64_t>(-7);
      Expected wanted = expected();
      for (std::size_t k = 0; k < setting.vl; ++k) {
        const std::uint64_t b = vector ? element(kVs1, k, setting.sew) : static_cast<std::uint64_t>(-7);
        wanted.set(kVd, k, setting.sew, !merges || bit(0, k) ? b : element(kVs2, k, setting.sew));
      }
      execute(opcode, i);
      ASSERT_TRUE(registers_are(wanted, opcode, setting));
    }
  });
}

}  // namespace
}  // namespace areia::sim
