// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Where time and energy went: what a clock counted, by phase and operator, in seconds and joules.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "perf/energy.h"
#include "spec/abi/timing.h"
#include "spec/chip/chip.h"
#include "sw/compiler/compiler.h"
#include "sw/runtime/session.h"

namespace areia::apps {

/// One operator of the plan in one phase; tiles' cycles are averaged over all tiles, so that those of all
/// operators sum to the phase's.
struct OperatorCost {
  std::string name;    ///< "(between operators)" for what no operator did
  std::string kind;    ///< "matmul"; "other" for that
  double cycles = 0;   ///< with its barrier
  double barrier = 0;  ///< of these, at its barrier
  std::array<double, kHartStates> states{};
  double tensor_cycles = 0;
  double macs = 0;             ///< that its commands asked for, all tiles
  double vector_elements = 0;  ///< of 32 bits, that vector units computed, all tiles
  double dram_bytes = 0;       ///< whole bursts, all tiles
  perf::EnergyBreakdown energy;

  OperatorCost& operator+=(const OperatorCost& other);
};

struct PhaseCost {
  Cycle cycles = 0;
  double seconds = 0;
  std::vector<OperatorCost> operators;  ///< in the plan's order, the rest last
  OperatorCost total;                   ///< their sum
  Activity activity;
};

/// The cost of what `report` counted. `operators` name the plan's, and may be empty.
PhaseCost cost_of(const TimeReport& report, const std::vector<sw::OperatorInfo>& operators,
                  const ChipDescription& chip, const EnergyTable& table);

/// Both phases of an answer by a chip with a clock.
struct AnswerCost {
  PhaseCost prefill, decode;
};
/// Nothing if the chip had no clock. Bad input where nothing is known of the energy of its node or DRAM.
Result<std::optional<AnswerCost>> cost_of(const sw::Answer& answer,
                                          const std::vector<sw::OperatorInfo>& operators,
                                          const ChipDescription& chip);

}  // namespace areia::apps
