// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What `areia validate` tells: errors of predictions beside published measurements.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "perf/questions/serving_summary.h"
#include "perf/validate.h"
#include "perf/whole_requests.h"

namespace areia::apps {

/// Errors of rows that have something in common.
struct ErrorLine {
  std::string name;
  perf::ErrorSummary held_out;     ///< calibrated, on rows that nothing was fitted to
  perf::ErrorSummary zero_shot;    ///< of the same rows, by data sheet and class alone
  perf::ErrorSummary calibration;  ///< calibrated, on the rows that constants may be fitted to
};
struct ErrorSection {
  std::string title;  ///< what the lines' names are made of: "family, chip, format"
  std::vector<ErrorLine> lines;
};

struct Validation {
  std::vector<perf::Answer> answers;
  std::size_t rows = 0;                           ///< read
  std::map<std::string, std::size_t> unanswered;  ///< by reason
  perf::WholeRequests whole;  ///< made of pairs of rows; in the section of what is measured alone
  std::vector<ErrorSection> sections;
  std::vector<perf::ChipRate> order;            ///< chips on MLPerf's Llama 2 70B offline, the fastest first
  double spearman = 0, zero_shot_spearman = 0;  ///< of that order; NaN for fewer than two chips
};
/// Sums up. `answers` refer to rows that must live as long.
Validation validation_of(std::vector<perf::Answer> answers, std::size_t rows,
                         std::map<std::string, std::size_t> unanswered);

std::string validation_text(const Validation& validation);
nlohmann::ordered_json validation_json(const Validation& validation);
/// A page with the scatter of predicted beside measured.
Result<std::string> validation_page(const Validation& validation);
/// Every answered row, as CSV.
std::string validation_rows(const Validation& validation);

}  // namespace areia::apps
