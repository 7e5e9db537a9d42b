// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// From a decoded instruction to the standard assembler's text.
#pragma once

#include <string>

#include "spec/isa/decode.h"

namespace areia::isa {

/// For example "addi a0, a1, -3" or "vadd.vv v1, v2, v3, v0.t". Compressed instructions are shown as their
/// expansion, branch and jump targets as distances from the pc. An illegal encoding becomes
/// "illegal 0x...". An assembler that knows the instruction makes the same bits of the text (Xareia's
/// instructions have their own mnemonics, which stock assemblers do not know).
std::string disassemble(const Decoded& instruction);

/// Decodes and disassembles the instruction in the low bits of `bits`.
std::string disassemble(std::uint32_t bits);

}  // namespace areia::isa
