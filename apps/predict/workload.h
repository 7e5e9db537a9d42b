// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What `areia predict` and `areia compare` are asked, as typed, and what it means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "perf/search.h"
#include "perf/uncertainty.h"

namespace areia::apps {

/// As typed. Numbers are within their ranges (apps/cli/workload_options.cpp), texts may be anything.
struct WorkloadOptions {
  std::string model;
  std::string precision, cache;  ///< empty: the model's own; like activations
  std::string stack;             ///< serving software; empty: the plainest
  std::string batch = "best";    ///< requests in flight; "best": as many as serve the most tokens a second
  double input = 1024, output = 1024;
  double most_ttft_ms = 0, most_tpot_ms = 0;  ///< 0: no limit
  bool zero_shot = false;
};

/// What everything is predicted from, loaded once.
struct Basis {
  perf::Calibration calibration;
  perf::ErrorTable errors;
};
Result<Basis> load_basis();

/// A workload understood. `plan.model` points to `model`: not to be copied or moved once it is set.
struct Workload {
  perf::LanguageModel model;
  std::optional<Precision> precision, cache;
  perf::ServingPlan plan;  ///< all but the formats and the parallelism
  perf::ServingLimits limits;
};
/// The plan with the formats that this chip would run the workload in.
perf::ServingPlan plan_on(const Workload& workload, const Accelerator& chip);
/// Reads options into `workload`. Errors name the option and what is allowed.
Result<void> read_workload(const WorkloadOptions& options, Workload& workload);

/// Whether anything can be predicted for this chip: bad input where its data sheet lacks the peak, the memory
/// or the bandwidth.
Result<void> check_chip(const perf::Device& device, const perf::ServingPlan& plan);

/// Whether so many of a chip can work together: bad input where its data sheet has no links.
Result<void> check_links(const Accelerator& chip, std::uint32_t chips);

/// A number of requests, or 0 for "best".
Result<double> read_batch(const std::string& text);

}  // namespace areia::apps
