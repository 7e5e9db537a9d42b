// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What a chip holds in training: weights, gradients, the optimiser's state and activations.
#include <algorithm>
#include <cmath>

#include "perf/training.h"

namespace areia::perf {
namespace {

/// Bytes of the activations of one layer and micro-batch, kept for the backward pass: arXiv:2205.05198,
/// table 2, with the widths of this model (34 s b h is the sum for GPT).
double layer_activations(const LanguageModel& m, const TrainingRun& run) {
  const Parallelism& p = run.parallelism;
  const double tokens = run.micro_batch * run.length / run.context;
  const double e = bytes_of(run.formats.activation), split = p.tensor, hidden = m.hidden;
  const double whole = p.sequence ? split : 1;  // what tensor parallelism alone leaves on every chip
  if (run.recompute == Recompute::kFull) return tokens * hidden * e / whole;
  const double values = m.value_size != 0 ? m.value_size : m.head_size;
  const double used = m.experts != 0 ? m.experts_used + m.shared_experts : 1;
  const double width = used * (m.experts != 0 ? m.expert_feed_forward : m.feed_forward);
  const double masks = run.software.dropout ? 2 * hidden : 0;
  // Inputs of both norms and of both groups of products; queries, keys, values, their result; what the
  // activation reads and gives.
  const double replicated = 4 * hidden * e + masks;
  const double heads =
      double{1} * m.heads * (m.head_size + values) + double{1} * m.kv_heads * (m.head_size + values);
  const double divided = (heads + (m.gated ? 3 : 2) * width) * e;
  double bytes = tokens * (replicated / whole + divided / split);
  if (!run.software.flash_attention && run.recompute == Recompute::kNone) {
    const double scores = tokens * run.length * m.heads / split;  // softmax, its mask, what dropout gives
    bytes += scores * (run.software.dropout ? 2 * e + 1 : e);
  }
  return bytes;
}

}  // namespace

TrainingMemory training_memory(const LanguageModel& m, const TrainingRun& run) {
  const Parallelism& p = run.parallelism;
  const double copies = double{1} * p.data * run.context;
  const auto shared = [&](Sharding from) { return run.sharding >= from ? copies : 1.0; };
  Formats one_byte;
  one_byte.weight = one_byte.expert_weight = one_byte.activation = Precision::kFp8;
  const double elements = weight_bytes(m, one_byte, p);  // on a chip
  TrainingMemory memory;
  memory.weights = elements * bytes_of(run.formats.weight);
  if (run.sharding == Sharding::kWeights) {  // the layer at work and the next; else the optimiser's, if any
    memory.weights *= 2.0 * p.pipeline / m.layers + (run.adapters_only ? 1 / copies : 0);
  }
  if (!run.adapters_only) {
    memory.gradients = elements * run.software.gradient_bytes / shared(Sharding::kGradients);
    memory.optimizer = elements * 12 / shared(Sharding::kOptimizer);  // fp32: weight and two moments
  }
  // One forward, one backward: the first stage keeps as many micro-batches as there are stages.
  const double micro_batches = std::max(1.0, run.batch / (p.data * run.micro_batch));
  const double kept =
      std::min(micro_batches, double{1} * p.pipeline) *
      (run.virtual_stages > 1 ? 1 + (p.pipeline - 1.0) / (p.pipeline * run.virtual_stages) : 1);
  const double layers = double{1} * m.layers / p.pipeline;
  memory.activations = run.software.offloads ? 0 : layer_activations(m, run) * layers * kept;
  if (run.recompute == Recompute::kFull) {  // and one layer in full while it is computed again
    TrainingRun whole = run;
    whole.recompute = Recompute::kSelective;
    memory.activations += layer_activations(m, whole);
  }
  if (p.pipeline == 1) {  // logits, and their gradients in fp32
    memory.activations += run.micro_batch * run.length / run.context * m.vocabulary / p.tensor * 6;
  }
  return memory;
}

}  // namespace areia::perf
