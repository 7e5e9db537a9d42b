// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Puts a fault into words.
#include "sw/runtime/fault_text.h"

#include <cxxabi.h>
#include <fmt/format.h>

#include <cstdlib>
#include <memory>

namespace areia::sw {
namespace {

/// "_ZN5areia1fEv+0x8" as "areia::f()+0x8".
std::string demangled(const std::string& symbol) {
  const auto end = std::min(symbol.find('+'), symbol.size());
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(symbol.substr(0, end).c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 && name ? name.get() + symbol.substr(end) : symbol;
}

}  // namespace

std::string fault_text(const ChipFault& fault, const std::string& symbol) {
  const bool illegal = fault.cause.starts_with("illegal");
  return fmt::format("tile {} stopped at pc {:#x}{}: {}, {} {:#x}", fault.tile, fault.pc,
                     symbol.empty() ? "" : " (" + demangled(symbol) + ")", fault.cause,
                     illegal ? "instruction" : "address", fault.address);
}

}  // namespace areia::sw
