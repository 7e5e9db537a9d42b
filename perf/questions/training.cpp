// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of training: what was run, as far as the row or its source says it; the rest as a planner would
// choose.
#include "perf/training.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "perf/questions/units.h"
#include "perf/validate.h"

namespace areia::perf {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// What a row asks, before the device is known.
struct Asked {
  const LanguageModel* model = nullptr;
  TrainingRun run;
  double chips = 1;
  bool search = false;        ///< parallelism is the planner's choice
  bool causal_flops = false;  ///< the source counts attention over half of the positions
  double evaluated = 0;       ///< sequences of evaluation for each sequence of training
  double evaluation = 0;      ///< sequences of one evaluation
};

std::uint32_t whole(double value) { return static_cast<std::uint32_t>(std::max(1.0, value)); }

/// Megatron-LM before flash attention: nothing overlaps, dropout, fp32 gradients (arXiv:2104.04473,
/// arXiv:2205.05198).
constexpr TrainingSoftware kMegatron2022 = {.flash_attention = false,
                                            .dropout = true,
                                            .overlaps_tensor = false,
                                            .overlaps_pipeline = false,
                                            .overlaps_data = false};

/// The first fused attention, in Triton, beside today's on the A100; on the H100 it misses the chip's own
/// instructions as well (FlashAttention-2 has half of FlashAttention-3's speed there: arXiv:2407.08608). Both
/// from the calibration rows of MosaicML.
constexpr double kFirstFlashAttention = 0.68, kWithoutHopperInstructions = 0.42;
/// Libraries of CUDA 11.8 to 12.1 on the H100, in its first year, beside those that its constants were
/// measured with; from the calibration rows.
constexpr double kEarlyHopperProducts = 0.84;

/// How a published run was set up.
struct KnownRun {
  std::string_view model;  ///< as the row begins
  double batch, micro_batch;
  std::uint32_t tensor, pipeline, virtual_stages;
};
/// arXiv:2205.05198, table 3.
constexpr std::array<KnownRun, 6> kSequenceParallel = {{{"megatron-22B", 4, 4, 8, 1, 1},
                                                        {"GPT 22B", 4, 4, 8, 1, 1},
                                                        {"gpt3-175B", 64, 1, 8, 8, 3},
                                                        {"GPT-3 175B", 64, 1, 8, 8, 3},
                                                        {"turing-530B", 280, 1, 8, 35, 3},
                                                        {"megatron-1T", 512, 1, 8, 64, 1}}};
/// https://github.com/NVIDIA/Megatron-LM, examples/sc21/run_table_1.sh.
constexpr std::array<KnownRun, 10> kTable1 = {{{"GPT 1.7B", 512, 16, 1, 1, 1},
                                               {"GPT 3.6B", 512, 16, 2, 1, 1},
                                               {"GPT 7.5B", 512, 16, 4, 1, 1},
                                               {"GPT 18.4B", 1024, 8, 8, 1, 1},
                                               {"GPT 39.1B", 1536, 4, 8, 2, 1},
                                               {"GPT 76.1B", 1792, 2, 8, 4, 3},
                                               {"GPT 145.6B", 2304, 2, 8, 8, 2},
                                               {"GPT 310.1B", 2160, 1, 8, 16, 2},
                                               {"GPT 529.6B", 2520, 1, 8, 35, 3},
                                               {"GPT 1008", 3072, 1, 8, 64, 1}}};

void apply(const KnownRun& known, Asked& asked) {
  TrainingRun& run = asked.run;
  run.batch = known.batch;
  run.micro_batch = known.micro_batch;
  run.parallelism.tensor = known.tensor;
  run.parallelism.pipeline = known.pipeline;
  run.virtual_stages = known.virtual_stages;
  run.parallelism.data = whole(asked.chips / (known.tensor * known.pipeline));
}

void megatron(const Measurement& row, Asked& asked) {
  TrainingRun& run = asked.run;
  run.software = kMegatron2022;
  run.sharding = Sharding::kNone;
  run.recompute = Recompute::kFull;
  run.per_node = 8;
  if (contains(row.hardware, "H100")) {  // the library of 2023 and later
    run.software = {};
    run.recompute = Recompute::kNone;
    run.sharding = Sharding::kOptimizer;
    run.formats.compute = Precision::kBf16;
    asked.search = true;
    return;
  }
  const bool table1 = contains(row.source, "SC21");
  const bool selective = contains(row.model_or_op, "selective") || row.model_or_op == "GPT 22B";
  if (selective) {
    run.recompute = Recompute::kSelective;
    run.parallelism.sequence = true;
  }
  if (const double tensor = number_after(row.model_or_op, "TP", 0); tensor > 0 && !table1) {
    const double pipeline = number_after(row.model_or_op, "PP", 1);
    run.parallelism.tensor = whole(tensor);
    run.parallelism.pipeline = whole(pipeline);
    run.parallelism.data = whole(row.chips / (tensor * pipeline));
    run.virtual_stages = pipeline > 1 ? 2 : 1;  // "interleaved", README of 2021
    return;
  }
  const auto find = [&](const auto& runs) {
    for (const KnownRun& known : runs) {
      if (row.model_or_op.starts_with(known.model)) return apply(known, asked), true;
    }
    return false;
  };
  if (!(table1 ? find(kTable1) : find(kSequenceParallel))) asked.search = true;
}

/// Runs that PaLM's table 3 compares itself with.
bool palm(const Measurement& row, Asked& asked) {
  TrainingRun& run = asked.run;
  if (row.model_or_op.starts_with("Megatron-Turing")) {  // arXiv:2201.11990, section 2: DP 8, batch 1920
    megatron(row, asked);
    run.batch = 1920;
    apply({"", 1920, 1, 8, 35, 1}, asked);
    asked.search = false;
    return true;
  }
  if (row.model_or_op.starts_with("PaLM")) {  // arXiv:2204.02311, section 4: 12 x 256 in each of two pods
    run.batch = 2048;
    run.parallelism.tensor = 12;
    run.parallelism.data = whole(row.chips / 12);
    run.micro_batch = run.batch / run.parallelism.data;
    run.sharding = Sharding::kWeights;
    run.recompute = Recompute::kFull;
    run.parallelism.sequence = true;
    run.software.overlaps_tensor = false;
    return true;
  }
  if (row.model_or_op.starts_with("Gopher")) {
    run.batch = 1536 * 2;  // 6 million tokens, arXiv:2112.11446, table 1
    run.sharding = Sharding::kOptimizer;
    run.software.overlaps_tensor = false;
    asked.search = true;
    return true;
  }
  return false;  // GPT-3 on an unknown number of V100
}

/// MosaicML's table: FSDP with everything in the row.
void mosaic(const Measurement& row, Asked& asked) {
  TrainingRun& run = asked.run;
  run.software.attention_share = kFirstFlashAttention;
  if (contains(row.hardware, "H100") || contains(row.hardware, "H200")) {
    run.software.attention_share *= kWithoutHopperInstructions;
    run.software.product_share = kEarlyHopperProducts;
  }
  run.parallelism.data = whole(row.chips);
  run.micro_batch = number_after(row.model_or_op, "mbs", 1);
  run.per_node = 8;
  if (contains(row.model_or_op, "FULL_SHARD"))
    run.sharding = Sharding::kWeights;
  else if (contains(row.model_or_op, "SHARD_GRAD_OP"))
    run.sharding = Sharding::kGradients;
  else
    run.sharding = Sharding::kNone;
  run.recompute = contains(row.model_or_op, "act_ckpt=True") ? Recompute::kFull : Recompute::kNone;
}

/// MaxText's published configurations, by global_parameter_scale: MaxText/configs/v5e and v5p.
struct MaxTextRun {
  std::string_view model, chip;
  double micro_batch;  ///< a chip
  std::uint32_t tensor;
  Recompute recompute;
};
constexpr std::array<MaxTextRun, 9> kMaxText = {{{"GPT-style 16B", "TPU v5e", 6, 1, Recompute::kFull},
                                                 {"GPT-style 32B", "TPU v5e", 4, 1, Recompute::kFull},
                                                 {"GPT-style 64B", "TPU v5e", 2, 1, Recompute::kFull},
                                                 {"GPT-style 128B", "TPU v5e", 1, 16, Recompute::kSelective},
                                                 {"GPT-style 32B", "TPU v5p", 7, 4, Recompute::kSelective},
                                                 {"GPT-style 64B", "TPU v5p", 3, 4, Recompute::kSelective},
                                                 {"GPT-style 128B", "TPU v5p", 1, 8, Recompute::kSelective},
                                                 {"GPT-style 1024B", "TPU v5p", 2, 8, Recompute::kFull},
                                                 {"GPT-style 1160B", "TPU v5p", 2, 8, Recompute::kFull}}};

/// MaxText: weights in shards over the slice, one micro-batch a step.
void maxtext(const Measurement& row, Asked& asked) {
  TrainingRun& run = asked.run;
  run.sharding = Sharding::kWeights;
  run.recompute = Recompute::kFull;
  run.software.offloads = true;
  run.software.overlaps_tensor = false;
  run.parallelism.data = whole(row.chips);
  asked.causal_flops = contains(row.source, "ironwood");
  if (row.batch > 0) {
    run.micro_batch = run.batch / row.chips;
  } else {
    run.micro_batch = run.length >= 8192 ? 2 : 4;
    run.batch = run.micro_batch * row.chips;
  }
  for (const MaxTextRun& known : kMaxText) {
    if (row.model_or_op != known.model || row.hardware != known.chip) continue;
    run.length = 2048;
    run.parallelism.tensor = known.tensor;
    run.parallelism.data = whole(row.chips / known.tensor);
    run.micro_batch = known.micro_batch * known.tensor;
    run.batch = known.micro_batch * row.chips;
    run.recompute = known.recompute;
  }
  if (run.micro_batch < 1) {  // fewer sequences than chips: chips share them
    run.context = whole(1 / run.micro_batch);
    run.parallelism.data = whole(row.chips / run.context);
    run.micro_batch = 1;
  }
}

/// AWS's tables count cores, two a chip.
void neuron(const Measurement& row, Asked& asked) {
  TrainingRun& run = asked.run;
  const double tensor = std::max(1.0, number_after(row.model_or_op, "TP", 2) / 2);
  const double pipeline = number_after(row.model_or_op, "PP", 1);
  run.parallelism.tensor = whole(tensor);
  run.parallelism.pipeline = whole(pipeline);
  run.parallelism.data = whole(row.chips / (tensor * pipeline));
  run.parallelism.sequence = true;
  run.recompute = Recompute::kFull;
  if (contains(row.model_or_op, "GPT3"))
    run.length = 2048;
  else if (row.input_length <= 0)
    run.length = 4096;
}

/// MLPerf: what the submitter would choose. Sequences and evaluations by the benchmark's rules
/// (https://github.com/mlcommons/training_policies).
struct Benchmark {
  std::string_view name;
  double length, evaluation, every;  ///< sequences of an evaluation, and of training between two of them
};
constexpr std::array<Benchmark, 4> kBenchmarks = {{{"gpt3", 2048, 0, 1},
                                                   {"llama2_70b_lora", 8192, 173, 384},
                                                   {"llama31_405b", 8192, 5760, 46080},
                                                   {"llama31_8b", 8192, 1024, 12288}}};

/// The narrowest format that training software of the time used on the chip.
Precision benchmark_format(const Measurement& row, const Accelerator& chip) {
  const bool nvidia = chip.vendor == "NVIDIA";
  const bool fp4_round =
      !contains(row.source, " v3") && !contains(row.source, " v4") && !contains(row.source, " v5.0");
  if (nvidia && fp4_round && chip.peak(Precision::kFp4)) return Precision::kFp4;
  if (chip.kind == AcceleratorClass::kSystolic && chip.vendor == "Google")
    return chip.peak(Precision::kInt8) && !contains(row.hardware, "trillium") ? Precision::kInt8
                                                                              : Precision::kBf16;
  return chip.peak(Precision::kFp8) ? Precision::kFp8 : Precision::kBf16;
}

void mlperf(const Measurement& row, const Accelerator& chip, Asked& asked) {
  TrainingRun& run = asked.run;
  run.formats.compute = benchmark_format(row, chip);
  run.adapters_only = contains(row.model_or_op, "lora");
  run.sharding = Sharding::kOptimizer;
  run.software.gradient_bytes = 2;
  for (const Benchmark& benchmark : kBenchmarks) {
    if (row.model_or_op != benchmark.name) continue;
    run.length = benchmark.length;
    asked.evaluated = benchmark.evaluation / benchmark.every;
    asked.evaluation = benchmark.evaluation;
  }
  asked.search = true;
  if (chip.vendor == "Google") {
    run.sharding = Sharding::kWeights;
    run.recompute = Recompute::kFull;
  }
}

std::optional<Asked> asked_by(const Measurement& row, const Library& library, const Accelerator& chip) {
  Asked asked;
  asked.model = library.model(row.model_or_op);
  if (asked.model == nullptr) return std::nullopt;
  asked.chips = row.chips;
  TrainingRun& run = asked.run;
  run.length =
      row.input_length > 0 ? row.input_length : std::min(8192.0, double{1} * asked.model->max_positions);
  // Where a row tells no batch: four million positions, what large models are trained with.
  run.batch = row.batch > 0 ? row.batch : std::max(row.chips, std::round(4e6 / run.length));
  const Precision compute =
      published_precision(row.precision)
          .value_or(contains(row.precision, "int8") ? Precision::kInt8 : Precision::kBf16);
  run.formats.compute = compute == Precision::kFp32 ? Precision::kBf16 : compute;
  const std::string_view source = row.source;
  if (source.starts_with("Megatron"))
    megatron(row, asked);
  else if (source.starts_with("PaLM"))
    return palm(row, asked) ? std::optional(asked) : std::nullopt;
  else if (source.starts_with("MosaicML"))
    mosaic(row, asked);
  else if (source.starts_with("MLPerf"))
    mlperf(row, chip, asked);
  else if (chip.vendor == "AWS" || chip.vendor == "Amazon")
    neuron(row, asked);
  else if (chip.vendor == "Google")
    maxtext(row, asked);
  else if (source.starts_with("nanoGPT")) {
    run.parallelism.data = whole(row.chips);
    run.micro_batch = 12;
    run.sharding = Sharding::kNone;
  } else {
    asked.search = true;
  }
  return asked;
}

/// The row's number for a step of that time.
double value_of(const Measurement& row, const Asked& asked, const TrainingTime& time, double peak) {
  const double sequences = asked.run.batch, tokens = sequences * asked.run.length, chips = asked.chips;
  double seconds = time.seconds;
  if (contains(row.metric, "incl_eval") && asked.evaluated > 0) {
    // A round of evaluation is a forward pass of as many sequences as the copies take at once.
    const double at_once = asked.run.parallelism.data * asked.run.micro_batch;
    const double rounding = std::ceil(asked.evaluation / at_once) * at_once / asked.evaluation;
    const double share = (time.forward + time.tensor_links / 2) / time.seconds;
    seconds *= 1 + asked.evaluated * rounding * share;
  }
  const double flops =
      3 * tokens * forward_flops_per_token(*asked.model, asked.run.length, asked.causal_flops);
  const std::string_view unit = row.unit;
  if (const double second = seconds_in(unit); second > 0) return seconds / second;
  if (unit == "tokens/s") return tokens / seconds;
  if (unit == "samples/s" || unit == "sequences/s") return sequences / seconds;
  if (unit.starts_with("tokens/s/")) return tokens / seconds / chips;
  if (unit == "TFLOPS/GPU") return time.hardware_flops / seconds / chips * 1e-12;  // Megatron's formula
  if (unit.starts_with("TFLOPS/")) return flops / seconds / chips * 1e-12;
  if (unit == "%" && row.metric == "mfu") return 100 * flops / seconds / chips / peak;
  if (unit == "%" && row.metric == "hfu") return 100 * time.hardware_flops / seconds / chips / peak;
  if (unit.starts_with("days (600k")) return seconds * 600e3 / 86400;
  return std::numeric_limits<double>::quiet_NaN();
}

/// A run that keeps as little on a chip as can be, for rows that were run though nothing seems to fit.
TrainingRun smallest(TrainingRun run, double chips) {
  run.sharding = Sharding::kWeights;
  run.recompute = Recompute::kFull;
  run.micro_batch = 1;
  run.context = whole(std::ceil(chips / run.batch));
  run.parallelism = {.data = whole(chips / run.context)};
  return run;
}

double answer(const Measurement& row, const Asked& given, const Device& device) {
  Asked asked = given;
  if (asked.search) {
    const auto best = best_training(*asked.model, asked.run, asked.chips, device);
    asked.run = best.ok() ? *best : smallest(asked.run, asked.chips);
  }
  // The row was run, so it fitted.
  const auto time = predict_training_that_fits(*asked.model, asked.run, device);
  if (!time.ok()) return std::numeric_limits<double>::quiet_NaN();
  return value_of(row, asked, *time, device.matrix_peak(asked.run.formats.compute));
}

}  // namespace

std::optional<Question> read_training(const Measurement& row, const Library& library) {
  const Accelerator* chip = library.accelerator(row.hardware);
  if (chip == nullptr || row.phase != "train") return std::nullopt;
  if (row.metric.starts_with("time_to_train") && !row.unit.starts_with("days (600k")) return std::nullopt;
  const auto asked = asked_by(row, library, *chip);
  if (!asked) return std::nullopt;
  const bool rate_alone = row.batch <= 0 && row.metric == "step_time";  // of an unknown batch
  if (rate_alone) return std::nullopt;
  return Question{"training", chip, asked->run.formats.compute,
                  [asked = *asked, row](const Device& device) { return answer(row, asked, device); }};
}

}  // namespace areia::perf
