// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Floating-point sums, products, quotients, roots, minimum and maximum, signs and classes, with operands and
// results of one format; and the widening sums and products, which extend their operands (exactly) first.
#include "sim/vector/float_kernels.h"

namespace areia::sim {
namespace {

using soft::Context;

struct Add {
  template <typename Host, typename V>
  static V host(V a, V b) {
    return a + b;
  }
  template <typename F, typename B>
  static B soft(B a, B b, Context& context) {
    return soft::add<F>(a, b, context);
  }
};
struct Subtract {
  template <typename Host, typename V>
  static V host(V a, V b) {
    return a - b;
  }
  template <typename F, typename B>
  static B soft(B a, B b, Context& context) {
    return soft::subtract<F>(a, b, context);
  }
};
struct ReverseSubtract {
  template <typename Host, typename V>
  static V host(V a, V b) {
    return b - a;
  }
  template <typename F, typename B>
  static B soft(B a, B b, Context& context) {
    return soft::subtract<F>(b, a, context);
  }
};
struct Multiply {
  template <typename Host, typename V>
  static V host(V a, V b) {
    return a * b;
  }
  template <typename F, typename B>
  static B soft(B a, B b, Context& context) {
    return soft::multiply<F>(a, b, context);
  }
};
struct Divide {
  template <typename Host, typename V>
  static V host(V a, V b) {
    return a / b;
  }
  template <typename F, typename B>
  static B soft(B a, B b, Context& context) {
    return soft::divide<F>(a, b, context);
  }
};
struct ReverseDivide {
  template <typename Host, typename V>
  static V host(V a, V b) {
    return b / a;
  }
  template <typename F, typename B>
  static B soft(B a, B b, Context& context) {
    return soft::divide<F>(b, a, context);
  }
};

inline float root(float a) { return __builtin_sqrtf(a); }
inline double root(double a) { return __builtin_sqrt(a); }
#if defined(__AVX512FP16__)
inline _Float16 root(_Float16 a) { return __builtin_sqrtf16(a); }
#endif
struct SquareRoot {
  template <typename Host, typename V>
  static V host(V a, V) {
    return root(a);
  }
  template <typename F, typename B>
  static B soft(B a, B, Context& context) {
    return soft::square_root<F>(a, context);
  }
};

/// The lesser or greater of two numbers: a number wins over a NaN, and -0 is below +0. As integers: compilers
/// drop comparisons of floating-point numbers, and with them the invalid flag of signaling NaN, where both
/// outcomes are the same.
template <bool greater, typename F, typename B>
B extreme(B a, B b) {
  const bool less = soft::order_key<F>(a) < soft::order_key<F>(b);
  const B chosen = less != greater ? a : b;
  const B unless_a = soft::is_nan<F>(a) ? b : chosen;
  return soft::canonical<F>(soft::is_nan<F>(b) ? a : unless_a);
}
template <bool greater, typename F>
unsigned extreme_vv(rvv::Byte* d, const rvv::Byte* a, const rvv::Byte* b, std::size_t count) {
  using Bits = typename F::Bits;
  Bits* to = reinterpret_cast<Bits*>(d);
  const Bits* left = reinterpret_cast<const Bits*>(a);
  const Bits* right = reinterpret_cast<const Bits*>(b);
  Bits signaling = 0;
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    const Bits x = left[i], y = right[i];
    signaling |= soft::is_signaling<F>(x) | soft::is_signaling<F>(y) ? Bits{1} : Bits{0};
    to[i] = extreme<greater, F>(x, y);
  }
  return signaling != 0 ? kInvalid : 0;
}
template <bool greater, typename F>
unsigned extreme_vx(rvv::Byte* d, const rvv::Byte* a, std::uint64_t b, std::size_t count) {
  using Bits = typename F::Bits;
  Bits* to = reinterpret_cast<Bits*>(d);
  const Bits* left = reinterpret_cast<const Bits*>(a);
  const Bits y = static_cast<Bits>(b);
  Bits signaling = soft::is_signaling<F>(y) && count != 0 ? Bits{1} : Bits{0};
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    const Bits x = left[i];
    signaling |= soft::is_signaling<F>(x) ? Bits{1} : Bits{0};
    to[i] = extreme<greater, F>(x, y);
  }
  return signaling != 0 ? kInvalid : 0;
}
template <bool greater>
struct Extreme {
  template <typename F, typename B>
  static B soft(B a, B b, Context& context) {
    return greater ? soft::maximum<F>(a, b, context) : soft::minimum<F>(a, b, context);
  }
};
template <bool greater>
constexpr rvv::FloatKernels kExtreme = {
    {extreme_vv<greater, soft::Half>, extreme_vv<greater, soft::Single>, extreme_vv<greater, soft::Double>},
    {extreme_vx<greater, soft::Half>, extreme_vx<greater, soft::Single>, extreme_vx<greater, soft::Double>},
    {rvv::soft_vv<Extreme<greater>, soft::Half>, rvv::soft_vv<Extreme<greater>, soft::Single>,
     rvv::soft_vv<Extreme<greater>, soft::Double>}};

// Signs are moved as bits: NaN stay as they are, and nothing raises flags.
struct SignInject {
  template <typename F, typename B>
  static B soft(B a, B b, Context&) {
    return static_cast<B>((a & ~F::kSign) | (b & F::kSign));
  }
};
struct SignInjectNegated {
  template <typename F, typename B>
  static B soft(B a, B b, Context&) {
    return static_cast<B>((a & ~F::kSign) | (~b & F::kSign));
  }
};
struct SignInjectXor {
  template <typename F, typename B>
  static B soft(B a, B b, Context&) {
    return static_cast<B>(a ^ (b & F::kSign));
  }
};
struct Classify {
  template <typename F, typename B>
  static B soft(B a, B, Context&) {
    return static_cast<B>(soft::classify<F>(a));
  }
};

/// What needs no floating-point unit: the soft operation, as SIMD on the bits.
template <typename Op, typename F>
unsigned bits_vv(rvv::Byte* d, const rvv::Byte* a, const rvv::Byte* b, std::size_t count) {
  using Bits = typename F::Bits;
  Bits* to = reinterpret_cast<Bits*>(d);
  const Bits* left = reinterpret_cast<const Bits*>(a);
  const Bits* right = reinterpret_cast<const Bits*>(b);
  Context context;
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) to[i] = Op::template soft<F>(left[i], right[i], context);
  return 0;
}
template <typename Op>
constexpr rvv::FloatKernels kBitwise = {
    {bits_vv<Op, soft::Half>, bits_vv<Op, soft::Single>, bits_vv<Op, soft::Double>},
    {nullptr, nullptr, nullptr},
    {rvv::soft_vv<Op, soft::Half>, rvv::soft_vv<Op, soft::Single>, rvv::soft_vv<Op, soft::Double>}};

/// vd has 2 * SEW; vs2 and vs1 (or the scalar) SEW, or vs2 as much as vd.
void run_widening(Hart& hart, const Instruction& i, const rvv::FloatKernels& kernels, bool vector,
                  bool wide_vs2) {
  VectorState& v = rvv::begin_float(hart);
  if (wide_vs2) {
    rvv::check_widening_wide(v, i, vector);
  } else {
    rvv::check_widening(v, i, vector);
  }
  const unsigned index = rvv::format_index(v);
  rvv::Scratch a, b, scalar;
  if (!vector) rvv::broadcast(scalar, rvv::float_scalar(hart, i.rs1, v.sew_bits()), v.vl, v.sew_bytes());
  rvv::widen_float(hart, i, index, b, vector ? v.reg(i.rs1) : scalar.bytes);
  if (!wide_vs2) rvv::widen_float(hart, i, index, a, v.reg(i.rs2));
  rvv::run_float_elements(hart, i, kernels, index + 1, wide_vs2 ? v.reg(i.rs2) : a.bytes, b);
}

}  // namespace

#define AREIA_FLOAT_VV(name, kernels) \
  void exec_##name##_vv(Hart& hart, const Instruction& i) { rvv::run_float_vv(hart, i, kernels); }
#define AREIA_FLOAT_VF(name, kernels) \
  void exec_##name##_vf(Hart& hart, const Instruction& i) { rvv::run_float_vf(hart, i, kernels); }
#define AREIA_FLOAT(name, kernels) AREIA_FLOAT_VV(name, kernels) AREIA_FLOAT_VF(name, kernels)

AREIA_FLOAT(vfadd, rvv::kFloat<Add>)
AREIA_FLOAT(vfsub, rvv::kFloat<Subtract>)
AREIA_FLOAT_VF(vfrsub, rvv::kFloat<ReverseSubtract>)
AREIA_FLOAT(vfmul, rvv::kFloat<Multiply>)
AREIA_FLOAT(vfdiv, rvv::kFloat<Divide>)
AREIA_FLOAT_VF(vfrdiv, rvv::kFloat<ReverseDivide>)
AREIA_FLOAT(vfmin, kExtreme<false>)
AREIA_FLOAT(vfmax, kExtreme<true>)
AREIA_FLOAT(vfsgnj, kBitwise<SignInject>)
AREIA_FLOAT(vfsgnjn, kBitwise<SignInjectNegated>)
AREIA_FLOAT(vfsgnjx, kBitwise<SignInjectXor>)
void exec_vfsqrt_v(Hart& hart, const Instruction& i) { rvv::run_float_v(hart, i, rvv::kFloat<SquareRoot>); }
void exec_vfclass_v(Hart& hart, const Instruction& i) { rvv::run_float_v(hart, i, kBitwise<Classify>); }

#define AREIA_FLOAT_WIDENING(name, Op)                      \
  void exec_##name##_vv(Hart& hart, const Instruction& i) { \
    run_widening(hart, i, rvv::kFloat<Op>, true, false);    \
  }                                                         \
  void exec_##name##_vf(Hart& hart, const Instruction& i) { \
    run_widening(hart, i, rvv::kFloat<Op>, false, false);   \
  }
#define AREIA_FLOAT_WIDE(name, Op)                          \
  void exec_##name##_wv(Hart& hart, const Instruction& i) { \
    run_widening(hart, i, rvv::kFloat<Op>, true, true);     \
  }                                                         \
  void exec_##name##_wf(Hart& hart, const Instruction& i) { \
    run_widening(hart, i, rvv::kFloat<Op>, false, true);    \
  }

AREIA_FLOAT_WIDENING(vfwadd, Add)
AREIA_FLOAT_WIDENING(vfwsub, Subtract)
AREIA_FLOAT_WIDENING(vfwmul, Multiply)
AREIA_FLOAT_WIDE(vfwadd, Add)
AREIA_FLOAT_WIDE(vfwsub, Subtract)

namespace {

/// Every element of vd becomes the scalar, or with `merging` those that v0 names, the others vs2's.
void move_float(Hart& hart, const Instruction& i, bool merging) {
  VectorState& v = rvv::begin_float(hart);
  rvv::check_same(v, i, 0);
  rvv::require(!merging || i.rd != 0);
  const unsigned bytes = v.sew_bytes();
  const std::uint64_t scalar = rvv::float_scalar(hart, i.rs1, v.sew_bits());
  if (!merging) return rvv::broadcast(v.reg(i.rd), scalar, v.vl, bytes);
  rvv::Scratch chosen;
  rvv::broadcast(chosen, scalar, v.vl, bytes);
  if (i.rd != i.rs2) std::memcpy(v.reg(i.rd), v.reg(i.rs2), v.vl * bytes);
  rvv::merge(v.reg(i.rd), chosen, rvv::ActiveBytes(v, v.vl), v.vl, bytes);
}

}  // namespace

void exec_vfmv_v_f(Hart& hart, const Instruction& i) { move_float(hart, i, false); }
void exec_vfmerge_vfm(Hart& hart, const Instruction& i) { move_float(hart, i, true); }

}  // namespace areia::sim
