// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What vector instructions demand of vtype and their operands before they do anything; a violation is an
// illegal instruction. The rules are those of "The RISC-V Instruction Set Manual", volume I, chapter V, where
// it leaves a choice (what is reserved) as Spike makes it. The dispatch has seen to mstatus.VS already.
#pragma once

#include "sim/hart/hart.h"

namespace areia::sim::rvv {

inline void require(bool legal) {
  if (!legal) [[unlikely]]
    throw_illegal();
}

/// The vector state for an arithmetic instruction: vtype is legal and vstart zero. (Only memory accesses can
/// be interrupted here, so a non-zero vstart is illegal for all others, as the specification allows.)
inline VectorState& begin(Hart& hart) {
  VectorState& v = hart.vector;
  require(!v.vill & (v.vstart == 0));
  return v;
}

/// For a group of EMUL = LMUL * 2^shift: the bits of a register number that must be zero.
inline unsigned group_mask(const VectorState& v, int shift = 0) {
  const int log2 = v.lmul_log2 + shift;
  return log2 > 0 ? (1u << log2) - 1 : 0;
}
/// Registers of that group, at least 1.
inline unsigned group_size(const VectorState& v, int shift = 0) { return group_mask(v, shift) + 1; }

/// Whether [a, a + a_size) and [b, b + b_size) meet.
inline bool overlap(unsigned a, unsigned a_size, unsigned b, unsigned b_size) {
  return a < b + b_size && b < a + a_size;
}
/// Whether destination a and narrower source b overlap otherwise than in the destination's highest part.
inline bool overlap_wide(unsigned a, unsigned a_size, unsigned b, unsigned b_size) {
  const bool highest = a < b && overlap(a, a_size, b, b_size) && !overlap(a, a_size, b + b_size, b_size);
  return !highest && overlap(a, a_size, b, b_size);
}

/// A masked instruction must not write v0.
inline void check_mask(const Instruction& i) { require(!(i.masked && i.rd == 0)); }

/// All operands have SEW; fields that an instruction lacks are zero, and so are rs1's where it is no vector.
inline void check_same(const VectorState& v, const Instruction& i, unsigned vs1) {
  check_mask(i);
  require(((i.rd | i.rs2 | vs1) & group_mask(v)) == 0);
}

/// The result is a mask. `vs1` is absent where it equals vs2.
inline void check_mask_result(const VectorState& v, const Instruction& i, unsigned vs1) {
  require(((i.rs2 | vs1) & group_mask(v)) == 0);
  const unsigned size = group_size(v);
  require(i.rd == i.rs2 || !overlap(i.rd, 1, i.rs2, size));
  require(i.rd == vs1 || !overlap(i.rd, 1, vs1, size));
}

/// The destination has 2 * SEW. Fractional LMUL: no overlap at all.
inline void check_wide_source(const VectorState& v, unsigned vd, unsigned source) {
  require((source & group_mask(v)) == 0);
  if (v.lmul_log2 < 0) {
    require(!overlap(vd, group_size(v, 1), source, 1));
  } else {
    require(!overlap_wide(vd, group_size(v, 1), source, group_size(v)));
  }
}
inline void check_wide_destination(const VectorState& v, const Instruction& i) {
  check_mask(i);
  require((v.lmul_log2 <= 2) & (v.sew_log2 <= 5));
  require((i.rd & group_mask(v, 1)) == 0);
}
/// vd is wide, vs2 (and vs1, where it is a vector) narrow.
inline void check_widening(const VectorState& v, const Instruction& i, bool vs1) {
  check_wide_destination(v, i);
  check_wide_source(v, i.rd, i.rs2);
  if (vs1) check_wide_source(v, i.rd, i.rs1);
}
/// vd and vs2 are wide, vs1 (where it is a vector) narrow.
inline void check_widening_wide(const VectorState& v, const Instruction& i, bool vs1) {
  check_wide_destination(v, i);
  require((i.rs2 & group_mask(v, 1)) == 0);
  if (vs1) check_wide_source(v, i.rd, i.rs1);
}
/// vs2 is wide, vd and vs1 (where it is a vector) narrow.
inline void check_narrowing(const VectorState& v, const Instruction& i, bool vs1) {
  check_mask(i);
  require((v.lmul_log2 <= 2) & (v.sew_log2 <= 5));
  require((i.rs2 & group_mask(v, 1)) == 0);
  require(((i.rd | (vs1 ? i.rs1 : 0u)) & group_mask(v)) == 0);
  require(i.rd == i.rs2 || !overlap(i.rd, group_size(v), i.rs2, group_size(v, 1)));
}

}  // namespace areia::sim::rvv
