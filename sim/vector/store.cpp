// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Vector stores: unit-stride, strided, indexed, of segments, of masks and whole registers.
#include "sim/vector/memory_access.h"

namespace areia::sim {
namespace {

using rvv::AccessGroups;
using rvv::Byte;

/// Stores elements vstart to count - 1 one by one.
template <typename T, typename Address>
void store_elements(Hart& hart, const Instruction& i, const AccessGroups& groups, std::size_t count,
                    const Address& address) {
  VectorState& v = hart.vector;
  for (std::size_t element = v.vstart; element < count; ++element) {
    if (!rvv::is_active(v, i.masked, element)) continue;
    v.vstart = element;
    for (unsigned field = 0; field < groups.fields; ++field) {
      const Byte* group = v.reg(groups.first + field * groups.group_size);
      hart.store<T>(address(element, field), rvv::element<T>(group, element));
    }
  }
  v.vstart = 0;
}

/// Elements vstart to count - 1 to contiguous memory.
template <typename T>
[[gnu::noinline]] void store_contiguous(Hart& hart, const Instruction& i, const AccessGroups& groups,
                                        std::size_t count) {
  VectorState& v = hart.vector;
  const std::size_t start = v.vstart;
  const std::uint64_t base = hart.x[i.rs1];
  if (groups.fields == 1 && !i.masked && start < count) {
    const std::size_t bytes = (count - start) * sizeof(T);
    if (Byte* to = hart.store_span(base + start * sizeof(T), bytes)) {
      rvv::copy_group(to, v.reg(groups.first) + start * sizeof(T), bytes);
      v.vstart = 0;
      return;
    }
  }
  store_elements<T>(hart, i, groups, count, rvv::StridedAddress{base, groups.fields * sizeof(T), sizeof(T)});
}

template <typename T>
void store_unit_stride(Hart& hart, const Instruction& i) {
  const VectorState& v = hart.vector;
  const AccessGroups groups = rvv::check_access(v, i, i.rs3, rvv::kLogBits<T>);
  if (rvv::is_plain(v, i)) [[likely]] {
    const std::size_t bytes = v.vl * sizeof(T);
    if (Byte* to = hart.store_span(hart.x[i.rs1], bytes)) return rvv::copy_group(to, v.reg(i.rs3), bytes);
  }
  store_contiguous<T>(hart, i, groups, v.vl);
}

template <typename T>
void store_strided(Hart& hart, const Instruction& i) {
  const AccessGroups groups = rvv::check_access(hart.vector, i, i.rs3, rvv::kLogBits<T>);
  store_elements<T>(hart, i, groups, hart.vector.vl,
                    rvv::StridedAddress{hart.x[i.rs1], hart.x[i.rs2], sizeof(T)});
}

void store_indexed(Hart& hart, const Instruction& i, unsigned eew_log2) {
  const VectorState& v = hart.vector;
  const AccessGroups groups = rvv::check_indexed(v, i, i.rs3, eew_log2);
  const rvv::Indices indices(v, i.rs2, eew_log2);
  const rvv::IndexedAddress address{hart.x[i.rs1], indices.offsets, v.sew_bytes()};
  switch (v.sew_log2) {
    case 3:
      return store_elements<std::uint8_t>(hart, i, groups, v.vl, address);
    case 4:
      return store_elements<std::uint16_t>(hart, i, groups, v.vl, address);
    case 5:
      return store_elements<std::uint32_t>(hart, i, groups, v.vl, address);
    default:
      return store_elements<std::uint64_t>(hart, i, groups, v.vl, address);
  }
}

/// `count` whole registers, whatever vtype says.
void store_registers(Hart& hart, const Instruction& i, unsigned count) {
  rvv::require((i.rs3 & (count - 1)) == 0);
  store_contiguous<std::uint8_t>(hart, i, AccessGroups{i.rs3, 1, count},
                                 std::size_t{count} * hart.vector.vlen_bytes);
}

}  // namespace

#define AREIA_STORES(bits)                                       \
  void exec_vse##bits##_v(Hart& hart, const Instruction& i) {    \
    store_unit_stride<std::uint##bits##_t>(hart, i);             \
  }                                                              \
  void exec_vsse##bits##_v(Hart& hart, const Instruction& i) {   \
    store_strided<std::uint##bits##_t>(hart, i);                 \
  }                                                              \
  void exec_vsuxei##bits##_v(Hart& hart, const Instruction& i) { \
    store_indexed(hart, i, rvv::kLogBits<std::uint##bits##_t>);  \
  }                                                              \
  void exec_vsoxei##bits##_v(Hart& hart, const Instruction& i) { \
    store_indexed(hart, i, rvv::kLogBits<std::uint##bits##_t>);  \
  }

AREIA_STORES(8)
AREIA_STORES(16)
AREIA_STORES(32)
AREIA_STORES(64)

void exec_vs1r_v(Hart& hart, const Instruction& i) { store_registers(hart, i, 1); }
void exec_vs2r_v(Hart& hart, const Instruction& i) { store_registers(hart, i, 2); }
void exec_vs4r_v(Hart& hart, const Instruction& i) { store_registers(hart, i, 4); }
void exec_vs8r_v(Hart& hart, const Instruction& i) { store_registers(hart, i, 8); }

void exec_vsm_v(Hart& hart, const Instruction& i) {
  rvv::require(!hart.vector.vill);
  store_contiguous<std::uint8_t>(hart, i, AccessGroups{i.rs3, 1, 1}, (hart.vector.vl + 7) / 8);
}

}  // namespace areia::sim
