// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The GPT-2 architecture: learned positions, LayerNorm, query, key and value in one merged matrix, biases
// everywhere, and a feed-forward with GELU and without a gate.
#include "sw/formats/architecture.h"
#include "sw/formats/decoder_parts.h"

namespace areia::sw {
namespace {

ValueId layer_norm(DecoderBuilder& model, std::uint32_t layer, const char* part, ValueId x) {
  const WeightId scale = model.vector(DecoderBuilder::weight_name(layer, part));
  const WeightId bias = model.vector(DecoderBuilder::bias_name(layer, part));
  return model.failed() ? 0 : model.graph().layer_norm(x, scale, bias, model.epsilon);
}

ValueId attend(DecoderBuilder& model, std::uint32_t layer, ValueId normed) {
  const std::uint32_t size = model.embedding_size;
  const WeightId merged = model.matrix(DecoderBuilder::weight_name(layer, "attn_qkv"));
  const WeightId biases = model.vector(DecoderBuilder::bias_name(layer, "attn_qkv"));
  const auto projection = [&](std::uint32_t index, const char* suffix) -> ValueId {
    const WeightId weight = model.part(merged, index * size, size, suffix);
    const WeightId bias = model.part(biases, index * size, size, suffix);
    return model.failed() ? 0 : model.graph().linear(normed, weight, bias);
  };
  const ValueId query = projection(0, " (query)");
  const ValueId key = projection(1, " (key)");
  const ValueId value = projection(2, " (value)");
  return model.failed() ? 0 : model.graph().attention(query, key, value, model.shape);
}

}  // namespace

Result<Graph> load_gpt2(const Gguf& gguf) {
  DecoderBuilder model(gguf);
  model.read_sizes();
  model.read_epsilon("attention.layer_norm_epsilon");
  model.require(model.shape.heads == model.shape.kv_heads &&
                    model.shape.heads * model.shape.head_size == model.embedding_size,
                "the heads of a GPT-2 model must make up its embedding");

  const ValueId x = model.embedding(1, "position_embd.weight");
  for (std::uint32_t layer = 0; layer < model.layers; ++layer) {
    if (model.failed()) break;
    const ValueId normed = layer_norm(model, layer, "attn_norm", x);
    model.add_projection(layer, x, attend(model, layer, normed));
    const ValueId inner = layer_norm(model, layer, "ffn_norm", x);
    const ValueId up = model.linear(layer, "ffn_up", inner);
    if (model.failed()) break;
    model.add_projection(layer, x, model.graph().activate(abi::Activation::kGelu, up), "ffn_down");
  }
  model.head(x);
  return model.finish();
}

}  // namespace areia::sw
