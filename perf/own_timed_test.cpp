// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Our own chips: the closed form beside what the timed level says of the same operators and layers.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "perf/own_chip.h"
#include "perf/validate.h"

namespace areia::perf {
namespace {

constexpr double kMostMeanError = 0.10;

TEST(OwnTimed, ClosedFormIsWithinTenPercentOfTheClock) {
  const auto library = load_library();
  ASSERT_TRUE(library.ok()) << library.error().message;
  const auto rows = load_measurements(AREIA_SOURCE_DIR "/perf/own/timed.csv");
  ASSERT_TRUE(rows.ok()) << rows.error().message;
  const std::vector<Answer> answers = answer_all(*rows, *library);
  EXPECT_EQ(answers.size(), rows->size());
  std::map<std::string, std::vector<double>> errors, unseen, groups;
  std::set<std::string> chips, shapes;
  for (const Answer& answer : answers) {
    (answer.chip == kUnfittedOwnChip ? unseen : errors)[answer.family].push_back(answer.zero_shot_error());
    groups[fmt::format("{} {} {}", answer.family, answer.chip, answer.row->precision)].push_back(
        answer.zero_shot_error());
    chips.insert(answer.chip);
    shapes.insert(fmt::format("{} {} {} {}", answer.row->model_or_op, answer.row->input_length,
                              answer.row->output_length, answer.row->precision));
  }
  for (const auto& [group, of_group] : groups) {
    const ErrorSummary summary = summarise(of_group);
    fmt::print("{:<36} {:>4} rows  mean {:>5.1f}%  p90 {:>5.1f}%\n", group, summary.rows, 100 * summary.mean,
               100 * summary.p90);
  }
  EXPECT_GE(chips.size(), 6U);
  EXPECT_GE(shapes.size(), 200U);
  for (const std::string family : {"gemm", "attention", "layer"}) {
    EXPECT_LE(summarise(errors[family]).mean, kMostMeanError) << family;
    EXPECT_LE(summarise(unseen[family]).mean, kMostMeanError) << family << " of " << kUnfittedOwnChip;
  }
}

}  // namespace
}  // namespace areia::perf
