// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A description in the terms of the closed form (mesh.h): bytes and elements a cycle.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "perf/operators.h"
#include "spec/chip/chip.h"

namespace areia::perf::mesh {

/// Scratchpad that operators cannot have: the program (60 KiB), its stack (16 KiB) and the plan's operators.
inline constexpr double kTakenBytes = 80 * 1024;

/// Of DRAM's bandwidth, refresh and turns of its bus taken off.
inline constexpr double kDramShare = 0.967;

/// Of a channel's bandwidth, where many tiles want the same of it at once.
inline constexpr double kSameShare = 0.6;

inline double divide_up(double value, double divisor) { return std::ceil(value / divisor); }
inline double round_up(double value, double step) { return std::ceil(value / step) * step; }

/// Per cycle, unless said otherwise.
struct Chip {
  const ChipDescription& description;
  double columns, rows, tiles;       ///< of the mesh
  double array_rows, array_columns;  ///< of a tensor engine
  double dram_bytes;  ///< of all channels, which bring it over a link at either end of each mesh row
  double port_bytes;  ///< into or out of a tile
  double bank_bytes, accumulator_bytes;  ///< of a bank; between accumulators and scratchpad
  double lanes;                          ///< fp32 elements of a vector unit
  double room;                           ///< bytes of a scratchpad that an operator can have

  explicit Chip(const ChipDescription& chip)
      : description(chip),
        columns(chip.mesh.columns),
        rows(chip.mesh.rows),
        tiles(chip.tile_count()),
        array_rows(chip.tensor.rows),
        array_columns(chip.tensor.columns),
        dram_bytes(
            std::min(chip.dram.bytes_per_second / chip.clock_hz, 2.0 * chip.mesh.rows * chip.noc.link_bytes)),
        port_bytes(std::min(chip.scratchpad.network_bytes, chip.noc.link_bytes)),
        bank_bytes(chip.scratchpad.bank_bytes),
        accumulator_bytes(chip.tensor.accumulator_bytes),
        lanes(chip.hart.vector_lane_bits / 32.0),
        room(static_cast<double>(chip.scratchpad.bytes) - kTakenBytes) {}

  /// Elements of K that the array takes a cycle.
  double rate(Precision precision) const {
    if (precision == Precision::kFp32) return description.tensor.fp32_rate;
    return takes_integers(precision) ? description.tensor.integer_rate : description.tensor.float_rate;
  }

  /// Cycles until so many tiles, which want the same row of DRAM at once, all have a part of it: a channel
  /// gives it to one after the other.
  double wait_for_same(double readers) const {
    const auto& dram = description.dram;
    return readers * dram.interleave_bytes * dram.channels / (dram_bytes * kSameShare);
  }

  /// Words that the busiest bank reads for one word of each of `count` rows, `stride` bytes apart: word w
  /// lies in bank (w + w / banks) % banks.
  double bank_load(double stride, double count) const {
    std::array<std::uint32_t, 256> words{};
    std::uint32_t most = 0;
    const std::uint64_t banks = description.scratchpad.banks;
    for (std::uint64_t row = 0; row < static_cast<std::uint64_t>(count); ++row) {
      const std::uint64_t word = row * static_cast<std::uint64_t>(stride) / description.scratchpad.bank_bytes;
      most = std::max(most, ++words[(word + word / banks) % banks]);
    }
    return most;
  }
};

/// Cycles of a vector unit that rounds `elements` to blocks of int8, which are narrow: instructions as well
/// as lanes count (sw/kernels/quantize.cpp, fitted as the other constants).
inline double rounding_cycles(double elements, const Chip& chip) {
  constexpr double kCall = 221, kElement = 0.21, kPasses = 9.4;
  return kCall + elements * (kElement + kPasses / chip.lanes);
}

/// Cycles of arithmetic, DRAM and ports that run beside each other, each stage waiting a little for the
/// slower ones.
inline double beside(double arithmetic, double dram, double port, double waits) {
  const double longest = std::max({arithmetic, dram, port});
  return longest + (arithmetic + dram + port - longest) * waits;
}

}  // namespace areia::perf::mesh
