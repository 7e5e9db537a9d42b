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

/// Where a run of bytes lies. From the lowest bits of a channel's address up: byte of the run, bank group,
/// column, bank, row. A run is what one request can ask for at most, so that a request opens one row;
/// consecutive runs are in different bank groups, so that their bursts can take turns on the bus. The bank is
/// XORed with the row's low bits, so that streams a power of two apart do not meet in one bank.
struct DramAddress {
  std::uint32_t bank = 0;  ///< group * banks_per_group + bank of the group
  std::uint64_t row = 0;
};

class DramMap {
 public:
  DramMap(const ChipDescription& chip, const DramStandard& standard);
  /// The least of interleave, request and row; a request must not cross a multiple of it.
  std::uint32_t run_bytes() const { return run_bytes_; }
  DramAddress locate(std::uint64_t offset) const {
    const std::uint64_t run = offset >> run_shift_;
    const std::uint64_t above = run >> column_shift_;
    const std::uint64_t row = above >> bank_bits_;
    const std::uint64_t bank = (above ^ row) & (banks_ - 1);
    return {static_cast<std::uint32_t>((run & (groups_ - 1)) * banks_ + bank), row};
  }

 private:
  std::uint32_t run_bytes_;
  std::uint64_t groups_, banks_;
  unsigned run_shift_, column_shift_, bank_bits_;
};

/// Bad input where the chip asks more of a channel than one bank group's bursts and another's in between can
/// give.
Result<void> check_channel_rate(const ChipDescription& chip, const DramStandard& standard);

/// Cycles from the request for one burst, at a closed bank, to its last byte.
Cycle cold_read_cycles(const ChipDescription& chip, const DramStandard& standard);

}  // namespace areia::sim
