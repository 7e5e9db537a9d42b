// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The SIMD kernels of tmma, compiled once for each target that Highway knows of and chosen at run time.
// A target without a fused multiply-add of its own has none of them: mma_reference() does its work.
#include "sim/tensor/mma_simd.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "spec/num/element.h"

// Vectors whose length is unknown to the compiler cannot be members of arrays.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/tensor/mma_simd.cpp"
#include <hwy/aligned_allocator.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace areia::sim::HWY_NAMESPACE {

#if HWY_NATIVE_FMA
// clang-format off: in this order
#include "sim/tensor/simd_unpack.inc"
#include "sim/tensor/simd_float.inc"
#include "sim/tensor/simd_integer.inc"
#include "sim/tensor/simd_block_formats.inc"
#include "sim/tensor/simd_super.inc"
#include "sim/tensor/simd_integer_mma.inc"
#include "sim/tensor/simd_mx.inc"
// clang-format on
#endif

bool mma_simd(const Mma& mma) {
#if HWY_NATIVE_FMA
  switch (arithmetic_of(mma.a_format, mma.b_format)) {
    case Arithmetic::kFloat:
      float_mma(mma);
      return true;
    case Arithmetic::kInteger:
      IntegerMma(mma).run();
      return true;
    case Arithmetic::kBlock:
      if (!integer_block_mma(mma)) mx_mma(mma);
      return true;
    case Arithmetic::kNone:
      return false;
  }
  return false;
#else
  static_cast<void>(mma);
  return false;
#endif
}

}  // namespace areia::sim::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace areia::sim {
HWY_EXPORT(mma_simd);

bool mma_simd(const Mma& mma) { return HWY_DYNAMIC_DISPATCH(mma_simd)(mma); }

std::vector<std::int64_t> mma_simd_targets() { return hwy::SupportedAndGeneratedTargets(); }

}  // namespace areia::sim
#endif
