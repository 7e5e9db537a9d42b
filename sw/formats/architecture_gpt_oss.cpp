// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The gpt-oss architecture: biases everywhere, attention sinks, every other layer with a sliding window,
// YaRN, and experts whose gate is clamped. The softmax over the picked experts' logits weights them.
#include "sw/formats/architecture.h"
#include "sw/formats/decoder_parts.h"

namespace areia::sw {
namespace {

constexpr std::uint32_t kWindowPeriod = 2;

}  // namespace

Result<Graph> load_gpt_oss(const Gguf& gguf) {
  DecoderBuilder model(gguf);
  model.read_sizes();
  model.read_epsilon();
  AttentionShape full = model.shape;
  full.rope = model.read_rope(abi::RopePairing::kHalves);
  AttentionShape windowed = full;
  windowed.window = model.count("attention.sliding_window", 1, DecoderBuilder::kMostElements);
  if (model.has("rope.freq_base_swa")) {
    windowed.rope = model.read_rope(abi::RopePairing::kHalves, model.number("rope.freq_base_swa", 1, 1e12));
  }
  const std::vector<bool> pattern = model.read_window_pattern(kWindowPeriod);
  const ExpertShape experts = model.read_experts(abi::Routing::kSoftmaxOfPicked);
  model.require(experts.experts != 0, "expert_count is missing: a gpt-oss model has experts");

  const ValueId x = model.embedding();
  for (std::uint32_t layer = 0; layer < model.layers; ++layer) {
    if (model.failed()) break;
    AttentionShape shape = pattern[layer] ? windowed : full;
    shape.sinks = model.vector(DecoderBuilder::weight_name(layer, "attn_sinks"));
    const ValueId normed = model.rms_norm(layer, "attn_norm", x);
    model.add_projection(layer, x, model.attention(layer, normed, shape));
    const ValueId inner = model.rms_norm(layer, "post_attention_norm", x);
    model.add_experts(layer, x, inner, abi::Activation::kSiluClamped, experts);
  }
  model.head(x);
  return model.finish();
}

}  // namespace areia::sw
