// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The names of the chip's instructions and CSRs, from the tables beside this file. Whoever needs a list
// with one entry per instruction (the hart's dispatch table) expands "spec/isa/opcodes.inc" likewise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace areia::isa {

/// One per 32-bit row of the tables; compressed instructions have the opcode of their expansion.
enum class Opcode : std::uint16_t {
  kIllegal = 0,
#define AREIA_INSTRUCTION(opcode, executor, mnemonic, extension, kind, operands) opcode,
#include "spec/isa/opcodes.inc"
  kCount,
};
inline constexpr std::size_t kOpcodeCount = static_cast<std::size_t>(Opcode::kCount);

/// Which counter of the chip an instruction belongs to.
enum class Kind : std::uint8_t { kScalar, kVector, kTensor, kMovement };

/// Control and status register numbers.
enum class Csr : std::uint16_t {
#define AREIA_CSR(enumerator, name, number) enumerator = (number),
#include "spec/isa/csrs.inc"
};

/// What the tables say of an opcode, as text.
struct InstructionInfo {
  std::string_view mnemonic;   ///< "vadd.vv"; of kIllegal: "illegal"
  std::string_view extension;  ///< "v"
  Kind kind = Kind::kScalar;
  std::string_view operands;  ///< "vd, vs2, vs1, vm", words as in README.md
};

/// The row of `opcode`; kIllegal and values out of range have the mnemonic "illegal".
const InstructionInfo& instruction_info(Opcode opcode);

/// The name of a CSR number, or an empty text where the chip has none.
std::string_view csr_name(std::uint32_t number);

}  // namespace areia::isa
