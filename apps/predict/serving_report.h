// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// All that is told of one served workload on one kind of chip, for text, JSON and pages alike.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "apps/predict/price.h"
#include "apps/predict/workload.h"
#include "perf/prediction.h"
#include "perf/search.h"
#include "perf/uncertainty.h"

namespace areia::apps {

/// A predicted number and how wrong it may be.
struct Estimate {
  double value = 0;
  perf::Uncertainty error;
};

struct ServingReport {
  Accelerator chip;
  bool calibrated = false;  ///< by constants fitted to measurements of this chip
  perf::ServingChoice choice;
  Estimate ttft, tpot, end_to_end, tokens_per_second;
  std::optional<Estimate> joules_per_token;  ///< of output; absent where the data sheet lacks the power
  /// Of the operators of both: the errors of their families.
  std::array<std::pair<std::string_view, perf::Uncertainty>, 4> families;
  HourlyPrice price;

  std::uint32_t chips() const { return choice.plan.parallelism.chips(); }
};

/// Explains a plan that was chosen.
ServingReport report_on(const perf::ServingChoice& choice, const perf::Device& device, const Basis& basis,
                        bool zero_shot);

/// "tensor 8", "tensor 4 x pipeline 2 x data 2, experts 8".
std::string parallelism_text(const perf::Parallelism& parallelism);
/// "fp8", or "bf16, experts fp4".
std::string formats_text(const perf::Formats& formats);
/// "12% (p90 31%; 214 rows of h100-sxm fp8)", with a mark where it is extrapolated.
std::string error_text(const perf::Uncertainty& error);

std::string serving_text(const ServingReport& report, const Workload& workload);
/// Without and with the operators of both passes.
nlohmann::ordered_json serving_summary_json(const ServingReport& report, const Workload& workload);
nlohmann::ordered_json serving_json(const ServingReport& report, const Workload& workload);
nlohmann::ordered_json formats_json(const perf::Formats& formats);
nlohmann::ordered_json parallelism_json(const perf::Parallelism& parallelism);
nlohmann::ordered_json uncertainty_json(const perf::Uncertainty& error);

}  // namespace areia::apps
