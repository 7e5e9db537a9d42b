// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// How far predictions of servers are from what was published, on rows that no constant was fitted to; and how
// rows are read.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "perf/predicted_energy.h"
#include "perf/questions/published_run.h"
#include "perf/questions/serving_summary.h"

namespace areia::perf {
namespace {

class ServingAccuracy : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    library_ = new Library(*load_library());
    rows_ = new std::vector<Measurement>(*load_all_measurements());
    std::erase_if(*rows_, [](const Measurement& row) {
      return row.phase == "op" || row.phase == "train" || row.phase == "collective";
    });
    answers_ = new std::vector<Answer>(answer_all(*rows_, *library_));
  }
  static void TearDownTestSuite() {
    delete answers_;
    delete rows_;
    delete library_;
  }
  static ErrorSummary held_out(std::string_view file, std::string_view metric) {
    std::vector<double> errors;
    for (const Answer& a : *answers_) {
      const double error = a.calibrated_error();
      if (a.row->held_out && a.row->file == file && a.row->metric.find(metric) != std::string::npos &&
          !std::isnan(error)) {
        errors.push_back(error);
      }
    }
    return summarise(errors);
  }
  static double worst_held_out(std::string_view metric) {
    double worst = 0;
    for (const Answer& a : *answers_) {
      if (a.row->held_out && a.row->metric == metric) worst = std::max(worst, a.calibrated_error());
    }
    return worst;
  }
  static Measurement sample(const char* source, const char* model, double chips) {
    return {.source = source,
            .hardware = "NVIDIA b200_sxm",
            .model_or_op = model,
            .phase = "serve",
            .precision = "fp4",
            .metric = "silicon_tpot_ms",
            .unit = "ms",
            .chips = chips,
            .batch = 4,
            .input_length = 1024,
            .output_length = 1024};
  }
  static PublishedRun read(const Measurement& row) {
    const auto run = read_serving_run(row, *library_);
    EXPECT_TRUE(run.has_value());
    return run.value_or(PublishedRun{});
  }
  static Library* library_;
  static std::vector<Measurement>* rows_;
  static std::vector<Answer>* answers_;
};
Library* ServingAccuracy::library_ = nullptr;
std::vector<Measurement>* ServingAccuracy::rows_ = nullptr;
std::vector<Answer>* ServingAccuracy::answers_ = nullptr;

TEST_F(ServingAccuracy, HeldOutTimesOfServers) {
  const ErrorSummary tpot = held_out("silicon_e2e", "tpot"), ttft = held_out("silicon_e2e", "ttft");
  EXPECT_GT(tpot.rows, 1000u);
  EXPECT_LT(tpot.median, 0.12);
  EXPECT_LT(ttft.median, 0.25);
}

TEST_F(ServingAccuracy, HeldOutRequestsEndToEnd) {
  std::vector<double> errors;
  for (const EndToEnd& run : derive_end_to_end(*answers_)) {
    if (run.ttft->row->held_out && !std::isnan(run.calibrated)) errors.push_back(run.calibrated_error());
  }
  const ErrorSummary summary = summarise(errors);
  EXPECT_GT(summary.rows, 1000u);
  EXPECT_LT(summary.median, 0.10);
  EXPECT_LT(summary.p90, 0.30);
}

TEST_F(ServingAccuracy, ChipsAreOrderedAsMlperfOrdersThem) {
  std::vector<double> measured, calibrated;
  for (const ChipRate& rate : rates_on_llama_2_70b_offline(*answers_)) {
    measured.push_back(rate.measured);
    calibrated.push_back(rate.calibrated);
  }
  EXPECT_GE(measured.size(), 7u);
  EXPECT_GE(rank_correlation(measured, calibrated), 0.95);
}

TEST_F(ServingAccuracy, HeldOutJoulesAToken) {
  EXPECT_GT(worst_held_out("energy_per_token"), 0);
  EXPECT_LT(worst_held_out("energy_per_token"), 0.2);
  EXPECT_LT(worst_held_out("avg_wall_power"), 0.2);
}

TEST_F(ServingAccuracy, RowsSayHowAModelIsSpread) {
  Measurement row = sample("aiconfigurator silicon_sample (sglang 0.5.9)",
                           "deepseek-ai/DeepSeek-R1 TP=64 PP=1 ADP=1 MoE_TP=8 MoE_EP=8 batch_per_rank=4", 64);
  PublishedRun run = read(row);
  EXPECT_EQ(run.plan.parallelism.tensor, 8u);
  EXPECT_EQ(run.plan.parallelism.expert, 8u);
  EXPECT_EQ(run.plan.parallelism.expert_split(), 1u);
  EXPECT_EQ(run.plan.formats.expert_weight, Precision::kFp4);
  row.model_or_op = "Qwen3-235B-A22B DEP8";
  row.chips = 8;
  run = read(row);
  EXPECT_EQ(run.plan.parallelism.data, 8u);
  EXPECT_EQ(run.plan.parallelism.expert, 8u);
  row.model_or_op = "Llama-3.3-70B TP1PP2";
  row.chips = 2;
  run = read(row);
  EXPECT_EQ(run.plan.parallelism.tensor, 1u);
  EXPECT_EQ(run.plan.parallelism.pipeline, 2u);
  row.hardware = "a chip that nobody makes";
  EXPECT_FALSE(read_serving_run(row, *library_).has_value());
}

TEST_F(ServingAccuracy, RunsThatDraftAreToldFromTheirImages) {
  Measurement row = sample("aiconfigurator silicon_sample (trtllm 1.2.0rc6.post3)",
                           "deepseek-ai/DeepSeek-R1 TP=8 PP=1 ADP=1 MoE_TP=8 MoE_EP=1 batch_per_rank=8", 8);
  EXPECT_EQ(read(row).plan.drafted, 3);
  row.source = "aiconfigurator silicon_sample (trtllm 1.2.0rc6.post2)";
  EXPECT_EQ(read(row).plan.drafted, 0);
}

TEST_F(ServingAccuracy, WhatScriptsAndLogsSayOfSglangIsReadFromImages) {
  const char* model = "deepseek-ai/DeepSeek-V3 TP=8 PP=1 ADP=1 MoE_TP=8 MoE_EP=1 batch_per_rank=4";
  Measurement row = sample("aiconfigurator silicon_sample (sglang 0.5.9)", model, 8);
  const ServingPlan newer = read(row).plan;
  EXPECT_EQ(newer.compile_seconds, 0);
  EXPECT_EQ(newer.wait_steps, 5);
  row.batch = 16;
  EXPECT_EQ(read(row).plan.wait_steps, 15);
  row.source = "aiconfigurator silicon_sample (sglang 0.5.10.post1)";
  EXPECT_NEAR(read(row).plan.input / newer.input, 5.03, 0.01);
  row.source = "aiconfigurator silicon_sample (sglang nan)";
  EXPECT_GT(read(row).plan.compile_seconds, 0);
  EXPECT_EQ(read(row).plan.input, newer.input);
  row.precision = "fp8";
  EXPECT_EQ(read(row).plan.compile_seconds, 0);
  row.hardware = "NVIDIA h200_sxm";
  EXPECT_EQ(read(row).plan.wait_steps, 0);
}

TEST_F(ServingAccuracy, VersionsOfVllmThatReadEveryExpertAreTold) {
  Measurement row = sample("aiconfigurator silicon_sample (vllm 0.12.0)",
                           "Qwen/Qwen3-235B-A22B-FP8 TP=2 PP=1 ADP=1 MoE_TP=2 MoE_EP=1 batch_per_rank=4", 2);
  row.precision = "fp8";
  EXPECT_FALSE(read(row).plan.formats.every_expert);
  row.hardware = "NVIDIA h200_sxm";
  EXPECT_TRUE(read(row).plan.formats.every_expert);
  row.source = "aiconfigurator silicon_sample (vllm 0.16.0)";
  EXPECT_FALSE(read(row).plan.formats.every_expert);
}

TEST_F(ServingAccuracy, StacksAreToldFromVersionsAndImages) {
  const char* model = "openai/gpt-oss-120b TP=1 PP=1 ADP=1 MoE_TP=1 MoE_EP=1 batch_per_rank=4";
  Measurement row = sample("aiconfigurator silicon_sample (trtllm 1.1.0rc2.post2)", model, 1);
  EXPECT_EQ(read(row).plan.stack->name, "trtllm-1.1");
  row.source = "aiconfigurator silicon_sample (trtllm 1.2.0rc6.post2)";
  EXPECT_EQ(read(row).plan.stack->name, "trtllm");
  row.source = "aiconfigurator silicon_sample (trtllm nan)";
  EXPECT_EQ(read(row).plan.stack->name, "trtllm");
  row.hardware = "NVIDIA h200_sxm";
  EXPECT_EQ(read(row).plan.stack->name, "trtllm-1.1");
}

TEST_F(ServingAccuracy, NarrowFormatsMultiplyInWhatTheChipHas) {
  const LanguageModel& model = *library_->model("gpt-oss-120b");
  const auto formats = [&](const char* chip) {
    return serving_formats(model, *library_->accelerator(chip), "fp4", serving_stack("vllm"));
  };
  EXPECT_EQ(formats("h100-sxm").compute, Precision::kBf16);
  EXPECT_EQ(formats("b200").compute, Precision::kFp4);
  EXPECT_EQ(formats("h100-sxm").expert_weight, Precision::kFp4);
}

TEST(RankCorrelation, IsSpearmans) {
  const std::vector<double> up = {1, 2, 3, 4}, down = {9, 7, 5, 3}, swapped = {1, 3, 2, 4};
  EXPECT_DOUBLE_EQ(rank_correlation(up, up), 1);
  EXPECT_DOUBLE_EQ(rank_correlation(up, down), -1);
  EXPECT_DOUBLE_EQ(rank_correlation(up, swapped), 0.8);  // 1 - 6 * 2 / (4 * 15)
  EXPECT_TRUE(std::isnan(rank_correlation({}, {})));
}

}  // namespace
}  // namespace areia::perf
