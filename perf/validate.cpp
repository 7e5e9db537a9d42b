// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Answers published rows and sums up the errors.
#include "perf/validate.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace areia::perf {

std::optional<Question> read_question(const Measurement& row, const Library& library, std::string* why) {
  if (row.value <= 0) {
    if (why != nullptr) *why = "no positive value";
    return std::nullopt;
  }
  for (const auto reader :
       {read_operator, read_collective, read_layer, read_serving, read_training, read_energy}) {
    if (auto question = reader(row, library)) return question;
  }
  if (why != nullptr)
    *why = library.accelerator(row.hardware) == nullptr ? "unknown accelerator" : "no family predicts it";
  return std::nullopt;
}

double Answer::zero_shot_error() const { return std::abs(zero_shot - row->value) / row->value; }
double Answer::calibrated_error() const { return std::abs(calibrated - row->value) / row->value; }

std::vector<Answer> answer_all(std::span<const Measurement> rows, const Library& library) {
  std::vector<Answer> answers;
  for (const Measurement& row : rows) {
    const auto question = read_question(row, library);
    if (!question) continue;
    answers.push_back({.row = &row,
                       .family = question->family,
                       .chip = question->chip->name,
                       .precision = question->precision,
                       .zero_shot = question->answer(Device(*question->chip, library.calibration, false)),
                       .calibrated = question->answer(Device(*question->chip, library.calibration, true))});
  }
  return answers;
}

ErrorSummary summarise(std::vector<double> errors) {
  if (errors.empty()) return {};
  std::ranges::sort(errors);
  const auto at = [&](double share) {
    return errors[static_cast<std::size_t>(share * static_cast<double>(errors.size() - 1) + 0.5)];
  };
  return {errors.size(),
          std::accumulate(errors.begin(), errors.end(), 0.0) / static_cast<double>(errors.size()), at(0.5),
          at(0.9)};
}

}  // namespace areia::perf
