// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Time to predict one training configuration, and to search for the best.
#include <benchmark/benchmark.h>

#include "perf/training.h"
#include "perf/validate.h"

namespace {

using namespace areia;
using namespace areia::perf;

const Library& library() {
  static const Library kLibrary = *load_library();
  return kLibrary;
}

/// GPT-3 on 1,024 A100 as Megatron trained it.
void gpt_3_on_1024_a100(benchmark::State& state) {
  const LanguageModel& model = *library().model("GPT-3 175B");
  const Device device(*library().accelerator("a100-80-sxm"), library().calibration);
  TrainingRun run = {.batch = 1536, .length = 2048};
  run.formats.compute = Precision::kFp16;
  run.parallelism = {.tensor = 8, .pipeline = 16, .data = 8};
  run.recompute = Recompute::kFull;
  for (auto _ : state) benchmark::DoNotOptimize(predict_training(model, run, device));
}
BENCHMARK(gpt_3_on_1024_a100)->Unit(benchmark::kMicrosecond);

/// The best way to train Llama 3.1 405B on 1,024 H200: all that best_training tries.
void best_way_on_1024_h200(benchmark::State& state) {
  const LanguageModel& model = *library().model("Llama 3.1 405B");
  const Device device(*library().accelerator("h200-sxm"), library().calibration);
  TrainingRun run = {.batch = 1152, .length = 8192};
  run.formats.compute = Precision::kFp8;
  for (auto _ : state) benchmark::DoNotOptimize(best_training(model, run, 1024, device));
}
BENCHMARK(best_way_on_1024_h200)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
