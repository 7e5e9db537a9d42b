// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Fits the constants of devices to the calibration rows of operators: what perf/calibration/devices.toml is
// made by.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "perf/validate.h"

namespace areia::perf {

/// Calibration rows of operators of one device and number format.
struct FitGroup {
  struct Row {
    Question question;
    double measured;
  };
  const Accelerator* chip = nullptr;
  Precision precision = Precision::kBf16;
  std::vector<Row> rows;
  /// Formats of too few rows for constants of their own, whose rows are among these: they share the
  /// constants.
  std::vector<Precision> joined;

  void set_constants(Device& device, const Constants& constants) const;

  /// Whether the memory's constant is told from these rows: it knows no format, so that those of a device's
  /// widest formats tell it for all (fp16 and bf16, of which other people's machines were measured).
  bool tells_memory = true;
};

/// Groups of at least `least` rows (smaller ones join that of the first format of their chip), in the order
/// of devices' names and formats: products, attention and elementwise operators that are not held out.
std::vector<FitGroup> fit_groups(std::span<const Measurement> rows, const Library& library,
                                 std::size_t least = 8);

/// What a fit minimises: the mean over the families of a group of their mean relative error, products counted
/// twice.
double fit_error(const FitGroup& group, const Device& device);

/// The constants of least error, found by compass search in their logarithms from `start` (deterministic).
/// link_efficiency is not touched; the other efficiencies only where enough rows depend on them.
Constants fit(const FitGroup& group, Device device, const Constants& start);

/// Fits all groups, wider formats first, as devices.toml has them.
Calibration fit_all(std::span<const Measurement> rows, const Library& library);
/// The text of devices.toml.
std::string devices_toml(const Calibration& calibration);

}  // namespace areia::perf
