// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// vfrec7 and vfrsqrt7: estimates of 1 / x and 1 / sqrt(x) with 7 bits, as "The RISC-V Instruction Set
// Manual", volume I, chapter V, sections "Vector Floating-Point Reciprocal Estimate" and "Reciprocal
// Square-Root Estimate" define them by tables. The tables are the results at the middle of each interval of
// significands, rounded to 7 bits, and are computed so here.
#include <array>

#include "sim/vector/float_kernels.h"

namespace areia::sim {
namespace {

using soft::Context;

/// By the highest 7 bits of the fraction of x in [1, 2): the 7 bits of the fraction of 2 / x.
constexpr std::array<std::uint8_t, 128> make_reciprocals() {
  std::array<std::uint8_t, 128> table{};
  for (unsigned k = 0; k < 128; ++k) {
    // x = (257 + 2k) / 256; round(128 * (2 / x - 1)).
    const unsigned x = 257 + 2 * k;
    table[k] = static_cast<std::uint8_t>((2 * 128 * 512 + x) / (2 * x) - 128);
  }
  return table;
}
/// By the lowest bit of the exponent and 6 bits of the fraction: the fraction of 2 / sqrt(x), where x is in
/// [2, 4) for an even biased exponent and in [1, 2) for an odd one.
constexpr std::array<std::uint8_t, 128> make_reciprocal_roots() {
  std::array<std::uint8_t, 128> table{};
  for (unsigned k = 0; k < 128; ++k) {
    // x = (129 + 2 (k mod 64)) / 128, or twice that; the largest n with (n - 1/2) / 128 <= 2 / sqrt(x).
    const std::uint64_t x = (129 + 2 * (k % 64)) * (k < 64 ? 2 : 1);
    std::uint64_t n = 128;
    while ((2 * n + 1) * (2 * n + 1) * x <= std::uint64_t{4} * 128 * 256 * 256) ++n;
    table[k] = static_cast<std::uint8_t>(n - 128);
  }
  return table;
}
constexpr std::array<std::uint8_t, 128> kReciprocals = make_reciprocals();
constexpr std::array<std::uint8_t, 128> kReciprocalRoots = make_reciprocal_roots();
static_assert(kReciprocals[0] == 127 && kReciprocals[64] == 42 && kReciprocals[127] == 0);
static_assert(kReciprocalRoots[0] == 52 && kReciprocalRoots[64] == 127 && kReciprocalRoots[127] == 53);

/// Exponent and fraction of a finite number; of a subnormal one as if normalised, with an exponent below 1.
template <typename F>
struct Parts {
  explicit Parts(typename F::Bits magnitude)
      : exponent(static_cast<int>(magnitude >> F::kFractionBits)), fraction(magnitude & F::kFractionMask) {
    if (exponent != 0) return;
    while ((fraction >> (F::kFractionBits - 1) & 1) == 0) {
      --exponent;
      fraction = fraction << 1;
    }
    fraction = (fraction << 1) & F::kFractionMask;
  }
  int exponent;
  std::uint64_t fraction;
};

struct Reciprocal {
  template <typename F, typename B>
  static B soft(B a, B, Context& context) {
    const B sign = a & F::kSign, magnitude = static_cast<B>(a & ~F::kSign);
    if (soft::has_nan<F>(context, a)) return F::kCanonicalNan;
    if (magnitude == F::kInfinity) return sign;
    if (magnitude == 0) {
      context.flags |= kDivideByZero;
      return sign | F::kInfinity;
    }
    const Parts<F> parts(magnitude);
    if (parts.exponent < -1) return soft::overflow<F>(sign != 0, context);
    std::uint64_t fraction = std::uint64_t{kReciprocals[parts.fraction >> (F::kFractionBits - 7)]}
                             << (F::kFractionBits - 7);
    int exponent = 2 * F::kBias - 1 - parts.exponent;
    if (exponent < 1) {  // a subnormal result: the leading one becomes explicit
      fraction = (fraction | std::uint64_t{1} << F::kFractionBits) >> (1 - exponent);
      exponent = 0;
    }
    return static_cast<B>(sign | static_cast<std::uint64_t>(exponent) << F::kFractionBits | fraction);
  }
};

struct ReciprocalRoot {
  template <typename F, typename B>
  static B soft(B a, B, Context& context) {
    const B sign = a & F::kSign, magnitude = static_cast<B>(a & ~F::kSign);
    if (soft::has_nan<F>(context, a)) return F::kCanonicalNan;
    if (magnitude == 0) {
      context.flags |= kDivideByZero;
      return sign | F::kInfinity;
    }
    if (sign != 0) return soft::invalid<F>(context);
    if (magnitude == F::kInfinity) return 0;
    const Parts<F> parts(magnitude);
    const unsigned index = static_cast<unsigned>((parts.exponent & 1) << 6) |
                           static_cast<unsigned>(parts.fraction >> (F::kFractionBits - 6));
    const std::uint64_t fraction = std::uint64_t{kReciprocalRoots[index]} << (F::kFractionBits - 7);
    const int exponent = (3 * F::kBias - 1 - parts.exponent) / 2;
    return static_cast<B>(static_cast<std::uint64_t>(exponent) << F::kFractionBits | fraction);
  }
};

template <typename Op>
constexpr rvv::FloatKernels kSoftOnly = {
    {nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr},
    {rvv::soft_vv<Op, soft::Half>, rvv::soft_vv<Op, soft::Single>, rvv::soft_vv<Op, soft::Double>}};

}  // namespace

void exec_vfrec7_v(Hart& hart, const Instruction& i) { rvv::run_float_v(hart, i, kSoftOnly<Reciprocal>); }
void exec_vfrsqrt7_v(Hart& hart, const Instruction& i) {
  rvv::run_float_v(hart, i, kSoftOnly<ReciprocalRoot>);
}

}  // namespace areia::sim
