// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows that measured a server's power at the wall, or its energy for each token or request.
#include <limits>

#include "perf/predicted_energy.h"
#include "perf/questions/published_run.h"
#include "perf/validate.h"

namespace areia::perf {

std::optional<Question> read_energy(const Measurement& row, const Library& library) {
  const auto says = [&](std::string_view part) { return row.metric.find(part) != std::string::npos; };
  const bool watts = says("power"), joules = says("energy"), request = says("sample") || says("request");
  if (!watts && !joules) return std::nullopt;
  const auto run = read_serving_run(row, library);
  if (!run || !run->chip->tdp_watts) return std::nullopt;
  double unit = 1;
  if (row.unit.starts_with("k")) unit = 1e3;
  if (row.unit.starts_with("m")) unit = 1e-3;
  return Question{"energy", run->chip, run->plan.formats.compute,
                  [run = *run, watts, request, unit](const Device& device) {
                    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
                    const auto plan = run.spread_on(device);
                    if (!plan.ok()) return kNone;
                    const auto serving = predict_serving(*plan, device);
                    if (!serving.ok()) return kNone;
                    const ServingEnergy energy = predict_energy(*serving, *plan, device);
                    if (watts) return energy.wall_watts / unit;
                    return energy.joules_per_token * (request ? plan->output : 1) / unit;
                  }};
}

}  // namespace areia::perf
