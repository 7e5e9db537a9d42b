// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Predicts a step of training and tells where its time goes.
#include "apps/predict/training_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace areia::apps {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<const char*, 3> kRecompute = {"none", "selective", "full"};
constexpr std::array<const char*, 4> kSharding = {"none", "optimizer", "gradients", "weights"};

/// The place of `text`, which the command line has checked.
template <std::size_t kCount>
std::size_t place_of(const std::array<const char*, kCount>& names, const std::string& text) {
  return static_cast<std::size_t>(std::ranges::find(names, text) - names.begin());
}

struct Part {
  const char* name;
  double seconds;
};
std::array<Part, 9> parts_of(const perf::TrainingTime& time) {
  return {{{"forward", time.forward},
           {"backward", time.backward},
           {"computed again", time.recompute},
           {"pipeline bubble", time.bubble},
           {"tensor links", time.tensor_links},
           {"pipeline links", time.pipeline_links},
           {"data links", time.data_links},
           {"optimizer", time.optimizer},
           {"host", time.overhead}}};
}

/// The fewest chips, doubling, on which some plan fits; 0 if none is found.
std::uint32_t fewest_training_chips(const perf::LanguageModel& model, const perf::TrainingRun& run,
                                    std::uint32_t chips, const perf::Device& device) {
  for (std::uint32_t more = chips * 2; more <= perf::kMostChips; more *= 2) {
    if (perf::best_training(model, run, more, device).ok()) return more;
  }
  return 0;
}

Result<perf::TrainingRun> sought(const perf::LanguageModel& model, const perf::TrainingRun& run,
                                 std::uint32_t chips, const perf::Device& device) {
  auto best = perf::best_training(model, run, chips, device);
  if (best.ok()) return best;
  const std::uint32_t enough = fewest_training_chips(model, run, chips, device);
  if (enough == 0) return best.error();
  return bad_input(fmt::format("training {} does not fit into {} x {}: {} of them hold it; give --chips {}",
                               model.name, chips, device.chip().name, enough, enough));
}

}  // namespace

std::vector<std::string> recompute_names() { return {kRecompute.begin(), kRecompute.end()}; }
std::vector<std::string> sharding_names() { return {kSharding.begin(), kSharding.end()}; }

Result<TrainingReport> predict_training_report(const TrainingOptions& options, const Workload& workload,
                                               const std::optional<perf::Parallelism>& parallelism,
                                               const perf::Device& device, const Basis& basis,
                                               bool zero_shot) {
  const perf::LanguageModel& model = workload.model;
  TrainingReport report;
  perf::TrainingRun& run = report.run;
  run.batch = options.global_batch;
  run.length = workload.plan.input;
  run.micro_batch = options.micro_batch;
  run.formats.compute = workload.precision.value_or(Precision::kBf16);
  run.context = options.context;
  run.sharding = static_cast<perf::Sharding>(place_of(kSharding, options.sharding));
  if (!options.recompute.empty())
    run.recompute = static_cast<perf::Recompute>(place_of(kRecompute, options.recompute));
  if (parallelism) {
    run.parallelism = *parallelism;
    const double copies = run.parallelism.data;
    if (copies * run.micro_batch > run.batch) {
      return bad_input(fmt::format("--global-batch {:.0f} is less than --data {:.0f} x --micro-batch {:.0f}",
                                   run.batch, copies, run.micro_batch));
    }
  } else {
    auto best = sought(model, run, options.chips, device);
    if (!best.ok()) return best.error();
    run = *best;
  }
  auto time = perf::predict_training(model, run, device);
  if (!time.ok()) return time.error();
  report.chip = device.chip();
  report.calibrated = !zero_shot && device.calibrated(run.formats.compute);
  report.time = *time;
  report.energy = perf::predict_energy(*time, run, device);
  const perf::Situation situation = {run.batch, run.length, 0, run.chips(), model.parameters()};
  report.step = {time->seconds, perf::uncertainty_of(basis.errors, "training", "step time", device.chip(),
                                                     run.formats.compute, !zero_shot, situation)};
  report.price = hourly_price(device.chip());
  return report;
}

std::string training_text(const TrainingReport& report, const Workload& workload) {
  const perf::TrainingRun& run = report.run;
  const perf::TrainingTime& time = report.time;
  const double tokens = run.batch * run.length;
  std::string text = fmt::format(
      "Training {} on {:.0f} x {}: {}; {}{}; {:.0f} sequences of {:.0f} tokens a step, {:.0f} at once a "
      "copy\n",
      workload.model.label, run.chips(), report.chip.label, formats_text(run.formats),
      parallelism_text(run.parallelism), run.context > 1 ? fmt::format(" x context {}", run.context) : "",
      run.batch, run.length, run.micro_batch);
  text += fmt::format("  recomputed: {}; shared out among copies: {}; pieces of a stage: {}\n",
                      kRecompute[static_cast<std::size_t>(run.recompute)],
                      kSharding[static_cast<std::size_t>(run.sharding)], run.virtual_stages);
  text += fmt::format("  step              {:>12.4g} s   {}\n", time.seconds, error_text(report.step.error));
  text += fmt::format("  tokens a second   {:>12.4g}     {:.4g} a chip\n", tokens / time.seconds,
                      tokens / time.seconds / run.chips());
  text += fmt::format("  MFU               {:>11.1f}%     {:.1f}% of the peak with what is computed again\n",
                      100 * time.mfu, 100 * time.hfu);
  constexpr double kGigabyte = 1e9;
  const perf::TrainingMemory& memory = time.memory;
  text += fmt::format(
      "  memory            {:>9.1f} GB     weights {:.1f}, gradients {:.1f}, optimizer {:.1f}, activations "
      "{:.1f}; "
      "{:.1f} GB a chip\n",
      memory.total() / kGigabyte, memory.weights / kGigabyte, memory.gradients / kGigabyte,
      memory.optimizer / kGigabyte, memory.activations / kGigabyte,
      report.chip.memory_bytes ? report.chip.memory_bytes->value / kGigabyte : 0);
  if (const perf::TrainingEnergy& energy = report.energy; energy.wall_watts > 0) {
    text += fmt::format(
        "  energy            {:>12.4g} J   a step, {:.4g} J a token; {:.4g} W on average at the wall, {:.0f} "
        "a "
        "chip; nothing like it was measured\n",
        energy.joules_per_step, energy.joules_per_step / tokens, energy.wall_watts,
        energy.wall_watts / run.chips());
  }
  text += fmt::format("  constants         {}\n", report.calibrated ? "fitted to measurements of this chip"
                                                                    : "of the chip's class (zero-shot)");
  text += "\n  where the time goes      seconds    share\n";
  for (const Part& part : parts_of(time)) {
    if (part.seconds > 0)
      text += fmt::format("  {:<22} {:>9.4g}   {:>5.1f}%\n", part.name, part.seconds,
                          100 * part.seconds / time.seconds);
  }
  return text;
}

Json training_json(const TrainingReport& report, const Workload& workload) {
  const perf::TrainingRun& run = report.run;
  const perf::TrainingTime& time = report.time;
  Json parts = Json::object();
  for (const Part& part : parts_of(time)) parts[part.name] = part.seconds;
  const double tokens = run.batch * run.length;
  return {{"model", workload.model.name},
          {"chip", report.chip.name},
          {"chips", run.chips()},
          {"constants", report.calibrated ? "calibrated" : "zero-shot"},
          {"formats", formats_json(run.formats)},
          {"parallelism", parallelism_json(run.parallelism)},
          {"context", run.context},
          {"virtual_stages", run.virtual_stages},
          {"recompute", kRecompute[static_cast<std::size_t>(run.recompute)]},
          {"sharding", kSharding[static_cast<std::size_t>(run.sharding)]},
          {"global_batch", run.batch},
          {"micro_batch", run.micro_batch},
          {"length", run.length},
          {"step_seconds", {{"value", time.seconds}, {"error", uncertainty_json(report.step.error)}}},
          {"tokens_per_second", tokens / time.seconds},
          {"joules_per_step", report.energy.wall_watts > 0 ? Json(report.energy.joules_per_step) : Json()},
          {"wall_watts", report.energy.wall_watts > 0 ? Json(report.energy.wall_watts) : Json()},
          {"mfu", time.mfu},
          {"hfu", time.hfu},
          {"seconds", parts},
          {"memory",
           {{"weights", time.memory.weights},
            {"gradients", time.memory.gradients},
            {"optimizer", time.memory.optimizer},
            {"activations", time.memory.activations},
            {"capacity", report.chip.memory_bytes ? Json(report.chip.memory_bytes->value) : Json()}}}};
}

}  // namespace areia::apps
