// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Adds operators up to passes.
#include "perf/prediction.h"

#include <algorithm>
#include <array>
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

std::string_view family_of(const Work& work) {
  constexpr std::array<std::string_view, std::variant_size_v<Work>> kFamilies = {"gemm", "attention",
                                                                                 "elementwise", "collective"};
  return kFamilies[work.index()];
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
         .each = each,
         .family = family_of(op.work)});
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

Bound bound_of(const PassPrediction& pass) {
  std::array<double, kBoundCount> seconds{};
  for (const OperatorLine& line : pass.operators)
    seconds[static_cast<std::size_t>(line.each.bound())] += line.seconds;
  return static_cast<Bound>(std::ranges::max_element(seconds) - seconds.begin());
}

}  // namespace areia::perf
