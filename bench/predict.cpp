// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Host time of predictions: one product, one layer of GPT-3.
#include <benchmark/benchmark.h>

#include "perf/forward.h"
#include "perf/validate.h"

namespace {

using namespace areia::perf;

const Library& library() {
  static const Library loaded = *load_library();
  return loaded;
}

void product(benchmark::State& state) {
  const Device device(*library().accelerator("a100-80-sxm"), library().calibration);
  Gemm gemm = {.m = double(state.range(0)), .n = 12288, .k = 12288};
  for (auto _ : state) benchmark::DoNotOptimize(time_of(gemm, device));
}
BENCHMARK(product)->Arg(8)->Arg(4096);

/// GPT-3's 96 layers are alike: forward() lists one of them, and each operator is timed once.
void gpt_3_layer(benchmark::State& state) {
  const LanguageModel& model = *library().model("gpt-3-175b");
  const Pass pass = {.sequences = 8, .positions = double(state.range(0)), .context = 2048, .logits = 0};
  const Parallelism parallelism = {.tensor = 4};
  const Device device(*library().accelerator("a100-80-sxm"), library().calibration);
  for (auto _ : state) {
    double seconds = 0;
    for (const Operator& op : forward(model, pass, parallelism)) seconds += time_of(op.work, device).seconds;
    benchmark::DoNotOptimize(seconds);
  }
}
BENCHMARK(gpt_3_layer)->Arg(1)->Arg(2048)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
