// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A quick way from the encoding of a Xareia instruction to its opcode.
#pragma once

#include <array>
#include <cstdint>

#include "spec/isa/decode.h"

namespace areia::sim {

namespace detail {

/// Opcode by funct7 (bits 31:25), funct3 (14:12) and which of custom-0 and custom-1 (bit 5). All Xareia
/// instructions are R-type and told apart by these bits; the decoder of spec/isa says which is which.
inline std::array<isa::Opcode, 2048> xareia_table() {
  std::array<isa::Opcode, 2048> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    const std::uint32_t funct7 = i & 127, funct3 = i >> 7 & 7, custom1 = i >> 10;
    table[i] = isa::decode(funct7 << 25 | funct3 << 12 | custom1 << 5 | 0b0001011u).opcode;
  }
  return table;
}

}  // namespace detail

/// The opcode of `raw`, which the decoder has found to be a Xareia instruction.
inline isa::Opcode xareia_opcode(std::uint32_t raw) {
  static const auto table = detail::xareia_table();
  return table[raw >> 25 | (raw >> 12 & 7) << 7 | (raw >> 5 & 1) << 10];
}

}  // namespace areia::sim
