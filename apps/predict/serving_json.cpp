// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A report for programs.
#include <nlohmann/json.hpp>

#include "apps/predict/serving_report.h"

namespace areia::apps {
namespace {

using Json = nlohmann::ordered_json;

Json estimate_json(const Estimate& estimate) {
  return {{"value", estimate.value}, {"error", uncertainty_json(estimate.error)}};
}

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json pass_json(const ServingReport& report, const perf::PassPrediction& pass) {
  Json operators = Json::array();
  for (const perf::OperatorLine& op : pass.operators) {
    Json line = {{"name", op.name},
                 {"family", op.family},
                 {"count", op.count},
                 {"seconds", op.seconds},
                 {"share", op.seconds / pass.seconds},
                 {"bound", name_of(op.each.bound())},
                 {"roofline", op.roofline}};
    for (const auto& [family, error] : report.families) {
      if (family == op.family) line["error"] = uncertainty_json(error);
    }
    operators.push_back(std::move(line));
  }
  return {{"seconds", pass.seconds},
          {"flops", pass.flops},
          {"dram_bytes", pass.bytes},
          {"bound", name_of(bound_of(pass))},
          {"operators", operators}};
}

}  // namespace

Json parallelism_json(const perf::Parallelism& p) {
  return {{"tensor", p.tensor},
          {"pipeline", p.pipeline},
          {"data", p.data},
          {"expert", p.expert},
          {"expert_tensor", p.expert_split()},
          {"sequence", p.sequence}};
}

Json formats_json(const perf::Formats& f) {
  return {{"weight", name_of(f.weight)},
          {"expert_weight", name_of(f.expert_weight)},
          {"activation", name_of(f.activation)},
          {"compute", name_of(f.compute)},
          {"cache", name_of(f.cache)}};
}

Json uncertainty_json(const perf::Uncertainty& error) {
  const bool known = error.rows > 0;
  return {{"median", known ? Json(error.median) : Json()},
          {"p90", known ? Json(error.p90) : Json()},
          {"rows", error.rows},
          {"relatives", error.relatives},
          {"extrapolated", error.extrapolated()},
          {"beyond", error.beyond}};
}

Json serving_summary_json(const ServingReport& report, const Workload& workload) {
  const perf::ServingPlan& plan = report.choice.plan;
  const perf::Serving& serving = report.choice.serving;
  const double rate = report.tokens_per_second.value;
  const auto per_million = [&](std::optional<double> hourly) {
    return or_null(dollars_per_million(hourly, report.chips(), rate));
  };
  return {{"model", workload.model.name},
          {"chip", report.chip.name},
          {"chips", report.chips()},
          {"constants", report.calibrated ? "calibrated" : "zero-shot"},
          {"formats", formats_json(plan.formats)},
          {"parallelism", parallelism_json(plan.parallelism)},
          {"tried", report.choice.tried},
          {"requests", plan.concurrency},
          {"input", plan.input},
          {"output", plan.output},
          {"time_to_first_token", estimate_json(report.ttft)},
          {"time_per_token", estimate_json(report.tpot)},
          {"end_to_end", estimate_json(report.end_to_end)},
          {"tokens_per_second", estimate_json(report.tokens_per_second)},
          {"joules_per_token", report.joules_per_token ? estimate_json(*report.joules_per_token) : Json()},
          {"memory",
           {{"weights", serving.memory.weights},
            {"cache", serving.memory.cache},
            {"activations", serving.memory.activations},
            {"capacity", serving.memory.capacity}}},
          {"dollars_per_million_tokens",
           {{"rented", per_million(report.price.rented)}, {"bought", per_million(report.price.bought)}}},
          {"host_seconds_per_step", serving.host},
          {"stall_seconds_per_step", serving.stalls}};
}

Json serving_json(const ServingReport& report, const Workload& workload) {
  Json json = serving_summary_json(report, workload);
  json["prefill"] = pass_json(report, report.choice.serving.prefill);
  json["decode"] = pass_json(report, report.choice.serving.decode);
  return json;
}

}  // namespace areia::apps
