// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Integer instructions as tables of kernels by SEW, and the functions that check operands and run them.
//
// An operation is a struct with a static template apply<T>(a, b) for T = uint8_t to uint64_t, where a is the
// element of vs2 and b that of vs1, the scalar or the immediate; or apply<T>(a, b, d) where the old element d
// of vd counts too. Widening and narrowing ones are described at their tables.
#pragma once

#include "sim/vector/checks.h"
#include "sim/vector/elements.h"

namespace areia::sim::rvv {

/// d = a op b for `count` elements; d may be (or overlap, see elements.h) a or b.
using VvKernel = void (*)(Byte* d, const Byte* a, const Byte* b, std::size_t count);
/// The same with one b for all elements; upper bits of b beyond the element are ignored.
using VxKernel = void (*)(Byte* d, const Byte* a, std::uint64_t b, std::size_t count);

template <typename Op, typename D, typename A, typename B>
D apply(A a, B b, [[maybe_unused]] D d) {
  if constexpr (requires { Op::apply(a, b, d); }) {
    return static_cast<D>(Op::apply(a, b, d));
  } else {
    return static_cast<D>(Op::apply(a, b));
  }
}

/// Elements of vd, vs2 and vs1 have the types D, A and B.
template <typename Op, typename D, typename A, typename B>
void vv_kernel(Byte* d, const Byte* a, const Byte* b, std::size_t count) {
  D* to = reinterpret_cast<D*>(d);
  const A* left = reinterpret_cast<const A*>(a);
  const B* right = reinterpret_cast<const B*>(b);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) to[i] = apply<Op, D, A, B>(left[i], right[i], to[i]);
}
template <typename Op, typename D, typename A, typename B>
void vx_kernel(Byte* d, const Byte* a, std::uint64_t b, std::size_t count) {
  D* to = reinterpret_cast<D*>(d);
  const A* left = reinterpret_cast<const A*>(a);
  const B right = static_cast<B>(b);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) to[i] = apply<Op, D, A, B>(left[i], right, to[i]);
}

/// All elements as wide as SEW.
template <typename Op>
inline constexpr VvKernel kSameVv[4] = {vv_kernel<Op, std::uint8_t, std::uint8_t, std::uint8_t>,
                                        vv_kernel<Op, std::uint16_t, std::uint16_t, std::uint16_t>,
                                        vv_kernel<Op, std::uint32_t, std::uint32_t, std::uint32_t>,
                                        vv_kernel<Op, std::uint64_t, std::uint64_t, std::uint64_t>};
template <typename Op>
inline constexpr VxKernel kSameVx[4] = {vx_kernel<Op, std::uint8_t, std::uint8_t, std::uint8_t>,
                                        vx_kernel<Op, std::uint16_t, std::uint16_t, std::uint16_t>,
                                        vx_kernel<Op, std::uint32_t, std::uint32_t, std::uint32_t>,
                                        vx_kernel<Op, std::uint64_t, std::uint64_t, std::uint64_t>};

/// vd, vs2 and vs1 have SEW.
void run_same_vv(Hart& hart, const Instruction& i, const VvKernel (&kernels)[4]);
void run_same_vx(Hart& hart, const Instruction& i, const VxKernel (&kernels)[4], std::uint64_t scalar);

/// How wide operands are in instructions where they differ.
enum class Shape : std::uint8_t {
  kWidening,      ///< vd has 2 * SEW, the others SEW
  kWideningWide,  ///< vd and vs2 have 2 * SEW
  kNarrowing,     ///< vs2 has 2 * SEW
};
/// Checks for a shape; `vs1`: i.rs1 is a vector.
void check_shape(const VectorState& v, const Instruction& i, Shape shape, bool vs1);
/// Kernels for SEW 8 to 32.
void run_shaped_vv(Hart& hart, const Instruction& i, Shape shape, const VvKernel (&kernels)[3]);
void run_shaped_vx(Hart& hart, const Instruction& i, Shape shape, const VxKernel (&kernels)[3],
                   std::uint64_t scalar);

/// Unsigned arithmetic modulo 2^32 or 2^64 that neither promotes to int nor overflows.
template <typename T>
using Arithmetic = std::conditional_t<(sizeof(T) < 4), std::uint32_t, std::make_unsigned_t<T>>;

}  // namespace areia::sim::rvv

/// Executors of an operation whose operands all have SEW, by operand kinds.
#define AREIA_SAME_VV(name, Op) \
  void exec_##name##_vv(Hart& hart, const Instruction& i) { rvv::run_same_vv(hart, i, rvv::kSameVv<Op>); }
#define AREIA_SAME_VX(name, Op)                                 \
  void exec_##name##_vx(Hart& hart, const Instruction& i) {     \
    rvv::run_same_vx(hart, i, rvv::kSameVx<Op>, hart.x[i.rs1]); \
  }
#define AREIA_SAME_VI(name, Op)                                                           \
  void exec_##name##_vi(Hart& hart, const Instruction& i) {                               \
    rvv::run_same_vx(hart, i, rvv::kSameVx<Op>, static_cast<std::uint64_t>(i.immediate)); \
  }
