// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Floating-point reductions onto vs1[0]. Sums add one element after the other in order, also the "unordered"
// ones, where the specification leaves the order open and Spike takes this one too. Minimum and maximum are
// the same in any order.
#include "sim/vector/float_kernels.h"

namespace areia::sim {
namespace {

using rvv::Byte;
using soft::Context;

enum class Operation : std::uint8_t { kSum, kMinimum, kMaximum };

template <Operation operation, typename F>
void reduce_soft(Byte* accumulator, const Byte* a, std::size_t count, Context& context) {
  using Bits = typename F::Bits;
  Bits result = rvv::element<Bits>(accumulator, 0);
  for (std::size_t i = 0; i < count; ++i) {
    const Bits value = rvv::element<Bits>(a, i);
    if constexpr (operation == Operation::kSum) {
      result = soft::add<F>(result, value, context);
    } else if constexpr (operation == Operation::kMinimum) {
      result = soft::minimum<F>(result, value, context);
    } else {
      result = soft::maximum<F>(result, value, context);
    }
  }
  rvv::set_element(accumulator, 0, result);
}

template <typename Host>
void sum_host(Byte* accumulator, const Byte* a, std::size_t count) {
  using Value = typename Host::Value;
  const Value* from = reinterpret_cast<const Value*>(a);
  Value result = rvv::element<Value>(accumulator, 0);
  for (std::size_t i = 0; i < count; ++i) result += from[i];
  rvv::set_element(accumulator, 0, rvv::result_bits<Host>(result));
}

/// As integers that order the values but NaN; signaling NaN, which are invalid, and NaN are left out.
template <Operation operation, typename F>
void extreme_bits(Byte* accumulator, const Byte* a, std::size_t count, Context& context) {
  using Bits = typename F::Bits;
  constexpr bool kIsMinimum = operation == Operation::kMinimum;
  constexpr Bits kLeftOut = kIsMinimum ? static_cast<Bits>(~Bits{0}) : Bits{0};
  const Bits* from = reinterpret_cast<const Bits*>(a);
  const auto key_of = [](Bits value) {
    return soft::is_nan<F>(value) ? kLeftOut : soft::order_key<F>(value);
  };
  const Bits first = rvv::element<Bits>(accumulator, 0);
  Bits best = key_of(first);
  Bits signaling = soft::is_signaling<F>(first) ? Bits{1} : Bits{0};
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    const Bits key = key_of(from[i]);
    best = kIsMinimum ? (key < best ? key : best) : (key > best ? key : best);
    signaling |= soft::is_signaling<F>(from[i]) ? Bits{1} : Bits{0};
  }
  if (signaling != 0) context.flags |= kInvalid;
  const bool negative = (best & F::kSign) == 0;
  const Bits value = negative ? static_cast<Bits>(~best) : static_cast<Bits>(best ^ F::kSign);
  rvv::set_element(accumulator, 0, best == kLeftOut ? F::kCanonicalNan : value);
}

/// Reduces `count` elements, all active, in the format `index`.
void sum(FloatEnvironment& floats, unsigned index, Byte* accumulator, const Byte* a, std::size_t count) {
#if AREIA_HOST_FLOAT
  if (floats.host_rounds() && index == 1) return sum_host<rvv::HostSingle>(accumulator, a, count);
  if (floats.host_rounds() && index == 2) return sum_host<rvv::HostDouble>(accumulator, a, count);
#endif
#if defined(__AVX512FP16__)
  if (floats.host_rounds() && index == 0) return sum_host<rvv::HostHalf>(accumulator, a, count);
#endif
  constexpr void (*kSoft[])(Byte*, const Byte*, std::size_t, Context&) = {
      reduce_soft<Operation::kSum, soft::Half>, reduce_soft<Operation::kSum, soft::Single>,
      reduce_soft<Operation::kSum, soft::Double>};
  Context context{floats.rounding()};
  kSoft[index](accumulator, a, count, context);
  floats.raise(context.flags);
}

template <Operation operation>
void extreme(FloatEnvironment& floats, unsigned index, Byte* accumulator, const Byte* a, std::size_t count) {
  constexpr void (*kKernels[])(Byte*, const Byte*, std::size_t, Context&) = {
      extreme_bits<operation, soft::Half>, extreme_bits<operation, soft::Single>,
      extreme_bits<operation, soft::Double>};
  Context context;
  kKernels[index](accumulator, a, count, context);
  floats.raise(context.flags);
}

using Reduce = void (*)(FloatEnvironment& floats, unsigned index, Byte* accumulator, const Byte* a,
                        std::size_t count);

/// The active elements of vs2, one after the other.
std::size_t pack_active(const VectorState& v, const Instruction& i, Byte* packed) {
  const unsigned bytes = v.sew_bytes();
  const Byte* from = v.reg(i.rs2);
  if (!i.masked) {
    std::memcpy(packed, from, v.vl * bytes);
    return v.vl;
  }
  std::size_t count = 0;
  for (std::size_t k = 0; k < v.vl; ++k) {
    if ((v.reg(0)[k / 8] >> k % 8 & 1) != 0) std::memcpy(packed + count++ * bytes, from + k * bytes, bytes);
  }
  return count;
}

/// An unordered sum of no elements makes a NaN canonical (and a signaling one invalid); an ordered one and
/// the extremes copy it. That is Spike's reading of what the specification allows.
void make_canonical(FloatEnvironment& floats, unsigned index, Byte* accumulator) {
  Byte nothing[8] = {};
  constexpr std::uint64_t kNegativeZero[] = {0x8000, 0x80000000, 0x8000000000000000};
  const auto bits = rvv::element<std::uint64_t>(accumulator, 0) & ~std::uint64_t{0} >> (64 - (16u << index));
  constexpr std::uint64_t kInfinity[] = {soft::Half::kInfinity, soft::Single::kInfinity,
                                         soft::Double::kInfinity};
  if ((bits & ~kNegativeZero[index]) <= kInfinity[index]) return;
  sum(floats, index, accumulator, nothing, 1);
}

void run(Hart& hart, const Instruction& i, Reduce reduce, bool widening, bool unordered_sum) {
  VectorState& v = rvv::begin_float(hart);
  rvv::require((i.rs2 & rvv::group_mask(v)) == 0);
  rvv::require(!widening || v.sew_log2 <= 5);
  if (v.vl == 0) return;
  unsigned index = rvv::format_index(v);
  Byte accumulator[8];
  std::memcpy(accumulator, v.reg(i.rs1), sizeof accumulator);
  rvv::Scratch packed;
  alignas(64) Byte wide[2 * rvv::kGroupBytes];  // sources may be whole groups of LMUL 8
  const std::size_t count = pack_active(v, i, packed);
  const Byte* elements = packed;
  if (widening) {
    rvv::widen_elements(hart.floats, index, wide, packed, count);
    elements = wide;
    ++index;
  }
  if (count != 0) {
    reduce(hart.floats, index, accumulator, elements, count);
  } else if (unordered_sum) {
    make_canonical(hart.floats, index, accumulator);
  }
  std::memcpy(v.reg(i.rd), accumulator, 2u << index);
}

}  // namespace

void exec_vfredosum_vs(Hart& hart, const Instruction& i) { run(hart, i, sum, false, false); }
void exec_vfredusum_vs(Hart& hart, const Instruction& i) { run(hart, i, sum, false, true); }
void exec_vfredmin_vs(Hart& hart, const Instruction& i) {
  run(hart, i, extreme<Operation::kMinimum>, false, false);
}
void exec_vfredmax_vs(Hart& hart, const Instruction& i) {
  run(hart, i, extreme<Operation::kMaximum>, false, false);
}
void exec_vfwredosum_vs(Hart& hart, const Instruction& i) { run(hart, i, sum, true, false); }
void exec_vfwredusum_vs(Hart& hart, const Instruction& i) { run(hart, i, sum, true, true); }

}  // namespace areia::sim
