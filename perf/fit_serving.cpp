// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds the constants of serving stacks in perf/serving_stack.cpp: those that make the mean error of the
// calibration rows of servers least, of times to the first token with a quarter of the weight of times for
// each further one. Errors beyond a quarter count a fifth: some runs waited for what rows do not tell.
// Deterministic: from the constants as they stand, one after the other. Usage: fit_serving
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "perf/fit_program.h"
#include "perf/questions/published_run.h"
#include "perf/questions/units.h"

namespace areia::perf {
namespace {

struct Row {
  ServingPlan plan;
  Device device;
  double seconds;  ///< measured
  bool first;      ///< to the first token, else for each further one
};
struct Constant {
  const char* name;
  double ServingStack::* member;
  double most;
};
constexpr Constant kConstants[] = {{"operator_seconds", &ServingStack::operator_seconds, 3e-5},
                                   {"step_seconds", &ServingStack::step_seconds, 5e-3},
                                   {"sequence_seconds", &ServingStack::sequence_seconds, 2e-4},
                                   {"prefill_slowdown", &ServingStack::prefill_slowdown, 3},
                                   {"eager_seconds", &ServingStack::eager_seconds, 1e-4},
                                   {"request_seconds", &ServingStack::request_seconds, 0.5},
                                   {"queued_prefills", &ServingStack::queued_prefills, 8},
                                   {"together", &ServingStack::together, 1},
                                   {"together_equal", &ServingStack::together_equal, 1}};

double error_of(const std::vector<Row>& rows, const ServingStack& stack) {
  constexpr double kFirst = 0.25, kFar = 0.25, kBeyond = 0.2;
  double sum = 0, weights = 0;
  for (const Row& row : rows) {
    ServingPlan plan = row.plan;
    plan.stack = &stack;
    const auto serving = predict_serving(plan, row.device);
    if (!serving.ok()) continue;
    const double weight = row.first ? kFirst : 1;
    const double error = std::abs(std::log((row.first ? serving->ttft : serving->tpot) / row.seconds));
    sum += weight * (std::min(error, kFar) + kBeyond * std::max(0.0, error - kFar));
    weights += weight;
  }
  return sum / weights;
}

ServingStack fit(const std::vector<Row>& rows, const ServingStack& from) {
  constexpr double kFirstStep = 0.25, kFiner = 1.7, kFromZero = 0.02;
  ServingStack best = from;
  double least = error_of(rows, best), step = kFirstStep;
  for (int round = 0; round < 7; ++round, step /= kFiner) {
    for (const Constant& constant : kConstants) {
      const double centre = best.*constant.member;
      for (const int i : {-2, -1, 1, 2}) {
        ServingStack tried = best;
        const double moved = centre > 0 ? centre * (1 + i * step) : i * step * kFromZero * constant.most;
        tried.*constant.member = std::clamp(moved, 0.0, constant.most);
        if (const double error = error_of(rows, tried); error < least) {
          least = error;
          best = tried;
        }
      }
    }
  }
  return best;
}

void write(Library& library, std::span<const Measurement> measurements) {
  std::map<std::string, std::vector<Row>> rows;
  for (const Measurement& row : measurements) {
    const bool first = row.metric.find("ttft") != std::string::npos;
    if (row.held_out || row.value <= 0 || (!first && row.metric.find("tpot") == std::string::npos)) continue;
    const auto run = read_serving_run(row, library);
    if (!run || !run->spread_known || run->plan.load != Load::kClosedLoop) continue;
    rows[std::string(run->plan.stack->name)].push_back(
        {run->plan, Device(*run->chip, library.calibration), row.value * seconds_in(row.unit), first});
  }
  for (const auto& [name, own] : rows) {
    if (name == serving_stacks().front().name) continue;  // that of no stack in particular
    const ServingStack& from = serving_stack(name);
    const ServingStack best = fit(own, from);
    fmt::print("{}: {} rows, {:.4f}, was {:.4f}\n", name, own.size(), error_of(own, best),
               error_of(own, from));
    for (const Constant& constant : kConstants) {
      fmt::print("  .{} = {:.3g},\n", constant.name, best.*constant.member);
    }
  }
}

}  // namespace
}  // namespace areia::perf

int main() { return areia::perf::run_fitter("fit_serving", areia::perf::write); }
