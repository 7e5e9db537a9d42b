// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kSample: greedy choice, the filters and the draw, how generation ends, and what the host hears of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "tests/kernels/scene.h"

namespace areia::tests {
namespace {

/// A plan that samples `steps` times from the same logits.
Scene sample_scene(const Values& logits, std::uint32_t steps = 1,
                   const abi::SamplingParameters& sampling = {}) {
  Scene scene;
  scene.plan.max_new_tokens = steps;
  scene.plan.sampling = sampling;
  abi::Op op;
  op.kind = abi::OpKind::kSample;
  op.flags = abi::kLastRowOnly;
  op.input = scene.activation(1, static_cast<std::uint32_t>(logits.size()));
  scene.set(op.input, logits);
  scene.ops = {op};
  return scene;
}

std::vector<std::uint32_t> sampled(const Values& logits, std::uint32_t steps,
                                   const abi::SamplingParameters& sampling,
                                   const ChipDescription& chip = assorted_chips().front()) {
  Scene scene = sample_scene(logits, steps, sampling);
  scene.run(chip);
  EXPECT_EQ(scene.generated.size(), steps);
  return scene.generated;
}

Values random_logits(std::size_t count) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal(0, 2);
  Values logits(count);
  for (float& logit : logits) logit = normal(random);
  return logits;
}

// --- Greedy -----------------------------------------------------------------------------------------------

TEST(Greedy, TakesTheLargestAndTheLowestIdAmongEquals) {
  for (const std::size_t count : {1u, 2u, 31u, 512u, 5000u}) {
    for (const std::size_t place : {std::size_t{0}, count / 2, count - 1}) {
      Values logits = random_logits(count);
      logits[place] = 50;
      logits[count - 1] = 50;  // an equal far behind
      for (const ChipDescription& chip : assorted_chips())
        EXPECT_EQ(sampled(logits, 1, {}, chip).front(), place) << chip.name << ' ' << count;
    }
  }
}

TEST(Greedy, AnyLogitsGiveATokenOfTheVocabulary) {
  EXPECT_EQ(sampled(Values(100, -INFINITY), 1, {}).front(), 0u);
  EXPECT_EQ(sampled(Values(100, -3e38f), 1, {}).front(), 0u);
  EXPECT_LT(sampled(Values(100, NAN), 1, {}).front(), 100u);
  EXPECT_EQ(sampled({NAN, 1, 2, NAN}, 1, {}).front(), 2u);
}

// --- Sampling ---------------------------------------------------------------------------------------------

/// The candidates and their weights, as llama.cpp orders the filters: top-k, top-p, temperature. Among equals
/// the lowest ids stay.
std::vector<double> weights_of(const Values& logits, const abi::SamplingParameters& sampling) {
  std::vector<std::size_t> order(logits.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return logits[a] > logits[b]; });
  if (sampling.top_k > 0 && sampling.top_k < order.size()) order.resize(sampling.top_k);
  const double largest = double{logits[order[0]]};
  if (sampling.top_p < 1) {
    double sum = 0, passed = 0;
    for (const std::size_t id : order) sum += std::exp(double{logits[id]} - largest);
    std::size_t kept = 0;
    while (kept < order.size() && (kept == 0 || passed < double{sampling.top_p} * sum))
      passed += std::exp(double{logits[order[kept++]]} - largest);
    order.resize(kept);
  }
  std::vector<double> weights(logits.size(), 0.0);
  for (const std::size_t id : order)
    weights[id] = std::exp((double{logits[id]} - largest) / double{sampling.temperature});
  return weights;
}

/// The documented generator: SplitMix64 of seed and step, 53 bits.
double random_number(std::uint64_t seed, std::uint64_t step) {
  std::uint64_t z = seed + (step + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/// Each token must be the one at which the running sum of weights, in order of ids, passes the random number.
void expect_draws(const Values& logits, const abi::SamplingParameters& sampling, std::uint32_t steps) {
  const auto tokens = sampled(logits, steps, sampling);
  const auto weights = weights_of(logits, sampling);
  std::vector<double> passed(weights.size() + 1, 0.0);
  std::partial_sum(weights.begin(), weights.end(), passed.begin() + 1);
  for (std::uint32_t step = 0; step < steps; ++step) {
    const double target = random_number(sampling.seed, step) * passed.back();
    const double slack = 1e-5 * passed.back();
    EXPECT_GT(weights[tokens[step]], 0.0) << "token " << tokens[step] << " is no candidate";
    EXPECT_GE(target, passed[tokens[step]] - slack) << step;
    EXPECT_LE(target, passed[tokens[step] + 1] + slack) << step;
  }
  for (const ChipDescription& chip : assorted_chips())
    EXPECT_EQ(sampled(logits, 3, sampling, chip),
              std::vector<std::uint32_t>(tokens.begin(), tokens.begin() + 3))
        << chip.name;
}

TEST(Sampling, TemperatureAlone) {
  expect_draws(random_logits(300), {.temperature = 1, .seed = 1}, 100);
  expect_draws(random_logits(300), {.temperature = 0.3f, .seed = 2}, 50);
  expect_draws(random_logits(300), {.temperature = 5, .seed = UINT64_MAX}, 50);
}

TEST(Sampling, TopK) {
  for (const std::uint32_t k : {1u, 2u, 40u, 299u, 300u, 1000u})
    expect_draws(random_logits(300), {.temperature = 1.5f, .top_k = k, .seed = 3}, 40);
}

TEST(Sampling, TopP) {
  for (const float p : {0.0f, 0.05f, 0.5f, 0.95f, 0.9999f})
    expect_draws(random_logits(300), {.temperature = 1.5f, .top_p = p, .seed = 4}, 40);
}

TEST(Sampling, AllFiltersOverSeveralPieces) {
  expect_draws(random_logits(5000), {.temperature = 0.8f, .top_p = 0.9f, .top_k = 50, .seed = 5}, 20);
}

TEST(Sampling, EqualLogitsAtTheLimitKeepTheLowestIds) {
  Values logits(200, -1.0f);
  logits[150] = 3;
  for (const std::size_t id : {20u, 90u, 180u, 199u}) logits[id] = 2;
  const auto with_k = sampled(logits, 60, {.temperature = 100, .top_k = 3, .seed = 6});
  EXPECT_EQ(std::set(with_k.begin(), with_k.end()), (std::set<std::uint32_t>{150, 20, 90}));
  // e^0 + 4 e^-1 + 195 e^-4 = 6.04: half of it takes the first and six tenths of the four.
  const auto with_p = sampled(logits, 60, {.temperature = 100, .top_p = 0.3f, .seed = 6});
  EXPECT_EQ(std::set(with_p.begin(), with_p.end()), (std::set<std::uint32_t>{150, 20, 90, 180}));
  const auto all_equal = sampled(Values(64, 0.0f), 60, {.temperature = 1, .top_k = 2, .seed = 6});
  EXPECT_EQ(std::set(all_equal.begin(), all_equal.end()), (std::set<std::uint32_t>{0, 1}));
}

TEST(Sampling, NegativeZeroAndInfinitiesHaveTheirPlace) {
  expect_draws({-1, -0.0f, 0.0f, -INFINITY, 1, -2}, {.temperature = 1, .top_k = 4, .seed = 7}, 30);
}

TEST(Sampling, TinyTemperaturesAreGreedy) {
  const Values logits = random_logits(100);
  const auto best = static_cast<std::uint32_t>(std::ranges::max_element(logits) - logits.begin());
  for (const float temperature : {1e-3f, 1e-30f, 1e-45f})
    EXPECT_EQ(sampled(logits, 4, {.temperature = temperature, .seed = 8}),
              std::vector<std::uint32_t>(4, best));
}

// --- The end ----------------------------------------------------------------------------------------------

TEST(Ending, AtTheLimitOfTokens) {
  Scene scene = sample_scene({1, 5, 2}, 3);
  scene.run(assorted_chips().front());
  EXPECT_EQ(scene.generated, (std::vector<std::uint32_t>{1, 1, 1}));
  EXPECT_EQ(scene.status.finished, 2u);
  EXPECT_EQ(scene.status.prefilled, 1u);
  EXPECT_EQ(scene.doorbells, 3u);
}

TEST(Ending, AtAStopToken) {
  Scene scene = sample_scene({1, 5, 2}, 3);
  scene.plan.stop_count = 2;
  scene.plan.stop_tokens[0] = 0;
  scene.plan.stop_tokens[1] = 1;
  scene.run(assorted_chips().front());
  EXPECT_EQ(scene.generated, (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(scene.status.finished, 1u);
}

TEST(Ending, WhenTheContextIsFull) {
  Scene scene = sample_scene({1, 5, 2}, 10);
  scene.tokens = {0, 0, 0};
  scene.plan.context = 5;
  scene.run(assorted_chips().front());
  EXPECT_EQ(scene.generated, (std::vector<std::uint32_t>{1, 1}));
  EXPECT_EQ(scene.status.finished, 3u);
}

TEST(Ending, OneDoorbellIfTheHostWantsNoMore) {
  Scene scene = sample_scene({1, 5, 2}, 3);
  scene.plan.doorbell_each_token = 0;
  scene.run(assorted_chips().front());
  EXPECT_EQ(scene.generated.size(), 3u);
  EXPECT_EQ(scene.doorbells, 1u);
}

TEST(Trace, KeepsTheLogitsOfEveryStep) {
  for (const ChipDescription& chip : assorted_chips()) {
    const Values logits = random_logits(2500);
    Scene scene = sample_scene(logits, 3);
    const auto trace = scene.weight(3, 2500);
    scene.plan.logits_trace = trace.address;
    scene.run(chip);
    const Values kept = scene.get(trace);
    for (std::size_t step = 0; step < 3; ++step)
      EXPECT_TRUE(
          std::equal(logits.begin(), logits.end(), kept.begin() + static_cast<std::ptrdiff_t>(step * 2500)));
  }
}

}  // namespace
}  // namespace areia::tests
