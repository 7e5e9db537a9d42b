// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Moving elements about: scalar moves, slides, gathers, compress, whole-register moves.
#include <algorithm>

#include "sim/vector/elements.h"
#include "sim/vector/float_scalar.h"

namespace areia::sim {
namespace {

using rvv::Byte;

/// Runs `move(destination)` on vd, or on a copy whose active elements are merged.
template <typename Move>
void under_mask(VectorState& v, const Instruction& i, const Move& move) {
  if (!i.masked) return move(v.reg(i.rd));
  const unsigned bytes = v.sew_bytes();
  rvv::Scratch result;
  std::memcpy(result, v.reg(i.rd), v.vl * bytes);
  move(static_cast<Byte*>(result));
  rvv::merge(v.reg(i.rd), result, rvv::ActiveBytes(v, v.vl), v.vl, bytes);
}

void slide_up(Hart& hart, const Instruction& i, std::uint64_t offset) {
  VectorState& v = rvv::begin(hart);
  rvv::check_same(v, i, 0);
  rvv::require(i.rd != i.rs2);
  if (offset >= v.vl) return;
  const unsigned bytes = v.sew_bytes();
  under_mask(v, i, [&](Byte* d) { std::memcpy(d + offset * bytes, v.reg(i.rs2), (v.vl - offset) * bytes); });
}

void slide_down(Hart& hart, const Instruction& i, std::uint64_t offset) {
  VectorState& v = rvv::begin(hart);
  rvv::check_same(v, i, 0);
  const unsigned bytes = v.sew_bytes();
  const std::uint64_t maximum = v.vlmax();
  const std::uint64_t moved = offset >= maximum ? 0 : std::min(v.vl, maximum - offset);
  under_mask(v, i, [&](Byte* d) {
    if (moved != 0) std::memmove(d, v.reg(i.rs2) + offset * bytes, moved * bytes);
    std::memset(d + moved * bytes, 0, (v.vl - moved) * bytes);
  });
}

/// Element 0 of vd is the scalar; the others come from the element before in vs2.
void slide_1_up(VectorState& v, const Instruction& i, std::uint64_t scalar) {
  rvv::check_same(v, i, 0);
  rvv::require(i.rd != i.rs2);
  if (v.vl == 0) return;
  const unsigned bytes = v.sew_bytes();
  under_mask(v, i, [&](Byte* d) {
    std::memcpy(d + bytes, v.reg(i.rs2), (v.vl - 1) * bytes);
    std::memcpy(d, &scalar, bytes);
  });
}
/// The last element of vd is the scalar; the others come from the element after in vs2.
void slide_1_down(VectorState& v, const Instruction& i, std::uint64_t scalar) {
  rvv::check_same(v, i, 0);
  if (v.vl == 0) return;
  const unsigned bytes = v.sew_bytes();
  under_mask(v, i, [&](Byte* d) {
    std::memmove(d, v.reg(i.rs2) + bytes, (v.vl - 1) * bytes);
    std::memcpy(d + (v.vl - 1) * bytes, &scalar, bytes);
  });
}

using GatherKernel = void (*)(Byte* d, const Byte* a, const Byte* indices, std::size_t count,
                              std::uint64_t maximum);

template <typename T, typename Index>
void gather(Byte* d, const Byte* a, const Byte* indices, std::size_t count, std::uint64_t maximum) {
  T* to = reinterpret_cast<T*>(d);
  const T* from = reinterpret_cast<const T*>(a);
  const Index* index = reinterpret_cast<const Index*>(indices);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) to[i] = index[i] < maximum ? from[index[i]] : T{0};
}

void run_gather(Hart& hart, const Instruction& i, const GatherKernel (&kernels)[4]) {
  VectorState& v = rvv::begin(hart);
  rvv::check_same(v, i, 0);
  rvv::require(i.rd != i.rs2 && i.rd != i.rs1);
  const GatherKernel kernel = kernels[rvv::sew_index(v)];
  under_mask(v, i, [&](Byte* d) { kernel(d, v.reg(i.rs2), v.reg(i.rs1), v.vl, v.vlmax()); });
}

/// Every element of vd becomes element `index` of vs2.
void gather_one(Hart& hart, const Instruction& i, std::uint64_t index) {
  VectorState& v = rvv::begin(hart);
  rvv::check_same(v, i, 0);
  rvv::require(i.rd != i.rs2);
  const unsigned bytes = v.sew_bytes();
  std::uint64_t value = 0;
  if (index < v.vlmax()) std::memcpy(&value, v.reg(i.rs2) + index * bytes, bytes);
  under_mask(v, i, [&](Byte* d) { rvv::broadcast(d, value, v.vl, bytes); });
}

template <typename T>
void compress(Byte* d, const Byte* a, const Byte* chosen, std::size_t count) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (chosen[i] != 0) rvv::set_element(d, next++, rvv::element<T>(a, i));
  }
}

void move_registers(Hart& hart, const Instruction& i, unsigned count) {
  VectorState& v = rvv::begin(hart);
  rvv::require(((i.rd | i.rs2) & (count - 1)) == 0);
  if (i.rd != i.rs2) std::memcpy(v.reg(i.rd), v.reg(i.rs2), std::size_t{count} * v.vlen_bytes);
}

}  // namespace

void exec_vmv_s_x(Hart& hart, const Instruction& i) {
  VectorState& v = rvv::begin(hart);
  if (v.vl != 0) std::memcpy(v.reg(i.rd), &hart.x[i.rs1], v.sew_bytes());
}
void exec_vmv_x_s(Hart& hart, const Instruction& i) {
  const VectorState& v = rvv::begin(hart);
  const auto value = rvv::element<std::int64_t>(v.reg(i.rs2), 0);
  const unsigned unused = 64 - v.sew_bits();
  hart.write_x(i.rd, static_cast<std::uint64_t>(
                         static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << unused) >> unused));
}
void exec_vfmv_s_f(Hart& hart, const Instruction& i) {
  VectorState& v = rvv::begin_float(hart);
  const std::uint64_t value = rvv::float_scalar(hart, i.rs1, v.sew_bits());
  if (v.vl != 0) std::memcpy(v.reg(i.rd), &value, v.sew_bytes());
}
void exec_vfmv_f_s(Hart& hart, const Instruction& i) {
  const VectorState& v = rvv::begin_float(hart);
  std::uint64_t value = ~std::uint64_t{0};  // NaN-boxed
  std::memcpy(&value, v.reg(i.rs2), v.sew_bytes());
  hart.f[i.rd] = value;
}

void exec_vslideup_vx(Hart& hart, const Instruction& i) { slide_up(hart, i, hart.x[i.rs1]); }
void exec_vslideup_vi(Hart& hart, const Instruction& i) {
  slide_up(hart, i, static_cast<std::uint64_t>(i.immediate));
}
void exec_vslidedown_vx(Hart& hart, const Instruction& i) { slide_down(hart, i, hart.x[i.rs1]); }
void exec_vslidedown_vi(Hart& hart, const Instruction& i) {
  slide_down(hart, i, static_cast<std::uint64_t>(i.immediate));
}
void exec_vslide1up_vx(Hart& hart, const Instruction& i) { slide_1_up(rvv::begin(hart), i, hart.x[i.rs1]); }
void exec_vslide1down_vx(Hart& hart, const Instruction& i) {
  slide_1_down(rvv::begin(hart), i, hart.x[i.rs1]);
}
void exec_vfslide1up_vf(Hart& hart, const Instruction& i) {
  VectorState& v = rvv::begin_float(hart);
  slide_1_up(v, i, rvv::float_scalar(hart, i.rs1, v.sew_bits()));
}
void exec_vfslide1down_vf(Hart& hart, const Instruction& i) {
  VectorState& v = rvv::begin_float(hart);
  slide_1_down(v, i, rvv::float_scalar(hart, i.rs1, v.sew_bits()));
}

void exec_vrgather_vv(Hart& hart, const Instruction& i) {
  constexpr GatherKernel kKernels[4] = {
      gather<std::uint8_t, std::uint8_t>, gather<std::uint16_t, std::uint16_t>,
      gather<std::uint32_t, std::uint32_t>, gather<std::uint64_t, std::uint64_t>};
  rvv::require((i.rs1 & rvv::group_mask(hart.vector)) == 0);
  run_gather(hart, i, kKernels);
}
void exec_vrgatherei16_vv(Hart& hart, const Instruction& i) {
  constexpr GatherKernel kKernels[4] = {
      gather<std::uint8_t, std::uint16_t>, gather<std::uint16_t, std::uint16_t>,
      gather<std::uint32_t, std::uint16_t>, gather<std::uint64_t, std::uint16_t>};
  const VectorState& v = rvv::begin(hart);
  const int shift = 4 - v.sew_log2;
  rvv::require((v.lmul_log2 + shift >= -3) & (v.lmul_log2 + shift <= 3));
  rvv::require((i.rs1 & rvv::group_mask(v, shift)) == 0);
  rvv::require(!rvv::overlap(i.rd, rvv::group_size(v), i.rs1, rvv::group_size(v, shift)));
  run_gather(hart, i, kKernels);
}
void exec_vrgather_vx(Hart& hart, const Instruction& i) { gather_one(hart, i, hart.x[i.rs1]); }
void exec_vrgather_vi(Hart& hart, const Instruction& i) {
  gather_one(hart, i, static_cast<std::uint64_t>(i.immediate));
}

void exec_vcompress_vm(Hart& hart, const Instruction& i) {
  constexpr void (*kKernels[])(Byte*, const Byte*, const Byte*, std::size_t) = {
      compress<std::uint8_t>, compress<std::uint16_t>, compress<std::uint32_t>, compress<std::uint64_t>};
  VectorState& v = rvv::begin(hart);
  rvv::check_same(v, i, 0);
  rvv::require(i.rd != i.rs2 && !rvv::overlap(i.rd, rvv::group_size(v), i.rs1, 1));
  rvv::Scratch chosen;
  rvv::bits_to_bytes(chosen, v.reg(i.rs1), v.vl);
  kKernels[rvv::sew_index(v)](v.reg(i.rd), v.reg(i.rs2), chosen, v.vl);
}

void exec_vmv1r_v(Hart& hart, const Instruction& i) { move_registers(hart, i, 1); }
void exec_vmv2r_v(Hart& hart, const Instruction& i) { move_registers(hart, i, 2); }
void exec_vmv4r_v(Hart& hart, const Instruction& i) { move_registers(hart, i, 4); }
void exec_vmv8r_v(Hart& hart, const Instruction& i) { move_registers(hart, i, 8); }

}  // namespace areia::sim
