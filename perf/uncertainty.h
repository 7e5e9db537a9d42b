// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// How wrong a prediction may be: the errors of its nearest measured relatives. Errors are those of held-out
// rows, summed up once (perf/calibration/errors.csv of the data folder, which the build makes), so that a
// prediction looks its own up in no time.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "perf/validate.h"

namespace areia::perf {

/// The smallest and the largest of what was measured.
struct MeasuredRange {
  double least = std::numeric_limits<double>::infinity(), most = 0;
  bool known() const { return most > 0; }
};

/// What a prediction, or a row, is about: where it stands between what was measured. 0: not said.
struct Situation {
  double batch = 0, input = 0, output = 0, chips = 0;
  double parameters = 0;  ///< of the model
};
inline constexpr std::array<std::string_view, 5> kSituationNames = {"batch", "input", "output", "chips",
                                                                    "parameters"};
inline constexpr std::array<double Situation::*, 5> kSituationMembers = {
    &Situation::batch, &Situation::input, &Situation::output, &Situation::chips, &Situation::parameters};

/// The group of own designs: rows of the clock on a chip that no constant was fitted to.
inline constexpr std::string_view kOwnDesigns = "own designs";

/// Errors of rows that have something in common.
struct ErrorGroup {
  std::string family;    ///< Question::family
  std::string quantity;  ///< what is measured (quantity_of)
  /// A chip's name, or "class gpu" and its like for all chips of a class, or "any"; kOwnDesigns.
  std::string chip;
  std::string format;       ///< a precision's name, or "any"
  ErrorSummary calibrated;  ///< of held-out rows
  ErrorSummary zero_shot;   ///< of the same rows, by the constants of the class alone
  std::array<MeasuredRange, kSituationNames.size()> ranges;
};
struct ErrorTable {
  std::vector<ErrorGroup> groups;
};

/// What a row measures: "time to first token", "time per token", "throughput", "end to end", "step time",
/// "energy"; of operators "time".
std::string_view quantity_of(const Measurement& row);

/// Sums up the held-out ones of `answers`, by chip and format, by chip, by class, and all.
ErrorTable error_table(std::span<const Answer> answers, const Library& library);
std::string to_csv(const ErrorTable& table);
Result<ErrorTable> parse_error_table(std::string_view csv, const std::string& origin);
/// That of the data folder.
Result<ErrorTable> load_error_table();

/// How wrong a prediction may be.
struct Uncertainty {
  double median = 0, p90 = 0;  ///< of |predicted - measured| / measured; 0 with rows == 0
  std::size_t rows = 0;        ///< that say so
  std::string relatives;       ///< whose errors: "h100-sxm fp8", "h100-sxm", "gpu, zero-shot"
  /// Where the question lies outside of what they measured: "batch 2048 is 4 times the largest".
  std::vector<std::string> beyond;
  bool extrapolated() const { return rows == 0 || !beyond.empty(); }
};

/// The errors of the nearest relatives with at least `kFewestRows` rows: the same chip and format; the same
/// chip; the same class of chips without calibration; all chips without calibration. `calibrated`: whether
/// the prediction used the chip's own constants. Own designs have relatives in the clock alone: a layer's
/// error is that of a request.
inline constexpr std::size_t kFewestRows = 5;
Uncertainty uncertainty_of(const ErrorTable& table, std::string_view family, std::string_view quantity,
                           const Accelerator& chip, Precision precision, bool calibrated,
                           const Situation& situation);

}  // namespace areia::perf
