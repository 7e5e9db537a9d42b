// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The dispatch table, one entry per row of spec/isa: an instruction without an executor fails the link.
#include "sim/hart/executors.h"

#include "sim/hart/dispatch.h"

namespace areia::sim {

#define AREIA_INSTRUCTION(opcode, executor, mnemonic, extension, kind, operands) \
  void executor(Hart& hart, const Instruction& i);                               \
  void executor##_threaded(Hart& hart, const Instruction* i);
#include "spec/isa/opcodes.inc"
void exec_illegal(Hart& hart, const Instruction& i);
void exec_illegal_threaded(Hart& hart, const Instruction* i);

namespace {

using isa::Kind;
using isa::Opcode;

/// Whether the first of the operands is the integer register rd.
constexpr bool writes_x(std::string_view operands) { return operands == "rd" || operands.starts_with("rd,"); }

constexpr bool ends_block(Opcode opcode, Kind kind, std::string_view extension) {
  if (kind == Kind::kTensor || kind == Kind::kMovement) return true;
  if (extension == "zicsr" || extension == "machine" || extension == "zifencei") return true;
  return opcode == Opcode::kJal || opcode == Opcode::kJalr || opcode == Opcode::kEcall ||
         opcode == Opcode::kEbreak;
}

#define AREIA_THREADED_kScalar(executor) executor##_threaded
#define AREIA_THREADED_kTensor(executor) executor##_threaded
#define AREIA_THREADED_kMovement(executor) executor##_threaded
#define AREIA_THREADED_kVector(executor) Dispatch::vector<executor>

}  // namespace

constexpr std::array<ExecutorEntry, isa::kOpcodeCount> kExecutors = {{
    {exec_illegal, exec_illegal_threaded, Kind::kScalar, false, true},
#define AREIA_INSTRUCTION(opcode, executor, mnemonic, extension, kind, operands)                             \
  {executor, AREIA_THREADED_##kind(executor), Kind::kind, Kind::kind == Kind::kScalar && writes_x(operands), \
   ends_block(Opcode::opcode, Kind::kind, extension)},
#include "spec/isa/opcodes.inc"
}};

}  // namespace areia::sim
