// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Exceptions of the hart, by the codes of the mcause CSR. Thrown by executors, caught by the dispatch.
#pragma once

#include <cstdint>
#include <string_view>

namespace areia::sim {

/// Codes of mcause ("The RISC-V Instruction Set Manual", volume II, table of machine cause codes).
enum class TrapCause : std::uint64_t {
  kInstructionMisaligned = 0,
  kInstructionAccessFault = 1,
  kIllegalInstruction = 2,
  kBreakpoint = 3,
  kLoadMisaligned = 4,
  kLoadAccessFault = 5,
  kStoreMisaligned = 6,
  kStoreAccessFault = 7,
  kMachineCall = 11,
};

/// The specification's name of a cause: "illegal instruction", "load access fault".
std::string_view trap_name(TrapCause cause);

/// Thrown within the hart for an exception of the instruction that executes. No register that the
/// instruction writes may have changed, but for vector memory accesses, which set vstart.
struct Trap {
  TrapCause cause = TrapCause::kIllegalInstruction;
  std::uint64_t value = 0;  ///< mtval; illegal instructions: filled in with the encoding by the dispatch
};

/// Thrown within the hart where an access cannot be made now (PortOutcome::kBlocked): the hart stops at the
/// instruction and executes it again when it is resumed.
struct Blocked {};

/// Throws the trap of an illegal instruction.
[[noreturn]] void throw_illegal();

}  // namespace areia::sim
