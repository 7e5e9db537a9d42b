// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads names into formats, numbers and shapes.
#include "apps/predict/workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "apps/predict/model_shape.h"
#include "base/nearest_name.h"
#include "base/text_file.h"
#include "perf/questions/published_run.h"
#include "perf/questions/units.h"

namespace areia::apps {
namespace {

Result<std::optional<Precision>> read_precision(const char* option, const std::string& text) {
  if (text.empty()) return std::optional<Precision>();
  if (const auto precision = precision_of(text)) return precision;
  std::vector<std::string> names;
  names.reserve(kPrecisionCount);
  for (const PrecisionRow& row : kPrecisions) names.emplace_back(row.name);
  return bad_input(fmt::format("{}: no format '{}'{}; there are: {}", option, printable(text),
                               did_you_mean(text, names), fmt::join(names, ", ")));
}

Result<const perf::ServingStack*> read_stack(const std::string& text) {
  const perf::ServingStack& stack = perf::serving_stack(text);
  if (text.empty() || stack.name == text) return &stack;
  std::vector<std::string> names;
  for (const perf::ServingStack& known : perf::serving_stacks()) names.emplace_back(known.name);
  return bad_input(fmt::format("--stack: no serving software '{}'{}; there are: {}", printable(text),
                               did_you_mean(text, names), fmt::join(names, ", ")));
}

}  // namespace

Result<Basis> load_basis() {
  auto calibration = perf::load_calibration();
  if (!calibration.ok()) return calibration.error();
  auto errors = perf::load_error_table();
  if (!errors.ok()) return errors.error();
  return Basis{std::move(*calibration), std::move(*errors)};
}

perf::ServingPlan plan_on(const Workload& workload, const Accelerator& chip) {
  perf::ServingPlan plan = workload.plan;
  const std::string_view format = workload.precision ? name_of(*workload.precision) : "";
  plan.formats = perf::serving_formats(workload.model, chip, format, *plan.stack);
  if (workload.precision && !perf::published_precision(format))  // no measurement names it
    plan.formats.weight = plan.formats.expert_weight = plan.formats.compute = *workload.precision;
  if (workload.cache) plan.formats.cache = *workload.cache;
  return plan;
}

Result<void> check_chip(const perf::Device& device, const perf::ServingPlan& plan) {
  const perf::Formats& formats = plan.formats;
  const auto lacks = [&](const std::string& what) {
    return bad_input(
        fmt::format("{}: its data sheet has no {}, so nothing can be predicted", device.chip().name, what));
  };
  if (device.matrix_peak(formats.compute) <= 0)
    return lacks(fmt::format("peak for {} or any format that holds it", name_of(formats.compute)));
  if (device.memory_bandwidth() <= 0) return lacks("memory bandwidth (memory.bandwidth)");
  if (!device.chip().memory_bytes) return lacks("memory size (memory.bytes)");
  return {};
}

Result<void> check_links(const Accelerator& chip, std::uint32_t chips) {
  if (chips <= 1 || chip.link_bandwidth || chip.network_bandwidth) return {};
  return bad_input(
      fmt::format("{}: its data sheet has no links, so {} of them cannot share a model", chip.name, chips));
}

Result<double> read_batch(const std::string& text) {
  constexpr double kMostRequests = 1e6;
  if (text == "best") return 0.0;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !(number >= 1 && number <= kMostRequests) ||
      number != std::floor(number)) {
    return bad_input(fmt::format("--batch is '{}'; it is 'best' or a whole number from 1 to {:.0f}",
                                 printable(text), kMostRequests));
  }
  return number;
}

Result<void> read_workload(const WorkloadOptions& options, Workload& workload) {
  auto model = language_model_of(options.model);
  if (!model.ok()) return model.error();
  const auto precision = read_precision("--precision", options.precision);
  if (!precision.ok()) return precision.error();
  const auto cache = read_precision("--cache", options.cache);
  if (!cache.ok()) return cache.error();
  const auto batch = read_batch(options.batch);
  if (!batch.ok()) return batch.error();
  const auto stack = read_stack(options.stack);
  if (!stack.ok()) return stack.error();
  workload.model = std::move(*model);
  workload.plan.model = &workload.model;
  workload.plan.stack = *stack;
  workload.precision = *precision;
  workload.cache = *cache;
  workload.plan.concurrency = *batch;
  workload.plan.input = options.input;
  workload.plan.output = options.output;
  constexpr double kMillisecond = 1e-3;
  if (options.most_ttft_ms > 0) workload.limits.ttft = options.most_ttft_ms * kMillisecond;
  if (options.most_tpot_ms > 0) workload.limits.tpot = options.most_tpot_ms * kMillisecond;
  return {};
}

}  // namespace areia::apps
