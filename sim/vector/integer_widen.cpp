// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Integer instructions whose operands differ in width: widening sums, products and multiply-add, narrowing
// shifts, zero and sign extension.
#include "sim/vector/integer_kernels.h"

namespace areia::sim {
namespace {

using rvv::Arithmetic;
using rvv::kBits;
using rvv::Shape;
using rvv::VvKernel;
using rvv::VxKernel;
using rvv::Wider;

// Operations on elements already extended to the destination's unsigned type.
struct Add {
  template <typename T>
  static auto apply(T a, T b) {
    return Arithmetic<T>{a} + b;
  }
};
struct Subtract {
  template <typename T>
  static auto apply(T a, T b) {
    return Arithmetic<T>{a} - b;
  }
};
struct Multiply {
  template <typename T>
  static auto apply(T a, T b) {
    return Arithmetic<T>{a} * b;
  }
};
struct MultiplyAccumulate {
  template <typename T>
  static auto apply(T a, T b, T d) {
    return d + Arithmetic<T>{a} * b;
  }
};

/// Op on operands that are extended as their own types say: zeros for unsigned ones, signs for signed.
template <typename Op>
struct Extending {
  template <typename A, typename B, typename D>
  static auto apply(A a, B b, D d) {
    return rvv::apply<Op, D, D, D>(static_cast<D>(a), static_cast<D>(b), d);
  }
};

using I8 = std::int8_t;
using I16 = std::int16_t;
using I32 = std::int32_t;
using I64 = std::int64_t;
using U8 = std::uint8_t;
using U16 = std::uint16_t;
using U32 = std::uint32_t;
using U64 = std::uint64_t;

enum Signs { kUu, kSs, kSu, kUs };  ///< of vs2 and of vs1 or the scalar

template <typename Op, Signs signs, typename D, typename U, typename S>
constexpr VvKernel widening_vv() {
  using A = std::conditional_t<signs == kSs || signs == kSu, S, U>;
  using B = std::conditional_t<signs == kSs || signs == kUs, S, U>;
  return rvv::vv_kernel<Extending<Op>, D, A, B>;
}
template <typename Op, Signs signs, typename D, typename U, typename S>
constexpr VxKernel widening_vx() {
  using A = std::conditional_t<signs == kSs || signs == kSu, S, U>;
  using B = std::conditional_t<signs == kSs || signs == kUs, S, U>;
  return rvv::vx_kernel<Extending<Op>, D, A, B>;
}
template <typename Op, Signs signs>
constexpr VvKernel kWideningVv[3] = {widening_vv<Op, signs, U16, U8, I8>(),
                                     widening_vv<Op, signs, U32, U16, I16>(),
                                     widening_vv<Op, signs, U64, U32, I32>()};
template <typename Op, Signs signs>
constexpr VxKernel kWideningVx[3] = {widening_vx<Op, signs, U16, U8, I8>(),
                                     widening_vx<Op, signs, U32, U16, I16>(),
                                     widening_vx<Op, signs, U64, U32, I32>()};

/// vs2 is as wide as vd; vs1 or the scalar is extended.
template <typename Op, bool is_signed>
constexpr VvKernel kWideVv[3] = {
    rvv::vv_kernel<Extending<Op>, U16, U16, std::conditional_t<is_signed, I8, U8>>,
    rvv::vv_kernel<Extending<Op>, U32, U32, std::conditional_t<is_signed, I16, U16>>,
    rvv::vv_kernel<Extending<Op>, U64, U64, std::conditional_t<is_signed, I32, U32>>};
template <typename Op, bool is_signed>
constexpr VxKernel kWideVx[3] = {
    rvv::vx_kernel<Extending<Op>, U16, U16, std::conditional_t<is_signed, I8, U8>>,
    rvv::vx_kernel<Extending<Op>, U32, U32, std::conditional_t<is_signed, I16, U16>>,
    rvv::vx_kernel<Extending<Op>, U64, U64, std::conditional_t<is_signed, I32, U32>>};

/// The low half of the shifted wide element; its type says which shift.
struct ShiftRight {
  template <typename A, typename B>
  static auto apply(A a, B b) {
    return a >> (b & (kBits<A> - 1));
  }
};
template <bool is_signed>
constexpr VvKernel kNarrowingVv[3] = {
    rvv::vv_kernel<ShiftRight, U8, std::conditional_t<is_signed, I16, U16>, U8>,
    rvv::vv_kernel<ShiftRight, U16, std::conditional_t<is_signed, I32, U32>, U16>,
    rvv::vv_kernel<ShiftRight, U32, std::conditional_t<is_signed, I64, U64>, U32>};
template <bool is_signed>
constexpr VxKernel kNarrowingVx[3] = {
    rvv::vx_kernel<ShiftRight, U8, std::conditional_t<is_signed, I16, U16>, U8>,
    rvv::vx_kernel<ShiftRight, U16, std::conditional_t<is_signed, I32, U32>, U16>,
    rvv::vx_kernel<ShiftRight, U32, std::conditional_t<is_signed, I64, U64>, U32>};

}  // namespace

#define AREIA_WIDENING_VV(name, Op, signs)                                 \
  void exec_##name##_vv(Hart& hart, const Instruction& i) {                \
    rvv::run_shaped_vv(hart, i, Shape::kWidening, kWideningVv<Op, signs>); \
  }
#define AREIA_WIDENING_VX(name, Op, signs)                                                \
  void exec_##name##_vx(Hart& hart, const Instruction& i) {                               \
    rvv::run_shaped_vx(hart, i, Shape::kWidening, kWideningVx<Op, signs>, hart.x[i.rs1]); \
  }
#define AREIA_WIDENING(name, Op, signs) AREIA_WIDENING_VV(name, Op, signs) AREIA_WIDENING_VX(name, Op, signs)
#define AREIA_WIDE(name, Op, is_signed)                                                       \
  void exec_##name##_wv(Hart& hart, const Instruction& i) {                                   \
    rvv::run_shaped_vv(hart, i, Shape::kWideningWide, kWideVv<Op, is_signed>);                \
  }                                                                                           \
  void exec_##name##_wx(Hart& hart, const Instruction& i) {                                   \
    rvv::run_shaped_vx(hart, i, Shape::kWideningWide, kWideVx<Op, is_signed>, hart.x[i.rs1]); \
  }
#define AREIA_NARROWING(name, is_signed)                                                    \
  void exec_##name##_wv(Hart& hart, const Instruction& i) {                                 \
    rvv::run_shaped_vv(hart, i, Shape::kNarrowing, kNarrowingVv<is_signed>);                \
  }                                                                                         \
  void exec_##name##_wx(Hart& hart, const Instruction& i) {                                 \
    rvv::run_shaped_vx(hart, i, Shape::kNarrowing, kNarrowingVx<is_signed>, hart.x[i.rs1]); \
  }                                                                                         \
  void exec_##name##_wi(Hart& hart, const Instruction& i) {                                 \
    rvv::run_shaped_vx(hart, i, Shape::kNarrowing, kNarrowingVx<is_signed>,                 \
                       static_cast<std::uint64_t>(i.immediate));                            \
  }

AREIA_WIDENING(vwaddu, Add, kUu)
AREIA_WIDENING(vwadd, Add, kSs)
AREIA_WIDENING(vwsubu, Subtract, kUu)
AREIA_WIDENING(vwsub, Subtract, kSs)
AREIA_WIDE(vwaddu, Add, false)
AREIA_WIDE(vwadd, Add, true)
AREIA_WIDE(vwsubu, Subtract, false)
AREIA_WIDE(vwsub, Subtract, true)
AREIA_WIDENING(vwmulu, Multiply, kUu)
AREIA_WIDENING(vwmul, Multiply, kSs)
AREIA_WIDENING(vwmulsu, Multiply, kSu)
AREIA_WIDENING(vwmaccu, MultiplyAccumulate, kUu)
AREIA_WIDENING(vwmacc, MultiplyAccumulate, kSs)
AREIA_WIDENING(vwmaccsu, MultiplyAccumulate, kUs)     // vs1 or the scalar is the signed one
AREIA_WIDENING_VX(vwmaccus, MultiplyAccumulate, kSu)  // the scalar is the unsigned one
AREIA_NARROWING(vnsrl, false)
AREIA_NARROWING(vnsra, true)

namespace {

/// Extends the narrow elements of vs2.
template <typename From, typename To>
void extend_kernel(rvv::Byte* d, const rvv::Byte* a, std::size_t count) {
  To* to = reinterpret_cast<To*>(d);
  const From* from = reinterpret_cast<const From*>(a);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<To>(from[i]);
}
using ExtendKernel = void (*)(rvv::Byte* d, const rvv::Byte* a, std::size_t count);

/// vs2 has SEW / 2^log2; `kernels` begin with SEW = 8 * 2^log2.
void extend(Hart& hart, const Instruction& i, int log2, const ExtendKernel* kernels) {
  VectorState& v = rvv::begin(hart);
  rvv::check_mask(i);
  rvv::require((v.sew_log2 >= 3 + log2) & (v.lmul_log2 - log2 >= -3) & (i.rd != i.rs2));
  rvv::require((i.rd & rvv::group_mask(v)) == 0 && (i.rs2 & rvv::group_mask(v, -log2)) == 0);
  const unsigned size = rvv::group_size(v), source_size = rvv::group_size(v, -log2);
  rvv::require(v.lmul_log2 - log2 < 0 ? !rvv::overlap(i.rd, size, i.rs2, source_size)
                                      : !rvv::overlap_wide(i.rd, size, i.rs2, source_size));
  const ExtendKernel kernel = kernels[v.sew_log2 - 3 - log2];
  if (!i.masked) return kernel(v.reg(i.rd), v.reg(i.rs2), v.vl);
  rvv::Scratch result;
  kernel(result, v.reg(i.rs2), v.vl);
  rvv::merge(v.reg(i.rd), result, rvv::ActiveBytes(v, v.vl), v.vl, v.sew_bytes());
}

constexpr ExtendKernel kZeroExtend2[] = {extend_kernel<U8, U16>, extend_kernel<U16, U32>,
                                         extend_kernel<U32, U64>};
constexpr ExtendKernel kSignExtend2[] = {extend_kernel<I8, U16>, extend_kernel<I16, U32>,
                                         extend_kernel<I32, U64>};
constexpr ExtendKernel kZeroExtend4[] = {extend_kernel<U8, U32>, extend_kernel<U16, U64>};
constexpr ExtendKernel kSignExtend4[] = {extend_kernel<I8, U32>, extend_kernel<I16, U64>};
constexpr ExtendKernel kZeroExtend8[] = {extend_kernel<U8, U64>};
constexpr ExtendKernel kSignExtend8[] = {extend_kernel<I8, U64>};

}  // namespace

void exec_vzext_vf2(Hart& hart, const Instruction& i) { extend(hart, i, 1, kZeroExtend2); }
void exec_vsext_vf2(Hart& hart, const Instruction& i) { extend(hart, i, 1, kSignExtend2); }
void exec_vzext_vf4(Hart& hart, const Instruction& i) { extend(hart, i, 2, kZeroExtend4); }
void exec_vsext_vf4(Hart& hart, const Instruction& i) { extend(hart, i, 2, kSignExtend4); }
void exec_vzext_vf8(Hart& hart, const Instruction& i) { extend(hart, i, 3, kZeroExtend8); }
void exec_vsext_vf8(Hart& hart, const Instruction& i) { extend(hart, i, 3, kSignExtend8); }

}  // namespace areia::sim
