// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// All that is told of one step of training.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "apps/predict/serving_report.h"
#include "apps/predict/workload.h"
#include "perf/predicted_energy.h"
#include "perf/training.h"

namespace areia::apps {

/// As typed, beside WorkloadOptions (whose `input` is the length of a sequence).
struct TrainingOptions {
  double global_batch = 0;  ///< sequences of a step
  double micro_batch = 1;
  std::uint32_t context = 1;
  std::uint32_t chips = 0;  ///< 0: as the degrees say
  std::string recompute;    ///< empty: what memory asks for, if plans are sought; else none
  std::string sharding = "optimizer";
};
/// The names that the texts may have.
std::vector<std::string> recompute_names();
std::vector<std::string> sharding_names();

struct TrainingReport {
  Accelerator chip;
  bool calibrated = false;
  perf::TrainingRun run;
  perf::TrainingTime time;
  perf::TrainingEnergy energy;
  Estimate step;  ///< seconds
  HourlyPrice price;
};

/// Predicts a step with the degrees of `parallelism`, or without one the fastest on `options.chips` chips.
/// Bad input where the model cannot be spread so, or does not fit (says how many chips would hold it).
Result<TrainingReport> predict_training_report(const TrainingOptions& options, const Workload& workload,
                                               const std::optional<perf::Parallelism>& parallelism,
                                               const perf::Device& device, const Basis& basis,
                                               bool zero_shot);

std::string training_text(const TrainingReport& report, const Workload& workload);
nlohmann::ordered_json training_json(const TrainingReport& report, const Workload& workload);

}  // namespace areia::apps
