// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Host time of predictions: a pass through GPT-3, a training configuration, chips x workloads a minute on all
// cores. One JSON object on stdout; bench/predict_speed.py sets it beside other tools.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "base/parallel.h"
#include "perf/own_chip.h"
#include "perf/search.h"
#include "perf/training.h"

namespace {

using namespace areia;
using namespace areia::perf;

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Seconds of one call, the best of some repetitions of many.
template <typename Body>
double time_one(const Body& body) {
  constexpr int kRepetitions = 5, kCalls = 200;
  double best = 1e9;
  for (int i = 0; i < kRepetitions; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    for (int call = 0; call < kCalls; ++call) body();
    best = std::min(best, seconds_since(begin) / kCalls);
  }
  return best;
}

/// Chips x workloads a minute on all cores: every known chip that can, with every known model at several
/// batches and lengths, spread over eight chips.
double sweep(const std::vector<Device>& devices, const std::vector<LanguageModel>& models, std::size_t count,
             std::size_t& served) {
  std::vector<double> rates(count);
  const auto begin = std::chrono::steady_clock::now();
  parallel_for(count, [&](std::size_t i) {
    ServingPlan plan;
    plan.model = &models[i / devices.size() % models.size()];
    plan.concurrency = static_cast<double>(std::size_t{1} << (i / devices.size() / models.size() % 8));
    plan.parallelism.tensor = 8;
    const auto serving = predict_serving(plan, devices[i % devices.size()]);
    rates[i] = serving.ok() ? serving->tokens_per_second : 0;
  });
  const double seconds = seconds_since(begin);
  served = static_cast<std::size_t>(std::ranges::count_if(rates, [](double rate) { return rate > 0; }));
  return static_cast<double>(count) / seconds * 60;
}

}  // namespace

int main() {
  const auto calibration = load_calibration();
  const auto gpt3 = load_language_model("gpt-3-175b");
  const auto a100 = load_any_chip("a100-80-sxm");
  if (!calibration.ok() || !gpt3.ok() || !a100.ok()) {
    std::fputs("predict: the data folder lacks constants, gpt-3-175b or a100-80-sxm\n", stderr);
    return 1;
  }
  const Device device(*a100, *calibration);
  const Pass pass = {.sequences = 8, .positions = 2048, .context = 2048};
  double sum = 0;  // so that nothing is left out
  const double layer = time_one([&] { sum += predict_pass(*gpt3, pass, {.tensor = 8}, device).seconds; });
  TrainingRun run;
  run.batch = 1536;
  run.parallelism = {.tensor = 8, .pipeline = 8, .data = 16};
  run.recompute = Recompute::kFull;
  const double training = time_one([&] { sum += predict_training(*gpt3, run, device)->seconds; });

  std::vector<Accelerator> chips;
  for (const std::string& name : any_chip_names()) chips.push_back(*load_any_chip(name));
  std::vector<Device> devices;
  for (const Accelerator& chip : chips) {
    if (Device made(chip, *calibration);
        made.memory_bandwidth() > 0 && made.matrix_peak(Precision::kBf16) > 0)
      devices.push_back(made);
  }
  std::vector<LanguageModel> models;
  for (const std::string& name : language_model_names()) models.push_back(*load_language_model(name));
  constexpr std::size_t kCount = 100'000;
  std::size_t served = 0;
  const double rate = sweep(devices, models, kCount, served);
  fmt::print(
      "{{\"gpt3_pass_seconds\": {:.4g}, \"training_seconds\": {:.4g}, \"chips_times_workloads\": {}, "
      "\"that_fit\": "
      "{}, \"a_minute\": {:.0f}, \"checksum\": {:.6g}}}\n",
      layer, training, kCount, served, rate, sum);
  return 0;
}
