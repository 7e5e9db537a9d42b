// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Words for what integer instructions do with 64-bit registers.
#pragma once

#include <cstdint>

#include "sim/hart/instruction.h"

namespace areia::sim {

__extension__ typedef __int128 Wide;  // NOLINT: `using` cannot say __extension__
__extension__ typedef unsigned __int128 UnsignedWide;

constexpr std::int64_t as_signed(std::uint64_t value) { return static_cast<std::int64_t>(value); }
constexpr std::uint64_t as_unsigned(std::int64_t value) { return static_cast<std::uint64_t>(value); }
/// The low 32 bits, unsigned and signed.
constexpr std::uint32_t word(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
constexpr std::int32_t signed_word(std::uint64_t value) { return static_cast<std::int32_t>(value); }
/// The low 32 bits, sign-extended to a register.
constexpr std::uint64_t extend_word(std::uint64_t value) { return as_unsigned(signed_word(value)); }
/// The instruction's immediate as an addend.
constexpr std::uint64_t immediate(const Instruction& i) { return as_unsigned(i.immediate); }

}  // namespace areia::sim
