// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Joins answers about servers.
#include "perf/questions/serving_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/text.h"
#include "perf/questions/units.h"

namespace areia::perf {
namespace {

/// All of a row but its metric: rows of one run have it in common. Repeated runs follow each other.
std::string run_of(const Measurement& row, std::string_view statistic) {
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", row.source, row.hardware, row.chips, row.model_or_op,
                     row.phase, row.batch, row.input_length, row.output_length, row.precision, statistic);
}
/// "ttft_median" -> "_median": times of different statistics are not joined.
std::string statistic_of(std::string metric, std::string_view name) {
  return metric.erase(metric.find(name), name.size());
}

std::vector<double> ranks_of(std::span<const double> values) {
  std::vector<double> ranks;
  for (const double value : values) {
    const auto below = std::ranges::count_if(values, [&](double v) { return v < value; });
    const auto same = std::ranges::count(values, value);
    ranks.push_back(static_cast<double>(below) + (static_cast<double>(same) + 1) / 2);
  }
  return ranks;
}

}  // namespace

double EndToEnd::zero_shot_error() const { return std::abs(zero_shot - measured) / measured; }
double EndToEnd::calibrated_error() const { return std::abs(calibrated - measured) / measured; }

std::vector<EndToEnd> derive_end_to_end(std::span<const Answer> answers) {
  std::map<std::string, std::vector<const Answer*>> firsts;
  for (const Answer& answer : answers) {
    if (answer.family == "serving" && contains_any_case(answer.row->metric, "ttft"))
      firsts[run_of(*answer.row, statistic_of(answer.row->metric, "ttft"))].push_back(&answer);
  }
  std::vector<EndToEnd> runs;
  std::map<std::string, std::size_t> repeats;
  for (const Answer& answer : answers) {
    const Measurement& row = *answer.row;
    if (answer.family != "serving" || !contains_any_case(row.metric, "tpot") || row.output_length <= 1)
      continue;
    const std::string run = run_of(row, statistic_of(row.metric, "tpot"));
    const auto found = firsts.find(run);
    const std::size_t repeat = repeats[run]++;
    if (found == firsts.end() || repeat >= found->second.size()) continue;
    const Answer& first = *found->second[repeat];
    const double first_unit = seconds_in(first.row->unit), others = row.output_length - 1;
    const double unit = seconds_in(row.unit);
    runs.push_back({.ttft = &first,
                    .measured = first.row->value * first_unit + others * row.value * unit,
                    .zero_shot = first.zero_shot * first_unit + others * answer.zero_shot * unit,
                    .calibrated = first.calibrated * first_unit + others * answer.calibrated * unit});
  }
  return runs;
}

std::vector<ChipRate> rates_on_llama_2_70b_offline(std::span<const Answer> answers) {
  struct Sum {
    ChipRate rate;
    double rows = 0;
  };
  std::map<std::string, Sum> sums;
  for (const Answer& answer : answers) {
    const Measurement& row = *answer.row;
    if (answer.family != "serving" || !row.source.starts_with("MLPerf") || row.metric != "throughput" ||
        !contains_any_case(row.phase, "offline") || !contains_any_case(row.model_or_op, "llama2-70b")) {
      continue;
    }
    Sum& sum = sums[answer.chip];
    sum.rows += 1;
    sum.rate.measured += row.value / row.chips;
    sum.rate.zero_shot += answer.zero_shot / row.chips;
    sum.rate.calibrated += answer.calibrated / row.chips;
  }
  std::vector<ChipRate> rates;
  rates.reserve(sums.size());
  for (const auto& [chip, sum] : sums) {
    rates.push_back(
        {chip, sum.rate.measured / sum.rows, sum.rate.zero_shot / sum.rows, sum.rate.calibrated / sum.rows});
  }
  return rates;
}

double rank_correlation(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size() || a.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> ranks_a = ranks_of(a), ranks_b = ranks_of(b);
  const double mean = (static_cast<double>(a.size()) + 1) / 2;
  double both = 0, of_a = 0, of_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += (ranks_a[i] - mean) * (ranks_b[i] - mean);
    of_a += (ranks_a[i] - mean) * (ranks_a[i] - mean);
    of_b += (ranks_b[i] - mean) * (ranks_b[i] - mean);
  }
  return both / std::sqrt(of_a * of_b);
}

}  // namespace areia::perf
