// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of operators are read whoever wrote them.
#include <gtest/gtest.h>

#include <string>

#include "perf/questions/harness.h"
#include "perf/validate.h"

namespace areia::perf {
namespace {

const Library& library() {
  static const Library loaded = *load_library();
  return loaded;
}

Measurement row(const std::string& op, const std::string& precision = "bf16") {
  Measurement measurement;
  measurement.source = "somebody";
  measurement.hardware = "NVIDIA H100 SXM";
  measurement.model_or_op = op;
  measurement.phase = "op";
  measurement.precision = precision;
  measurement.metric = "latency";
  measurement.unit = "us";
  measurement.value = 1;
  return measurement;
}

double answer(const Measurement& measurement) {
  const auto question = read_operator(measurement, library());
  EXPECT_TRUE(question.has_value()) << measurement.model_or_op;
  if (!question) return 0;
  return question->answer(Device(*question->chip, library().calibration));
}

TEST(OperatorQuestions, SizesStandInTheTextOrInTheColumns) {
  Measurement columns = row("gemm ");
  columns.batch = 512;
  columns.input_length = 4096;
  columns.output_length = 8192;
  EXPECT_DOUBLE_EQ(answer(columns), answer(row("gemm M=512 N=8192 K=4096")));
  EXPECT_DOUBLE_EQ(answer(columns), answer(row("matmul m=512 n=8192 k=4096")));
}

TEST(OperatorQuestions, UnitsAreTimesOrRates) {
  Measurement rate = row("gemm M=512 N=8192 K=4096");
  const double microseconds = answer(rate);
  rate.unit = "TFLOPS";
  EXPECT_NEAR(answer(rate), 2.0 * 512 * 8192 * 4096 / microseconds * 1e-6, 1e-6);
  rate.unit = "ms";
  EXPECT_NEAR(answer(rate), microseconds * 1e-3, 1e-9);
}

TEST(OperatorQuestions, NarrowWeightsAloneAreReadNarrowAndMultipliedWide) {
  const double wide = answer(row("gemm M=4 N=16384 K=16384"));
  EXPECT_LT(answer(row("gemm M=4 N=16384 K=16384", "int8_wo")), 0.65 * wide);
  EXPECT_LT(answer(row("gemm M=4 N=16384 K=16384", "w4a16_awq")), 0.4 * wide);
  EXPECT_NEAR(answer(row("gemm M=8192 N=16384 K=16384", "int8_wo")),
              answer(row("gemm M=8192 N=16384 K=16384")), 0.02 * answer(row("gemm M=8192 N=16384 K=16384")));
}

TEST(OperatorQuestions, GatedModelsGoUpTwiceAsWide) {
  const std::string sizes = " TP=2 n_embd=4096 n_head=32 n_kv_head=32 n_ffn=";
  Measurement plain = row("someone/unknown mlp_up_proj" + sizes + "16384");
  Measurement gated = row("someone/unknown mlp_up_proj" + sizes + "11008");
  plain.batch = gated.batch = 32768;
  EXPECT_NEAR(answer(gated) / answer(plain), 2 * 11008.0 / 16384, 0.1);
}

TEST(OperatorQuestions, CopiesThatOutgrowTheCacheLeaveIt) {
  const Harness round = {.copies = 4};
  EXPECT_DOUBLE_EQ(cached_share(round, 9e6, 50e6), 1);
  EXPECT_NEAR(cached_share(round, 11.5625e6, 50e6), 0.5, 1e-9);
  EXPECT_DOUBLE_EQ(cached_share(round, 14e6, 50e6), 0);
  EXPECT_DOUBLE_EQ(cached_share({}, 1, 50e6), 0);
  EXPECT_DOUBLE_EQ(cached_share(round, 1, 0), 0);
}

TEST(OperatorQuestions, AHostsTimeTakesThePlaceOfTheLaunch) {
  EXPECT_DOUBLE_EQ(shown_seconds({.host_seconds = 30e-6}, 10e-6, 2e-6), 38e-6);
  EXPECT_DOUBLE_EQ(shown_seconds({.floor_seconds = 30e-6}, 10e-6, 2e-6), 30e-6);
  EXPECT_DOUBLE_EQ(shown_seconds({}, 10e-6, 2e-6), 10e-6);
}

TEST(OperatorQuestions, WhatIsNoOperatorIsNotAnswered) {
  EXPECT_FALSE(read_operator(row("gemm M=0 N=1 K=1"), library()).has_value());
  EXPECT_FALSE(read_operator(row("attention decode heads=0"), library()).has_value());
  EXPECT_FALSE(read_operator(row("someone/unknown tea_break TP=1 n_embd=8 n_head=2"), library()).has_value());
  EXPECT_FALSE(read_operator(row("gemm M=1 N=1 K=1", "base 13"), library()).has_value());
}

}  // namespace
}  // namespace areia::perf
