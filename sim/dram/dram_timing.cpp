// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Nanoseconds to ticks.
#include "sim/dram/dram_timing.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace areia::sim {

DramTiming::DramTiming(const ChipDescription& chip, const DramStandard& s) {
  const double per_second = chip.clock_hz * static_cast<double>(kTicks);
  const auto ticks = [&](double nanoseconds) {
    // What is a whole number of ticks but for the rounding of doubles stays that number.
    return static_cast<Tick>(std::ceil(nanoseconds * 1e-9 * per_second - 1e-3));
  };
  const double channel = chip.dram.bytes_per_second / chip.dram.channels;
  burst = ticks(s.burst_bytes / channel * 1e9);
  row_to_column = ticks(s.row_to_column);
  precharge = ticks(s.precharge);
  row_active = ticks(s.row_active);
  column_read = ticks(s.column_read);
  column_write = ticks(s.column_write);
  column_same_group = ticks(s.column_same_group);
  activate_other_group = ticks(s.activate_other_group);
  activate_same_group = ticks(s.activate_same_group);
  four_activates = ticks(s.four_activates);
  write_recovery = ticks(s.write_recovery);
  write_to_read_other = ticks(s.write_to_read_other);
  write_to_read_same = ticks(s.write_to_read_same);
  read_to_precharge = ticks(s.read_to_precharge);
  read_to_write = ticks(s.read_to_write);
  refresh_interval = ticks(s.refresh_interval / (s.refresh_per_bank ? s.banks() : 1));
  refresh = ticks(s.refresh);
}

DramMap::DramMap(const ChipDescription& chip, const DramStandard& s)
    : run_bytes_(std::min({chip.dram.interleave_bytes, chip.dma.request_bytes, s.row_bytes})),
      groups_(s.bank_groups),
      banks_(s.banks_per_group),
      run_shift_(static_cast<unsigned>(std::countr_zero(run_bytes_))),
      column_shift_(static_cast<unsigned>(std::countr_zero(s.bank_groups) +
                                          std::countr_zero(s.row_bytes / run_bytes_))),
      bank_bits_(static_cast<unsigned>(std::countr_zero(s.banks_per_group))) {}

Result<void> check_channel_rate(const ChipDescription& chip, const DramStandard& standard) {
  constexpr double kRounding = 1.01;  // of rates as data sheets have them
  const double asked = chip.dram.bytes_per_second / chip.dram.channels;
  const double most = standard.burst_bytes / (standard.column_same_group * 1e-9 / 2);
  if (asked <= most * kRounding) return {};
  return bad_input(
      fmt::format("dram.bytes_per_second: {:.1f} GB/s a channel, but a channel of {} gives at most {:.1f}: "
                  "use more dram.channels",
                  asked * 1e-9, standard.kind, most * 1e-9));
}

Cycle cold_read_cycles(const ChipDescription& chip, const DramStandard& standard) {
  const DramTiming timing(chip, standard);
  return (timing.row_to_column + timing.column_read + timing.burst + kTicks - 1) / kTicks;
}

}  // namespace areia::sim
