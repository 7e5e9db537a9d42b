// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Watts lie between idle and the design power, rise with work, and the wall sees more than the chip.
#include "perf/predicted_energy.h"

#include <gtest/gtest.h>

#include "perf/validate.h"

namespace areia::perf {
namespace {

TEST(PredictedEnergy, ChipsTakeBetweenIdleAndTheirDesignPower) {
  const auto chip = load_accelerator("h100-sxm");
  ASSERT_TRUE(chip.ok());
  const double idle = chip_watts(*chip, {}), full = chip_watts(*chip, {.compute = 1, .memory = 1});
  EXPECT_GT(idle, 30);
  EXPECT_LT(idle, 200);
  EXPECT_DOUBLE_EQ(full, chip->tdp_watts->value);
  EXPECT_GT(chip_watts(*chip, {.compute = 0.5}), idle);
  EXPECT_GT(chip_watts(*chip, {.compute = 0.5, .memory = 0.3}), chip_watts(*chip, {.compute = 0.5}));
  // A DGX H100 takes at most 10.2 kW with 8 of them.
  EXPECT_GT(8 * wall_watts(*chip, {.compute = 1, .memory = 1}), 8 * full);
  EXPECT_LT(8 * wall_watts(*chip, {.compute = 1, .memory = 1}), 10200);
}

TEST(PredictedEnergy, LimitsLowerTheClock) {
  const auto library = load_library();
  ASSERT_TRUE(library.ok());
  const Accelerator* chip = library->accelerator("h200-sxm");
  const Utilisation busy = {.compute = 0.7, .memory = 0.4};
  EXPECT_DOUBLE_EQ(chip_watts(*chip, busy, 500), 500);
  EXPECT_LT(clock_at_limit(*chip, busy, 350), clock_at_limit(*chip, busy, 500));
  EXPECT_LT(clock_at_limit(*chip, busy, 500), 1);
  EXPECT_DOUBLE_EQ(clock_at_limit(*chip, {}, 500), 1);
  // The same silicon at half of the watts cannot keep its clock on large products.
  const double operations = 1.1e15;
  EXPECT_DOUBLE_EQ(clock_at_design_power(*library->accelerator("h100-sxm"), operations, busy), 1);
  EXPECT_LT(clock_at_design_power(*library->accelerator("h100-pcie"), operations, busy), 0.9);
}

TEST(PredictedEnergy, LargerBatchesCostLessATokenAndMoreWatts) {
  const auto library = load_library();
  ASSERT_TRUE(library.ok());
  ServingPlan plan;
  plan.model = library->model("llama-3.1-70b");
  plan.stack = &serving_stack("vllm");
  plan.formats.weight = plan.formats.compute = Precision::kFp8;
  plan.parallelism.tensor = 4;
  const Device device(*library->accelerator("h100-sxm"), library->calibration, true);
  double joules = 1e9, watts = 0;
  for (const double concurrency : {1, 8, 64}) {
    plan.concurrency = concurrency;
    const auto serving = predict_serving(plan, device);
    ASSERT_TRUE(serving.ok());
    const ServingEnergy energy = predict_energy(*serving, plan, device);
    EXPECT_LT(energy.joules_per_token, joules);
    EXPECT_GT(energy.wall_watts, watts);
    EXPECT_NEAR(energy.joules_per_token * serving->tokens_per_second, energy.wall_watts, 1e-6);
    joules = energy.joules_per_token;
    watts = energy.wall_watts;
  }
}

TEST(PredictedEnergy, AStepOfTrainingTakesMostOfTheDesignPower) {
  const auto library = load_library();
  ASSERT_TRUE(library.ok());
  const Device device(*library->accelerator("a100-80-sxm"), library->calibration, true);
  TrainingRun run;
  run.batch = 512;
  run.parallelism = {.tensor = 8, .pipeline = 8, .data = 1};
  const auto time = predict_training(*library->model("gpt-3-175b"), run, device);
  ASSERT_TRUE(time.ok()) << time.error().message;
  const TrainingEnergy energy = predict_energy(*time, run, device);
  EXPECT_GT(energy.wall_watts, 64 * 400 * 0.8);
  EXPECT_LT(energy.wall_watts, 64 * 400 * 1.7);
  EXPECT_DOUBLE_EQ(energy.joules_per_step, energy.wall_watts * time->seconds);
  EXPECT_GT(time->traffic, 2 * time->memory.weights);  // forward and backward read them
}

}  // namespace
}  // namespace areia::perf
