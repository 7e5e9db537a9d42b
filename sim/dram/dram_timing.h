// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The timing of a channel in ticks, and where in its banks an address lies.
#pragma once

#include <cstdint>

#include "spec/abi/timing.h"
#include "spec/chip/chip.h"
#include "spec/dram/dram_standard.h"

namespace areia::sim {

/// A channel's unit of time, 1/1024 of a cycle of the chip: bursts are no whole number of cycles.
using Tick = std::uint64_t;
inline constexpr Tick kTicks = 1024;

struct DramTiming {
  DramTiming(const ChipDescription& chip, const DramStandard& standard);

  Tick burst;  ///< of the data bus: its share of dram.bytes_per_second
  Tick row_to_column, precharge, row_active, column_read, column_write, column_same_group;
  Tick activate_other_group, activate_same_group, four_activates;
  Tick write_recovery, write_to_read_other, write_to_read_same, read_to_precharge, read_to_write;
  Tick refresh_interval;  ///< from one refresh command to the next
  Tick refresh;
};

/// Where a burst lies. From the lowest bits of a channel's address up: byte of the burst, bank group, column,
/// bank, row. So consecutive bursts are in different bank groups, and a stream opens the same row of all
/// groups. The bank is XORed with the row's low bits, so that streams a power of two apart do not meet in one
/// bank.
struct DramAddress {
  std::uint32_t group = 0, bank = 0;
  std::uint64_t row = 0;
};

class DramMap {
 public:
  explicit DramMap(const DramStandard& standard);
  DramAddress locate(std::uint64_t burst) const {
    DramAddress address;
    address.group = static_cast<std::uint32_t>(burst & (groups_ - 1));
    const std::uint64_t above = burst >> column_shift_;
    address.row = above >> bank_bits_;
    address.bank = static_cast<std::uint32_t>((above ^ address.row) & (banks_ - 1));
    return address;
  }

 private:
  std::uint64_t groups_, banks_;
  unsigned column_shift_, bank_bits_;
};

/// Cycles from the request for one burst, at a closed bank, to its last byte.
Cycle cold_read_cycles(const ChipDescription& chip, const DramStandard& standard);

}  // namespace areia::sim
