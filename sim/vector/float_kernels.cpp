// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Running floating-point kernels, unmasked and masked, on the host or soft.
#include "sim/vector/float_kernels.h"

#if defined(__F16C__)
#include <immintrin.h>
#endif

namespace areia::sim::rvv {
namespace {

void execute(FloatEnvironment& floats, const FloatKernels& kernels, unsigned index, Byte* d, const Byte* a,
             const Byte* b, std::size_t count) {
  unsigned flags;
  if (floats.host_rounds() && kernels.vv[index] != nullptr) [[likely]] {
    flags = kernels.vv[index](d, a, b, count);
  } else {
    soft::Context context{floats.rounding()};
    kernels.soft[index](d, a, b, count, context);
    flags = context.flags;
  }
  if (flags != 0) floats.raise(flags);
}

template <typename To, typename From>
unsigned widen_soft(Byte* wide, const Byte* narrow, std::size_t count) {
  soft::Context context;
  for (std::size_t i = 0; i < count; ++i)
    set_element(wide, i, soft::convert<To, From>(element<typename From::Bits>(narrow, i), context));
  return context.flags;
}

}  // namespace

unsigned widen_half(Byte* wide, const Byte* narrow, std::size_t count) {
#if defined(__F16C__)
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m128i half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(narrow + 2 * i));
    _mm256_storeu_ps(reinterpret_cast<float*>(wide) + i, _mm256_cvtph_ps(half));
  }
  if (i < count) {
    alignas(16) std::uint16_t rest[8] = {};
    alignas(32) float widened[8];
    std::memcpy(rest, narrow + 2 * i, 2 * (count - i));
    _mm256_store_ps(widened, _mm256_cvtph_ps(_mm_load_si128(reinterpret_cast<const __m128i*>(rest))));
    std::memcpy(wide + 4 * i, widened, 4 * (count - i));
  }
  return 0;
#else
  return widen_soft<soft::Single, soft::Half>(wide, narrow, count);
#endif
}

unsigned widen_single(Byte* wide, const Byte* narrow, std::size_t count) {
#if AREIA_HOST_FLOAT
  double* to = reinterpret_cast<double*>(wide);
  const float* from = reinterpret_cast<const float*>(narrow);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<double>(from[i]);
  return 0;
#else
  return widen_soft<soft::Double, soft::Single>(wide, narrow, count);
#endif
}

namespace {

[[gnu::noinline]] void run_masked(Hart& hart, const Instruction& i, const FloatKernels& kernels,
                                  unsigned index, const Byte* a, const Byte* b) {
  VectorState& v = hart.vector;
  const unsigned bytes = 2u << index;
  const ActiveBytes active(v, v.vl);
  Scratch left, right, result;
  neutralise(left, a, active, v.vl, bytes, kOne[index]);
  neutralise(right, b, active, v.vl, bytes, kOne[index]);
  neutralise(result, v.reg(i.rd), active, v.vl, bytes, kOne[index]);
  execute(hart.floats, kernels, index, result, left, right, v.vl);
  merge(v.reg(i.rd), result, active, v.vl, bytes);
}

}  // namespace

void run_float_elements(Hart& hart, const Instruction& i, const FloatKernels& kernels, unsigned index,
                        const Byte* a, const Byte* b) {
  VectorState& v = hart.vector;
  if (i.masked) return run_masked(hart, i, kernels, index, a, b);
  execute(hart.floats, kernels, index, v.reg(i.rd), a, b, v.vl);
}

void run_float_vv(Hart& hart, const Instruction& i, const FloatKernels& kernels) {
  VectorState& v = begin_float(hart);
  check_same(v, i, i.rs1);
  run_float_elements(hart, i, kernels, format_index(v), v.reg(i.rs2), v.reg(i.rs1));
}

void run_spread_scalar(Hart& hart, const Instruction& i, const FloatKernels& kernels) {
  VectorState& v = begin_float(hart);
  check_same(v, i, 0);
  Scratch b;
  broadcast(b, float_scalar(hart, i.rs1, v.sew_bits()), v.vl, v.sew_bytes());
  run_float_elements(hart, i, kernels, format_index(v), v.reg(i.rs2), b);
}

void run_float_v(Hart& hart, const Instruction& i, const FloatKernels& kernels) {
  VectorState& v = begin_float(hart);
  check_same(v, i, 0);
  run_float_elements(hart, i, kernels, format_index(v), v.reg(i.rs2), v.reg(i.rs2));
}

void widen_elements(FloatEnvironment& floats, unsigned index, Byte* wide, const Byte* narrow,
                    std::size_t count) {
  const unsigned flags = index == 0 ? widen_half(wide, narrow, count) : widen_single(wide, narrow, count);
  if (flags != 0) floats.raise(flags);
}

void widen_float(Hart& hart, const Instruction& i, unsigned index, Byte* wide, const Byte* narrow) {
  const VectorState& v = hart.vector;
  if (!i.masked) return widen_elements(hart.floats, index, wide, narrow, v.vl);
  Scratch active_only;
  neutralise(active_only, narrow, ActiveBytes(v, v.vl), v.vl, 2u << index, kOne[index]);
  widen_elements(hart.floats, index, wide, active_only, v.vl);
}

}  // namespace areia::sim::rvv
