// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The dispatch table: what the hart needs to know of each opcode of spec/isa.
#pragma once

#include <array>

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

/// By opcode.
extern const std::array<ExecutorEntry, isa::kOpcodeCount> kExecutors;

/// The entry of `opcode`; kIllegal has one, which traps.
inline const ExecutorEntry& executor_entry(isa::Opcode opcode) {
  return kExecutors[static_cast<std::size_t>(opcode)];
}

}  // namespace areia::sim
