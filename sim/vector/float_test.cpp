// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Floating-point instructions against the integer arithmetic of sim/hart/soft_float.h (which is held against
// other implementations in its own tests), element by element: values and flags, in every rounding mode.
#include "sim/hart/soft_convert.h"
#include "sim/vector/vector_test.h"

namespace areia::sim {
namespace {

using soft::Bfloat16;
using soft::Context;
using soft::Double;
using soft::Half;
using soft::Single;

constexpr std::uint64_t kCanonical[] = {0x7e00, 0x7fc00000, 0x7ff8000000000000};

class FloatTest : public VectorTest {
 protected:
  /// Values where arithmetic is interesting: zeros, ones, limits, subnormals, infinities, NaN, close
  /// exponents.
  std::uint64_t value(unsigned bits) {
    const unsigned fraction = bits == 16 ? 10 : bits == 32 ? 23 : 52;
    const std::uint64_t bias = (std::uint64_t{1} << (bits - fraction - 2)) - 1;
    const std::uint64_t sign = (random() & 1) << (bits - 1), top = 2 * bias + 1;
    const std::uint64_t noise = low_bits(random(), fraction);
    switch (random() % 12) {
      case 0:
        return sign;
      case 1:
        return sign | bias << fraction;
      case 2:
        return sign | top << fraction;
      case 3:
        return sign | top << fraction | std::uint64_t{1} << (fraction - 1) | noise >> 1;  // quiet NaN
      case 4:
        return random() % 4 != 0 ? sign | bias << fraction : sign | top << fraction | 1 | noise >> 1;
      case 5:
        return sign | noise;  // subnormal
      case 6:
        return sign | (top - 1) << fraction | noise;  // near overflow
      case 7:
        return sign | std::uint64_t{1} << fraction | noise;  // near underflow
      case 8:
        return sign | (bias + random() % 4) << fraction;  // small powers of two
      default:
        return sign | (bias - 2 + random() % 24) << fraction | noise;
    }
  }
  void fill(unsigned bits) {
    VectorState& v = hart_->vector;
    for (std::size_t k = v.vlen_bytes; k < 32 * v.vlen_bytes; k += bits / 8) {
      const std::uint64_t element = value(bits);
      std::memcpy(v.registers.get() + k, &element, bits / 8);
    }
  }

  using Formula = std::function<std::uint64_t(const Element& e, Context& context)>;
  enum class Result : std::uint8_t { kElement, kMask };
  /// Holds `opcode` against `formula` over the grid, modes taken in turn, and on many short vectors, where no
  /// flag of one element hides what another leaves out.
  void check(Opcode opcode, Scalar scalar, const Widths& widths, const Formula& formula,
             unsigned least_sew = 16, Result result = Result::kElement) {
    const unsigned widest = std::max({widths.d, widths.a, widths.b});
    unsigned frm = 0;
    const auto body = [&](const VectorSetting& setting) {
      check_setting(opcode, scalar, widths, formula, result, setting, frm = (frm + 1) % 5);
    };
    for_settings(least_sew, widest, body);
    for (unsigned sew = least_sew; sew * widest <= 64; sew *= 2) {
      for (unsigned round = 0; round < 120; ++round) body({256, sew, 0, 1 + round % 4, round % 3 == 0});
    }
  }
  void check_setting(Opcode opcode, Scalar scalar, const Widths& widths, const Formula& formula,
                     Result result, const VectorSetting& setting, unsigned frm) {
    prepare(setting);
    if (setting.sew * widths.a >= 16) fill(setting.sew * widths.a);
    if (widths.b != widths.a) fill_group(kVs1, setting.sew * widths.b);
    if (widths.d != widths.a) fill_group(kVd, setting.sew * widths.d);
    hart_->floats.set_frm(static_cast<std::uint8_t>(frm));
    const std::uint64_t number = setting.sew >= 16 ? value(setting.sew) : 0;
    Instruction i = operands(setting, scalar == Scalar::kNone ? kVs1 : 5);
    hart_->f[5] = setting.sew == 64 ? number : number | ~std::uint64_t{0} << setting.sew;
    if (result == Result::kMask) i.rd = 1;
    Context context{static_cast<Rounding>(frm)};
    Expected wanted = expected();
    for (std::size_t k = 0; k < setting.vl; ++k) {
      if (!is_active(setting, k)) continue;
      const std::uint64_t bits = formula(element_at(k, setting, widths, scalar, number), context);
      if (result == Result::kMask) {
        wanted.set_bit(1, k, bits != 0);
      } else {
        wanted.set(kVd, k, setting.sew * widths.d, bits);
      }
    }
    execute(opcode, i);
    ASSERT_TRUE(registers_are(wanted, opcode, setting)) << "frm " << frm;
    ASSERT_EQ(unsigned{hart_->floats.fflags()}, context.flags)
        << isa::instruction_info(opcode).mnemonic << " SEW " << setting.sew << " frm " << frm << " vl "
        << setting.vl << " VLEN " << setting.vlen << " LMUL 2^" << setting.lmul_log2
        << (setting.masked ? " masked" : "");
  }
  void fill_group(unsigned reg, unsigned bits) {
    if (bits < 16) return;
    VectorState& v = hart_->vector;
    for (std::size_t k = 0; k < 8 * v.vlen_bytes; k += bits / 8) {
      const std::uint64_t element = value(bits);
      std::memcpy(v.reg(reg) + k, &element, bits / 8);
    }
  }

  /// `f` is called with a format tag and the bits of that width.
  template <typename F>
  static std::uint64_t in_format(unsigned bits, const F& f) {
    if (bits == 16) return f(Half{});
    if (bits == 32) return f(Single{});
    return f(Double{});
  }
  template <typename F>
  static typename F::Bits as(std::uint64_t bits) {
    return static_cast<typename F::Bits>(bits);
  }
  /// A value of `bits` bits in the format twice as wide.
  static std::uint64_t widened(std::uint64_t value, unsigned bits, Context& context) {
    return bits == 16 ? soft::convert<Single, Half>(as<Half>(value), context)
                      : soft::convert<Double, Single>(as<Single>(value), context);
  }
};

/// A binary operation of soft_float.h on a and b as a Formula.
#define AREIA_FORMULA(expression)                                                 \
  [](const Element& e, [[maybe_unused]] Context& context) {                       \
    return in_format(e.sew, [&](auto format) -> std::uint64_t {                   \
      using F = decltype(format);                                                 \
      [[maybe_unused]] const auto a = as<F>(e.a), b = as<F>(e.b), d = as<F>(e.d); \
      return expression;                                                          \
    });                                                                           \
  }

TEST_F(FloatTest, Arithmetic) {
  check(Opcode::kVfaddVv, Scalar::kNone, {}, AREIA_FORMULA(soft::add<F>(a, b, context)));
  check(Opcode::kVfaddVf, Scalar::kF, {}, AREIA_FORMULA(soft::add<F>(a, b, context)));
  check(Opcode::kVfsubVv, Scalar::kNone, {}, AREIA_FORMULA(soft::subtract<F>(a, b, context)));
  check(Opcode::kVfrsubVf, Scalar::kF, {}, AREIA_FORMULA(soft::subtract<F>(b, a, context)));
  check(Opcode::kVfmulVv, Scalar::kNone, {}, AREIA_FORMULA(soft::multiply<F>(a, b, context)));
  check(Opcode::kVfmulVf, Scalar::kF, {}, AREIA_FORMULA(soft::multiply<F>(a, b, context)));
  check(Opcode::kVfdivVv, Scalar::kNone, {}, AREIA_FORMULA(soft::divide<F>(a, b, context)));
  check(Opcode::kVfrdivVf, Scalar::kF, {}, AREIA_FORMULA(soft::divide<F>(b, a, context)));
  check(Opcode::kVfsqrtV, Scalar::kNone, {}, AREIA_FORMULA(soft::square_root<F>(a, context)));
}

TEST_F(FloatTest, ExtremesSignsAndClasses) {
  check(Opcode::kVfminVv, Scalar::kNone, {}, AREIA_FORMULA(soft::minimum<F>(a, b, context)));
  check(Opcode::kVfmaxVf, Scalar::kF, {}, AREIA_FORMULA(soft::maximum<F>(a, b, context)));
  check(Opcode::kVfsgnjVv, Scalar::kNone, {}, AREIA_FORMULA((a & ~F::kSign) | (b & F::kSign)));
  check(Opcode::kVfsgnjnVf, Scalar::kF, {}, AREIA_FORMULA((a & ~F::kSign) | (~b & F::kSign)));
  check(Opcode::kVfsgnjxVv, Scalar::kNone, {}, AREIA_FORMULA(a ^ (b & F::kSign)));
  check(Opcode::kVfclassV, Scalar::kNone, {}, AREIA_FORMULA(soft::classify<F>(a)));
}

#define AREIA_FUSED(x, y, z) \
  AREIA_FORMULA(             \
      soft::multiply_add<F>(static_cast<typename F::Bits>(x), y, static_cast<typename F::Bits>(z), context))

TEST_F(FloatTest, FusedMultiplyAdd) {
  check(Opcode::kVfmaccVv, Scalar::kNone, {}, AREIA_FUSED(a, b, d));
  check(Opcode::kVfmaccVf, Scalar::kF, {}, AREIA_FUSED(a, b, d));
  check(Opcode::kVfnmaccVf, Scalar::kF, {}, AREIA_FUSED(a ^ F::kSign, b, d ^ F::kSign));
  check(Opcode::kVfmsacVv, Scalar::kNone, {}, AREIA_FUSED(a, b, d ^ F::kSign));
  check(Opcode::kVfnmsacVv, Scalar::kNone, {}, AREIA_FUSED(a ^ F::kSign, b, d));
  check(Opcode::kVfmaddVv, Scalar::kNone, {}, AREIA_FUSED(d, b, a));
  check(Opcode::kVfmaddVf, Scalar::kF, {}, AREIA_FUSED(d, b, a));
  check(Opcode::kVfnmaddVv, Scalar::kNone, {}, AREIA_FUSED(d ^ F::kSign, b, a ^ F::kSign));
  check(Opcode::kVfmsubVf, Scalar::kF, {}, AREIA_FUSED(d, b, a ^ F::kSign));
  check(Opcode::kVfnmsubVf, Scalar::kF, {}, AREIA_FUSED(d ^ F::kSign, b, a));
}

TEST_F(FloatTest, Comparisons) {
  const auto mask = [&](Opcode opcode, Scalar scalar, const Formula& formula) {
    check(opcode, scalar, {}, formula, 16, Result::kMask);
  };
  mask(Opcode::kVmfeqVv, Scalar::kNone, AREIA_FORMULA(soft::equal<F>(a, b, context)));
  mask(Opcode::kVmfneVf, Scalar::kF, AREIA_FORMULA(!soft::equal<F>(a, b, context)));
  mask(Opcode::kVmfltVv, Scalar::kNone, AREIA_FORMULA(soft::less<F>(a, b, context)));
  mask(Opcode::kVmfleVf, Scalar::kF, AREIA_FORMULA(soft::less_equal<F>(a, b, context)));
  mask(Opcode::kVmfgtVf, Scalar::kF, AREIA_FORMULA(soft::less<F>(b, a, context)));
  mask(Opcode::kVmfgeVf, Scalar::kF, AREIA_FORMULA(soft::less_equal<F>(b, a, context)));
}

/// Operands widened where they are narrow, an operation of the wide format `F` on a, b and d.
#define AREIA_WIDE_FORMULA(a_is_wide, expression)                                       \
  [](const Element& e, Context& context) {                                              \
    const std::uint64_t wide_a = a_is_wide ? e.a : widened(e.a, e.sew, context);        \
    const std::uint64_t wide_b = widened(e.b, e.sew, context);                          \
    return in_format(2 * e.sew, [&](auto format) -> std::uint64_t {                     \
      using F = decltype(format);                                                       \
      [[maybe_unused]] const auto a = as<F>(wide_a), b = as<F>(wide_b), d = as<F>(e.d); \
      return expression;                                                                \
    });                                                                                 \
  }

TEST_F(FloatTest, Widening) {
  const Widths wide{2, 1, 1}, wider{2, 2, 1};
  check(Opcode::kVfwaddVv, Scalar::kNone, wide, AREIA_WIDE_FORMULA(false, soft::add<F>(a, b, context)));
  check(Opcode::kVfwsubVf, Scalar::kF, wide, AREIA_WIDE_FORMULA(false, soft::subtract<F>(a, b, context)));
  check(Opcode::kVfwmulVv, Scalar::kNone, wide, AREIA_WIDE_FORMULA(false, soft::multiply<F>(a, b, context)));
  check(Opcode::kVfwaddWf, Scalar::kF, wider, AREIA_WIDE_FORMULA(true, soft::add<F>(a, b, context)));
  check(Opcode::kVfwsubWv, Scalar::kNone, wider, AREIA_WIDE_FORMULA(true, soft::subtract<F>(a, b, context)));
  check(Opcode::kVfwmaccVv, Scalar::kNone, wide,
        AREIA_WIDE_FORMULA(false, soft::multiply_add<F>(a, b, d, context)));
  check(Opcode::kVfwnmsacVf, Scalar::kF, wide,
        AREIA_WIDE_FORMULA(
            false, soft::multiply_add<F>(static_cast<typename F::Bits>(a ^ F::kSign), b, d, context)));
}

TEST_F(FloatTest, ScalarsThatAreNotBoxedAreNan) {
  const VectorSetting setting{256, 32, 0, 8, false};
  prepare(setting);
  hart_->f[5] = 0x3f800000;
  const Instruction i = operands(setting, 5);
  execute(Opcode::kVfmvVF, i);
  for (std::size_t k = 0; k < 8; ++k) EXPECT_EQ(element(kVd, k, 32), kCanonical[1]);
}

TEST_F(FloatTest, ReservedRoundingModesAreIllegal) {
  const VectorSetting setting{256, 32, 0, 8, false};
  prepare(setting);
  hart_->floats.set_frm(5);
  EXPECT_THROW(execute(Opcode::kVfaddVv, operands(setting)), Trap);
  EXPECT_THROW(execute(Opcode::kVfsgnjVv, operands(setting)), Trap);
}

/// A reduction of the active elements in order; `least` and so on as `fold` says.
class FloatReductionTest : public FloatTest {
 protected:
  template <typename Fold>
  void check_reduction(Opcode opcode, unsigned factor, bool unordered, const Fold& fold) {
    unsigned frm = 0;
    for_settings(16, 1, [&](const VectorSetting& setting) {  // also LMUL 8: only the result is wide
      if (setting.sew * factor > 64) return;
      for (const bool none : {false, true}) {
        prepare(setting);
        fill(setting.sew);
        fill_group(kVs1, setting.sew * factor);
        if (none) std::memset(hart_->vector.reg(0), 0, setting.vlen / 8);
        hart_->floats.set_frm(static_cast<std::uint8_t>(frm = (frm + 1) % 5));
        Context context{static_cast<Rounding>(frm)};
        std::uint64_t result = element(kVs1, 0, setting.sew * factor);
        bool any = false;
        for (std::size_t k = 0; k < setting.vl; ++k) {
          if (!is_active(setting, k)) continue;
          any = true;
          std::uint64_t a = element(kVs2, k, setting.sew);
          if (factor == 2) a = widened(a, setting.sew, context);
          result = fold(result, a, setting.sew * factor, context);
        }
        if (!any && unordered && setting.vl != 0)
          result = fold(result, 0, setting.sew * factor, context, true);
        Expected wanted = expected();
        if (setting.vl != 0) wanted.set(kVd, 0, setting.sew * factor, result);
        execute(opcode, operands(setting));
        ASSERT_TRUE(registers_are(wanted, opcode, setting)) << "frm " << frm;
        ASSERT_EQ(unsigned{hart_->floats.fflags()}, context.flags) << isa::instruction_info(opcode).mnemonic;
      }
    });
  }
};

TEST_F(FloatReductionTest, SumsInOrderAndExtremes) {
  // `only_nan`: no element is active, an unordered sum makes NaN canonical.
  const auto sum = [](std::uint64_t x, std::uint64_t y, unsigned bits, Context& context,
                      bool only_nan = false) {
    return in_format(bits, [&](auto format) -> std::uint64_t {
      using F = decltype(format);
      if (only_nan && !soft::is_nan<F>(as<F>(x))) return x;
      return soft::add<F>(as<F>(x), as<F>(y), context);
    });
  };
  const auto least = [](std::uint64_t x, std::uint64_t y, unsigned bits, Context& context, bool = false) {
    return in_format(bits, [&](auto format) -> std::uint64_t {
      using F = decltype(format);
      return soft::minimum<F>(as<F>(x), as<F>(y), context);
    });
  };
  const auto most = [](std::uint64_t x, std::uint64_t y, unsigned bits, Context& context, bool = false) {
    return in_format(bits, [&](auto format) -> std::uint64_t {
      using F = decltype(format);
      return soft::maximum<F>(as<F>(x), as<F>(y), context);
    });
  };
  check_reduction(Opcode::kVfredosumVs, 1, false, sum);
  check_reduction(Opcode::kVfredusumVs, 1, true, sum);
  check_reduction(Opcode::kVfwredosumVs, 2, false, sum);
  check_reduction(Opcode::kVfwredusumVs, 2, true, sum);
  check_reduction(Opcode::kVfredminVs, 1, false, least);
  check_reduction(Opcode::kVfredmaxVs, 1, false, most);
}

}  // namespace
}  // namespace areia::sim
