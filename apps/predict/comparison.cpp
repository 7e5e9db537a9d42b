// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds the best plan on each kind of chip, on all cores of the host.
#include "apps/predict/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "apps/page/page.h"
#include "base/parallel.h"
#include "perf/own_chip.h"

namespace areia::apps {
namespace {

using Json = nlohmann::ordered_json;

double rate_of(const ComparisonRow& row) {
  return row.report ? row.report->tokens_per_second.value / row.report->chips() : 0;
}

/// What all rows of one kind of chip are made from.
struct Candidate {
  const perf::Device& device;
  const perf::ServingPlan& plan;
  const perf::ServingLimits& limits;
  const Basis& basis;
  bool zero_shot;
};

/// The row of `count` chips.
ComparisonRow row_of_count(const Candidate& candidate, std::uint32_t count) {
  const Accelerator& chip = candidate.device.chip();
  ComparisonRow row = {chip.name, chip.label, {}, {}};
  if (const auto linked = check_links(chip, count); !linked.ok()) {
    row.why_not = linked.error().message;
    return row;
  }
  const auto choice = perf::best_serving(candidate.plan, count, candidate.device, candidate.limits);
  if (choice.ok()) {
    row.report = report_on(*choice, candidate.device, candidate.basis, candidate.zero_shot);
  } else {
    row.why_not = choice.error().message;
  }
  return row;
}

/// The row of as few chips as hold the model, or of some more where each of them then does more.
ComparisonRow row_of_few(const Candidate& candidate) {
  constexpr std::uint32_t kMore = 8;
  const Accelerator& chip = candidate.device.chip();
  const std::uint32_t fewest = perf::fewest_chips(candidate.plan, candidate.device);
  if (fewest == 0 || fewest > kMostCompared)
    return {chip.name,
            chip.label,
            {},
            fmt::format("{} of them do not hold {}", kMostCompared, candidate.plan.model->name)};
  ComparisonRow best = row_of_count(candidate, fewest);
  for (std::uint32_t count = 2 * fewest; count <= std::min(kMore * fewest, kMostCompared); count *= 2) {
    ComparisonRow more = row_of_count(candidate, count);
    if (rate_of(more) > rate_of(best)) best = std::move(more);
  }
  return best;
}

/// The row of `count` chips; 0: of few.
ComparisonRow row_of(const Accelerator& chip, std::uint32_t count, const Workload& workload,
                     const Basis& basis, bool zero_shot) {
  const perf::Device device(chip, basis.calibration, !zero_shot);
  const perf::ServingPlan plan = plan_on(workload, chip);
  if (const auto possible = check_chip(device, plan); !possible.ok())
    return {chip.name, chip.label, {}, possible.error().message};
  const Candidate candidate = {device, plan, workload.limits, basis, zero_shot};
  return count == 0 ? row_of_few(candidate) : row_of_count(candidate, count);
}

}  // namespace

Result<std::vector<ComparisonRow>> compare(const std::vector<std::string>& names,
                                           const std::vector<std::uint32_t>& counts, const Workload& workload,
                                           const Basis& basis, bool zero_shot) {
  std::vector<Accelerator> chips;
  for (const std::string& name : names) {
    auto chip = perf::load_any_chip(name);
    if (!chip.ok()) return chip.error();
    chips.push_back(std::move(*chip));
  }
  const std::vector<std::uint32_t> each = counts.empty() ? std::vector<std::uint32_t>{0} : counts;
  std::vector<ComparisonRow> rows(chips.size() * each.size());
  parallel_for(rows.size(), [&](std::size_t i) {
    rows[i] = row_of(chips[i / each.size()], each[i % each.size()], workload, basis, zero_shot);
  });
  std::ranges::stable_sort(rows, std::greater<>(), rate_of);
  return rows;
}

Json comparison_json(const std::vector<ComparisonRow>& rows, const Workload& workload) {
  Json chips = Json::array();
  for (const ComparisonRow& row : rows) {
    Json json = row.report ? serving_summary_json(*row.report, workload)
                           : Json{{"model", workload.model.name}, {"chip", row.chip}};
    json["label"] = row.label;
    json["why_not"] = row.why_not.empty() ? Json() : Json(row.why_not);
    chips.push_back(std::move(json));
  }
  return {{"model", workload.model.name},   {"label", workload.model.label}, {"input", workload.plan.input},
          {"output", workload.plan.output}, {"years_of_use", kYearsOfUse},   {"chips", chips}};
}

Result<std::string> comparison_page(const std::vector<ComparisonRow>& rows, const Workload& workload) {
  return chart_page("page/comparison.html", comparison_json(rows, workload));
}

}  // namespace areia::apps
