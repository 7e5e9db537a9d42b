// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The best plan is the best of all that can be.
#include "perf/search.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "perf/own_chip.h"

namespace areia::perf {
namespace {

struct Scene {
  explicit Scene(const char* model_name = "llama-3-8b", const char* chip_name = "h100-sxm")
      : model(*load_language_model(model_name)),
        chip(*load_any_chip(chip_name)),
        calibration(*load_calibration()),
        device(chip, calibration) {
    plan.model = &model;
    plan.input = plan.output = 512;
    plan.concurrency = 16;
  }
  LanguageModel model;
  Accelerator chip;
  Calibration calibration;
  Device device;
  ServingPlan plan;
};

TEST(Search, EveryWayUsesAllChipsAndDivides) {
  const Scene dense, sparse("gpt-oss-120b");
  for (const Scene* scene : {&dense, &sparse}) {
    for (const std::uint32_t chips : {1u, 6u, 8u}) {
      const auto ways = parallelisms(scene->model, chips);
      EXPECT_FALSE(ways.empty());
      for (const Parallelism& way : ways) {
        EXPECT_EQ(way.chips(), chips);
        EXPECT_TRUE(check(way, scene->model).ok());
        EXPECT_EQ(std::ranges::count(ways, way), 1);
      }
    }
  }
  EXPECT_EQ(parallelisms(dense.model, 4).size(), 6u);  // 4, 2x2, 2x1x2, 1x4, 1x2x2, 1x1x4
}

TEST(Search, TheBestIsTheBestOfAll) {
  const Scene scene;
  const auto best = best_serving(scene.plan, 4, scene.device);
  ASSERT_TRUE(best.ok());
  double most = 0;
  for (const Parallelism& way : parallelisms(scene.model, 4)) {
    ServingPlan plan = scene.plan;
    plan.parallelism = way;
    const auto serving = predict_serving(plan, scene.device);
    if (serving.ok()) most = std::max(most, serving->tokens_per_second);
  }
  EXPECT_DOUBLE_EQ(best->serving.tokens_per_second, most);
}

TEST(Search, LimitsHoldAndCostThroughput) {
  Scene scene;
  scene.plan.concurrency = 0;
  const auto free = best_serving(scene.plan, 2, scene.device);
  ASSERT_TRUE(free.ok());
  const double limit = free->serving.tpot / 2;
  const auto limited = best_serving(scene.plan, 2, scene.device, {.tpot = limit});
  ASSERT_TRUE(limited.ok());
  EXPECT_LE(limited->serving.tpot, limit);
  EXPECT_LE(limited->serving.tokens_per_second, free->serving.tokens_per_second);
  const auto none = best_serving(scene.plan, 2, scene.device, {.tpot = 1e-9});
  EXPECT_NE(none.error().message.find("nearest"), std::string::npos);
}

TEST(Search, SaysHowManyChipsWouldHoldIt) {
  const Scene scene("llama-3-70b");
  const std::uint32_t enough = fewest_chips(scene.plan, scene.device);
  EXPECT_EQ(enough, 2u);  // 141 GB of weights in 16 bits, chips of 80 GB
  const auto one = best_serving(scene.plan, 1, scene.device);
  EXPECT_NE(one.error().message.find("--chips 2"), std::string::npos);
  EXPECT_TRUE(best_serving(scene.plan, enough, scene.device).ok());
}

}  // namespace
}  // namespace areia::perf
