// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Fused multiply-add: +-(b * a) +- d and +-(b * d) +- a, where a is vs2, b is vs1 or the scalar and d is vd;
// and the widening ones, of half, single and bfloat16 operands.
//
// Infinity times zero is invalid for RISC-V also where the addend is a quiet NaN; for x86 it is not. So the
// kernels look for it; with a scalar b that is neither it cannot happen.
#include "sim/vector/float_kernels.h"

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace areia::sim {
namespace {

using rvv::Byte;
using soft::Context;

inline float fused(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
inline double fused(double a, double b, double c) { return __builtin_fma(a, b, c); }
#if defined(__AVX512FP16__)
inline _Float16 fused(_Float16 a, _Float16 b, _Float16 c) { return __builtin_fmaf16(a, b, c); }
#endif

enum class Addend : std::uint8_t { kDestination, kVs2 };

/// +-(b * other) +- addend.
template <Addend addend, bool negate_product, bool negate_addend>
struct MultiplyAdd {
  template <typename V>
  static V host(V a, V b, V d) {
    const V factor = addend == Addend::kDestination ? a : d;
    const V added = addend == Addend::kDestination ? d : a;
    return fused(negate_product ? -factor : factor, b, negate_addend ? -added : added);
  }
  template <typename F, typename B>
  static B soft(B a, B b, B d, Context& context) {
    const B factor = addend == Addend::kDestination ? a : d;
    const B added = addend == Addend::kDestination ? d : a;
    return soft::multiply_add<F>(negate_product ? static_cast<B>(factor ^ F::kSign) : factor, b,
                                 negate_addend ? static_cast<B>(added ^ F::kSign) : added, context);
  }
  /// The other factor than b.
  template <typename V>
  static V factor(V a, V d) {
    return addend == Addend::kDestination ? a : d;
  }
};

/// Whether one is zero and the other infinite.
template <typename Host>
bool is_invalid_product(typename Host::Value a, typename Host::Value b) {
  using F = typename Host::Format;
  using Bits = typename F::Bits;
  const Bits left = static_cast<Bits>(rvv::bits_of<Host>(a) & ~F::kSign);
  const Bits right = static_cast<Bits>(rvv::bits_of<Host>(b) & ~F::kSign);
  const Bits low = left < right ? left : right, high = left < right ? right : left;
  return (low == 0) & (high == F::kInfinity);
}

template <typename Op, typename Host>
unsigned fused_vv(Byte* d, const Byte* a, const Byte* b, std::size_t count) {
  using Value = typename Host::Value;
  using Bits = typename Host::Format::Bits;
  Bits* to = reinterpret_cast<Bits*>(d);
  const Value* old = reinterpret_cast<const Value*>(d);
  const Value* left = reinterpret_cast<const Value*>(a);
  const Value* right = reinterpret_cast<const Value*>(b);
  Bits invalid = 0;
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    invalid |= is_invalid_product<Host>(Op::factor(left[i], old[i]), right[i]) ? Bits{1} : Bits{0};
    to[i] = rvv::result_bits<Host>(Op::host(left[i], right[i], old[i]));
  }
  return invalid != 0 ? kInvalid : 0;
}
/// Whether any of the elements has this magnitude.
template <typename F>
bool has_magnitude(const Byte* elements, std::size_t count, typename F::Bits magnitude) {
  using Bits = typename F::Bits;
  const Bits* from = reinterpret_cast<const Bits*>(elements);
  Bits found = 0;
  std::size_t i = 0;
#if defined(__AVX512F__)
  if constexpr (sizeof(Bits) == 4) {  // by mask registers, which need no sum over lanes at the end
    __mmask16 lanes = 0;
    for (; i + 16 <= count; i += 16) {
      const __m512i bits = _mm512_loadu_si512(from + i);
      const __m512i unsigned_bits = _mm512_and_si512(bits, _mm512_set1_epi32(0x7fffffff));
      lanes |= _mm512_cmpeq_epi32_mask(unsigned_bits, _mm512_set1_epi32(static_cast<int>(magnitude)));
    }
    if (lanes != 0) return true;
  }
#endif
  for (; i < count; ++i) found |= static_cast<Bits>(from[i] & ~F::kSign) == magnitude ? Bits{1} : Bits{0};
  return found != 0;
}
template <typename Op, typename Host>
unsigned fused_vx(Byte* d, const Byte* a, std::uint64_t b, std::size_t count) {
  using Value = typename Host::Value;
  using F = typename Host::Format;
  using Bits = typename F::Bits;
  Bits* to = reinterpret_cast<Bits*>(d);
  const Value* old = reinterpret_cast<const Value*>(d);
  const Value* left = reinterpret_cast<const Value*>(a);
  const auto bits = static_cast<Bits>(b), magnitude = static_cast<Bits>(b & ~F::kSign);
  const Value right = std::bit_cast<Value>(bits);
  unsigned flags = 0;
  if ((magnitude == 0) | (magnitude == F::kInfinity)) {
    const Byte* factors = Op::factor(a, static_cast<const Byte*>(d));
    if (has_magnitude<F>(factors, count, static_cast<Bits>(magnitude ^ F::kInfinity))) flags = kInvalid;
  }
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) to[i] = rvv::result_bits<Host>(Op::host(left[i], right, old[i]));
  return flags;
}

template <typename Op>
constexpr rvv::FloatKernels kFused = {
    {AREIA_HALF_KERNEL(fused_vv, Op), AREIA_HOST_KERNEL(fused_vv, Op, rvv::HostSingle),
     AREIA_HOST_KERNEL(fused_vv, Op, rvv::HostDouble)},
    {AREIA_HALF_KERNEL(fused_vx, Op), AREIA_HOST_KERNEL(fused_vx, Op, rvv::HostSingle),
     AREIA_HOST_KERNEL(fused_vx, Op, rvv::HostDouble)},
    {rvv::soft_vv<Op, soft::Half>, rvv::soft_vv<Op, soft::Single>, rvv::soft_vv<Op, soft::Double>}};

using Macc = MultiplyAdd<Addend::kDestination, false, false>;
using Nmacc = MultiplyAdd<Addend::kDestination, true, true>;
using Msac = MultiplyAdd<Addend::kDestination, false, true>;
using Nmsac = MultiplyAdd<Addend::kDestination, true, false>;
using Madd = MultiplyAdd<Addend::kVs2, false, false>;
using Nmadd = MultiplyAdd<Addend::kVs2, true, true>;
using Msub = MultiplyAdd<Addend::kVs2, false, true>;
using Nmsub = MultiplyAdd<Addend::kVs2, true, false>;

/// vd has 2 * SEW, vs2 and vs1 (or the scalar) SEW.
void run_widening(Hart& hart, const Instruction& i, const rvv::FloatKernels& kernels, bool vector) {
  VectorState& v = rvv::begin_float(hart);
  rvv::check_widening(v, i, vector);
  const unsigned index = rvv::format_index(v);
  rvv::Scratch a, b, scalar;
  if (!vector) rvv::broadcast(scalar, rvv::float_scalar(hart, i.rs1, v.sew_bits()), v.vl, v.sew_bytes());
  rvv::widen_float(hart, i, index, a, v.reg(i.rs2));
  rvv::widen_float(hart, i, index, b, vector ? v.reg(i.rs1) : scalar.bytes);
  rvv::run_float_elements(hart, i, kernels, index + 1, a, b);
}

/// The singles whose upper halves are these bfloat16: the same values, and the same NaN.
void widen_bfloat16(Byte* wide, const Byte* narrow, std::size_t count) {
  std::uint32_t* to = reinterpret_cast<std::uint32_t*>(wide);
  const std::uint16_t* from = reinterpret_cast<const std::uint16_t*>(narrow);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) to[i] = std::uint32_t{from[i]} << 16;
}

/// vd is single, vs2 and vs1 (or the scalar) bfloat16; signaling NaN are as invalid to the single
/// multiply-add.
void run_bfloat16(Hart& hart, const Instruction& i, bool vector) {
  VectorState& v = rvv::begin_float(hart);
  rvv::require(v.sew_log2 == 4);
  rvv::check_widening(v, i, vector);
  rvv::Scratch a, b, scalar;
  if (!vector) {
    const std::uint64_t boxed = hart.f[i.rs1];
    const bool is_boxed = boxed >> 16 == ~std::uint64_t{0} >> 16;
    rvv::broadcast(scalar, is_boxed ? boxed : soft::Bfloat16::kCanonicalNan, v.vl, 2);
  }
  widen_bfloat16(a, v.reg(i.rs2), v.vl);
  widen_bfloat16(b, vector ? v.reg(i.rs1) : scalar.bytes, v.vl);
  rvv::run_float_elements(hart, i, kFused<Macc>, 1, a, b);
}

}  // namespace

#define AREIA_FUSED(name, Op)                                                                         \
  void exec_##name##_vv(Hart& hart, const Instruction& i) { rvv::run_float_vv(hart, i, kFused<Op>); } \
  void exec_##name##_vf(Hart& hart, const Instruction& i) { rvv::run_float_vf(hart, i, kFused<Op>); }
#define AREIA_FUSED_WIDENING(name, Op)                                                                 \
  void exec_##name##_vv(Hart& hart, const Instruction& i) { run_widening(hart, i, kFused<Op>, true); } \
  void exec_##name##_vf(Hart& hart, const Instruction& i) { run_widening(hart, i, kFused<Op>, false); }

AREIA_FUSED(vfmacc, Macc)
AREIA_FUSED(vfnmacc, Nmacc)
AREIA_FUSED(vfmsac, Msac)
AREIA_FUSED(vfnmsac, Nmsac)
AREIA_FUSED(vfmadd, Madd)
AREIA_FUSED(vfnmadd, Nmadd)
AREIA_FUSED(vfmsub, Msub)
AREIA_FUSED(vfnmsub, Nmsub)
AREIA_FUSED_WIDENING(vfwmacc, Macc)
AREIA_FUSED_WIDENING(vfwnmacc, Nmacc)
AREIA_FUSED_WIDENING(vfwmsac, Msac)
AREIA_FUSED_WIDENING(vfwnmsac, Nmsac)
void exec_vfwmaccbf16_vv(Hart& hart, const Instruction& i) { run_bfloat16(hart, i, true); }
void exec_vfwmaccbf16_vf(Hart& hart, const Instruction& i) { run_bfloat16(hart, i, false); }

}  // namespace areia::sim
