// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A chip description for people and for programs, with what follows from it.
#pragma once

#include <string>

#include "spec/chip/chip.h"

namespace areia::apps {

/// What the numbers of a description add up to.
struct ChipPeaks {
  double bf16_flops = 0;     ///< dense, a second: 2 * R * C * tiles * clock; fp16 the same
  double int8_ops = 0;       ///< dense, a second: twice that
  double bf16_per_byte = 0;  ///< bf16 operations for each byte of DRAM at the roofline's ridge
  std::uint64_t scratchpad_bytes = 0;
};
ChipPeaks chip_peaks(const ChipDescription& chip);

/// "786 T", "3.28 T": three digits or more, and the decimal prefix.
std::string scaled(double value);

/// Some dozen lines.
std::string chip_sheet(const ChipDescription& chip);
/// One object: the tables of the description, and "peak".
std::string chip_json(const ChipDescription& chip);

}  // namespace areia::apps
