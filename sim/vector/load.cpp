// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Vector loads: unit-stride, strided, indexed, of segments, fault-only-first, of masks and whole registers.
#include "sim/vector/memory_access.h"

namespace areia::sim {
namespace rvv {
namespace {

template <typename T>
void widen_indices(std::uint64_t* offsets, const Byte* group, std::size_t count) {
  const T* from = reinterpret_cast<const T*>(group);
  for (std::size_t i = 0; i < count; ++i) offsets[i] = from[i];
}

}  // namespace

Indices::Indices(const VectorState& v, unsigned reg, unsigned eew_log2) {
  switch (eew_log2) {
    case 3:
      widen_indices<std::uint8_t>(offsets, v.reg(reg), v.vl);
      return;
    case 4:
      widen_indices<std::uint16_t>(offsets, v.reg(reg), v.vl);
      return;
    case 5:
      widen_indices<std::uint32_t>(offsets, v.reg(reg), v.vl);
      return;
    default:
      widen_indices<std::uint64_t>(offsets, v.reg(reg), v.vl);
      return;
  }
}

}  // namespace rvv

namespace {

using rvv::AccessGroups;
using rvv::Byte;

/// Loads elements vstart to count - 1 one by one. With `fault_first` a trap after element 0 shortens vl
/// instead.
template <typename T, typename Address>
void load_elements(Hart& hart, const Instruction& i, const AccessGroups& groups, std::size_t count,
                   const Address& address, bool fault_first = false) {
  VectorState& v = hart.vector;
  for (std::size_t element = v.vstart; element < count; ++element) {
    if (!rvv::is_active(v, i.masked, element)) continue;
    v.vstart = element;
    for (unsigned field = 0; field < groups.fields; ++field) {
      T value;
      try {
        value = hart.load<T>(address(element, field));
      } catch (const Trap&) {
        if (!fault_first || element == 0) throw;
        v.vl = element;
        v.vstart = 0;
        return;
      }
      rvv::set_element(v.reg(groups.first + field * groups.group_size), element, value);
    }
  }
  v.vstart = 0;
}

/// Takes the fields of contiguous segments apart, from element `start` to `count`, `from` being that of
/// `start`.
template <typename T>
void unpack_segments(VectorState& v, const AccessGroups& groups, const Byte* from, std::size_t start,
                     std::size_t count) {
  for (unsigned field = 0; field < groups.fields; ++field) {
    Byte* to = v.reg(groups.first + field * groups.group_size);
    for (std::size_t k = start; k < count; ++k)
      rvv::set_element(to, k, rvv::element<T>(from, (k - start) * groups.fields + field));
  }
}

/// Elements vstart to count - 1 from contiguous memory.
template <typename T>
[[gnu::noinline]] void load_contiguous(Hart& hart, const Instruction& i, const AccessGroups& groups,
                                       std::size_t count, bool fault_first = false) {
  VectorState& v = hart.vector;
  const std::size_t start = v.vstart;
  const std::size_t segment = groups.fields * sizeof(T);
  if (start >= count) {
    v.vstart = 0;
    return;
  }
  const Byte* from = hart.load_span(hart.x[i.rs1] + start * segment, (count - start) * segment);
  if (from == nullptr || (i.masked && groups.fields > 1)) {
    const rvv::StridedAddress address{hart.x[i.rs1], segment, sizeof(T)};
    return load_elements<T>(hart, i, groups, count, address, fault_first);
  }
  Byte* to = v.reg(groups.first) + start * sizeof(T);
  if (groups.fields > 1) {
    unpack_segments<T>(v, groups, from, start, count);
  } else if (!i.masked) {
    rvv::copy_group(to, from, (count - start) * sizeof(T));
  } else {
    const rvv::ActiveBytes active(v, count);
    rvv::Scratch loaded;
    std::memcpy(loaded + start * sizeof(T), from, (count - start) * sizeof(T));
    if (start != 0) std::memcpy(loaded, v.reg(groups.first), start * sizeof(T));
    rvv::merge(v.reg(groups.first), loaded, active, count, sizeof(T));
  }
  v.vstart = 0;
}

template <typename T>
void load_unit_stride(Hart& hart, const Instruction& i, bool fault_first = false) {
  const VectorState& v = hart.vector;
  const AccessGroups groups = rvv::check_access(v, i, i.rd, rvv::kLogBits<T>);
  rvv::check_mask(i);
  if (rvv::is_plain(v, i)) [[likely]] {
    const std::size_t bytes = v.vl * sizeof(T);
    if (const Byte* from = hart.load_span(hart.x[i.rs1], bytes))
      return rvv::copy_group(hart.vector.reg(i.rd), from, bytes);
  }
  load_contiguous<T>(hart, i, groups, v.vl, fault_first);
}

template <typename T>
void load_strided(Hart& hart, const Instruction& i) {
  const VectorState& v = hart.vector;
  const AccessGroups groups = rvv::check_access(v, i, i.rd, rvv::kLogBits<T>);
  rvv::check_mask(i);
  load_elements<T>(hart, i, groups, v.vl, rvv::StridedAddress{hart.x[i.rs1], hart.x[i.rs2], sizeof(T)});
}

/// No field of the destination may overlap the indices but where the same or the highest part is allowed.
void check_index_overlap(const VectorState& v, const Instruction& i, const AccessGroups& groups,
                         unsigned eew_log2) {
  const int shift = static_cast<int>(eew_log2) - v.sew_log2;
  const unsigned index_size = rvv::group_size(v, shift);
  for (unsigned field = 0; field < groups.fields; ++field) {
    const unsigned vd = groups.first + field * groups.group_size;
    const bool meet = rvv::overlap(vd, groups.group_size, i.rs2, index_size);
    if (shift > 0) rvv::require(vd == i.rs2 || !meet);
    if (shift < 0) {
      rvv::require(v.lmul_log2 + shift < 0 ? !meet
                                           : !rvv::overlap_wide(vd, groups.group_size, i.rs2, index_size));
    }
    if (groups.fields >= 2) rvv::require(!meet);
  }
}

void load_indexed(Hart& hart, const Instruction& i, unsigned eew_log2) {
  const VectorState& v = hart.vector;
  const AccessGroups groups = rvv::check_indexed(v, i, i.rd, eew_log2);
  check_index_overlap(v, i, groups, eew_log2);
  rvv::check_mask(i);
  const rvv::Indices indices(v, i.rs2, eew_log2);
  const rvv::IndexedAddress address{hart.x[i.rs1], indices.offsets, v.sew_bytes()};
  switch (v.sew_log2) {
    case 3:
      return load_elements<std::uint8_t>(hart, i, groups, v.vl, address);
    case 4:
      return load_elements<std::uint16_t>(hart, i, groups, v.vl, address);
    case 5:
      return load_elements<std::uint32_t>(hart, i, groups, v.vl, address);
    default:
      return load_elements<std::uint64_t>(hart, i, groups, v.vl, address);
  }
}

/// `count` whole registers, whatever vtype says.
template <typename T>
void load_registers(Hart& hart, const Instruction& i, unsigned count) {
  rvv::require((i.rd & (count - 1)) == 0);
  const AccessGroups groups{i.rd, 1, count};
  load_contiguous<T>(hart, i, groups, std::size_t{count} * hart.vector.vlen_bytes / sizeof(T));
}

}  // namespace

#define AREIA_LOADS(bits)                                                                                    \
  void exec_vle##bits##_v(Hart& hart, const Instruction& i) {                                                \
    load_unit_stride<std::uint##bits##_t>(hart, i);                                                          \
  }                                                                                                          \
  void exec_vle##bits##ff_v(Hart& hart, const Instruction& i) {                                              \
    load_unit_stride<std::uint##bits##_t>(hart, i, true);                                                    \
  }                                                                                                          \
  void exec_vlse##bits##_v(Hart& hart, const Instruction& i) { load_strided<std::uint##bits##_t>(hart, i); } \
  void exec_vluxei##bits##_v(Hart& hart, const Instruction& i) {                                             \
    load_indexed(hart, i, rvv::kLogBits<std::uint##bits##_t>);                                               \
  }                                                                                                          \
  void exec_vloxei##bits##_v(Hart& hart, const Instruction& i) {                                             \
    load_indexed(hart, i, rvv::kLogBits<std::uint##bits##_t>);                                               \
  }
#define AREIA_LOAD_REGISTERS(count, bits)                               \
  void exec_vl##count##re##bits##_v(Hart& hart, const Instruction& i) { \
    load_registers<std::uint##bits##_t>(hart, i, count);                \
  }
#define AREIA_LOAD_REGISTERS_ALL(count) \
  AREIA_LOAD_REGISTERS(count, 8)        \
  AREIA_LOAD_REGISTERS(count, 16)       \
  AREIA_LOAD_REGISTERS(count, 32)       \
  AREIA_LOAD_REGISTERS(count, 64)

AREIA_LOADS(8)
AREIA_LOADS(16)
AREIA_LOADS(32)
AREIA_LOADS(64)
AREIA_LOAD_REGISTERS_ALL(1)
AREIA_LOAD_REGISTERS_ALL(2)
AREIA_LOAD_REGISTERS_ALL(4)
AREIA_LOAD_REGISTERS_ALL(8)

void exec_vlm_v(Hart& hart, const Instruction& i) {
  rvv::require(!hart.vector.vill);
  load_contiguous<std::uint8_t>(hart, i, AccessGroups{i.rd, 1, 1}, (hart.vector.vl + 7) / 8);
}

}  // namespace areia::sim
