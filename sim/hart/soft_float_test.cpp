// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Arithmetic in integers against the host's unit (four rounding modes, results and flags), and half precision
// against exact arithmetic in every mode.
#include "sim/hart/soft_float.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "sim/hart/host_float.h"
#include "sim/hart/soft_convert.h"

namespace areia::sim {
namespace {

using soft::Context;
using soft::Double;
using soft::Half;
using soft::Single;

std::mt19937_64 random_bits(2026);

/// Operands that meet each other: specials, subnormals, near one, sparse fractions, anything.
template <typename F>
typename F::Bits operand() {
  using Bits = typename F::Bits;
  static constexpr Bits kSpecial[] = {0,
                                      1,
                                      F::kInfinity,
                                      static_cast<Bits>(F::kInfinity + 1),
                                      static_cast<Bits>(F::kInfinity - 1),
                                      F::kCanonicalNan,
                                      F::kFractionMask,
                                      static_cast<Bits>(F::kFractionMask + 1),
                                      static_cast<Bits>(Bits{F::kBias} << F::kFractionBits)};
  const std::uint64_t choice = random_bits();
  const auto sign = static_cast<Bits>((choice >> 8 & 1) != 0 ? F::kSign : 0);
  const auto fraction = static_cast<Bits>(random_bits() & F::kFractionMask);
  switch (choice % 8) {
    case 0:
      return static_cast<Bits>(sign | kSpecial[(choice >> 16) % std::size(kSpecial)]);
    case 1:
      return static_cast<Bits>(sign | fraction);
    case 2:
    case 3:
      return static_cast<Bits>(sign | fraction |
                               static_cast<Bits>(F::kBias - 4 + (choice >> 16) % 8) << F::kFractionBits);
    case 4:
      return static_cast<Bits>(sign | (fraction & random_bits() & random_bits()) |
                               static_cast<Bits>((choice >> 16) % F::kMaxExponent) << F::kFractionBits);
    default:
      return static_cast<Bits>(random_bits());
  }
}

constexpr int kRounds = 40000;

/// Runs `host` under the guest's environment and `exact` in integers, on the same operands.
template <typename F, typename HostFunction, typename ExactFunction>
void compare(HostFunction host, ExactFunction exact) {
  FloatEnvironment environment;
  for (std::uint8_t frm = 0; frm < 4; ++frm) {
    environment.set_frm(frm);
    for (int round = 0; round < kRounds; ++round) {
      const auto a = operand<F>(), b = operand<F>(), c = operand<F>();
      environment.set_fflags(0);
      environment.enter();
      const auto by_host = host(a, b, c);
      environment.leave();
      Context context{environment.rounding(), 0};
      const auto by_integers = exact(a, b, c, context);
      ASSERT_EQ(by_host, by_integers) << std::hex << +a << ' ' << +b << ' ' << +c << " frm " << +frm;
      ASSERT_EQ(environment.fflags(), context.flags)
          << std::hex << +a << ' ' << +b << ' ' << +c << " frm " << +frm;
    }
  }
}

template <typename F>
class HostAndInteger : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!Host<F>::kAvailable) GTEST_SKIP() << "the host has no arithmetic of this format";
  }
};
using Formats = ::testing::Types<Half, Single, Double>;
TYPED_TEST_SUITE(HostAndInteger, Formats);

/// An integer of any size.
std::int64_t integer(std::uint64_t bits, std::uint64_t shift) {
  return static_cast<std::int64_t>(bits << shift % 64);
}

// By macro, for the two sides to be told in a line each. The host's side is kept out of line, so that nothing
// of it moves out of the guest's environment.
#define AREIA_COMPARE(host_expression, exact_expression)                                      \
  using F = TypeParam;                                                                        \
  using Bits = typename F::Bits;                                                              \
  if constexpr (Host<F>::kAvailable)                                                          \
  compare<F>([] [[gnu::noinline]] (Bits a, [[maybe_unused]] Bits b,                           \
                                   [[maybe_unused]] Bits c) { return host_expression; },      \
             [](Bits a, [[maybe_unused]] Bits b, [[maybe_unused]] Bits c, Context& context) { \
               return exact_expression;                                                       \
             })

TYPED_TEST(HostAndInteger, Add) {
  AREIA_COMPARE(host_result<F>(host_value<F>(a) + host_value<F>(b)), soft::add<F>(a, b, context));
}
TYPED_TEST(HostAndInteger, Subtract) {
  AREIA_COMPARE(host_result<F>(host_value<F>(a) - host_value<F>(b)), soft::subtract<F>(a, b, context));
}
TYPED_TEST(HostAndInteger, Multiply) {
  AREIA_COMPARE(host_result<F>(host_value<F>(a) * host_value<F>(b)), soft::multiply<F>(a, b, context));
}
TYPED_TEST(HostAndInteger, Divide) {
  AREIA_COMPARE(host_result<F>(host_value<F>(a) / host_value<F>(b)), soft::divide<F>(a, b, context));
}
TYPED_TEST(HostAndInteger, SquareRoot) {
  AREIA_COMPARE(host_result<F>(Host<F>::square_root(host_value<F>(a))), soft::square_root<F>(a, context));
}
TYPED_TEST(HostAndInteger, Equal) {
  AREIA_COMPARE(host_value<F>(a) == host_value<F>(b), soft::equal<F>(a, b, context));
}
TYPED_TEST(HostAndInteger, Less) {
  AREIA_COMPARE(host_value<F>(a) < host_value<F>(b), soft::less<F>(a, b, context));
}
TYPED_TEST(HostAndInteger, LessEqual) {
  AREIA_COMPARE(host_value<F>(a) <= host_value<F>(b), soft::less_equal<F>(a, b, context));
}
TYPED_TEST(HostAndInteger, ConvertToDouble) {
  if (std::is_same_v<TypeParam, Double>) GTEST_SKIP() << "no conversion";
  AREIA_COMPARE(host_result<Double>(static_cast<double>(host_value<F>(a))),
                (soft::convert<Double, F>(a, context)));
}
TYPED_TEST(HostAndInteger, ConvertToSingle) {
  if (std::is_same_v<TypeParam, Single>) GTEST_SKIP() << "no conversion";
  AREIA_COMPARE(host_result<Single>(static_cast<float>(host_value<F>(a))),
                (soft::convert<Single, F>(a, context)));
}
TYPED_TEST(HostAndInteger, FromInteger) {
  AREIA_COMPARE(std::bit_cast<Bits>(static_cast<typename Host<F>::Value>(integer(a, b))),
                soft::from_integer<F>(integer(a, b), context));
}

/// But for the invalid flag of infinity * 0 + quiet NaN, which x86 does not raise.
TYPED_TEST(HostAndInteger, MultiplyAdd) {
  using F = TypeParam;
  using Bits = typename F::Bits;
  if constexpr (Host<F>::kFused) {
    compare<F>(
        [] [[gnu::noinline]] (Bits a, Bits b, Bits c) {
          return host_result<F>(Host<F>::multiply_add(host_value<F>(a), host_value<F>(b), host_value<F>(c)));
        },
        [](Bits a, Bits b, Bits c, Context& context) {
          const auto result = soft::multiply_add<F>(a, b, c, context);
          if (soft::is_nan<F>(c) && !soft::is_signaling<F>(a) && !soft::is_signaling<F>(b) &&
              !soft::is_signaling<F>(c)) {
            context.flags = 0;
          }
          return result;
        });
  }
}

TEST(MultiplyAdd, InfinityTimesZeroIsInvalidWithAQuietNanToo) {
  Context context;
  EXPECT_EQ(soft::multiply_add<Single>(0x7f800000, 0, 0x7fc00000, context), 0x7fc00000u);
  EXPECT_EQ(context.flags, unsigned{kInvalid});
}

// --- Half precision against exact arithmetic: 113 bits hold any sum and product of three halves.

__extension__ typedef __float128 Exact;  // NOLINT: `using` cannot say __extension__

Exact exact_value(std::uint16_t bits) {
  const int biased = bits >> 10 & 31;
  const int fraction = bits & 0x3ff;
  const int exponent = (biased == 0 ? 1 : biased) - 25;
  const auto magnitude = static_cast<Exact>(std::ldexp(biased == 0 ? fraction : fraction + 1024, exponent));
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}
bool finite(std::uint16_t bits) { return (bits & 0x7c00) != 0x7c00; }

/// The half that `value` rounds to, found by looking at its neighbours; `value` is not zero.
std::uint16_t round_by_search(Exact value, Rounding rounding) {
  const bool sign = value < 0;
  const Exact magnitude = sign ? -value : value;
  std::uint16_t low = 0, high = 0x7c00;  // the infinity stands for 2^16 here
  while (high - low > 1) {
    const auto middle = static_cast<std::uint16_t>((low + high) / 2);
    (exact_value(middle) <= magnitude ? low : high) = middle;
  }
  const Exact below = exact_value(low),
              above = high == 0x7c00 ? static_cast<Exact>(65536) : exact_value(high);
  bool up = false;
  if (magnitude != below) {
    const Exact to_below = magnitude - below, to_above = above - magnitude;
    if (rounding == Rounding::kNearestEven)
      up = to_above < to_below || (to_above == to_below && (low & 1) != 0);
    if (rounding == Rounding::kNearestMaxMagnitude) up = to_above <= to_below;
    if (rounding == Rounding::kDown) up = sign;
    if (rounding == Rounding::kUp) up = !sign;
  }
  return static_cast<std::uint16_t>((sign ? 0x8000 : 0) | (up ? high : low));
}

class HalfExactly : public ::testing::TestWithParam<int> {};

TEST_P(HalfExactly, SumsProductsAndBoth) {
  const auto rounding = static_cast<Rounding>(GetParam());
  for (int round = 0; round < kRounds; ++round) {
    const std::uint16_t a = operand<Half>(), b = operand<Half>(), c = operand<Half>();
    if (!finite(a) || !finite(b) || !finite(c)) continue;
    const Exact sum = exact_value(a) + exact_value(b), product = exact_value(a) * exact_value(b);
    Context context{rounding, 0};
    const auto check = [&](Exact exact, std::uint16_t result) {
      if (exact == 0) return;  // the sign of zero is checked against the host
      const std::uint16_t expected = round_by_search(exact, rounding);
      ASSERT_EQ(result, expected) << std::hex << a << ' ' << b << ' ' << c;
      const bool inexact = !finite(expected) || exact_value(expected) != exact;
      ASSERT_EQ((context.flags & kInexact) != 0, inexact) << std::hex << a << ' ' << b << ' ' << c;
      context.flags = 0;
    };
    check(sum, soft::add<Half>(a, b, context));
    context.flags = 0;
    check(product, soft::multiply<Half>(a, b, context));
    context.flags = 0;
    check(product + exact_value(c), soft::multiply_add<Half>(a, b, c, context));
  }
}
INSTANTIATE_TEST_SUITE_P(Modes, HalfExactly, ::testing::Range(0, 5));

// --- Conversions to integers, against arithmetic in 128 bits' worth of long double

template <typename Integer>
void check_to_integer(Rounding rounding) {
  for (int round = 0; round < kRounds; ++round) {
    const auto bits = operand<Single>();
    // Bring most operands into or near the range of integers.
    const float value = std::bit_cast<float>(bits);
    const float scaled = round % 2 == 0 ? value : std::ldexp(value, static_cast<int>(random_bits() % 70) - 4);
    const auto operand_bits = std::bit_cast<std::uint32_t>(scaled);
    Context context{rounding, 0};
    const Integer result = soft::to_integer<Integer, Single>(operand_bits, context);
    const double wide = scaled, below = std::floor(wide), fraction = wide - below;
    double expected = below;
    if (rounding == Rounding::kNearestEven) {
      expected = fraction > 0.5 || (fraction == 0.5 && std::fmod(below, 2) != 0) ? below + 1 : below;
    } else if (rounding == Rounding::kNearestMaxMagnitude) {
      expected = fraction > 0.5 || (fraction == 0.5 && wide > 0) ? below + 1 : below;
    } else if (rounding == Rounding::kTowardZero) {
      expected = std::trunc(wide);
    } else if (rounding == Rounding::kUp) {
      expected = std::ceil(wide);
    }
    using Limits = std::numeric_limits<Integer>;
    if (std::isnan(wide) || expected >= std::ldexp(1.0, Limits::digits)) {
      ASSERT_EQ(result, Limits::max()) << wide;
      ASSERT_EQ(context.flags, unsigned{kInvalid}) << wide;
    } else if (expected < static_cast<double>(Limits::min())) {
      ASSERT_EQ(result, Limits::min()) << wide;
      ASSERT_EQ(context.flags, unsigned{kInvalid}) << wide;
    } else {
      ASSERT_EQ(result, static_cast<Integer>(expected)) << wide;
      ASSERT_EQ(context.flags, expected != wide ? unsigned{kInexact} : 0u) << wide;
    }
  }
}

TEST_P(HalfExactly, ToIntegers) {
  const auto rounding = static_cast<Rounding>(GetParam());
  check_to_integer<std::int32_t>(rounding);
  check_to_integer<std::uint32_t>(rounding);
  check_to_integer<std::int64_t>(rounding);
  check_to_integer<std::uint64_t>(rounding);
}

TEST(MinimumAndMaximum, PreferNumbersAndOrderZeros) {
  Context context;
  EXPECT_EQ(soft::minimum<Single>(0x7fc00000, 0x3f800000, context), 0x3f800000u);
  EXPECT_EQ(soft::maximum<Single>(0x3f800000, 0xffc00001, context), 0x3f800000u);
  EXPECT_EQ(soft::minimum<Single>(0xffc00001, 0x7fc00000, context), 0x7fc00000u);
  EXPECT_EQ(soft::minimum<Single>(0, 0x80000000, context), 0x80000000u);
  EXPECT_EQ(soft::maximum<Single>(0x80000000, 0, context), 0u);
  EXPECT_EQ(soft::minimum<Single>(0xbf800000, 0x40000000, context), 0xbf800000u);
  EXPECT_EQ(context.flags, 0u);
  soft::minimum<Single>(0x7f800001, 0x3f800000, context);
  EXPECT_EQ(context.flags, unsigned{kInvalid});
}

TEST(Classify, GivesOneBitOfTen) {
  EXPECT_EQ(soft::classify<Half>(0xfc00), 1u << 0);
  EXPECT_EQ(soft::classify<Half>(0xbc00), 1u << 1);
  EXPECT_EQ(soft::classify<Half>(0x8001), 1u << 2);
  EXPECT_EQ(soft::classify<Half>(0x8000), 1u << 3);
  EXPECT_EQ(soft::classify<Half>(0x0000), 1u << 4);
  EXPECT_EQ(soft::classify<Half>(0x0001), 1u << 5);
  EXPECT_EQ(soft::classify<Half>(0x3c00), 1u << 6);
  EXPECT_EQ(soft::classify<Half>(0x7c00), 1u << 7);
  EXPECT_EQ(soft::classify<Half>(0x7c01), 1u << 8);
  EXPECT_EQ(soft::classify<Half>(0x7e00), 1u << 9);
}

}  // namespace
}  // namespace areia::sim
