// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Fixed-point arithmetic: saturating and averaging sums, the fractional product, scaling shifts and narrowing
// clips. They round as vxrm says and set vxsat where an active element saturates; zeros in inactive ones
// never do.
#include "sim/vector/integer_kernels.h"

namespace areia::sim {
namespace {

using rvv::Arithmetic;
using rvv::Byte;
using rvv::kBits;
using rvv::Signed;
using rvv::Wider;

/// The rounding mode vxrm as masks of 0 or all ones, so that loops need no branch.
struct FixedRounding {
  explicit FixedRounding(unsigned vxrm)
      : nearest_up(vxrm == 0 ? ~0u : 0), nearest_even(vxrm == 1 ? ~0u : 0), odd(vxrm == 3 ? ~0u : 0) {}
  /// What to add to a truncated value: `half` is the highest bit shifted out, `sticky` whether any other was
  /// set, `last` the lowest bit kept; each 0 or 1.
  unsigned increment(unsigned half, unsigned sticky, unsigned last) const {
    return (half & (nearest_up | (nearest_even & (sticky | last)))) | ((half | sticky) & ~last & 1 & odd);
  }
  unsigned nearest_up, nearest_even, odd;
};

/// value / 2^shift, rounded; T may be signed. shift < bits of T.
template <typename T, typename Shift>
T shift_rounded(T value, Shift shift, const FixedRounding& rounding) {
  using U = Arithmetic<T>;
  const U half_bit = static_cast<U>((U{1} << shift) >> 1);
  const unsigned half = (static_cast<U>(value) & half_bit) != 0;
  const unsigned sticky = (static_cast<U>(value) & (half_bit - 1) & ((U{1} << shift) - 1)) != 0;
  const T kept = static_cast<T>(value >> shift);
  return static_cast<T>(kept +
                        static_cast<T>(rounding.increment(half, sticky, static_cast<unsigned>(kept) & 1)));
}

// Operations: apply(a, b, rounding, saturated) sets bits of `saturated` where it saturates.

struct SaturatingAddUnsigned {
  template <typename T>
  static T apply(T a, T b, const FixedRounding&, T& saturated) {
    const T sum = static_cast<T>(a + b);
    const T over = sum < a ? static_cast<T>(~T{0}) : T{0};
    saturated |= over;
    return sum | over;
  }
};
struct SaturatingSubtractUnsigned {
  template <typename T>
  static T apply(T a, T b, const FixedRounding&, T& saturated) {
    const T under = a < b ? static_cast<T>(~T{0}) : T{0};
    saturated |= under;
    return static_cast<T>(static_cast<T>(a - b) & static_cast<T>(~under));
  }
};
/// The value of a's sign that is farthest from zero.
template <typename T>
T extreme(T a) {
  return static_cast<T>((a >> (kBits<T> - 1)) + (static_cast<T>(~T{0}) >> 1));
}
/// All ones where the highest bit is set.
template <typename T>
T spread_sign(T a) {
  return static_cast<T>(static_cast<Signed<T>>(a) >> (kBits<T> - 1));
}
struct SaturatingAdd {
  template <typename T>
  static T apply(T a, T b, const FixedRounding&, T& saturated) {
    const T sum = static_cast<T>(a + b);
    const T over = spread_sign(static_cast<T>((a ^ sum) & (b ^ sum)));
    saturated |= over;
    return over != 0 ? extreme(a) : sum;
  }
};
struct SaturatingSubtract {
  template <typename T>
  static T apply(T a, T b, const FixedRounding&, T& saturated) {
    const T difference = static_cast<T>(a - b);
    const T over = spread_sign(static_cast<T>((a ^ b) & (a ^ difference)));
    saturated |= over;
    return over != 0 ? extreme(a) : difference;
  }
};

/// (a + b) / 2 without a wider sum: the common bits and half of the others.
template <typename T>
T average(T a, T b, const FixedRounding& rounding) {
  using U = Arithmetic<T>;
  const U floor = static_cast<U>(a & b) + static_cast<U>((a ^ b) >> 1);
  return static_cast<T>(floor + rounding.increment((a ^ b) & 1, 0, floor & 1));
}
/// (a - b) / 2; rounded up, the highest difference wraps around.
template <typename T>
T half_difference(T a, T b, const FixedRounding& rounding) {
  using U = Arithmetic<T>;
  const U floor = static_cast<U>(a >> 1) - static_cast<U>(b >> 1) - static_cast<U>(~a & b & 1);
  return static_cast<T>(floor + rounding.increment((a ^ b) & 1, 0, floor & 1));
}
struct AverageUnsigned {
  template <typename T>
  static T apply(T a, T b, const FixedRounding& rounding, T&) {
    return average(a, b, rounding);
  }
};
struct Average {
  template <typename T>
  static T apply(T a, T b, const FixedRounding& rounding, T&) {
    return static_cast<T>(average(static_cast<Signed<T>>(a), static_cast<Signed<T>>(b), rounding));
  }
};
struct AverageDifferenceUnsigned {
  template <typename T>
  static T apply(T a, T b, const FixedRounding& rounding, T&) {
    return half_difference(a, b, rounding);
  }
};
struct AverageDifference {
  template <typename T>
  static T apply(T a, T b, const FixedRounding& rounding, T&) {
    return static_cast<T>(half_difference(static_cast<Signed<T>>(a), static_cast<Signed<T>>(b), rounding));
  }
};

/// a * b / 2^(SEW - 1); only the square of the lowest value does not fit.
struct FractionalMultiply {
  template <typename T>
  static T apply(T a, T b, const FixedRounding& rounding, T& saturated) {
    constexpr T kLowest = static_cast<T>(T{1} << (kBits<T> - 1));
    const T over = a == kLowest && b == kLowest ? static_cast<T>(~T{0}) : T{0};
    saturated |= over;
    T rounded;
    if constexpr (sizeof(T) == 8) {
      __extension__ using Wide = __int128;
      const Wide product = static_cast<Wide>(static_cast<Signed<T>>(a)) * static_cast<Signed<T>>(b);
      const auto low = static_cast<std::uint64_t>(product);
      const auto kept = static_cast<T>(product >> 63);
      rounded = kept + rounding.increment(static_cast<unsigned>(low >> 62) & 1, low << 2 != 0, kept & 1);
    } else {
      using W = Wider<Signed<T>>;
      const W product = static_cast<W>(static_cast<W>(static_cast<Signed<T>>(a)) * static_cast<Signed<T>>(b));
      rounded = static_cast<T>(shift_rounded(product, kBits<T> - 1, rounding));
    }
    return over != 0 ? static_cast<T>(kLowest - 1) : rounded;
  }
};

struct ScalingShiftRight {
  template <typename T>
  static T apply(T a, T b, const FixedRounding& rounding, T&) {
    return shift_rounded(a, b & (kBits<T> - 1), rounding);
  }
};
struct ScalingShiftRightArithmetic {
  template <typename T>
  static T apply(T a, T b, const FixedRounding& rounding, T&) {
    return static_cast<T>(shift_rounded(static_cast<Signed<T>>(a), b & (kBits<T> - 1), rounding));
  }
};

// Narrowing: a is twice as wide as b and the result.
struct ClipUnsigned {
  template <typename W, typename T>
  static T apply(W a, T b, const FixedRounding& rounding, T& saturated) {
    const W rounded = shift_rounded(a, b & (kBits<W> - 1), rounding);
    const T over = rounded >> kBits<T> != 0 ? static_cast<T>(~T{0}) : T{0};
    saturated |= over;
    return static_cast<T>(rounded) | over;
  }
};
struct Clip {
  template <typename W, typename T>
  static T apply(W a, T b, const FixedRounding& rounding, T& saturated) {
    using S = Signed<W>;
    const S rounded = shift_rounded(static_cast<S>(a), b & (kBits<W> - 1), rounding);
    constexpr S kHighest = static_cast<S>(static_cast<T>(~T{0}) >> 1),
                kLowest = static_cast<S>(-kHighest - 1);
    const S clipped = rounded < kLowest ? kLowest : rounded > kHighest ? kHighest : rounded;
    saturated |= clipped != rounded ? static_cast<T>(~T{0}) : T{0};
    return static_cast<T>(clipped);
  }
};

/// Returns whether any element saturated.
using FixedVv = bool (*)(Byte* d, const Byte* a, const Byte* b, std::size_t count,
                         const FixedRounding& rounding);
using FixedVx = bool (*)(Byte* d, const Byte* a, std::uint64_t b, std::size_t count,
                         const FixedRounding& rounding);

template <typename Op, typename T, typename A>
bool fixed_vv(Byte* d, const Byte* a, const Byte* b, std::size_t count, const FixedRounding& rounding) {
  T* to = reinterpret_cast<T*>(d);
  const A* left = reinterpret_cast<const A*>(a);
  const T* right = reinterpret_cast<const T*>(b);
  const FixedRounding mode = rounding;
  T saturated = 0;
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) to[i] = Op::apply(left[i], right[i], mode, saturated);
  return saturated != 0;
}
template <typename Op, typename T, typename A>
bool fixed_vx(Byte* d, const Byte* a, std::uint64_t b, std::size_t count, const FixedRounding& rounding) {
  T* to = reinterpret_cast<T*>(d);
  const A* left = reinterpret_cast<const A*>(a);
  const T right = static_cast<T>(b);
  const FixedRounding mode = rounding;
  T saturated = 0;
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) to[i] = Op::apply(left[i], right, mode, saturated);
  return saturated != 0;
}

using U8 = std::uint8_t;
using U16 = std::uint16_t;
using U32 = std::uint32_t;
using U64 = std::uint64_t;

/// By SEW; narrowing operations have none for SEW 64.
struct FixedKernels {
  FixedVv vv[4];
  FixedVx vx[4];
};
template <typename Op>
constexpr FixedKernels kSame = {
    {fixed_vv<Op, U8, U8>, fixed_vv<Op, U16, U16>, fixed_vv<Op, U32, U32>, fixed_vv<Op, U64, U64>},
    {fixed_vx<Op, U8, U8>, fixed_vx<Op, U16, U16>, fixed_vx<Op, U32, U32>, fixed_vx<Op, U64, U64>}};
template <typename Op>
constexpr FixedKernels kNarrowing = {
    {fixed_vv<Op, U8, U16>, fixed_vv<Op, U16, U32>, fixed_vv<Op, U32, U64>, nullptr},
    {fixed_vx<Op, U8, U16>, fixed_vx<Op, U16, U32>, fixed_vx<Op, U32, U64>, nullptr}};

bool is_narrowing(const FixedKernels& kernels) { return kernels.vv[3] == nullptr; }

/// Checks the operands; `vs1`: i.rs1 is a vector.
VectorState& check(Hart& hart, const Instruction& i, const FixedKernels& kernels, bool vs1) {
  VectorState& v = rvv::begin(hart);
  if (is_narrowing(kernels)) {
    rvv::check_narrowing(v, i, vs1);
  } else {
    rvv::check_same(v, i, vs1 ? i.rs1 : 0u);
  }
  return v;
}

void set_saturated(VectorState& v, bool saturated) { v.vxsat |= static_cast<std::uint8_t>(saturated); }

void run_masked(VectorState& v, const Instruction& i, const FixedKernels& kernels, const Byte* b) {
  const unsigned bytes = v.sew_bytes();
  const rvv::ActiveBytes active(v, v.vl);
  rvv::Scratch first, second, result;
  rvv::neutralise(first, v.reg(i.rs2), active, v.vl, is_narrowing(kernels) ? 2 * bytes : bytes, 0);
  rvv::neutralise(second, b, active, v.vl, bytes, 0);
  set_saturated(v, kernels.vv[rvv::sew_index(v)](result, first, second, v.vl, FixedRounding(v.vxrm)));
  rvv::merge(v.reg(i.rd), result, active, v.vl, bytes);
}

void run_vv(Hart& hart, const Instruction& i, const FixedKernels& kernels) {
  VectorState& v = check(hart, i, kernels, true);
  if (i.masked) return run_masked(v, i, kernels, v.reg(i.rs1));
  set_saturated(
      v, kernels.vv[rvv::sew_index(v)](v.reg(i.rd), v.reg(i.rs2), v.reg(i.rs1), v.vl, FixedRounding(v.vxrm)));
}

void run_vx(Hart& hart, const Instruction& i, const FixedKernels& kernels, std::uint64_t scalar) {
  VectorState& v = check(hart, i, kernels, false);
  if (i.masked) {
    rvv::Scratch b;
    rvv::broadcast(b, scalar, v.vl, v.sew_bytes());
    return run_masked(v, i, kernels, b);
  }
  set_saturated(
      v, kernels.vx[rvv::sew_index(v)](v.reg(i.rd), v.reg(i.rs2), scalar, v.vl, FixedRounding(v.vxrm)));
}

void run_vi(Hart& hart, const Instruction& i, const FixedKernels& kernels) {
  run_vx(hart, i, kernels, static_cast<std::uint64_t>(i.immediate));
}

}  // namespace

#define AREIA_FIXED(executor, run_kind, table) \
  void executor(Hart& hart, const Instruction& i) { run_kind(hart, i, table); }
#define AREIA_FIXED_VX(executor, table) \
  void executor(Hart& hart, const Instruction& i) { run_vx(hart, i, table, hart.x[i.rs1]); }

AREIA_FIXED(exec_vsaddu_vv, run_vv, kSame<SaturatingAddUnsigned>)
AREIA_FIXED_VX(exec_vsaddu_vx, kSame<SaturatingAddUnsigned>)
AREIA_FIXED(exec_vsaddu_vi, run_vi, kSame<SaturatingAddUnsigned>)
AREIA_FIXED(exec_vsadd_vv, run_vv, kSame<SaturatingAdd>)
AREIA_FIXED_VX(exec_vsadd_vx, kSame<SaturatingAdd>)
AREIA_FIXED(exec_vsadd_vi, run_vi, kSame<SaturatingAdd>)
AREIA_FIXED(exec_vssubu_vv, run_vv, kSame<SaturatingSubtractUnsigned>)
AREIA_FIXED_VX(exec_vssubu_vx, kSame<SaturatingSubtractUnsigned>)
AREIA_FIXED(exec_vssub_vv, run_vv, kSame<SaturatingSubtract>)
AREIA_FIXED_VX(exec_vssub_vx, kSame<SaturatingSubtract>)
AREIA_FIXED(exec_vaaddu_vv, run_vv, kSame<AverageUnsigned>)
AREIA_FIXED_VX(exec_vaaddu_vx, kSame<AverageUnsigned>)
AREIA_FIXED(exec_vaadd_vv, run_vv, kSame<Average>)
AREIA_FIXED_VX(exec_vaadd_vx, kSame<Average>)
AREIA_FIXED(exec_vasubu_vv, run_vv, kSame<AverageDifferenceUnsigned>)
AREIA_FIXED_VX(exec_vasubu_vx, kSame<AverageDifferenceUnsigned>)
AREIA_FIXED(exec_vasub_vv, run_vv, kSame<AverageDifference>)
AREIA_FIXED_VX(exec_vasub_vx, kSame<AverageDifference>)
AREIA_FIXED(exec_vsmul_vv, run_vv, kSame<FractionalMultiply>)
AREIA_FIXED_VX(exec_vsmul_vx, kSame<FractionalMultiply>)
AREIA_FIXED(exec_vssrl_vv, run_vv, kSame<ScalingShiftRight>)
AREIA_FIXED_VX(exec_vssrl_vx, kSame<ScalingShiftRight>)
AREIA_FIXED(exec_vssrl_vi, run_vi, kSame<ScalingShiftRight>)
AREIA_FIXED(exec_vssra_vv, run_vv, kSame<ScalingShiftRightArithmetic>)
AREIA_FIXED_VX(exec_vssra_vx, kSame<ScalingShiftRightArithmetic>)
AREIA_FIXED(exec_vssra_vi, run_vi, kSame<ScalingShiftRightArithmetic>)
AREIA_FIXED(exec_vnclipu_wv, run_vv, kNarrowing<ClipUnsigned>)
AREIA_FIXED_VX(exec_vnclipu_wx, kNarrowing<ClipUnsigned>)
AREIA_FIXED(exec_vnclipu_wi, run_vi, kNarrowing<ClipUnsigned>)
AREIA_FIXED(exec_vnclip_wv, run_vv, kNarrowing<Clip>)
AREIA_FIXED_VX(exec_vnclip_wx, kNarrowing<Clip>)
AREIA_FIXED(exec_vnclip_wi, run_vi, kNarrowing<Clip>)

}  // namespace areia::sim
