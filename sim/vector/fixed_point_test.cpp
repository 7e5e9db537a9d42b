// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Fixed-point arithmetic against the specification's formulas in 128 bits: exact value, rounding increment by
// vxrm, saturation.
#include "sim/vector/vector_test.h"

namespace areia::sim {
namespace {

__extension__ using Wide = __int128;

Wide s(std::uint64_t value, unsigned bits) { return sign_extended(value, bits); }

/// value / 2^shift, rounded as `vxrm` says (the table of section "Vector Fixed-Point Rounding Mode").
Wide rounded(Wide value, unsigned shift, unsigned vxrm) {
  const auto bit = [&](unsigned k) { return static_cast<bool>(value >> k & 1); };
  const auto any_below = [&](unsigned k) { return (value & ((Wide{1} << k) - 1)) != 0; };
  if (shift == 0) return value;
  bool up = false;
  if (vxrm == 0) up = bit(shift - 1);
  if (vxrm == 1) up = bit(shift - 1) && (any_below(shift - 1) || bit(shift));
  if (vxrm == 3) up = !bit(shift) && any_below(shift);
  return (value >> shift) + up;
}

class FixedPointTest : public VectorTest {
 protected:
  /// What an element gives, and whether it saturates.
  struct Outcome {
    Wide value;
    bool saturated = false;
  };
  static Outcome saturate(Wide value, unsigned bits, bool sign) {
    const Wide low = sign ? -(Wide{1} << (bits - 1)) : 0;
    const Wide high = sign ? (Wide{1} << (bits - 1)) - 1 : (Wide{1} << bits) - 1;
    if (value < low) return {low, true};
    return value > high ? Outcome{high, true} : Outcome{value};
  }
  using Formula = std::function<Outcome(const Element& e, unsigned vxrm)>;
  void check(Opcode opcode, Scalar scalar, const Widths& widths, const Formula& formula) {
    unsigned vxrm = 0;
    for_settings(8, widths.a, [&](const VectorSetting& setting) {
      prepare(setting);
      vxrm = (vxrm + 1) % 4;
      hart_->vector.vxrm = static_cast<std::uint8_t>(vxrm);
      bool saturated = false;
      const Reference reference = [&](const Element& e) {
        const Outcome outcome = formula(e, vxrm);
        saturated |= outcome.saturated;
        return static_cast<std::uint64_t>(outcome.value);
      };
      check_at(opcode, scalar, scalar_value(scalar), widths, reference, setting);
      ASSERT_EQ(hart_->vector.vxsat, saturated ? 1 : 0) << isa::instruction_info(opcode).mnemonic;
    });
  }
};

TEST_F(FixedPointTest, SaturatingSums) {
  const auto sum = [](bool sign, int factor) {
    return [=](const Element& e, unsigned) {
      const Wide a = sign ? s(e.a, e.sew) : Wide{e.a}, b = sign ? s(e.b, e.sew) : Wide{e.b};
      return saturate(a + factor * b, e.sew, sign);
    };
  };
  check(Opcode::kVsadduVv, Scalar::kNone, {}, sum(false, 1));
  check(Opcode::kVsadduVx, Scalar::kX, {}, sum(false, 1));
  check(Opcode::kVsaddVv, Scalar::kNone, {}, sum(true, 1));
  check(Opcode::kVsaddVi, Scalar::kImmediate, {}, sum(true, 1));
  check(Opcode::kVssubuVv, Scalar::kNone, {}, sum(false, -1));
  check(Opcode::kVssubuVx, Scalar::kX, {}, sum(false, -1));
  check(Opcode::kVssubVv, Scalar::kNone, {}, sum(true, -1));
  check(Opcode::kVssubVx, Scalar::kX, {}, sum(true, -1));
}

TEST_F(FixedPointTest, AveragingSums) {
  const auto average = [](bool sign, int factor) {
    return [=](const Element& e, unsigned vxrm) {
      const Wide a = sign ? s(e.a, e.sew) : Wide{e.a}, b = sign ? s(e.b, e.sew) : Wide{e.b};
      return Outcome{rounded(a + factor * b, 1, vxrm)};
    };
  };
  check(Opcode::kVaadduVv, Scalar::kNone, {}, average(false, 1));
  check(Opcode::kVaaddVx, Scalar::kX, {}, average(true, 1));
  check(Opcode::kVasubuVx, Scalar::kX, {}, average(false, -1));
  check(Opcode::kVasubVv, Scalar::kNone, {}, average(true, -1));
}

TEST_F(FixedPointTest, FractionalProduct) {
  const Formula product = [](const Element& e, unsigned vxrm) {
    return saturate(rounded(s(e.a, e.sew) * s(e.b, e.sew), e.sew - 1, vxrm), e.sew, true);
  };
  check(Opcode::kVsmulVv, Scalar::kNone, {}, product);
  check(Opcode::kVsmulVx, Scalar::kX, {}, product);
}

TEST_F(FixedPointTest, ScalingShifts) {
  const auto shift = [](bool sign) {
    return [=](const Element& e, unsigned vxrm) {
      const Wide a = sign ? s(e.a, e.sew) : Wide{e.a};
      return Outcome{rounded(a, static_cast<unsigned>(e.b) & (e.sew - 1), vxrm)};
    };
  };
  check(Opcode::kVssrlVv, Scalar::kNone, {}, shift(false));
  check(Opcode::kVssrlVi, Scalar::kImmediate, {}, shift(false));
  check(Opcode::kVssraVv, Scalar::kNone, {}, shift(true));
  check(Opcode::kVssraVx, Scalar::kX, {}, shift(true));
}

TEST_F(FixedPointTest, NarrowingClips) {
  const auto clip = [](bool sign) {
    return [=](const Element& e, unsigned vxrm) {
      const Wide a = sign ? s(e.a, 2 * e.sew) : Wide{e.a};
      return saturate(rounded(a, static_cast<unsigned>(e.b) & (2 * e.sew - 1), vxrm), e.sew, sign);
    };
  };
  const Widths narrowing{1, 2, 1};
  check(Opcode::kVnclipuWv, Scalar::kNone, narrowing, clip(false));
  check(Opcode::kVnclipuWx, Scalar::kX, narrowing, clip(false));
  check(Opcode::kVnclipWv, Scalar::kNone, narrowing, clip(true));
  check(Opcode::kVnclipWi, Scalar::kImmediate, narrowing, clip(true));
}

}  // namespace
}  // namespace areia::sim
