// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Watts at the wall and joules a token, from how busy a chip is: what is switched on, what arithmetic and
// memory add up to the chip's limit, what the server around it takes.
#pragma once

#include "perf/serving.h"
#include "perf/training.h"

namespace areia::perf {

/// Shares of the data sheet's peaks that a chip reaches, on average over time; 0 to 1.
struct Utilisation {
  double compute = 0;  ///< of the matrix units in the format that they multiply in
  double memory = 0;
};

/// Watts of one chip: what it takes when idle, and what arithmetic and memory add, up to its design power or
/// a lower limit (watts; 0: none). 0 if the data sheet has no design power.
double chip_watts(const Accelerator& chip, const Utilisation& utilisation, double limit = 0);
/// Watts at the wall for each chip: the chip's, its part of the server, losses of supplies and fans.
double wall_watts(const Accelerator& chip, const Utilisation& utilisation, double limit = 0);
/// The share of its usual clock at which a chip that would be so busy keeps a limit below its design power.
double clock_at_limit(const Accelerator& chip, const Utilisation& utilisation, double limit);
/// The share of its clock at which a GPU keeps its design power while it does so many operations a second,
/// each counted as often as its operands have bytes.
double clock_at_design_power(const Accelerator& chip, double operations, const Utilisation& utilisation);

/// How busy a chip is that serves so.
Utilisation utilisation_of(const Serving& serving, const ServingPlan& plan, const Device& device);
/// How busy a chip is that does this arithmetic and traffic in this time (a training step, say).
Utilisation utilisation_of(double flops, double bytes, double seconds, Precision compute,
                           const Device& device);

struct ServingEnergy {
  double wall_watts = 0;        ///< all chips and their servers
  double joules_per_token = 0;  ///< of output, prompts included
};
ServingEnergy predict_energy(const Serving& serving, const ServingPlan& plan, const Device& device);

struct TrainingEnergy {
  double wall_watts = 0;       ///< all chips and their servers, on average over a step
  double joules_per_step = 0;  ///< 0 as the watts are if the data sheet has no design power
};
TrainingEnergy predict_energy(const TrainingTime& time, const TrainingRun& run, const Device& device);

}  // namespace areia::perf
