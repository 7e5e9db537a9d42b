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
/// throws Trap (sim/hart/trap.h) for an exception. It does not advance the pc; jumps and taken branches
/// set Hart::next_pc, which otherwise holds the address of the next instruction.
using Executor = void (*)(Hart& hart, const Instruction& instruction);
/// Runs an instruction and goes on with the next in its block (see sim/hart/dispatch.h).
using Threaded = void (*)(Hart& hart, const Instruction* instruction);

/// Where scalar instructions write when their destination is x0: the block builder redirects rd to it, so
/// that no executor tests for x0. Vector instructions keep rd = 0 and use Hart::write_x().
inline constexpr std::uint8_t kSinkRegister = 32;

/// One decoded instruction; 48 bytes, so that a block is a compact array.
struct Instruction {
  Threaded threaded = nullptr;
  std::uint64_t pc = 0;
  std::int64_t immediate = 0;
  /// Branches and jumps: the first instruction of the block at their target, or null while that is not known.
  /// With a clock, of whatever ends a block: the one that came next the last time. Only touched through
  /// std::atomic_ref.
  mutable const Instruction* successor = nullptr;
  std::uint32_t raw = 0;                           ///< the encoding; compressed ones in the low 16 bits
  std::uint16_t opcode = 0;                        ///< spec/isa Opcode
  std::uint8_t rd = 0, rs1 = 0, rs2 = 0, rs3 = 0;  ///< also vd, vs1, vs2, vs3 and f registers
  std::uint8_t length = 4;                         ///< 2 or 4 bytes
  std::uint8_t rm = 0;                             ///< floating-point rounding mode field
  bool masked = false;                             ///< vector: vm = 0
  std::uint8_t position = 0;                       ///< instructions of the block that come before this one
};
static_assert(sizeof(Instruction) == 48);

}  // namespace areia::sim
