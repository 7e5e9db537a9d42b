// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Tensors and parts of decoders.
#include "sw/formats/decoder_parts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <utility>

namespace areia::sw {

DecoderBuilder::DecoderBuilder(const Gguf& gguf) : gguf_(gguf) {
  const auto name = gguf.text("general.architecture");
  if (name) architecture_ = *name;
  if (!name) error_ = name.error();
}

void DecoderBuilder::fail(const std::string& what) {
  if (!error_) error_ = bad_input(fmt::format("{}: {}", gguf_.origin(), what));
}

bool DecoderBuilder::has_tensor(const std::string& name) const { return gguf_.find_tensor(name) != nullptr; }

WeightId DecoderBuilder::take(const std::string& name) {
  if (error_) return kNone;
  const GgufTensor* tensor = gguf_.find_tensor(name);
  if (tensor == nullptr) {
    fail(fmt::format("tensor '{}' is missing: the file is not a whole model", name));
  } else if (!tensor->type->format) {
    fail(
        fmt::format("type {} of tensor '{}' is not supported; supported are {}: quantise the model again to "
                    "one of them",
                    tensor->type->name, name, supported_ggml_types()));
  } else if (tensor->rows() > UINT32_MAX || tensor->columns() > kMostElements) {
    fail(fmt::format("tensor '{}' has {} x {} elements: more than any model needs", name, tensor->columns(),
                     tensor->rows()));
  }
  if (error_) return kNone;
  taken_.insert(tensor->name);
  return graph_.add_weight({name, *tensor->type->format, static_cast<std::uint32_t>(tensor->rows()),
                            static_cast<std::uint32_t>(tensor->columns()), tensor->bytes, tensor->source});
}

WeightId DecoderBuilder::matrix(const std::string& name) { return take(name); }

WeightId DecoderBuilder::vector(const std::string& name) {
  const WeightId id = take(name);
  if (id != kNone && graph_.weights()[id].format != num::Format::kFp32)
    fail(fmt::format("tensor '{}' must be of type F32", name));
  return id;
}

WeightId DecoderBuilder::optional_vector(const std::string& name) {
  return has_tensor(name) ? vector(name) : kNone;
}

WeightId DecoderBuilder::part(WeightId whole, std::uint32_t first, std::uint32_t count, const char* suffix) {
  if (error_ || whole == kNone) return kNone;
  Weight weight = graph_.weights()[whole];
  weight.name += suffix;
  const bool is_vector = weight.rows == 1;
  std::uint32_t& size = is_vector ? weight.columns : weight.rows;
  if (first > size || count > size - first) {
    fail(fmt::format("tensor '{}' is too small for what is merged in it", graph_.weights()[whole].name));
    return kNone;
  }
  const std::uint64_t bytes = num::row_bytes(weight.format, is_vector ? 1 : weight.columns);
  if (weight.source) {
    weight.source = std::make_shared<PartOfSource>(weight.source, first * bytes);
  } else {
    weight.bytes = weight.bytes.subspan(first * bytes, count * bytes);
  }
  size = count;
  return graph_.add_weight(std::move(weight));
}

std::string DecoderBuilder::weight_name(std::uint32_t layer, const char* part) {
  return fmt::format("blk.{}.{}.weight", layer, part);
}
std::string DecoderBuilder::bias_name(std::uint32_t layer, const char* part) {
  return fmt::format("blk.{}.{}.bias", layer, part);
}

ValueId DecoderBuilder::embedding(float scale, const std::string& positions) {
  embedding_table_ = matrix("token_embd.weight");
  const WeightId position_table = positions.empty() ? kNone : vector(positions);
  if (error_) return 0;
  const Weight& table = graph_.weights()[embedding_table_];
  const auto name = gguf_.text("general.name", "unnamed");
  require(name.ok(), "general.name must be a text");
  require(table.columns == embedding_size,
          fmt::format("tensor 'token_embd.weight' has rows of {} elements, {} is {}", table.columns,
                      key("embedding_length"), embedding_size));
  if (error_) return 0;
  graph_.facts = {std::string(*name), architecture_, context, table.rows};
  return graph_.embed(embedding_table_, scale, position_table);
}

ValueId DecoderBuilder::rms_norm(std::uint32_t layer, const char* part, ValueId x) {
  const WeightId scale = vector(weight_name(layer, part));
  return error_ ? 0 : graph_.rms_norm(x, scale, epsilon);
}

ValueId DecoderBuilder::linear(std::uint32_t layer, const char* part, ValueId input) {
  const WeightId weight = matrix(weight_name(layer, part));
  const WeightId bias = optional_vector(bias_name(layer, part));
  return error_ ? 0 : graph_.linear(input, weight, bias);
}

ValueId DecoderBuilder::attention(std::uint32_t layer, ValueId normed, const AttentionShape& of_layer) {
  ValueId query = linear(layer, "attn_q", normed);
  ValueId key = linear(layer, "attn_k", normed);
  const ValueId value = linear(layer, "attn_v", normed);
  const WeightId query_norm = optional_vector(weight_name(layer, "attn_q_norm"));
  const WeightId key_norm = optional_vector(weight_name(layer, "attn_k_norm"));
  if (error_) return 0;
  if (query_norm != kNone) query = graph_.rms_norm(query, query_norm, epsilon, of_layer.head_size);
  if (key_norm != kNone) key = graph_.rms_norm(key, key_norm, epsilon, of_layer.head_size);
  return graph_.attention(query, key, value, of_layer);
}

void DecoderBuilder::add_projection(std::uint32_t layer, ValueId x, ValueId attended, const char* part) {
  const WeightId weight = matrix(weight_name(layer, part));
  const WeightId bias = optional_vector(bias_name(layer, part));
  if (!error_) graph_.add_linear(x, attended, weight, bias);
}

ValueId DecoderBuilder::feed_forward_inner(std::uint32_t layer, ValueId normed, abi::Activation activation) {
  const ValueId gate = linear(layer, "ffn_gate", normed);
  const ValueId up = linear(layer, "ffn_up", normed);
  return error_ ? 0 : graph_.activate(activation, gate, up);
}

void DecoderBuilder::add_feed_forward(std::uint32_t layer, ValueId x, ValueId normed,
                                      abi::Activation activation) {
  add_projection(layer, x, feed_forward_inner(layer, normed, activation), "ffn_down");
}

void DecoderBuilder::add_experts(std::uint32_t layer, ValueId x, ValueId normed, abi::Activation activation,
                                 const ExpertShape& experts) {
  const ValueId logits = linear(layer, "ffn_gate_inp", normed);
  // Experts' matrices of `columns` each.
  const auto expert_linear = [&](const char* part, ValueId input, std::uint64_t columns,
                                 ValueId routing) -> ValueId {
    const std::string name = weight_name(layer, part);
    const WeightId weight = matrix(name);
    const WeightId bias = optional_vector(bias_name(layer, part));
    if (error_) return 0;
    // Experts are the third dimension, or their rows are one after the other in the second.
    const std::vector<std::uint64_t>& sizes = gguf_.find_tensor(name)->dimensions;
    const bool fits = sizes.size() == 3   ? sizes[2] == experts.experts
                      : sizes.size() == 2 ? sizes[1] % experts.experts == 0
                                          : false;
    require(fits && sizes[0] == columns,
            fmt::format("tensor '{}' must have {} x any x {} elements, it has {}", name, columns,
                        experts.experts, fmt::join(sizes, " x ")));
    return error_ ? 0 : graph_.expert_linear(input, routing, weight, bias, experts);
  };
  if (error_) return;
  const ValueId routing = graph_.route(logits, experts);
  const ValueId gate = expert_linear("ffn_gate_exps", normed, embedding_size, routing);
  const ValueId up = expert_linear("ffn_up_exps", normed, embedding_size, routing);
  if (error_) return;
  const std::uint64_t inner =
      gguf_.find_tensor(weight_name(layer, "ffn_gate_exps"))->rows() / experts.experts;
  const ValueId parts = expert_linear("ffn_down_exps", graph_.activate(activation, gate, up), inner, routing);
  if (!error_) graph_.combine(x, parts, routing, experts);
}

void DecoderBuilder::add_layers(ValueId x, const AttentionShape& of_layers, const ExpertShape& experts) {
  for (std::uint32_t layer = 0; layer < layers && !error_; ++layer) {
    const ValueId normed = rms_norm(layer, "attn_norm", x);
    add_projection(layer, x, attention(layer, normed, of_layers));
    const ValueId inner = rms_norm(layer, "ffn_norm", x);
    if (experts.experts != 0) {
      add_experts(layer, x, inner, abi::Activation::kSilu, experts);
    } else {
      add_feed_forward(layer, x, inner, abi::Activation::kSilu);
    }
  }
}

void DecoderBuilder::head(ValueId x) {
  const WeightId norm = vector("output_norm.weight");
  const WeightId bias = optional_vector("output_norm.bias");
  const WeightId output = has_tensor("output.weight") ? matrix("output.weight") : embedding_table_;
  if (error_) return;
  graph_.begin_last_row();
  const ValueId normed =
      bias == kNone ? graph_.rms_norm(x, norm, epsilon) : graph_.layer_norm(x, norm, bias, epsilon);
  graph_.sample(graph_.linear(normed, output));
}

Result<Graph> DecoderBuilder::finish() {
  if (error_) return *error_;
  for (const GgufTensor& tensor : gguf_.tensors()) {
    if (taken_.contains(tensor.name)) continue;
    return bad_input(fmt::format("{}: tensor '{}' is not supported yet: the answer would be wrong without it",
                                 gguf_.origin(), tensor.name.substr(0, 80)));
  }
  return std::move(graph_);
}

}  // namespace areia::sw
