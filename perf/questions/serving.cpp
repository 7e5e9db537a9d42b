// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows that measured a server: time to the first token, time for each further one, tokens a second.
#include "perf/serving.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <string>

#include "perf/questions/published_run.h"
#include "perf/questions/units.h"
#include "perf/validate.h"

namespace areia::perf {
namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// What a row asks of a run, in the row's unit; nothing if it asks for what is not predicted (percentiles of
/// the tail, say).
using Reading = double (*)(const Serving&, const ServingPlan&);
Reading reading_of(std::string_view metric) {
  if (has(metric, "p99") || has(metric, "p95") || has(metric, "p90")) return nullptr;
  if (has(metric, "ttft")) return [](const Serving& s, const ServingPlan&) { return s.ttft; };
  if (has(metric, "tpot") || has(metric, "itl"))
    return [](const Serving& s, const ServingPlan&) { return s.tpot; };
  if (has(metric, "per_user")) return [](const Serving& s, const ServingPlan&) { return 1 / s.tpot; };
  if (has(metric, "per_gpu") || has(metric, "per_chip")) {
    return [](const Serving& s, const ServingPlan& p) { return s.tokens_per_second / p.parallelism.chips(); };
  }
  if (has(metric, "sample")) {
    return [](const Serving& s, const ServingPlan& p) { return s.tokens_per_second / p.output; };
  }
  if (has(metric, "throughput"))
    return [](const Serving& s, const ServingPlan&) { return s.tokens_per_second; };
  if (has(metric, "latency") || has(metric, "e2e"))
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
