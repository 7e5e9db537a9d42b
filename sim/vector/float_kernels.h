// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Floating-point instructions as tables of kernels by format, and the functions that check operands and run
// them.
//
// A host kernel does IEEE arithmetic in the host's unit, whose rounding mode and sticky flags are the guest's
// (sim/hart/float_environment.h), and makes every NaN canonical by a select; a soft kernel does the same in
// integers and is what runs where the host cannot: rounding to nearest with ties away, half precision without
// AVX512-FP16, hosts that are not x86. Inactive elements compute with ones, which raise no flags.
#pragma once

#include "sim/hart/soft_convert.h"
#include "sim/vector/elements.h"
#include "sim/vector/float_scalar.h"

namespace areia::sim::rvv {

/// d = a op b; returns flags to raise beyond those that the host's unit has gathered.
using FloatVv = unsigned (*)(Byte* d, const Byte* a, const Byte* b, std::size_t count);
/// The same with one b, its bits.
using FloatVx = unsigned (*)(Byte* d, const Byte* a, std::uint64_t b, std::size_t count);
using SoftVv = void (*)(Byte* d, const Byte* a, const Byte* b, std::size_t count, soft::Context& context);

/// Kernels by format: half, single, double. No host kernel: null.
struct FloatKernels {
  FloatVv vv[3];
  FloatVx vx[3];
  SoftVv soft[3];
};

/// Index of a format in the tables.
inline unsigned format_index(const VectorState& v) { return v.sew_log2 - 4u; }
/// 1.0 by format.
inline constexpr std::uint64_t kOne[3] = {0x3c00, 0x3f800000, 0x3ff0000000000000};

struct HostSingle {
  using Value = float;
  using Format = soft::Single;
};
struct HostDouble {
  using Value = double;
  using Format = soft::Double;
};
#if defined(__AVX512FP16__)
struct HostHalf {
  using Value = _Float16;
  using Format = soft::Half;
};
#endif

template <typename Host>
typename Host::Format::Bits bits_of(typename Host::Value value) {
  return std::bit_cast<typename Host::Format::Bits>(value);
}
/// The bits of a result, every NaN canonical.
template <typename Host>
typename Host::Format::Bits result_bits(typename Host::Value value) {
  return value != value ? Host::Format::kCanonicalNan : bits_of<Host>(value);
}

/// Op::host(a, b) of host values.
template <typename Op, typename Host>
unsigned host_vv(Byte* d, const Byte* a, const Byte* b, std::size_t count) {
  using Value = typename Host::Value;
  auto* to = reinterpret_cast<typename Host::Format::Bits*>(d);
  const Value* left = reinterpret_cast<const Value*>(a);
  const Value* right = reinterpret_cast<const Value*>(b);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i)
    to[i] = result_bits<Host>(Op::template host<Host>(left[i], right[i]));
  return 0;
}
template <typename Op, typename Host>
unsigned host_vx(Byte* d, const Byte* a, std::uint64_t b, std::size_t count) {
  using Value = typename Host::Value;
  auto* to = reinterpret_cast<typename Host::Format::Bits*>(d);
  const Value* left = reinterpret_cast<const Value*>(a);
  const Value right = std::bit_cast<Value>(static_cast<typename Host::Format::Bits>(b));
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) to[i] = result_bits<Host>(Op::template host<Host>(left[i], right));
  return 0;
}
/// Op::soft<Format>(a, b, context), or (a, b, old d, context).
template <typename Op, typename Format>
void soft_vv(Byte* d, const Byte* a, const Byte* b, std::size_t count, soft::Context& context) {
  using Bits = typename Format::Bits;
  for (std::size_t i = 0; i < count; ++i) {
    const Bits left = element<Bits>(a, i), right = element<Bits>(b, i);
    if constexpr (requires { Op::template soft<Format>(left, right, context); }) {
      set_element(d, i, static_cast<Bits>(Op::template soft<Format>(left, right, context)));
    } else {
      set_element(d, i,
                  static_cast<Bits>(Op::template soft<Format>(left, right, element<Bits>(d, i), context)));
    }
  }
}

#if AREIA_HOST_FLOAT
#define AREIA_HOST_KERNEL(kernel, Op, Host) kernel<Op, Host>
#else
#define AREIA_HOST_KERNEL(kernel, Op, Host) nullptr
#endif
#if defined(__AVX512FP16__)
#define AREIA_HALF_KERNEL(kernel, Op) kernel<Op, rvv::HostHalf>
#else
#define AREIA_HALF_KERNEL(kernel, Op) nullptr
#endif

template <typename Op>
inline constexpr FloatKernels kFloat = {
    {AREIA_HALF_KERNEL(host_vv, Op), AREIA_HOST_KERNEL(host_vv, Op, HostSingle),
     AREIA_HOST_KERNEL(host_vv, Op, HostDouble)},
    {AREIA_HALF_KERNEL(host_vx, Op), AREIA_HOST_KERNEL(host_vx, Op, HostSingle),
     AREIA_HOST_KERNEL(host_vx, Op, HostDouble)},
    {soft_vv<Op, soft::Half>, soft_vv<Op, soft::Single>, soft_vv<Op, soft::Double>}};

/// vd, vs2 and vs1 have SEW, the format of SEW.
void run_float_vv(Hart& hart, const Instruction& i, const FloatKernels& kernels);
/// vd and vs2 have SEW, and there is a scalar: in general, by spreading it to a vector.
void run_spread_scalar(Hart& hart, const Instruction& i, const FloatKernels& kernels);
/// The same; in line where nothing is masked and the host rounds, since such are most of a program's work.
[[gnu::always_inline]] inline void run_float_vf(Hart& hart, const Instruction& i,
                                                const FloatKernels& kernels) {
  VectorState& v = hart.vector;
  const unsigned sew_log2 = v.sew_log2;
  const bool plain = !i.masked & hart.float_ready() & hart.floats.host_rounds() & !v.vill & (v.vstart == 0) &
                     (sew_log2 >= 4) & (((i.rd | i.rs2) & group_mask(v)) == 0);
  if (!plain || kernels.vx[sew_log2 - 4u] == nullptr) [[unlikely]]
    return run_spread_scalar(hart, i, kernels);
  const std::uint64_t scalar = float_scalar(hart, i.rs1, 1u << sew_log2);
  const unsigned flags = kernels.vx[sew_log2 - 4u](v.reg(i.rd), v.reg(i.rs2), scalar, v.vl);
  if (flags != 0) [[unlikely]]
    hart.floats.raise(flags);
}
/// One operand, vs2.
void run_float_v(Hart& hart, const Instruction& i, const FloatKernels& kernels);

/// The parts of those, for instructions of other shapes: `a` and `b` are vl elements of format `index`, the
/// destination vd; the caller has checked everything.
void run_float_elements(Hart& hart, const Instruction& i, const FloatKernels& kernels, unsigned index,
                        const Byte* a, const Byte* b);

/// A narrow operand of vl elements in the format twice as wide: half to single (index 0), single to double
/// (1). Signaling NaN are invalid where active; NaN are not made canonical.
void widen_float(Hart& hart, const Instruction& i, unsigned index, Byte* wide, const Byte* narrow);
/// The same for `count` elements, none inactive; returns flags beyond those that the host's unit has
/// gathered.
unsigned widen_half(Byte* wide, const Byte* narrow, std::size_t count);
unsigned widen_single(Byte* wide, const Byte* narrow, std::size_t count);
void widen_elements(FloatEnvironment& floats, unsigned index, Byte* wide, const Byte* narrow,
                    std::size_t count);

}  // namespace areia::sim::rvv
