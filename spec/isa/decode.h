// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// From instruction bits to opcode and operands, driven by the tables beside this file.
#pragma once

#include <cstdint>

#include "spec/isa/opcode.h"

namespace areia::isa {

/// A decoded instruction. Operands that an instruction lacks are zero.
struct Decoded {
  Opcode opcode = Opcode::kIllegal;
  std::uint8_t length = 4;                         ///< bytes: 2 or 4, also of an illegal encoding
  std::uint8_t rd = 0, rs1 = 0, rs2 = 0, rs3 = 0;  ///< register numbers (x, f or v), or small immediates
  std::uint8_t rm = 0;                             ///< the rounding mode field; 5 and 6 are not rejected here
  bool masked = false;                             ///< vector: vm = 0
  std::int64_t immediate = 0;                      ///< sign-extended where the instruction says so
  std::uint32_t raw = 0;                           ///< the encoding; compressed ones in the low 16 bits
};

/// Decodes the instruction that starts in the low bits of `bits`; bits beyond its length are ignored.
/// Reserved encodings, those of extensions that the chip lacks, and ones longer than 32 bits give kIllegal.
/// Constraints on vector operands that depend on vtype are the executor's business.
Decoded decode(std::uint32_t bits);

}  // namespace areia::isa
