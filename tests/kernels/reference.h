// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What products must be to the bit: the chain of roundings that docs/isa.md defines for tmma.
#pragma once

#include <cstdint>

#include "spec/num/format.h"

namespace areia::tests {

/// The format of activations that the tests let meet a weight's.
num::Format input_format(num::Format weight);

/// The sum over `depth` elements of two rows, from +0: k ascending, one fma for each element, or for each
/// step of blocks (two where B's blocks have minima).
float chain_of_products(const std::uint8_t* a, num::Format a_format, const std::uint8_t* b,
                        num::Format b_format, std::uint32_t depth);

}  // namespace areia::tests
