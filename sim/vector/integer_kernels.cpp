// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Running integer kernels, unmasked and masked.
#include "sim/vector/integer_kernels.h"

namespace areia::sim::rvv {
namespace {

/// Runs `kernel(destination)` on a copy of vd and merges the active elements.
template <typename Kernel>
[[gnu::noinline]] void run_masked(VectorState& v, unsigned vd, unsigned element_bytes, const Kernel& kernel) {
  const ActiveBytes active(v, v.vl);
  Scratch result;
  std::memcpy(result, v.reg(vd), v.vl * element_bytes);
  kernel(result);
  merge(v.reg(vd), result, active, v.vl, element_bytes);
}

unsigned destination_bytes(const VectorState& v, Shape shape) {
  return shape == Shape::kNarrowing ? v.sew_bytes() : 2 * v.sew_bytes();
}

}  // namespace

void run_same_vv(Hart& hart, const Instruction& i, const VvKernel (&kernels)[4]) {
  VectorState& v = begin(hart);
  check_same(v, i, i.rs1);
  const VvKernel kernel = kernels[sew_index(v)];
  if (!i.masked) return kernel(v.reg(i.rd), v.reg(i.rs2), v.reg(i.rs1), v.vl);
  run_masked(v, i.rd, v.sew_bytes(), [&](Byte* d) { kernel(d, v.reg(i.rs2), v.reg(i.rs1), v.vl); });
}

void run_same_vx(Hart& hart, const Instruction& i, const VxKernel (&kernels)[4], std::uint64_t scalar) {
  VectorState& v = begin(hart);
  check_same(v, i, 0);
  const VxKernel kernel = kernels[sew_index(v)];
  if (!i.masked) return kernel(v.reg(i.rd), v.reg(i.rs2), scalar, v.vl);
  run_masked(v, i.rd, v.sew_bytes(), [&](Byte* d) { kernel(d, v.reg(i.rs2), scalar, v.vl); });
}

void check_shape(const VectorState& v, const Instruction& i, Shape shape, bool vs1) {
  switch (shape) {
    case Shape::kWidening:
      return check_widening(v, i, vs1);
    case Shape::kWideningWide:
      return check_widening_wide(v, i, vs1);
    case Shape::kNarrowing:
      return check_narrowing(v, i, vs1);
  }
}

void run_shaped_vv(Hart& hart, const Instruction& i, Shape shape, const VvKernel (&kernels)[3]) {
  VectorState& v = begin(hart);
  check_shape(v, i, shape, true);
  const VvKernel kernel = kernels[sew_index(v)];
  if (!i.masked) return kernel(v.reg(i.rd), v.reg(i.rs2), v.reg(i.rs1), v.vl);
  run_masked(v, i.rd, destination_bytes(v, shape),
             [&](Byte* d) { kernel(d, v.reg(i.rs2), v.reg(i.rs1), v.vl); });
}

void run_shaped_vx(Hart& hart, const Instruction& i, Shape shape, const VxKernel (&kernels)[3],
                   std::uint64_t scalar) {
  VectorState& v = begin(hart);
  check_shape(v, i, shape, false);
  const VxKernel kernel = kernels[sew_index(v)];
  if (!i.masked) return kernel(v.reg(i.rd), v.reg(i.rs2), scalar, v.vl);
  run_masked(v, i.rd, destination_bytes(v, shape), [&](Byte* d) { kernel(d, v.reg(i.rs2), scalar, v.vl); });
}

}  // namespace areia::sim::rvv
