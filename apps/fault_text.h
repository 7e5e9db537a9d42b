// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A fault on the chip, in words.
#pragma once

#include <string>

#include "spec/abi/device.h"
#include "sw/formats/elf.h"

namespace areia::apps {

/// "tile 3 stopped at 0x10000040 (main+0x12): load access fault, address 0x0". `program` gives the symbol.
std::string fault_text(const ChipFault& fault, const sw::Elf& program);

}  // namespace areia::apps
