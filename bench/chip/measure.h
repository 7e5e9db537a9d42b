// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What chip programs measure, what it must be by the rules of docs/timing.md, and how a device is asked.
// A bound follows from the chip description (and spec/dram) alone; none is fitted to what was measured.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "bench/chip/request.h"
#include "spec/abi/device.h"
#include "spec/chip/chip.h"

namespace areia::bench {

/// The answers of all tiles.
struct Answers {
  std::vector<std::array<std::uint64_t, kWords>> tiles;

  /// Cycles from the first tile's begin to the last tile's end, of those that had a part.
  double span() const;
};

struct Measurement {
  std::string name;     ///< unique on a chip
  std::string program;  ///< of bench/chip/programs
  std::string unit;     ///< of measured and bound
  Request request;
  std::function<double(const Answers&)> measured;
  double bound = 0;
  /// Measured / bound lies in here. Where they are the same the closed form is exact.
  double least = 0, most = 0;

  bool meets(double value) const;
};

/// Everything that a chip has to show. What needs more tiles than the chip has is left out.
Result<std::vector<Measurement>> measurements(const ChipDescription& chip);

/// The topics: one file each.
std::vector<Measurement> tensor_measurements(const ChipDescription& chip);
Result<std::vector<Measurement>> dram_measurements(const ChipDescription& chip);
std::vector<Measurement> network_measurements(const ChipDescription& chip);
std::vector<Measurement> hart_measurements(const ChipDescription& chip);

/// What `measurement` gives on a device fresh from its maker; a program that does not end well is an error.
Result<double> measure(Device& device, const Measurement& measurement);

/// A measurement of cycles: an exact closed form, or one that what is measured may exceed `most` times.
Measurement cycles_of(std::string name, std::string program, Request request, double bound, double most = 1);
/// A measurement of `amount` of something a cycle.
Measurement rate_of(std::string name, std::string program, std::string unit, Request request, double amount,
                    double bound, double least);

}  // namespace areia::bench
