// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Puts a fault into words.
#include "apps/fault_text.h"

#include <fmt/format.h>

namespace areia::apps {

std::string fault_text(const ChipFault& fault, const sw::Elf& program) {
  const std::string symbol = program.describe(fault.pc);
  const bool illegal = fault.cause.starts_with("illegal");
  return fmt::format("tile {} stopped at pc {:#x}{}: {}, {} {:#x}", fault.tile, fault.pc,
                     symbol.empty() ? "" : " (" + symbol + ")", fault.cause,
                     illegal ? "instruction" : "address", fault.address);
}

}  // namespace areia::apps
