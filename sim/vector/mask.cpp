// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Instructions on masks, 64 bits at a time: logic, population count, find and set first, iota, element index.
#include <algorithm>
#include <bit>

#include "sim/vector/checks.h"
#include "sim/vector/elements.h"

namespace areia::sim {
namespace {

using rvv::Byte;
using Word = std::uint64_t;

Word word(const VectorState& v, unsigned reg, std::size_t index) {
  return rvv::element<Word>(v.reg(reg), index);
}
/// The bits of word `index` that belong to elements below vl, and with a masked instruction are active.
Word active_bits(const VectorState& v, bool masked, std::size_t index) {
  const std::size_t rest = v.vl - index * 64;
  const Word body = rest >= 64 ? ~Word{0} : (Word{1} << rest) - 1;
  return masked ? body & word(v, 0, index) : body;
}
std::size_t words(const VectorState& v) { return (v.vl + 63) / 64; }

template <typename Op>
void logic(Hart& hart, const Instruction& i, const Op& op) {
  VectorState& v = rvv::begin(hart);
  for (std::size_t k = 0; k < words(v); ++k) {
    const Word body = active_bits(v, false, k);
    const Word result = op(word(v, i.rs2, k), word(v, i.rs1, k));
    rvv::set_element(v.reg(i.rd), k, (word(v, i.rd, k) & ~body) | (result & body));
  }
}

/// Index of the first set bit of vs2 that is active, or vl.
std::size_t first_set(const VectorState& v, const Instruction& i) {
  for (std::size_t k = 0; k < words(v); ++k) {
    const Word set = word(v, i.rs2, k) & active_bits(v, i.masked, k);
    if (set != 0) return k * 64 + static_cast<std::size_t>(std::countr_zero(set));
  }
  return v.vl;
}

/// Sets those active bits of vd that are before and at the first set one of vs2, as asked; clears the others.
void set_range(Hart& hart, const Instruction& i, bool before, bool at) {
  VectorState& v = rvv::begin(hart);
  rvv::check_mask(i);
  rvv::require(i.rd != i.rs2);
  const std::size_t first = first_set(v, i);
  for (std::size_t k = 0; k < words(v); ++k) {
    const std::size_t base = k * 64;
    const Word below = first <= base ? 0 : first - base >= 64 ? ~Word{0} : (Word{1} << (first - base)) - 1;
    const Word exact = first >= base && first - base < 64 ? Word{1} << (first - base) : 0;
    const Word result = (before ? below : 0) | (at ? exact : 0);
    const Word active = active_bits(v, i.masked, k);
    rvv::set_element(v.reg(i.rd), k, (word(v, i.rd, k) & ~active) | (result & active));
  }
}

template <typename T>
void count_up(Byte* d, std::size_t count) {
  T* to = reinterpret_cast<T*>(d);
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<T>(i);
}
/// to[i] = how many of set[0] to set[i - 1] are not zero.
template <typename T>
void count_set(Byte* d, const Byte* set, std::size_t count) {
  T* to = reinterpret_cast<T*>(d);
  unsigned sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    to[i] = static_cast<T>(sum);
    sum += set[i] & 1;
  }
}

}  // namespace

void exec_vmand_mm(Hart& hart, const Instruction& i) {
  logic(hart, i, [](Word a, Word b) { return a & b; });
}
void exec_vmnand_mm(Hart& hart, const Instruction& i) {
  logic(hart, i, [](Word a, Word b) { return ~(a & b); });
}
void exec_vmandn_mm(Hart& hart, const Instruction& i) {
  logic(hart, i, [](Word a, Word b) { return a & ~b; });
}
void exec_vmxor_mm(Hart& hart, const Instruction& i) {
  logic(hart, i, [](Word a, Word b) { return a ^ b; });
}
void exec_vmor_mm(Hart& hart, const Instruction& i) {
  logic(hart, i, [](Word a, Word b) { return a | b; });
}
void exec_vmnor_mm(Hart& hart, const Instruction& i) {
  logic(hart, i, [](Word a, Word b) { return ~(a | b); });
}
void exec_vmorn_mm(Hart& hart, const Instruction& i) {
  logic(hart, i, [](Word a, Word b) { return a | ~b; });
}
void exec_vmxnor_mm(Hart& hart, const Instruction& i) {
  logic(hart, i, [](Word a, Word b) { return ~(a ^ b); });
}

void exec_vcpop_m(Hart& hart, const Instruction& i) {
  const VectorState& v = rvv::begin(hart);
  std::uint64_t count = 0;
  for (std::size_t k = 0; k < words(v); ++k)
    count += static_cast<unsigned>(std::popcount(word(v, i.rs2, k) & active_bits(v, i.masked, k)));
  hart.write_x(i.rd, count);
}
void exec_vfirst_m(Hart& hart, const Instruction& i) {
  const VectorState& v = rvv::begin(hart);
  const std::size_t first = first_set(v, i);
  hart.write_x(i.rd, first < v.vl ? first : ~std::uint64_t{0});
}

void exec_vmsbf_m(Hart& hart, const Instruction& i) { set_range(hart, i, true, false); }
void exec_vmsif_m(Hart& hart, const Instruction& i) { set_range(hart, i, true, true); }
void exec_vmsof_m(Hart& hart, const Instruction& i) { set_range(hart, i, false, true); }

void exec_viota_m(Hart& hart, const Instruction& i) {
  constexpr void (*kKernels[])(Byte*, const Byte*, std::size_t) = {
      count_set<std::uint8_t>, count_set<std::uint16_t>, count_set<std::uint32_t>, count_set<std::uint64_t>};
  VectorState& v = rvv::begin(hart);
  rvv::check_mask(i);
  rvv::require((i.rd & rvv::group_mask(v)) == 0);
  rvv::require(!rvv::overlap(i.rd, rvv::group_size(v), i.rs2, 1));
  rvv::Scratch set;
  rvv::bits_to_bytes(set, v.reg(i.rs2), v.vl);
  if (!i.masked) return kKernels[rvv::sew_index(v)](v.reg(i.rd), set, v.vl);
  const rvv::ActiveBytes active(v, v.vl);
  rvv::Scratch active_set, result;
  rvv::neutralise(active_set, set, active, v.vl, 1, 0);
  kKernels[rvv::sew_index(v)](result, active_set, v.vl);
  rvv::merge(v.reg(i.rd), result, active, v.vl, v.sew_bytes());
}

void exec_vid_v(Hart& hart, const Instruction& i) {
  constexpr void (*kKernels[])(Byte*, std::size_t) = {count_up<std::uint8_t>, count_up<std::uint16_t>,
                                                      count_up<std::uint32_t>, count_up<std::uint64_t>};
  VectorState& v = rvv::begin(hart);
  rvv::check_same(v, i, 0);
  if (!i.masked) return kKernels[rvv::sew_index(v)](v.reg(i.rd), v.vl);
  rvv::Scratch result;
  kKernels[rvv::sew_index(v)](result, v.vl);
  rvv::merge(v.reg(i.rd), result, rvv::ActiveBytes(v, v.vl), v.vl, v.sew_bytes());
}

}  // namespace areia::sim
