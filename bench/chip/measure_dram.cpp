// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// DRAM's closed forms: its peak, the rate at which banks open rows, the latency of an access to an idle
// channel.
#include <algorithm>
#include <cmath>

#include "bench/chip/measure.h"
#include "spec/dram/dram_standard.h"

namespace areia::bench {
namespace {

constexpr double kRandomBytes = 64;

/// What a descriptor moves: rounds of all channels, or tiles that take turns would keep to channels of their
/// own.
std::uint64_t piece_bytes(const ChipDescription& chip) {
  return std::max<std::uint64_t>(16384, std::uint64_t{chip.dram.channels} * chip.dram.interleave_bytes);
}

/// What a tile streams: enough that filling the pipe does not count.
std::uint64_t stream_bytes(const ChipDescription& chip) {
  return std::uint64_t{1} << (chip.tile_count() > 16 ? 20 : 21);
}

Measurement stream(const ChipDescription& chip, const std::string& name, DramMode mode, std::uint64_t tiles,
                   double bound, double least, std::uint64_t in_turn) {
  const std::uint64_t bytes = stream_bytes(chip);
  return rate_of(name, "dram", "B/cycle", {mode, {tiles, bytes, piece_bytes(chip), in_turn}},
                 static_cast<double>(bytes * tiles), bound, least);
}

/// Rows that a channel can open in a nanosecond: four in tFAW, one in tRRD_S, each bank once in tRC.
double rows_per_nanosecond(const DramStandard& dram) {
  return std::min({4 / dram.four_activates, 1 / dram.activate_other_group,
                   dram.banks() / (dram.row_active + dram.precharge)});
}

/// The share of time that refreshes of all banks at once leave; those of one bank go on beside the others'
/// work.
double without_refresh(const DramStandard& dram) {
  return dram.refresh_per_bank ? 1 : 1 - dram.refresh / dram.refresh_interval;
}

/// Each random access opens a row.
double random_bound(const ChipDescription& chip, const DramStandard& dram) {
  const double bytes_per_second = chip.dram.channels * rows_per_nanosecond(dram) * 1e9 * kRandomBytes;
  return std::min(bytes_per_second, chip.dram.bytes_per_second) / chip.clock_hz * without_refresh(dram);
}

/// A read of a closed bank: a row, a column, the data, whose bursts take every second place on the bus.
double cold_read_cycles(const ChipDescription& chip, const DramStandard& dram, double bytes) {
  const double burst = std::max(dram.burst_bytes * chip.dram.channels / chip.dram.bytes_per_second * 1e9,
                                dram.column_same_group / 2);
  const double others = std::max(0.0, bytes / dram.burst_bytes - 1);
  const double nanoseconds = dram.row_to_column + dram.column_read + burst + others * 2 * burst;
  return std::ceil(nanoseconds * 1e-9 * chip.clock_hz - 1e-3);
}

/// From tile 0 to channel 0, beside it, and back: a message, and as many bytes.
double round_trip(const ChipDescription& chip, double bytes) {
  return 2 * (2.0 * chip.noc.interface_cycles + chip.noc.hop_cycles) + 1 +
         std::ceil(bytes / chip.noc.link_bytes);
}

void add_streams(const ChipDescription& chip, const DramStandard& dram, std::vector<Measurement>& all) {
  const std::uint64_t tiles = chip.tile_count();
  const double peak = chip.dram.bytes_per_second / chip.clock_hz * without_refresh(dram);
  const double port = std::min(chip.noc.link_bytes, chip.scratchpad.network_bytes);
  const double bound = std::min(peak, static_cast<double>(tiles) * port);
  all.push_back(stream(chip, "DRAM reads of all tiles, in turn", kReadStream, tiles, bound, 0.95, 1));
  all.push_back(stream(chip, "DRAM writes of all tiles, in turn", kWriteStream, tiles, bound, 0.95, 1));
  // The bus turns between them.
  all.push_back(
      stream(chip, "DRAM reads and writes of all tiles, in turn", kReadAndWriteStream, tiles, bound, 0.8, 1));
  if (tiles == 1) return;
  all.push_back(stream(chip, "DRAM reads of all tiles, a region each", kReadStream, tiles, bound, 0.9, 0));
  all.push_back(stream(chip, "DRAM reads of one tile", kReadStream, 1, std::min(peak, port), 0.9, 1));
}

}  // namespace

Result<std::vector<Measurement>> dram_measurements(const ChipDescription& chip) {
  const auto standard = load_dram_standard(chip.dram.kind);
  if (!standard.ok()) return standard.error();
  const std::uint64_t tiles = chip.tile_count();
  std::vector<Measurement> all;
  add_streams(chip, *standard, all);
  constexpr std::uint64_t kReads = 1024, kSpan = 128 << 20;
  all.push_back(rate_of("DRAM reads of 64 random bytes", "dram", "B/cycle",
                        {kReadRandom, {tiles, kReads * 64, kSpan}}, static_cast<double>(tiles * kReads) * 64,
                        random_bound(chip, *standard), 0.8));
  // The clock is read a cycle before dma.start issues, and a cycle after sem.wait or the load does.
  all.push_back(cycles_of(
      "one DMA of 64 bytes from DRAM", "dram", {kReadOnce, {}},
      2 + chip.dma.descriptor_cycles + round_trip(chip, 64) + cold_read_cycles(chip, *standard, 64)));
  all.push_back(cycles_of("one load from DRAM", "dram", {kLoadOnce, {}},
                          1 + round_trip(chip, 8) + cold_read_cycles(chip, *standard, 8)));
  return all;
}

}  // namespace areia::bench
