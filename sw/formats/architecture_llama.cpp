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
  model.add_layers(x, shape, experts);
  model.head(x);
  return model.finish();
}

}  // namespace areia::sw
