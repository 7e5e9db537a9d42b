// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// One workload on many kinds of chips: rows for a table, for programs and for a page with charts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "apps/predict/serving_report.h"
#include "apps/predict/workload.h"

namespace areia::apps {

/// One kind of chip, in one number.
struct ComparisonRow {
  std::string chip, label;
  std::optional<ServingReport> report;  ///< the best way to serve the workload
  std::string why_not;                  ///< where there is none
};

/// Chips by name or file; `counts`: how many of each, all of them; empty: as few as hold the model, or up to
/// eight times as many where each then does more, at most `kMostCompared`. Rows come fastest first, by tokens
/// a second and chip; what cannot serve comes last. Bad input where a chip is unknown.
inline constexpr std::uint32_t kMostCompared = 64;
Result<std::vector<ComparisonRow>> compare(const std::vector<std::string>& chips,
                                           const std::vector<std::uint32_t>& counts, const Workload& workload,
                                           const Basis& basis, bool zero_shot);

std::string comparison_text(const std::vector<ComparisonRow>& rows, const Workload& workload);
/// The table of a document: Markdown.
std::string comparison_markdown(const std::vector<ComparisonRow>& rows, const Workload& workload);
std::string comparison_csv(const std::vector<ComparisonRow>& rows);
nlohmann::ordered_json comparison_json(const std::vector<ComparisonRow>& rows, const Workload& workload);
Result<std::string> comparison_page(const std::vector<ComparisonRow>& rows, const Workload& workload);

}  // namespace areia::apps
