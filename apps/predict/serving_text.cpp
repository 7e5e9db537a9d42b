// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A report for a terminal.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "apps/predict/serving_report.h"

namespace areia::apps {
namespace {

/// Three digits and a unit: "83.1 ms".
std::string seconds_text(double seconds) {
  if (seconds >= 1) return fmt::format("{:.3g} s", seconds);
  if (seconds >= 1e-3) return fmt::format("{:.3g} ms", 1e3 * seconds);
  return fmt::format("{:.3g} us", 1e6 * seconds);
}

std::string number_text(double value) {
  return value >= 100 ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
}

std::string line(std::string_view name, const std::string& value, const Estimate& estimate) {
  return fmt::format("  {:<25} {:>12}   {}\n", name, value, error_text(estimate.error));
}

/// The error of an operator's family, short.
std::string family_error(const ServingReport& report, std::string_view family) {
  for (const auto& [name, error] : report.families) {
    if (name == family && error.rows > 0) return fmt::format("{:.0f}%", 100 * error.median);
  }
  return "?";
}

std::string pass_text(const ServingReport& report, const std::string& title,
                      const perf::PassPrediction& pass) {
  std::string text = fmt::format("\n{}: {} of operators, bound by {}\n", title, seconds_text(pass.seconds),
                                 name_of(bound_of(pass)));
  text += fmt::format("  {:<26} {:>7} {:>10} {:>7}  {:<9} {:>12} {:>8}\n", "operator", "count", "time",
                      "share", "bound by", "of roofline", "error");
  std::vector<const perf::OperatorLine*> sorted;
  sorted.reserve(pass.operators.size());
  for (const auto& op : pass.operators) sorted.push_back(&op);
  std::ranges::stable_sort(sorted, std::greater<>(), &perf::OperatorLine::seconds);
  for (const perf::OperatorLine* op : sorted) {
    text += fmt::format("  {:<26} {:>7.4g} {:>10} {:>6.1f}%  {:<9} {:>11.0f}% {:>8}\n", op->name, op->count,
                        seconds_text(op->seconds), 100 * op->seconds / pass.seconds,
                        name_of(op->each.bound()), 100 * op->roofline, family_error(report, op->family));
  }
  return text;
}

std::string memory_text(const perf::MemoryNeed& memory) {
  constexpr double kGigabyte = 1e9;
  return fmt::format(
      "  {:<25} {:.1f} GB of weights, {:.1f} of cache, {:.1f} of activations; {:.1f} GB a chip\n", "memory",
      memory.weights / kGigabyte, memory.cache / kGigabyte, memory.activations / kGigabyte,
      memory.capacity / kGigabyte);
}

std::string price_text(const ServingReport& report) {
  const double rate = report.tokens_per_second.value;
  std::string text;
  if (const auto cost = dollars_per_million(report.price.rented, report.chips(), rate))
    text += fmt::format("{:.3g} rented ({}); ", *cost, report.chip.rent_date);
  if (const auto cost = dollars_per_million(report.price.bought, report.chips(), rate)) {
    text += fmt::format("{:.3g} bought ({}), written off over {:.0f} years, without power; ", *cost,
                        report.chip.price_date, kYearsOfUse);
  }
  if (text.empty()) return fmt::format("  {:<25} no price is known\n", "$ per million tokens");
  text.resize(text.size() - 2);
  return fmt::format("  {:<25} {}\n", "$ per million tokens", text);
}

}  // namespace

std::string parallelism_text(const perf::Parallelism& p) {
  std::vector<std::string> parts;
  const auto add = [&](const char* name, std::uint32_t degree) {
    if (degree > 1) parts.push_back(fmt::format("{} {}", name, degree));
  };
  add("tensor", p.tensor);
  add("pipeline", p.pipeline);
  add("data", p.data);
  std::string text = parts.empty() ? "one chip" : fmt::format("{}", fmt::join(parts, " x "));
  if (p.expert > 1) text += fmt::format(", experts over {}", p.expert);
  if (p.sequence) text += ", norms by positions";
  return text;
}

std::string formats_text(const perf::Formats& formats) {
  std::string text(name_of(formats.weight));
  if (formats.expert_weight != formats.weight)
    text += fmt::format(", experts {}", name_of(formats.expert_weight));
  if (formats.cache != formats.activation) text += fmt::format(", cache {}", name_of(formats.cache));
  return text;
}

std::string error_text(const perf::Uncertainty& error) {
  if (error.rows == 0) return fmt::format("unknown: {}", error.relatives);
  std::string text = fmt::format("{:.0f}%, 90th percentile {:.0f}% ({} rows of {})", 100 * error.median,
                                 100 * error.p90, error.rows, error.relatives);
  if (!error.beyond.empty()) text += fmt::format("; extrapolated: {}", fmt::join(error.beyond, "; "));
  return text;
}

std::string serving_text(const ServingReport& report, const Workload& workload) {
  const perf::ServingPlan& plan = report.choice.plan;
  const perf::Serving& serving = report.choice.serving;
  std::string text = fmt::format(
      "{} on {} x {}: {}; {}; {:.0f} requests of {:.0f} + {:.0f} tokens in flight\n", workload.model.label,
      report.chips(), report.chip.label, formats_text(plan.formats), parallelism_text(plan.parallelism),
      serving.batch * plan.parallelism.data, plan.input, plan.output);
  if (report.choice.tried > 1) text += fmt::format("  the best of {} plans\n", report.choice.tried);
  text += fmt::format("  {:<25} {:>12}   {}\n", "", "predicted", "median error of measured relatives");
  text += line("time to first token", seconds_text(report.ttft.value), report.ttft);
  text += line("time per output token", seconds_text(report.tpot.value), report.tpot);
  text += line("whole request", seconds_text(report.end_to_end.value), report.end_to_end);
  text +=
      line("output tokens a second", number_text(report.tokens_per_second.value), report.tokens_per_second);
  if (report.joules_per_token)
    text += line("joules per output token", number_text(report.joules_per_token->value),
                 *report.joules_per_token);
  text += memory_text(serving.memory);
  text += price_text(report);
  text += fmt::format(
      "  {:<25} {}\n", "constants",
      report.calibrated ? "fitted to measurements of this chip" : "of the chip's class (zero-shot)");
  text += fmt::format("  {:<25} {} of host, {} of other requests' prefills\n", "in each decode step",
                      seconds_text(serving.host), seconds_text(serving.stalls));
  text += pass_text(report, "Prefill of one prompt", serving.prefill);
  text += pass_text(report, fmt::format("Decode step of {:.0f} sequences", serving.batch), serving.decode);
  return text;
}

}  // namespace areia::apps
