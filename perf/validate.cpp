// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Answers published rows and sums up the errors.
#include "perf/validate.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/parallel.h"

namespace areia::perf {

std::optional<Question> read_question(const Measurement& row, const Library& library, std::string* why) {
  if (row.value <= 0) {
    if (why != nullptr) *why = "no positive value";
    return std::nullopt;
  }
  for (const auto reader : {read_operator, read_collective, read_layer, read_serving, read_training,
                            read_energy, read_own_chip}) {
    if (auto question = reader(row, library)) return question;
  }
  if (why != nullptr)
    *why = library.accelerator(row.hardware) == nullptr ? "unknown accelerator" : "no family predicts it";
  return std::nullopt;
}

double Answer::zero_shot_error() const { return std::abs(zero_shot - row->value) / row->value; }
double Answer::calibrated_error() const { return std::abs(calibrated - row->value) / row->value; }

std::vector<Answer> answer_all(std::span<const Measurement> rows, const Library& library,
                               std::map<std::string, std::size_t>* unanswered) {
  std::vector<std::optional<Answer>> slots(rows.size());
  std::vector<std::string> reasons(rows.size());
  parallel_for(rows.size(), [&](std::size_t i) {
    const Measurement& row = rows[i];
    const auto question = read_question(row, library, &reasons[i]);
    if (!question) return;
    const Answer answer = {
        .row = &row,
        .family = question->family,
        .chip = question->chip->name,
        .precision = question->precision,
        .zero_shot = question->answer(Device(*question->chip, library.calibration, false)),
        .calibrated = question->answer(Device(*question->chip, library.calibration, true))};
    if (answer.zero_shot > 0 && std::isfinite(answer.zero_shot) && answer.calibrated > 0 &&
        std::isfinite(answer.calibrated)) {
      slots[i] = answer;
    } else {
      reasons[i] = question->family + ": the model gives no number";
    }
  });
  std::vector<Answer> answers;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (slots[i]) {
      answers.push_back(std::move(*slots[i]));
    } else if (unanswered != nullptr) {
      ++(*unanswered)[reasons[i]];
    }
  }
  return answers;
}

ErrorSummary summarise(std::vector<double> errors) {
  if (errors.empty()) return {};
  std::ranges::sort(errors);
  const auto at = [&](double share) {
    return errors[static_cast<std::size_t>(std::lround(share * static_cast<double>(errors.size() - 1)))];
  };
  return {errors.size(),
          std::accumulate(errors.begin(), errors.end(), 0.0) / static_cast<double>(errors.size()), at(0.5),
          at(0.9)};
}

}  // namespace areia::perf
