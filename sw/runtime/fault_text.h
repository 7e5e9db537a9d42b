// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A fault on the chip, in words.
#pragma once

#include <string>

#include "spec/abi/device.h"

namespace areia::sw {

/// "tile 3 stopped at pc 0x10000040 (main+0x12): load access fault, address 0x0". `symbol` is what
/// Elf::describe says of the pc, "" for nothing; C++ names in it are demangled.
std::string fault_text(const ChipFault& fault, const std::string& symbol);

}  // namespace areia::sw
