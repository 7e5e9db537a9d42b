// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Names of opcodes and CSRs, expanded from the generated lists.
#include "spec/isa/opcode.h"

namespace areia::isa {
namespace {

constexpr InstructionInfo kInfo[] = {
    {"illegal", "", Kind::kScalar, ""},
#define AREIA_INSTRUCTION(opcode, executor, mnemonic, extension, kind, operands) \
  {mnemonic, extension, Kind::kind, operands},
#include "spec/isa/opcodes.inc"
};
static_assert(sizeof(kInfo) / sizeof(kInfo[0]) == kOpcodeCount);

}  // namespace

const InstructionInfo& instruction_info(Opcode opcode) {
  return opcode < Opcode::kCount ? kInfo[static_cast<std::size_t>(opcode)] : kInfo[0];
}

std::string_view csr_name(std::uint32_t number) {
  switch (number) {
#define AREIA_CSR(enumerator, name, number) \
  case number:                              \
    return name;
#include "spec/isa/csrs.inc"
    default:
      return {};
  }
}

}  // namespace areia::isa
