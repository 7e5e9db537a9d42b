// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What one chip does for one pass of a model over a batch: a list of operators. Prefill, decode and the
// forward half of training are all passes.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "perf/language_model.h"
#include "perf/operators.h"

namespace areia::perf {

/// How a model is spread over chips.
struct Parallelism {
  std::uint32_t tensor = 1;    ///< chips that share every product of a dense layer and of attention
  std::uint32_t pipeline = 1;  ///< stages of consecutive layers
  std::uint32_t data = 1;      ///< copies of the dense layers, each with sequences of its own
  /// Layers with experts: `expert` groups of chips with whole experts each, every expert shared by
  /// `expert_tensor` chips (0: as many as `tensor`). Their product may span copies (attention data-parallel,
  /// as DeepSeek is served): it is a multiple of `tensor` and divides tensor * data.
  std::uint32_t expert = 1, expert_tensor = 0;
  bool sequence = false;  ///< norms are shared by positions among the tensor-parallel chips

  bool operator==(const Parallelism&) const = default;
  std::uint32_t chips() const { return tensor * pipeline * data; }
  std::uint32_t expert_split() const { return expert_tensor != 0 ? expert_tensor : tensor; }
  /// Copies whose tokens meet in one group of experts.
  double copies_in_expert_group() const { return double{1} * expert * expert_split() / tensor; }
};
/// Why a model cannot be spread so; success if it can. Names the number that does not divide.
Result<void> check(const Parallelism& parallelism, const LanguageModel& model);

/// The formats of a run.
struct Formats {
  Precision weight = Precision::kBf16;  ///< of dense weights in memory
  Precision expert_weight = Precision::kBf16;
  Precision activation = Precision::kBf16;  ///< between operators
  Precision compute = Precision::kBf16;     ///< of products with weights, where these are no wider
  Precision cache = Precision::kBf16;       ///< of keys and values
  /// Inputs of products in 8 bits and fewer get their scales as the model runs (by blocks or rows), for which
  /// each is rounded by a kernel of its own; else the kernels before round them.
  bool run_time_scales = false;
  /// Grouped products read every expert on the chip, whether or not a token chose it.
  bool every_expert = false;
};

struct Pass {
  double sequences = 1;  ///< of one copy of the model (one of `data`)
  double positions = 1;  ///< new ones of each sequence: the prompt in prefill, 1 in decode
  double context = 1;    ///< positions that the last one sees, its own included
  double logits = 1;     ///< positions of each sequence whose logits are wanted
  Formats formats = {};
};

/// The operators of one chip of a pipeline stage (of its mean: layers and ends are shared evenly) for a pass,
/// identical layers counted by Operator::count. Heads and columns that do not divide are padded. Names, by
/// which reports and measurements know them:
///  "embedding", "norm", "residual", "qkv", "query norm", "key norm", "rope", "cache", "attention", "windowed
///  attention", "attention gate", "attention output"; "query and latent down", "query up", "latent up",
///  "query absorb", "value absorb", "index queries", "index keys", "index scores"; "linear projections",
///  "convolution", "linear attention"; "gate and up", "activation", "down"; "router", "top experts", "experts
///  ..." and "shared experts gate and up", "... activation", "... down", "experts sum"; "tensor all-reduce"
///  (or "tensor reduce-scatter", "tensor all-gather"), "expert dispatch", "expert combine" (or "expert
///  all-gather", "expert reduce-scatter"); "logits", "logits all-gather", "softmax".
std::vector<Operator> forward(const LanguageModel& model, const Pass& pass, const Parallelism& parallelism);
/// What one chip of a pipeline stage sends to its peer of the next after the pass; it is no part of
/// forward().
Collective stage_send(const LanguageModel& model, const Pass& pass, const Parallelism& parallelism);

/// Bytes of weights and of the cache on one chip of the mean stage, what is whole on every chip included.
double weight_bytes(const LanguageModel& model, const Formats& formats, const Parallelism& parallelism);
double cache_bytes(const LanguageModel& model, const Pass& pass, const Parallelism& parallelism);

}  // namespace areia::perf
