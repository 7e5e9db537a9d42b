// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The Qwen architectures: Llama's layers with RoPE over halves of a head, and
//   Qwen 2 and 2.5: biases of query, key and value
//   Qwen 3: a norm of each head's query and key before RoPE, heads of a size of their own
//   Qwen 3 MoE: the same with experts
#include "sw/formats/architecture.h"
#include "sw/formats/decoder_parts.h"

namespace areia::sw {
namespace {

Result<Graph> load_qwen(const Gguf& gguf, bool with_experts) {
  DecoderBuilder model(gguf);
  model.read_sizes();
  model.read_epsilon();
  AttentionShape shape = model.shape;
  shape.rope = model.read_rope(abi::RopePairing::kHalves);
  ExpertShape experts;
  if (with_experts) {
    experts = model.read_experts(abi::Routing::kSoftmaxOfAll);
    model.require(experts.experts != 0, "expert_count is missing: a model of this architecture has experts");
  }

  const ValueId x = model.embedding();
  model.add_layers(x, shape, experts);
  model.head(x);
  return model.finish();
}

}  // namespace

Result<Graph> load_qwen2(const Gguf& gguf) { return load_qwen(gguf, false); }
Result<Graph> load_qwen3(const Gguf& gguf) { return load_qwen(gguf, false); }
Result<Graph> load_qwen3_experts(const Gguf& gguf) { return load_qwen(gguf, true); }

}  // namespace areia::sw
