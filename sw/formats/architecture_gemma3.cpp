// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The Gemma 3 architecture (text): the embedding scaled by sqrt(its size); five layers with a sliding window
// and RoPE of its own base for each layer of full attention; norms of query and key; GeGLU; and norms of what
// attention and feed-forward add.
#include <cmath>

#include "sw/formats/architecture.h"
#include "sw/formats/decoder_parts.h"

namespace areia::sw {
namespace {

constexpr std::uint32_t kWindowPeriod = 6;
constexpr double kWindowRopeBase = 10000;  // where the file names none
/// The model of 27 billion parameters scales queries by its embedding's share of a head, not by the head's
/// size (github.com/google/gemma_pytorch, gemma/config.py: query_pre_attn_scalar).
constexpr std::uint32_t kLayersOf27B = 62;

void add_layer(DecoderBuilder& model, std::uint32_t layer, ValueId x, const AttentionShape& shape) {
  const auto post_norm = [&](ValueId value, const char* part) {
    const WeightId scale = model.vector(DecoderBuilder::weight_name(layer, part));
    if (!model.failed()) model.graph().add_rms_norm(x, value, scale, model.epsilon);
  };
  const ValueId normed = model.rms_norm(layer, "attn_norm", x);
  post_norm(model.linear(layer, "attn_output", model.attention(layer, normed, shape)), "post_attention_norm");
  const ValueId inner =
      model.feed_forward_inner(layer, model.rms_norm(layer, "ffn_norm", x), abi::Activation::kGelu);
  post_norm(model.linear(layer, "ffn_down", inner), "post_ffw_norm");
}

}  // namespace

Result<Graph> load_gemma3(const Gguf& gguf) {
  DecoderBuilder model(gguf);
  model.read_sizes();
  model.read_epsilon();
  model.require(model.number("final_logit_softcapping", 0, 1e6, 0.0) == 0,
                "soft-capping of logits is not supported yet");
  AttentionShape full = model.shape;
  full.scale_query = true;
  if (model.layers == kLayersOf27B) {
    const std::uint32_t share = model.embedding_size / full.heads;
    full.scale = 1.0f / std::sqrt(static_cast<float>(share));
  }
  AttentionShape windowed = full;
  full.rope = model.read_rope(abi::RopePairing::kHalves);
  windowed.window = model.count("attention.sliding_window", 0, DecoderBuilder::kMostElements, 0);
  const double base = model.number("rope.freq_base_swa", 1, 1e12, kWindowRopeBase);
  windowed.rope = model.read_rope(abi::RopePairing::kHalves, base, true);
  const std::vector<bool> pattern = model.read_window_pattern(kWindowPeriod);

  const ValueId x = model.embedding(std::sqrt(static_cast<float>(model.embedding_size)));
  for (std::uint32_t layer = 0; layer < model.layers; ++layer) {
    if (model.failed()) break;
    add_layer(model, layer, x, pattern[layer] && windowed.window != 0 ? windowed : full);
  }
  model.head(x);
  return model.finish();
}

}  // namespace areia::sw
