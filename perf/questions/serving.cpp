// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows that measured a server: time to the first token, time for each further one, tokens a second.
#include "perf/serving.h"

#include <cmath>
#include <limits>
#include <string>

#include "base/text.h"
#include "perf/questions/published_run.h"
#include "perf/questions/units.h"
#include "perf/validate.h"

namespace areia::perf {
namespace {

/// What a row asks of a run, in the row's unit; nothing if it asks for what is not predicted (percentiles of
/// the tail, say).
using Reading = double (*)(const Serving&, const ServingPlan&);
Reading reading_of(std::string_view metric) {
  if (contains(metric, "p99") || contains(metric, "p95") || contains(metric, "p90")) return nullptr;
  if (contains(metric, "ttft")) return [](const Serving& s, const ServingPlan&) { return s.ttft; };
  if (contains(metric, "tpot") || contains(metric, "itl"))
    return [](const Serving& s, const ServingPlan&) { return s.tpot; };
  if (contains(metric, "per_user")) return [](const Serving& s, const ServingPlan&) { return 1 / s.tpot; };
  if (contains(metric, "per_gpu") || contains(metric, "per_chip")) {
    return [](const Serving& s, const ServingPlan& p) { return s.tokens_per_second / p.parallelism.chips(); };
  }
  if (contains(metric, "sample")) {
    return [](const Serving& s, const ServingPlan& p) { return s.tokens_per_second / p.output; };
  }
  if (contains(metric, "throughput"))
    return [](const Serving& s, const ServingPlan&) { return s.tokens_per_second; };
  if (contains(metric, "latency") || contains(metric, "e2e"))
    return [](const Serving& s, const ServingPlan&) { return s.end_to_end; };
  return nullptr;
}

}  // namespace

std::optional<Question> read_serving(const Measurement& row, const Library& library) {
  const Reading reading = reading_of(row.metric);
  if (reading == nullptr) return std::nullopt;
  const auto run = read_serving_run(row, library);
  if (!run) return std::nullopt;
  const double unit = seconds_in(row.unit) > 0 ? seconds_in(row.unit) : 1;
  return Question{"serving", run->chip, run->plan.formats.compute,
                  [run = *run, reading, unit](const Device& device) {
                    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
                    const auto plan = run.spread_on(device);
                    if (!plan.ok()) return kNone;
                    const auto serving = predict_serving(*plan, device);
                    return serving.ok() ? reading(*serving, *plan) / unit : kNone;
                  }};
}

}  // namespace areia::perf
