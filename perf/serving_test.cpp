// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A server's times follow from what it does: more of anything takes longer, more memory or bandwidth helps.
#include "perf/serving.h"

#include <gtest/gtest.h>

#include "perf/validate.h"

namespace areia::perf {
namespace {

class ServingTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { library_ = new Library(*load_library()); }
  static void TearDownTestSuite() {
    delete library_;
    library_ = nullptr;
  }
  static ServingPlan plan() {
    ServingPlan p;
    p.model = library_->model("llama-3.1-70b");
    p.stack = &serving_stack("vllm");
    p.formats.weight = p.formats.expert_weight = p.formats.compute = Precision::kFp8;
    p.parallelism.tensor = 4;
    p.concurrency = 16;
    return p;
  }
  static Accelerator h100() { return *library_->accelerator("h100-sxm"); }
  static Serving serve(const ServingPlan& p, const Accelerator& chip) {
    const auto serving = predict_serving(p, Device(chip, library_->calibration, true));
    EXPECT_TRUE(serving.ok()) << (serving.ok() ? "" : serving.error().message);
    return serving.ok() ? *serving : Serving{};
  }
  static Library* library_;
};
Library* ServingTest::library_ = nullptr;

TEST_F(ServingTest, EndToEndIsTheFirstTokenAndTheOthers) {
  const Serving s = serve(plan(), h100());
  EXPECT_NEAR(s.end_to_end, s.ttft + (plan().output - 1) * s.tpot, 1e-9);
  EXPECT_NEAR(s.tokens_per_second, plan().concurrency * plan().output / s.end_to_end, 1e-6);
  EXPECT_NEAR(s.tpot, s.decode.seconds + s.host + s.stalls, 1e-12);
}

TEST_F(ServingTest, MoreRequestsAndLongerOnesTakeLonger) {
  double tpot = 0, ttft = 0, rate = 0;
  for (const double concurrency : {1, 4, 16, 64}) {
    ServingPlan p = plan();
    p.concurrency = concurrency;
    const Serving s = serve(p, h100());
    EXPECT_GT(s.tpot, tpot);
    EXPECT_GT(s.ttft, ttft);
    EXPECT_GT(s.tokens_per_second, rate);
    tpot = s.tpot;
    ttft = s.ttft;
    rate = s.tokens_per_second;
  }
  ServingPlan longer = plan();
  longer.input *= 8;
  EXPECT_GT(serve(longer, h100()).tpot, serve(plan(), h100()).tpot);
  EXPECT_GT(serve(longer, h100()).ttft, 4 * serve(plan(), h100()).ttft);
}

TEST_F(ServingTest, BandwidthHelpsDecodeAndPeakHelpsPrefill) {
  Accelerator wide = h100(), strong = h100();
  wide.memory_bandwidth->value *= 2;
  for (Known& peak : strong.matrix_peak) {
    if (peak) peak->value *= 2;
  }
  const Serving s = serve(plan(), h100());
  EXPECT_LT(serve(plan(), wide).decode.seconds, 0.9 * s.decode.seconds);
  EXPECT_LT(serve(plan(), strong).prefill.seconds, 0.9 * s.prefill.seconds);
}

TEST_F(ServingTest, WhatDoesNotFitIsAnErrorThatSaysHowMuchIsMissing) {
  ServingPlan p = plan();
  p.parallelism.tensor = 1;
  p.formats = {};
  const Accelerator chip = h100();
  const auto serving = predict_serving(p, Device(chip, library_->calibration, true));
  ASSERT_FALSE(serving.ok());
  EXPECT_NE(serving.error().message.find("llama-3.1-70b does not fit"), std::string::npos);
  EXPECT_NE(serving.error().message.find("GB"), std::string::npos);
}

TEST_F(ServingTest, AFullCacheMakesRequestsWait) {
  ServingPlan p = plan();
  p.parallelism.tensor = 2;
  p.concurrency = 4096;
  const Serving s = serve(p, h100());
  EXPECT_LT(s.batch, 4096);
  EXPECT_LE(s.memory.weights + s.memory.cache, s.memory.capacity);
  EXPECT_GT(s.ttft, 100 * s.prefill.seconds);
  p.load = Load::kOffline;
  p.concurrency = 0;
  EXPECT_NEAR(serve(p, h100()).batch, s.batch, 0.5);
}

TEST_F(ServingTest, AServerKeepsItsLimitBelowFullThroughput) {
  ServingPlan p = plan();
  p.load = Load::kOffline;
  p.concurrency = 0;
  const Serving offline = serve(p, h100());
  p.load = Load::kServer;
  p.tpot_limit = offline.tpot / 2;
  const Serving server = serve(p, h100());
  EXPECT_LT(server.tpot, p.tpot_limit);
  EXPECT_LT(server.tokens_per_second, offline.tokens_per_second);
}

TEST_F(ServingTest, DraftsHelpWhileMemoryIsTheBoundAndAreRight) {
  ServingPlan p = plan();
  p.concurrency = 1;
  const double alone = serve(p, h100()).tpot;
  p.drafted = 3;
  EXPECT_LT(serve(p, h100()).tpot, 0.7 * alone);
  p.acceptance = 0;
  EXPECT_GT(serve(p, h100()).tpot, alone);
}

TEST_F(ServingTest, AColdServerCompilesForOnceWhatPromptsThatAreCutNeed) {
  ServingPlan warm = plan(), cold = plan();
  cold.compile_seconds = 90;
  const auto loses = [&](double concurrency) {
    warm.concurrency = cold.concurrency = concurrency;
    const Serving s = serve(cold, h100());
    EXPECT_NEAR(s.end_to_end, s.ttft + (cold.output - 1) * s.tpot, 1e-9);
    return s.end_to_end - serve(warm, h100()).end_to_end;
  };
  EXPECT_EQ(loses(2), 0);  // one pass holds both prompts
  EXPECT_NEAR(loses(32), cold.compile_seconds / cold.waves, 1e-9);
  EXPECT_GT(serve(cold, h100()).ttft, serve(warm, h100()).ttft);
}

TEST_F(ServingTest, OverloadPilesUpAndLightLoadDoesNot) {
  ServingPlan p = plan();
  p.load = Load::kOpenLoop;
  p.requests = 1000;
  p.rate = 0.1;
  const Serving light = serve(p, h100());
  EXPECT_LT(light.batch, 4);
  p.rate = 1000;
  const Serving heavy = serve(p, h100());
  EXPECT_GT(heavy.ttft, 20 * light.ttft);
}

TEST_F(ServingTest, SpreadsSoThatItYieldsMost) {
  ServingPlan p = plan();
  p.load = Load::kOffline;
  p.concurrency = 0;
  const Accelerator chip = h100();
  const Device device(chip, library_->calibration, true);
  const auto spread = spread_for_throughput(p, 8, device);
  ASSERT_TRUE(spread.ok());
  EXPECT_EQ(spread->parallelism.chips(), 8u);
  p.parallelism = {.tensor = 8};
  EXPECT_GE(predict_serving(*spread, device)->tokens_per_second,
            predict_serving(p, device)->tokens_per_second);
  p.model = library_->model("llama-3.1-405b");
  EXPECT_FALSE(spread_for_throughput(p, 2, device).ok());
}

TEST(ServingStack, IsFoundByWhatTextsCallIt) {
  EXPECT_EQ(serving_stack("aiconfigurator silicon_sample (vllm 0.12.0)").name, "vllm");
  EXPECT_EQ(serving_stack("TensorRT-LLM perf-overview").name, "trtllm");
  EXPECT_EQ(serving_stack("somebody's own server").name, "middling");
}

}  // namespace
}  // namespace areia::perf
