// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The dispatch table: what the hart needs to know of each opcode of spec/isa.
#pragma once

#include "sim/hart/instruction.h"
#include "spec/isa/opcode.h"

namespace areia::sim {

struct ExecutorEntry {
  Executor execute = nullptr;
  Threaded threaded = nullptr;
  isa::Kind kind = isa::Kind::kScalar;
  bool writes_x = false;    ///< scalar, and rd is an x register: x0 becomes kSinkRegister
  bool ends_block = false;  ///< jumps, and what AREIA_SERIAL defines
};

/// The entry of `opcode`; kIllegal has one, which traps.
const ExecutorEntry& executor_entry(isa::Opcode opcode);

}  // namespace areia::sim
