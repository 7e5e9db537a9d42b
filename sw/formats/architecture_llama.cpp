// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The Llama architecture (Llama 2 and 3, TinyLlama, SmolLM2, Mistral; with experts Mixtral): for each layer
//   x += output(attention(rope(query(norm(x))), rope(key(norm(x))), value(norm(x))))
//   x += down(silu(gate(norm(x))) * up(norm(x)))
// then norm and the output matrix (the embedding itself, where there is none). RoPE turns neighbours:
// converters have permuted query and key so.
#include "sw/formats/architecture.h"
#include "sw/formats/decoder_parts.h"

namespace areia::sw {

Result<Graph> load_llama(const Gguf& gguf) {
  DecoderBuilder model(gguf);
  model.read_sizes();
  model.read_epsilon();
  AttentionShape shape = model.shape;
  shape.rope = model.read_rope(abi::RopePairing::kNeighbours);
  const double scale = model.number("attention.scale", 0, 1e6, 0.0);
  if (scale != 0) shape.scale = static_cast<float>(scale);
  const ExpertShape experts = model.read_experts(abi::Routing::kSoftmaxOfAll);

  const ValueId x = model.embedding();
  for (std::uint32_t layer = 0; layer < model.layers; ++layer) {
    if (model.failed()) break;
    const ValueId normed = model.rms_norm(layer, "attn_norm", x);
    model.add_projection(layer, x, model.attention(layer, normed, shape));
    const ValueId inner = model.rms_norm(layer, "ffn_norm", x);
    if (experts.experts != 0) {
      model.add_experts(layer, x, inner, abi::Activation::kSilu, experts);
    } else {
      model.add_feed_forward(layer, x, inner, abi::Activation::kSilu);
    }
  }
  model.head(x);
  return model.finish();
}

}  // namespace areia::sw
