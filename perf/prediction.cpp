// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Joins passes to a served batch.
#include "perf/prediction.h"

#include <algorithm>
#include <cmath>

namespace areia::perf {
namespace {

/// Seconds of one operator at the peaks that data sheets promise, nothing lost.
double ideal_seconds(const Work& work, const OperatorTime& time, const Device& device) {
  struct Peak {
    const Device& device;
    double operator()(const Gemm& gemm) const { return device.matrix_peak(gemm.compute); }
    double operator()(const Attention& attention) const { return device.matrix_peak(attention.compute); }
    double operator()(const Elementwise&) const { return device.vector_peak(); }
    double operator()(const Collective&) const { return 0; }
  };
  const double peak = std::visit(Peak{device}, work);
  const double bandwidth = device.memory_bandwidth();
  return std::max({peak > 0 ? time.flops / peak : 0, bandwidth > 0 ? time.bytes / bandwidth : 0, time.link});
}

/// Batches that a pipeline works on at once; each stage has one of them.
double micro_batches(const ServingWork& work) {
  const double sequences = std::ceil(work.batch / work.parallelism.data);
  return std::min<double>(work.parallelism.pipeline, sequences);
}

Pass pass_of(const ServingWork& work, double positions, double context) {
  const double sequences = std::ceil(work.batch / work.parallelism.data);
  return {.sequences = std::ceil(sequences / micro_batches(work)),
          .positions = positions,
          .context = context,
          .logits = 1,
          .formats = work.formats};
}

/// Seconds for a micro-batch to go from one stage to the next.
double hand_over(const LanguageModel& model, const Pass& pass, const Parallelism& parallelism,
                 const Device& device) {
  if (parallelism.pipeline == 1) return 0;
  return time_of(stage_send(model, pass, parallelism), device).seconds;
}

}  // namespace

PassPrediction predict_pass(const LanguageModel& model, const Pass& pass, const Parallelism& parallelism,
                            const Device& device) {
  PassPrediction prediction;
  for (const Operator& op : forward(model, pass, parallelism)) {
    const OperatorTime each = time_of(op.work, device);
    const double seconds = op.count * each.seconds;
    prediction.operators.push_back(
        {.name = op.name,
         .count = op.count,
         .seconds = seconds,
         .roofline = each.seconds > 0 ? ideal_seconds(op.work, each, device) / each.seconds : 0,
         .each = each});
    prediction.seconds += seconds;
    prediction.flops += op.count * each.flops;
    prediction.bytes += op.count * each.bytes;
  }
  return prediction;
}

MemoryNeed memory_need(const LanguageModel& model, const ServingWork& work, const Accelerator& chip) {
  const Pass last = {.sequences = std::ceil(work.batch / work.parallelism.data),
                     .context = work.input + work.output,
                     .formats = work.formats};
  MemoryNeed need;
  need.weights = weight_bytes(model, work.formats, work.parallelism);
  need.cache = cache_bytes(model, last, work.parallelism);
  // Prompts are prefilled in pieces of this many positions; a few rows as wide as the widest layer live at
  // once.
  constexpr double kPiece = 8192, kRowsAlive = 4;
  const double width = std::max<double>(model.hidden, model.feed_forward);
  need.activations = std::min(kPiece, last.sequences * work.input) * kRowsAlive * width *
                     bytes_of(work.formats.activation) / work.parallelism.tensor;
  if (chip.memory_bytes) need.capacity = chip.memory_bytes->value;
  return need;
}

Result<ServingPrediction> predict_serving(const LanguageModel& model, const ServingWork& work,
                                          const Device& device) {
  AREIA_RETURN_IF_ERROR(check(work.parallelism, model));
  const double stages = work.parallelism.pipeline, micro = micro_batches(work);
  const Pass prompt = pass_of(work, work.input, work.input);
  const Pass token = pass_of(work, 1, work.input + std::ceil(work.output / 2));
  ServingPrediction prediction;
  prediction.prefill = predict_pass(model, prompt, work.parallelism, device);
  prediction.decode = predict_pass(model, token, work.parallelism, device);
  const double prompt_stage = prediction.prefill.seconds + hand_over(model, prompt, work.parallelism, device);
  const double token_stage = prediction.decode.seconds + hand_over(model, token, work.parallelism, device);
  prediction.time_to_first_token = (stages + micro - 1) * prompt_stage;
  prediction.time_per_token = stages * token_stage;
  prediction.end_to_end =
      prediction.time_to_first_token + std::max(0.0, work.output - 1) * prediction.time_per_token;
  prediction.tokens_per_second = work.batch * work.output / prediction.end_to_end;
  prediction.memory = memory_need(model, work, device.chip());
  return prediction;
}

Formats formats_for(const LanguageModel& model, std::optional<Precision> precision) {
  const auto narrow = [](Precision p) { return bytes_of(p) < bytes_of(Precision::kBf16); };
  Formats formats;
  formats.weight = precision.value_or(model.native);
  formats.expert_weight = precision.value_or(model.expert_native);
  formats.activation = narrow(formats.weight) ? Precision::kBf16 : formats.weight;
  formats.compute = formats.weight;
  formats.cache = formats.activation;
  return formats;
}

}  // namespace areia::perf
