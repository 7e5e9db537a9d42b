// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Gathers what is told.
#include "apps/predict/serving_report.h"

#include "perf/predicted_energy.h"

namespace areia::apps {

ServingReport report_on(const perf::ServingChoice& choice, const perf::Device& device, const Basis& basis,
                        bool zero_shot) {
  const perf::ServingPlan& plan = choice.plan;
  const perf::Serving& serving = choice.serving;
  const Precision format = plan.formats.compute;
  ServingReport report;
  report.chip = device.chip();
  report.calibrated = !zero_shot && device.calibrated(format);
  report.choice = choice;
  const perf::Situation situation = {plan.concurrency, plan.input, plan.output,
                                     double{1} * plan.parallelism.chips(), plan.model->parameters()};
  const auto error_of = [&](std::string_view family, std::string_view quantity, const perf::Situation& at) {
    return perf::uncertainty_of(basis.errors, family, quantity, device.chip(), format, !zero_shot, at);
  };
  const auto estimate = [&](double value, std::string_view quantity) {
    return Estimate{value, error_of("serving", quantity, situation)};
  };
  report.ttft = estimate(serving.ttft, "time to first token");
  report.tpot = estimate(serving.tpot, "time per token");
  report.end_to_end = estimate(serving.end_to_end, "end to end");
  report.tokens_per_second = estimate(serving.tokens_per_second, "throughput");
  if (device.chip().tdp_watts) {
    const double joules = perf::predict_energy(serving, plan, device).joules_per_token;
    report.joules_per_token = Estimate{joules, error_of("energy", "energy", situation)};
  }
  constexpr std::array kFamilies = {"gemm", "attention", "elementwise", "collective"};
  for (std::size_t i = 0; i < kFamilies.size(); ++i)
    report.families[i] = {kFamilies[i], error_of(kFamilies[i], "time", {})};
  report.price = hourly_price(device.chip());
  return report;
}

}  // namespace areia::apps
