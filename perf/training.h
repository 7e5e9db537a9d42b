// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What one step of training takes: the operators of a forward pass (perf/forward.h), twice that backward,
// what is computed again, the pipeline's bubble, gradients over the links, the optimiser; and what a chip
// must hold.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "perf/device.h"
#include "perf/forward.h"

namespace areia::perf {

/// What of the forward pass is computed again in the backward pass, to save memory (arXiv:2205.05198).
enum class Recompute : std::uint8_t {
  kNone,
  kSelective,  ///< scores, softmax and weighted values of attention (what flash attention always does)
  kFull,       ///< whole layers, from their inputs
};

/// What data-parallel copies share out among themselves (ZeRO, arXiv:1910.02054; FSDP).
enum class Sharding : std::uint8_t {
  kNone,
  kOptimizer,  ///< the optimiser's state (stage 1)
  kGradients,  ///< and gradients (stage 2, SHARD_GRAD_OP)
  kWeights,    ///< and weights, gathered layer by layer (stage 3, FULL_SHARD)
};

/// The training program, as far as time depends on it.
struct TrainingSoftware {
  bool flash_attention = true;  ///< scores never go to memory
  /// Speed of its fused attention beside that of current kernels for the chip (perf/attention.cpp); 0 to 1.
  double attention_share = 1;
  double product_share = 1;  ///< and speed of its products
  bool dropout = false;
  bool overlaps_tensor = true;    ///< products and tensor-parallel collectives run in pieces, side by side
  bool overlaps_pipeline = true;  ///< activations travel between stages beside computation
  bool overlaps_data = true;      ///< gradients are reduced beside the backward pass
  bool offloads = false;          ///< activations that wait for the backward pass lie in the host's memory
  double gradient_bytes = 4;      ///< a gradient's, as accumulated and reduced
};

/// A step of training.
struct TrainingRun {
  double batch = 1;        ///< sequences of a step, on all chips together
  double length = 2048;    ///< positions of a sequence
  double micro_batch = 1;  ///< sequences that a copy works on at once
  Formats formats = {};
  /// `data` copies of `tensor` x `pipeline` x `context` chips.
  Parallelism parallelism = {};
  std::uint32_t context = 1;         ///< chips that share the positions of a sequence
  std::uint32_t virtual_stages = 1;  ///< pieces of the model that each pipeline stage holds (interleaving)
  Recompute recompute = Recompute::kNone;
  Sharding sharding = Sharding::kOptimizer;
  bool adapters_only = false;  ///< LoRA: the model's weights are frozen and get no gradients
  double per_node = 0;         ///< chips that share the fast links; 0: as the data sheet says
  TrainingSoftware software = {};

  double chips() const { return double{1} * parallelism.chips() * context; }
};

/// Bytes on the fullest chip (arXiv:2205.05198, equations 1 to 6, for shapes of any kind).
struct TrainingMemory {
  double weights = 0, gradients = 0, optimizer = 0, activations = 0;
  double total() const { return weights + gradients + optimizer + activations; }
};
TrainingMemory training_memory(const LanguageModel& model, const TrainingRun& run);

/// Seconds of a step and where they go; the parts add up to `seconds`.
struct TrainingTime {
  double seconds = 0;
  double forward = 0, backward = 0, recompute = 0;
  double bubble = 0;          ///< stages that wait for the pipeline to fill and to drain
  double tensor_links = 0;    ///< collectives of tensor, context and expert parallelism that nothing hides
  double pipeline_links = 0;  ///< activations between stages that nothing hides
  double data_links = 0;      ///< gradients and weights between copies that nothing hides
  double optimizer = 0;
  double overhead = 0;  ///< the host's part, when no chip computes

  double model_flops = 0;     ///< a step's, as PaLM counts them: 6 a parameter and token, and attention
  double hardware_flops = 0;  ///< and what is computed again
  double mfu = 0, hfu = 0;    ///< of the peak of the products' format; 0 to 1
  double traffic = 0;         ///< bytes to and from the DRAM of one chip, in the mean
  TrainingMemory memory;
};

/// The prediction; bad input where the model cannot be spread so or does not fit the chips' memory.
Result<TrainingTime> predict_training(const LanguageModel& model, const TrainingRun& run,
                                      const Device& device);
/// The same of a run that is known to fit.
Result<TrainingTime> predict_training_that_fits(const LanguageModel& model, const TrainingRun& run,
                                                const Device& device);

/// The fastest way to train on `chips` chips that fits, `run`'s batch, length, formats and software kept:
/// tensor, context and pipeline parallelism, recomputation. Bad input where nothing fits.
Result<TrainingRun> best_training(const LanguageModel& model, const TrainingRun& run, double chips,
                                  const Device& device);

/// Operations of one token's forward pass, multiply and add counted as two: products with weights (the
/// embedding table is looked up), and attention over all positions or, `causal`, over half of them.
double forward_flops_per_token(const LanguageModel& model, double length, bool causal);

}  // namespace areia::perf
