// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// `areia predict`: what a model takes on any chips, and where the time goes.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "apps/cli/verbs.h"
#include "apps/predict/serving_report.h"
#include "apps/predict/training_report.h"
#include "apps/predict/workload.h"
#include "perf/own_chip.h"

namespace areia::apps {
namespace {

struct PredictOptions {
  WorkloadOptions workload;
  std::string chip;
  std::uint32_t chips = 0;  ///< 0: as the degrees say, or as few as hold the model
  std::string parallel;     ///< "best", or empty
  std::optional<std::uint32_t> tensor, pipeline, data, expert, expert_tensor;
  bool sequence = false;
  bool train = false;
  TrainingOptions training;
  bool json = false;

  bool has_degrees() const { return tensor || pipeline || data || expert || expert_tensor || sequence; }
};

/// The degrees that were typed.
Result<perf::Parallelism> typed_parallelism(const PredictOptions& options) {
  perf::Parallelism p = {.tensor = options.tensor.value_or(1),
                         .pipeline = options.pipeline.value_or(1),
                         .data = options.data.value_or(1),
                         .expert = options.expert.value_or(1),
                         .expert_tensor = options.expert_tensor.value_or(0),
                         .sequence = options.sequence};
  const double product = double{1} * p.tensor * p.pipeline * p.data;
  if (product > perf::kMostChips)
    return bad_input(fmt::format("{:.0f} chips; areia predicts up to {}", product, perf::kMostChips));
  // Whole experts are spread over what a copy has, unless their own degrees say otherwise.
  if (options.expert && !options.expert_tensor)
    p.expert_tensor = std::max(1u, p.tensor / std::max(1u, *options.expert));
  const std::uint32_t context = options.train ? options.training.context : 1;
  if (options.chips != 0 && options.chips != p.chips() * context) {
    return bad_input(
        fmt::format("--tensor {} x --pipeline {} x --data {}{} are {} chips, but --chips says {}", p.tensor,
                    p.pipeline, p.data, context > 1 ? fmt::format(" x --context {}", context) : "",
                    p.chips() * context, options.chips));
  }
  return p;
}

Result<perf::ServingChoice> choose(const PredictOptions& options, const Workload& workload,
                                   const perf::Device& device) {
  const perf::ServingPlan plan = plan_on(workload, device.chip());
  if (!options.has_degrees()) {
    std::uint32_t chips = options.chips;
    if (chips == 0) chips = std::max(1u, perf::fewest_chips(plan, device));
    return perf::best_serving(plan, chips, device, workload.limits);
  }
  const auto parallelism = typed_parallelism(options);
  if (!parallelism.ok()) return parallelism.error();
  return perf::best_batch(plan, *parallelism, device, workload.limits);
}

Result<std::string> predict_served(const PredictOptions& options, const Workload& workload,
                                   const perf::Device& device, const Basis& basis) {
  const auto choice = choose(options, workload, device);
  if (!choice.ok()) return choice.error();
  AREIA_RETURN_IF_ERROR(check_links(device.chip(), choice->plan.parallelism.chips()));
  const ServingReport report = report_on(*choice, device, basis, options.workload.zero_shot);
  return options.json ? serving_json(report, workload).dump() + '\n' : serving_text(report, workload);
}

Result<std::string> predict_trained(const PredictOptions& options, const Workload& workload,
                                    const perf::Device& device, const Basis& basis) {
  TrainingOptions training = options.training;
  training.chips = options.chips;
  std::optional<perf::Parallelism> parallelism;
  if (options.has_degrees()) {
    const auto typed = typed_parallelism(options);
    if (!typed.ok()) return typed.error();
    parallelism = *typed;
  } else if (options.chips == 0) {
    return bad_input("--train needs --chips, or the degrees of parallelism that make them");
  }
  if (training.global_batch == 0) return bad_input("--train needs --global-batch: the sequences of a step");
  const auto report =
      predict_training_report(training, workload, parallelism, device, basis, options.workload.zero_shot);
  if (!report.ok()) return report.error();
  AREIA_RETURN_IF_ERROR(check_links(device.chip(), static_cast<std::uint32_t>(report->run.chips())));
  return options.json ? training_json(*report, workload).dump() + '\n' : training_text(*report, workload);
}

Result<std::string> predict(const PredictOptions& options) {
  if (options.has_degrees() && !options.parallel.empty())
    return bad_input("--parallel best seeks the degrees: leave --tensor, --pipeline and their like away");
  const auto basis = load_basis();
  if (!basis.ok()) return basis.error();
  const auto chip = perf::load_any_chip(options.chip);
  if (!chip.ok()) return chip.error();
  Workload workload;
  AREIA_RETURN_IF_ERROR(read_workload(options.workload, workload));
  const perf::Device device(*chip, basis->calibration, !options.workload.zero_shot);
  AREIA_RETURN_IF_ERROR(check_chip(device, plan_on(workload, *chip)));
  return options.train ? predict_trained(options, workload, device, *basis)
                       : predict_served(options, workload, device, *basis);
}

void add_parallelism_options(CLI::App* verb, PredictOptions* options) {
  const char* group = "Parallelism";
  const auto degree = CLI::Range(1u, perf::kMostChips);
  verb->add_option("--chips", options->chips, "Number of chips; without it, as few as hold the model")
      ->check(degree)
      ->option_text("N")
      ->group(group);
  verb->add_option("--parallel", options->parallel, "best: seek the degrees; so it is if none is given")
      ->check(CLI::IsMember({"best"}))
      ->group(group);
  const std::pair<const char*, std::optional<std::uint32_t>*> degrees[] = {
      {"--tensor", &options->tensor},
      {"--pipeline", &options->pipeline},
      {"--data", &options->data},
      {"--expert", &options->expert},
      {"--expert-tensor", &options->expert_tensor}};
  const char* texts[] = {"Chips that share every product", "Stages of consecutive layers",
                         "Copies of the model, each with requests of its own",
                         "Groups of chips with whole experts each", "Chips that share one expert"};
  for (std::size_t i = 0; i < std::size(degrees); ++i) {
    verb->add_option(degrees[i].first, *degrees[i].second, texts[i])
        ->check(degree)
        ->option_text("N")
        ->group(group);
  }
  verb->add_flag("--sequence", options->sequence, "Norms are shared by positions among tensor-parallel chips")
      ->group(group);
}

void add_training_options(CLI::App* verb, PredictOptions* options) {
  const char* group = "Training (--input is the length of a sequence)";
  constexpr double kMostSequences = 1e7;
  verb->add_flag("--train", options->train, "Predict a step of training instead of serving")->group(group);
  verb->add_option("--global-batch", options->training.global_batch,
                   "Sequences of a step, on all chips together")
      ->check(number_from(1, kMostSequences))
      ->option_text("N")
      ->group(group);
  verb->add_option("--micro-batch", options->training.micro_batch, "Sequences that a copy works on at once")
      ->check(number_from(1, kMostSequences))
      ->capture_default_str()
      ->group(group);
  verb->add_option("--context", options->training.context, "Chips that share the positions of a sequence")
      ->check(CLI::Range(1u, perf::kMostChips))
      ->capture_default_str()
      ->group(group);
  verb->add_option("--recompute", options->training.recompute, "What the backward pass computes again")
      ->check(CLI::IsMember(recompute_names()))
      ->group(group);
  verb->add_option("--sharding", options->training.sharding, "What copies share out among themselves")
      ->check(CLI::IsMember(sharding_names()))
      ->capture_default_str()
      ->group(group);
}

}  // namespace

void add_predict_verb(CLI::App& app, int& status) {
  const auto options = std::make_shared<PredictOptions>();
  CLI::App* verb =
      app.add_subcommand("predict", "Predict a model's speed and energy on any chips, with the error");
  add_workload_options(verb, &options->workload);
  verb->add_option("--chip", options->chip,
                   "A chip's name, own (areia chip list) or bought; or the TOML file of either")
      ->required()
      ->option_text("NAME|FILE");
  add_parallelism_options(verb, options.get());
  add_training_options(verb, options.get());
  verb->add_flag("--json", options->json, "One JSON object on stdout");
  verb->footer(
      "Examples\n"
      "  areia predict llama-3-70b --chip h100-sxm --chips 8 --precision fp8\n"
      "  areia predict gpt-oss-120b --chip areia-1 --tensor 4 --batch 64 --input 2048 --output 512\n"
      "  areia predict llama-3-8b --chip mine.toml --max-tpot 20 --json\n"
      "  areia predict gpt-3-175b --chip a100-80-sxm --train --chips 1024 --global-batch 1536 --input 2048");
  verb->callback([options, &status] {
    const auto text = predict(*options);
    if (!text.ok()) {
      status = report(text.error());
    } else {
      fmt::print("{}", *text);
    }
  });
}

}  // namespace areia::apps
