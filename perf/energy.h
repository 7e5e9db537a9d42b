// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Joules from counted events, and a first floor plan for what depends on area (docs/energy.md).
#pragma once

#include <optional>
#include <string>

#include "spec/chip/chip.h"
#include "spec/energy/energy_table.h"

namespace areia::perf {

/// Square millimetres.
struct AreaBreakdown {
  double tensor = 0, scratchpad = 0, hart = 0, noc = 0;
  double total() const { return tensor + scratchpad + hart + noc; }
};
/// The tiles of a chip. DRAM interfaces, links and pads are not in it.
AreaBreakdown area_of(const ChipDescription& chip, const EnergyTable& table);

/// Joules by unit.
struct EnergyBreakdown {
  double hart = 0, vector = 0, tensor = 0, scratchpad = 0, noc = 0, dram = 0, leakage = 0, clock = 0;
  double total() const { return hart + vector + tensor + scratchpad + noc + dram + leakage + clock; }
  EnergyBreakdown& operator+=(const EnergyBreakdown& other);
};
/// What the events cost, and leakage and clock of `tiles` tiles over `cycles`.
EnergyBreakdown energy_of(const Activity& activity, Cycle cycles, double tiles, const ChipDescription& chip,
                          const EnergyTable& table);

/// A sentence for people where the chip would run hotter than it may.
std::optional<std::string> tdp_warning(double joules, double seconds, double tdp_watts);

}  // namespace areia::perf
