// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Until sim/vector is a library: every vector instruction is illegal. Deleted when it is.
#include "sim/hart/instruction.h"
#include "sim/hart/trap.h"

namespace areia::sim {

#define AREIA_PENDING_kScalar(executor)
#define AREIA_PENDING_kTensor(executor)
#define AREIA_PENDING_kMovement(executor)
#define AREIA_PENDING_kVector(executor)            \
  void executor(Hart& hart, const Instruction& i); \
  void executor(Hart&, const Instruction&) { throw_illegal(); }
#define AREIA_INSTRUCTION(opcode, executor, mnemonic, extension, kind, operands) \
  AREIA_PENDING_##kind(executor)
#include "spec/isa/opcodes.inc"

}  // namespace areia::sim
