// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Whose errors a prediction states, and when it is beyond what was measured.
#include "perf/uncertainty.h"

#include <gtest/gtest.h>

#include "perf/own_chip.h"

namespace areia::perf {
namespace {

/// Rows of products on h100-sxm, in two formats, with errors of 10% and 30%; zero-shot twice that.
struct Scene {
  Scene() : library(*load_library()) {
    for (int i = 0; i < 12; ++i) {
      Measurement row;
      row.phase = "op", row.metric = "latency", row.value = 100;
      row.batch = 1 << i, row.chips = 1;
      row.held_out = true;
      rows.push_back(row);
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const bool narrow = i % 2 == 1;
      answers.push_back({.row = &rows[i],
                         .family = "gemm",
                         .chip = "h100-sxm",
                         .precision = narrow ? Precision::kFp8 : Precision::kBf16,
                         .zero_shot = narrow ? 160.0 : 120.0,
                         .calibrated = narrow ? 130.0 : 110.0});
    }
    table = error_table(answers, library);
  }
  Uncertainty of(const char* chip, Precision precision, double batch, bool calibrated = true) const {
    return uncertainty_of(table, "gemm", "time", *library.accelerator(chip), precision, calibrated,
                          {.batch = batch});
  }
  Library library;
  std::vector<Measurement> rows;
  std::vector<Answer> answers;
  ErrorTable table;
};

TEST(Uncertainty, NearestRelativesComeFirst) {
  const Scene scene;
  const Uncertainty same = scene.of("h100-sxm", Precision::kFp8, 64);
  EXPECT_NEAR(same.median, 0.3, 1e-9);
  EXPECT_EQ(same.rows, 6u);
  EXPECT_FALSE(same.extrapolated());
  const Uncertainty chip = scene.of("h100-sxm", Precision::kInt8, 64);
  EXPECT_EQ(chip.rows, 12u);
  EXPECT_NE(chip.relatives.find("other formats"), std::string::npos);
  const Uncertainty kind = scene.of("mi300x", Precision::kBf16, 64);
  EXPECT_NEAR(kind.p90, 0.6, 1e-9);  // nobody's constants help another chip
  EXPECT_NE(kind.relatives.find("class gpu"), std::string::npos);
  EXPECT_NE(scene.of("tpu-v5e", Precision::kBf16, 64).relatives.find("other classes"), std::string::npos);
  EXPECT_NEAR(scene.of("h100-sxm", Precision::kFp8, 64, false).median, 0.6, 1e-9);
}

TEST(Uncertainty, OwnDesignsAreHeldToTheClock) {
  Scene scene;
  for (Measurement& row : scene.rows) row.phase = "decode", row.metric = "latency";  // as layers are clocked
  for (Answer& answer : scene.answers) answer.family = "layer", answer.chip = "a design";
  const ErrorTable table = error_table(scene.answers, scene.library);
  ASSERT_EQ(table.groups.size(), 1u);
  EXPECT_EQ(table.groups.front().chip, kOwnDesigns);
  const auto own = load_any_chip("areia-1");
  ASSERT_TRUE(own.ok()) << own.error().message;
  const Uncertainty request =
      uncertainty_of(table, "serving", "throughput", *own, Precision::kBf16, false, {.batch = 64});
  EXPECT_EQ(request.rows, scene.answers.size());
  EXPECT_NE(request.relatives.find("clock"), std::string::npos);
  const Uncertainty rival = uncertainty_of(table, "serving", "throughput", scene.library.accelerators[0],
                                           Precision::kBf16, false, {.batch = 64});
  EXPECT_EQ(rival.rows, 0u);
}

TEST(Uncertainty, WhatIsBeyondIsMarked) {
  const Scene scene;
  const Uncertainty beyond = scene.of("h100-sxm", Precision::kBf16, 1e6);
  EXPECT_TRUE(beyond.extrapolated());
  ASSERT_EQ(beyond.beyond.size(), 1u);
  EXPECT_NE(beyond.beyond[0].find("batch"), std::string::npos);
  const Uncertainty unknown = uncertainty_of(scene.table, "serving", "throughput",
                                             scene.library.accelerators[0], Precision::kBf16, true, {});
  EXPECT_EQ(unknown.rows, 0u);
  EXPECT_TRUE(unknown.extrapolated());
}

TEST(Uncertainty, CalibrationRowsSayNothing) {
  Scene scene;
  for (Measurement& row : scene.rows) row.held_out = false;
  EXPECT_TRUE(error_table(scene.answers, scene.library).groups.empty());
}

TEST(Uncertainty, ATableComesBackFromItsFile) {
  const Scene scene;
  const auto again = parse_error_table(to_csv(scene.table), "errors.csv");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(to_csv(*again), to_csv(scene.table));
  EXPECT_NE(parse_error_table("nonsense\n", "x.csv").error().message.find("x.csv:1"), std::string::npos);
  const auto cut = to_csv(scene.table);
  EXPECT_FALSE(parse_error_table(cut.substr(0, cut.size() - 9), "x.csv").ok());
}

}  // namespace
}  // namespace areia::perf
