// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The fastest way to train that fits: every power of two of tensor, context and pipeline parallelism, the
// least recomputation that fits.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "perf/training.h"

namespace areia::perf {
namespace {

/// Pieces a stage is cut into: the most, up to twelve, that leave no stage much fuller than the mean.
std::uint32_t virtual_stages_of(const LanguageModel& model, std::uint32_t pipeline) {
  if (pipeline == 1) return 1;
  for (std::uint32_t pieces = 12; pieces > 1; --pieces) {
    const double cut = double{1} * pipeline * pieces;
    if (cut <= model.layers && std::ceil(model.layers / cut) * cut < 1.04 * model.layers) return pieces;
  }
  return 1;
}

/// Copies must come out even; less than one sequence a copy makes no sense.
bool spread(const LanguageModel& model, double chips, std::uint32_t tensor, std::uint32_t context,
            std::uint32_t pipeline, TrainingRun& run) {
  const double group = double{1} * tensor * context * pipeline;
  const double copies = chips / group;
  if (copies < 1 || copies != std::floor(copies) || copies * run.micro_batch > run.batch) return false;
  run.parallelism.tensor = tensor;
  run.parallelism.pipeline = pipeline;
  run.parallelism.data = static_cast<std::uint32_t>(copies);
  run.parallelism.sequence = tensor > 1;
  run.context = context;
  run.virtual_stages = virtual_stages_of(model, pipeline);
  return check(run.parallelism, model).ok();
}

}  // namespace

Result<TrainingRun> best_training(const LanguageModel& model, const TrainingRun& wanted, double chips,
                                  const Device& device) {
  const Known& domain = device.chip().link_domain;
  const double most_tensor = domain ? std::min(domain->value, 64.0) : 8;
  std::optional<TrainingRun> best;
  double least = 0;
  std::string why = "no way to divide it";
  for (std::uint32_t tensor = 1; tensor <= most_tensor; tensor *= 2) {
    for (std::uint32_t context = 1; context <= 16; context *= 2) {
      for (std::uint32_t pipeline = 1; pipeline <= 16; pipeline *= 2) {
        TrainingRun run = wanted;
        if (!spread(model, chips, tensor, context, pipeline, run)) continue;
        for (const Recompute recompute : {Recompute::kNone, Recompute::kSelective, Recompute::kFull}) {
          run.recompute = recompute;
          const auto time = predict_training(model, run, device);
          if (!time.ok()) {
            why = time.error().message;
            continue;
          }
          if (!best || time->seconds < least) {
            best = run;
            least = time->seconds;
          }
          break;
        }
      }
    }
  }
  if (best) return *best;
  return bad_input(fmt::format("training {} on {} chips: nothing fits; the last that was tried: {}",
                               model.name, chips, why));
}

}  // namespace areia::perf
