// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of accumulators to and from memory (tload, tstore) with conversion.
#pragma once

#include <cstdint>

#include "spec/num/format.h"

namespace areia::sim {

/// Whether accumulators may have this format in memory.
bool is_accumulator_format(num::Format format);

/// Converts `count` values of `format` at `memory` to accumulators: floating point exactly to fp32 (NaN
/// canonical, but fp32 copies its bits), int8 sign-extended, int32 copied.
void load_accumulators(num::Format format, const std::uint8_t* memory, std::uint32_t* row,
                       std::uint32_t count);

/// Converts `count` accumulators to `format` at `memory`: floating point rounded to nearest even (NaN
/// canonical), int8 saturating from int32, fp32 and int32 copied.
void store_accumulators(num::Format format, const std::uint32_t* row, std::uint8_t* memory,
                        std::uint32_t count);

}  // namespace areia::sim
