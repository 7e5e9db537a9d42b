// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Costs as tables for a terminal.
#pragma once

#include <string>
#include <vector>

#include "apps/profile/cost.h"

namespace areia::apps {

/// What a hart does in a state, in a word or two.
const char* state_name(HartState state);
/// "tensor", joules: the parts of an energy, in a fixed order.
std::vector<std::pair<const char*, double>> energy_parts(const perf::EnergyBreakdown& energy);
/// The phase's operators of each kind taken together, the dearest in cycles first.
std::vector<OperatorCost> by_kind(const PhaseCost& phase);

/// The peak multiply-accumulates of a chip in a cycle, by its fastest format.
double peak_macs_per_cycle(const ChipDescription& chip);
/// The peak bytes of its DRAM in a cycle.
double peak_dram_per_cycle(const ChipDescription& chip);

/// One phase: by kind of operator, by what harts did, energy by unit, and the dearest operators. Each table
/// ends with its sum, which is the phase's.
std::string phase_tables(const std::string& title, const PhaseCost& phase, const ChipDescription& chip,
                         std::size_t most_operators);

}  // namespace areia::apps
