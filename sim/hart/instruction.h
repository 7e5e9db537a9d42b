// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A decoded instruction, ready to execute, and the type of the functions that execute them.
#pragma once

#include <cstdint>

namespace areia::sim {

class Hart;
struct Instruction;

/// The semantic body of one instruction (exec_add, exec_vadd_vv, ...): reads and writes the hart,
/// throws Trap (sim/hart/trap.h) for an exception. It does not advance the pc.
using Executor = void (*)(Hart& hart, const Instruction& instruction);
/// Runs an instruction and goes on with the next in its block (see sim/hart/block.h).
using Threaded = void (*)(Hart& hart, const Instruction* instruction);

/// One decoded instruction; 40 bytes, so that a block is a compact array.
struct Instruction {
  Threaded threaded = nullptr;
  std::uint64_t pc = 0;
  std::int64_t immediate = 0;
  std::uint32_t raw = 0;                           ///< the encoding; compressed ones in the low 16 bits
  std::uint16_t opcode = 0;                        ///< spec/isa Opcode
  std::uint8_t rd = 0, rs1 = 0, rs2 = 0, rs3 = 0;  ///< also vd, vs1, vs2, vs3 and f registers
  std::uint8_t length = 4;                         ///< 2 or 4 bytes
  std::uint8_t rm = 0;                             ///< floating-point rounding mode field
  bool masked = false;                             ///< vector: vm = 0
};

}  // namespace areia::sim
