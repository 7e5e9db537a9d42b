// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Building a graph and checking its shapes.
#include "sw/graph/graph.h"

#include <fmt/format.h>

#include <utility>

namespace areia::sw {

WeightId Graph::add_weight(Weight weight) {
  weights_.push_back(std::move(weight));
  return static_cast<WeightId>(weights_.size() - 1);
}

RopeId Graph::add_rope(Rope rope) {
  ropes_.push_back(std::move(rope));
  return static_cast<RopeId>(ropes_.size() - 1);
}

ValueId Graph::append(Node node, std::uint32_t columns) {
  const auto output = static_cast<ValueId>(columns_.size());
  columns_.push_back(columns);
  append_to(output, std::move(node));
  return output;
}

void Graph::append_to(ValueId output, Node node) {
  node.last_row_only = last_row_;
  node.output = output;
  nodes_.push_back(std::move(node));
}

ValueId Graph::embed(WeightId table, float scale, WeightId positions) {
  return append({.kind = NodeKind::kEmbed, .weight = table, .positions = positions, .scale = scale},
                weights_[table].columns);
}

ValueId Graph::rms_norm(ValueId input, WeightId scale, float epsilon, std::uint32_t group) {
  return append({.kind = NodeKind::kRmsNorm,
                 .inputs = {input},
                 .weight = scale,
                 .epsilon = epsilon,
                 .group = group == 0 ? columns_[input] : group},
                columns_[input]);
}

void Graph::add_rms_norm(ValueId residual, ValueId input, WeightId scale, float epsilon) {
  append_to(residual, {.kind = NodeKind::kRmsNorm,
                       .inputs = {input},
                       .weight = scale,
                       .accumulate = true,
                       .epsilon = epsilon,
                       .group = columns_[input]});
}

ValueId Graph::layer_norm(ValueId input, WeightId scale, WeightId bias, float epsilon) {
  return append(
      {.kind = NodeKind::kLayerNorm, .inputs = {input}, .weight = scale, .bias = bias, .epsilon = epsilon},
      columns_[input]);
}

ValueId Graph::linear(ValueId input, WeightId weight, WeightId bias) {
  return append({.kind = NodeKind::kLinear, .inputs = {input}, .weight = weight, .bias = bias},
                weights_[weight].rows);
}

void Graph::add_linear(ValueId residual, ValueId input, WeightId weight, WeightId bias) {
  append_to(
      residual,
      {.kind = NodeKind::kLinear, .inputs = {input}, .weight = weight, .bias = bias, .accumulate = true});
}

ValueId Graph::attention(ValueId query, ValueId key, ValueId value, const AttentionShape& shape) {
  return append({.kind = NodeKind::kAttention, .inputs = {query, key, value}, .attention = shape},
                columns_[query]);
}

ValueId Graph::activate(abi::Activation activation, ValueId gate, ValueId factor) {
  Node node{.kind = NodeKind::kActivation, .inputs = {gate}, .activation = activation};
  if (factor != kNone) node.inputs.push_back(factor);
  return append(std::move(node), columns_[gate]);
}

ValueId Graph::route(ValueId logits, const ExpertShape& shape) {
  return append({.kind = NodeKind::kRoute, .inputs = {logits}, .experts = shape},
                shape.used * static_cast<std::uint32_t>(sizeof(abi::PickedExpert) / sizeof(float)));
}

ValueId Graph::expert_linear(ValueId input, ValueId routing, WeightId weight, WeightId bias,
                             const ExpertShape& shape) {
  return append({.kind = NodeKind::kExpertLinear,
                 .inputs = {input, routing},
                 .weight = weight,
                 .bias = bias,
                 .experts = shape},
                weights_[weight].rows / shape.experts * shape.used);
}

void Graph::combine(ValueId residual, ValueId parts, ValueId routing, const ExpertShape& shape) {
  append_to(residual,
            {.kind = NodeKind::kCombine, .inputs = {parts, routing}, .accumulate = true, .experts = shape});
}

void Graph::sample(ValueId logits) { append_to(kNone, {.kind = NodeKind::kSample, .inputs = {logits}}); }

Result<void> Graph::check() const {
  std::vector<bool> made(columns_.size(), false);
  for (const Node& node : nodes_) {
    AREIA_RETURN_IF_ERROR(check_node(node, made));
    if (node.output != kNone) made[node.output] = true;
  }
  return {};
}

Result<void> Graph::check_weight(WeightId id, std::uint64_t rows, std::uint64_t columns) const {
  const Weight& weight = weights_[id];
  if (weight.rows == rows && weight.columns == columns) return {};
  return bad_input(fmt::format("tensor '{}' has the shape {} x {}, the model needs {} x {}", weight.name,
                               weight.columns, weight.rows, columns, rows));
}

Result<void> Graph::check_vector(WeightId id, std::uint64_t rows, std::uint64_t columns) const {
  if (id == kNone) return {};
  if (weights_[id].format != num::Format::kFp32) {
    return bad_input(fmt::format("tensor '{}' must be of type F32", weights_[id].name));
  }
  return check_weight(id, rows, columns);
}

Result<void> Graph::check_node(const Node& node, const std::vector<bool>& made) const {
  for (const ValueId input : node.inputs) {
    if (input >= made.size() || !made[input]) return work_failed("a node uses a value that none has made");
  }
  switch (node.kind) {
    case NodeKind::kEmbed:
      return check_embed(node);
    case NodeKind::kRmsNorm:
      if (node.group == 0 || columns_[node.inputs[0]] % node.group != 0)
        return bad_input("the groups of a norm do not fit its row");
      if (columns_[node.output] != columns_[node.inputs[0]])
        return bad_input("a norm and what it is added to have different sizes");
      return check_vector(node.weight, 1, node.group);
    case NodeKind::kLayerNorm:
      AREIA_RETURN_IF_ERROR(check_vector(node.bias, 1, columns_[node.inputs[0]]));
      return check_vector(node.weight, 1, columns_[node.inputs[0]]);
    case NodeKind::kLinear:
      AREIA_RETURN_IF_ERROR(check_vector(node.bias, 1, columns_[node.output]));
      return check_weight(node.weight, columns_[node.output], columns_[node.inputs[0]]);
    case NodeKind::kAttention:
      return check_attention(node);
    case NodeKind::kActivation:
      if (node.inputs.size() == 1 || columns_[node.inputs[0]] == columns_[node.inputs[1]]) return {};
      return bad_input("the feed-forward gate and its factor have different sizes");
    case NodeKind::kRoute:
    case NodeKind::kExpertLinear:
    case NodeKind::kCombine:
      return check_experts(node);
    case NodeKind::kSample:
      if (columns_[node.inputs[0]] == facts.vocabulary) return {};
      return bad_input("there are not as many logits as tokens in the vocabulary");
  }
  return {};
}

Result<void> Graph::check_embed(const Node& node) const {
  if (node.positions == kNone) return {};
  return check_vector(node.positions, facts.context_length, columns_[node.output]);
}

Result<void> Graph::check_attention(const Node& node) const {
  const AttentionShape& shape = node.attention;
  const auto elements = [&](std::uint32_t heads) { return std::uint64_t{heads} * shape.head_size; };
  const bool fits = columns_[node.inputs[0]] == elements(shape.heads) &&
                    columns_[node.inputs[1]] == elements(shape.kv_heads) &&
                    columns_[node.inputs[2]] == elements(shape.kv_heads);
  if (!fits || shape.kv_heads == 0 || shape.heads % shape.kv_heads != 0) {
    return bad_input("query, key and value do not fit the number of heads");
  }
  if (shape.rope != kNone && ropes_[shape.rope].size() > shape.head_size) {
    return bad_input("RoPE turns more elements than a head has");
  }
  return check_vector(shape.sinks, 1, shape.heads);
}

Result<void> Graph::check_experts(const Node& node) const {
  const ExpertShape& shape = node.experts;
  if (shape.used == 0 || shape.used > shape.experts) {
    return bad_input(fmt::format("{} of {} experts cannot be used", shape.used, shape.experts));
  }
  if (node.kind == NodeKind::kRoute) {
    if (columns_[node.inputs[0]] == shape.experts) return {};
    return bad_input("there are not as many logits of the router as experts");
  }
  const std::uint64_t part = columns_[node.inputs[0]], output = columns_[node.output];
  if (node.kind == NodeKind::kCombine) {
    if (part == output * shape.used) return {};
    return bad_input("the experts' output does not fit what it is added to");
  }
  const Weight& weight = weights_[node.weight];
  const std::uint64_t rows = output / shape.used;
  if (part != weight.columns && part != std::uint64_t{weight.columns} * shape.used) {
    return bad_input(
        fmt::format("tensor '{}' has {} columns, its input {}", weight.name, weight.columns, part));
  }
  AREIA_RETURN_IF_ERROR(check_vector(node.bias, shape.experts, rows));
  return check_weight(node.weight, rows * shape.experts, weight.columns);
}

}  // namespace areia::sw
