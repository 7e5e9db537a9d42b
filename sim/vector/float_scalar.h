// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What vector floating-point instructions demand, and how they read a scalar from an f register.
#pragma once

#include "sim/vector/checks.h"

namespace areia::sim::rvv {

/// mstatus.FS is not Off and frm is a rounding mode (also for instructions that do not round, as in Spike).
inline void prepare_float(Hart& hart) {
  if (!hart.float_ready()) [[unlikely]]
    hart.prepare_float();
  require(hart.floats.frm() <= 4);
}
/// The same, and SEW is 16, 32 or 64 bits.
inline VectorState& begin_float(Hart& hart) {
  VectorState& v = begin(hart);
  prepare_float(hart);
  require(v.sew_log2 >= 4);
  return v;
}

/// The canonical NaN of a format of 16, 32 or 64 bits.
inline std::uint64_t canonical_nan(unsigned bits) {
  return bits == 16 ? 0x7e00 : bits == 32 ? 0x7fc00000 : 0x7ff8000000000000;
}
/// f[index] as a value of `bits` bits; one that is not NaN-boxed is the canonical NaN.
inline std::uint64_t float_scalar(const Hart& hart, unsigned index, unsigned bits) {
  const std::uint64_t value = hart.f[index];
  if (bits == 32) [[likely]]
    return value >> 32 == 0xffffffff ? value & 0xffffffff : canonical_nan(32);
  if (bits == 64) return value;
  const std::uint64_t box = ~std::uint64_t{0} << bits;
  return (value & box) == box ? value & ~box : canonical_nan(bits);
}

}  // namespace areia::sim::rvv
