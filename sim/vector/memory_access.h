// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What vector loads and stores share: their checks, and where their elements are.
//
// Elements go through Hart::load and store one by one, so that a trap (or a blocked access) leaves vstart at
// the right element and everything before it done; where the memory is directly accessible, whole runs are
// copied instead, to the same effect.
#pragma once

#include <bit>

#include "sim/vector/checks.h"
#include "sim/vector/elements.h"

namespace areia::sim::rvv {

/// log2 of a T's bits: an EEW as the checks take it.
template <typename T>
inline constexpr unsigned kLogBits = std::countr_zero(kBits<T>);

/// The registers of an access: `fields` groups of `group_size` registers from `first` up.
struct AccessGroups {
  unsigned first, fields, group_size;
};

/// Checks a unit-stride or strided access with elements of 2^eew_log2 bits; vd may be vs3 of a store.
inline AccessGroups check_access(const VectorState& v, const Instruction& i, unsigned vd, unsigned eew_log2) {
  require(!v.vill);
  const int shift = static_cast<int>(eew_log2) - v.sew_log2;
  require((v.lmul_log2 + shift >= -3) & (v.lmul_log2 + shift <= 3));
  const AccessGroups groups{vd, static_cast<unsigned>(i.immediate) + 1, group_size(v, shift)};
  require((vd & (groups.group_size - 1)) == 0);
  require(groups.fields * groups.group_size <= 8 && vd + groups.fields * groups.group_size <= 32);
  return groups;
}

/// Checks an indexed access: data have SEW, indices 2^eew_log2 bits.
inline AccessGroups check_indexed(const VectorState& v, const Instruction& i, unsigned vd,
                                  unsigned eew_log2) {
  require(!v.vill);
  const int shift = static_cast<int>(eew_log2) - v.sew_log2;
  require((v.lmul_log2 + shift >= -3) & (v.lmul_log2 + shift <= 3));
  const AccessGroups groups{vd, static_cast<unsigned>(i.immediate) + 1, group_size(v)};
  require((vd & (groups.group_size - 1)) == 0 && (i.rs2 & group_mask(v, shift)) == 0);
  require(groups.fields * groups.group_size <= 8 && vd + groups.fields * groups.group_size <= 32);
  return groups;
}

/// Element addresses: base + element * element_stride + field * element size.
struct StridedAddress {
  std::uint64_t base, element_stride, field_stride;
  std::uint64_t operator()(std::size_t element, unsigned field) const {
    return base + element * element_stride + field * field_stride;
  }
};
/// Element addresses: base + offsets[element] + field * element size.
struct IndexedAddress {
  std::uint64_t base;
  const std::uint64_t* offsets;
  std::uint64_t field_stride;
  std::uint64_t operator()(std::size_t element, unsigned field) const {
    return base + offsets[element] + field * field_stride;
  }
};

/// The unsigned indices of an indexed access.
struct Indices {
  Indices(const VectorState& v, unsigned reg, unsigned eew_log2);
  std::uint64_t offsets[kGroupElements];
};

/// Whether element `index` takes part.
inline bool is_active(const VectorState& v, bool masked, std::size_t index) {
  return !masked || (v.reg(0)[index / 8] >> index % 8 & 1) != 0;
}

/// Whether a unit-stride access is one run of bytes: no mask, no segments, from element 0, and not empty.
inline bool is_plain(const VectorState& v, const Instruction& i) {
  return !i.masked & (i.immediate == 0) & (v.vstart == 0) & (v.vl != 0);
}
/// 64 bytes as the widest SIMD of the host moves them. A kernel that loads what was stored in narrower pieces
/// would wait for them to leave the store buffer.
using Line [[gnu::vector_size(64), gnu::aligned(1), gnu::may_alias]] = std::uint64_t;
/// memcpy between a register group and memory: whole lines in line, since groups are mostly that and short.
inline void copy_group(Byte* to, const Byte* from, std::size_t bytes) {
  for (; bytes >= sizeof(Line); bytes -= sizeof(Line), to += sizeof(Line), from += sizeof(Line))
    *reinterpret_cast<Line*>(to) = *reinterpret_cast<const Line*>(from);
  if (bytes != 0) std::memcpy(to, from, bytes);
}

}  // namespace areia::sim::rvv
