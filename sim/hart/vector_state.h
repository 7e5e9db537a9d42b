// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The vector part of a hart's state: registers, vl, vtype and the fixed-point CSRs.
#pragma once

#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <cstdint>

namespace areia::sim {

struct VectorState {
  explicit VectorState(std::uint32_t vlen)
      : vlen_bits(vlen), vlen_bytes(vlen / 8), registers(hwy::AllocateAligned<std::uint8_t>(32 * vlen / 8)) {
    reset();
  }

  /// Zeroes the registers and CSRs; vtype becomes illegal, as the specification recommends.
  void reset() {
    std::fill_n(registers.get(), 32 * vlen_bytes, std::uint8_t{0});
    vl = vstart = 0;
    vxrm = vxsat = 0;
    set_type(kIllegalType);
  }

  std::uint8_t* reg(unsigned index) { return registers.get() + index * vlen_bytes; }
  const std::uint8_t* reg(unsigned index) const { return registers.get() + index * vlen_bytes; }

  /// Sets vtype and what is decoded from it. An unsupported value becomes vill (and vtype = kIllegalType):
  /// reserved bits, vlmul = 4, SEW > 64 or SEW > LMUL * ELEN for fractional LMUL (ELEN = 64).
  void set_type(std::uint64_t type) {
    const unsigned lmul_field = type & 7, sew_field = (type >> 3) & 7;
    lmul_log2 = static_cast<std::int8_t>(lmul_field < 4 ? static_cast<int>(lmul_field)
                                                        : static_cast<int>(lmul_field) - 8);
    vill = (type >> 8) != 0 || lmul_field == 4 || sew_field > 3 ||
           static_cast<int>(sew_field) + 3 > 6 + std::min<int>(lmul_log2, 0);
    vtype = vill ? kIllegalType : type;
    sew_log2 = static_cast<std::uint8_t>(vill ? 3 : sew_field + 3);
    if (vill) lmul_log2 = 0;
    vta = !vill && (type >> 6 & 1) != 0;
    vma = !vill && (type >> 7 & 1) != 0;
  }

  unsigned sew_bits() const { return 1u << sew_log2; }
  unsigned sew_bytes() const { return 1u << (sew_log2 - 3); }
  /// Elements of a register group at the present vtype; 0 with vill.
  std::uint64_t vlmax() const {
    if (vill) return 0;
    const std::uint64_t one = vlen_bits >> sew_log2;
    return lmul_log2 >= 0 ? one << lmul_log2 : one >> -lmul_log2;
  }

  static constexpr std::uint64_t kIllegalType = std::uint64_t{1} << 63;

  std::uint32_t vlen_bits, vlen_bytes;
  /// v0 to v31, vlen_bytes each, one after the other, aligned for any SIMD.
  hwy::AlignedFreeUniquePtr<std::uint8_t[]> registers;
  std::uint64_t vl = 0, vstart = 0;
  std::uint64_t vtype = kIllegalType;
  std::uint8_t sew_log2 = 3;  ///< 3 to 6: 8 to 64 bits
  std::int8_t lmul_log2 = 0;  ///< -3 to 3
  bool vill = true, vta = false, vma = false;
  std::uint8_t vxrm = 0, vxsat = 0;
};

}  // namespace areia::sim
