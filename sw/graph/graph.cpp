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

ValueId Graph::append(Node node, std::uint32_t columns) {
  node.last_row_only = last_row_;
  node.output = static_cast<ValueId>(columns_.size());
  columns_.push_back(columns);
  nodes_.push_back(std::move(node));
  return nodes_.back().output;
}

ValueId Graph::embed(WeightId table) {
  return append({.kind = NodeKind::kEmbed, .weight = table}, weights_[table].columns);
}

ValueId Graph::rms_norm(ValueId input, WeightId scale, float epsilon) {
  return append({.kind = NodeKind::kRmsNorm, .inputs = {input}, .weight = scale, .epsilon = epsilon},
                columns_[input]);
}

ValueId Graph::linear(ValueId input, WeightId weight) {
  return append({.kind = NodeKind::kLinear, .inputs = {input}, .weight = weight}, weights_[weight].rows);
}

void Graph::add_linear(ValueId residual, ValueId input, WeightId weight) {
  nodes_.push_back({.kind = NodeKind::kLinear,
                    .inputs = {input},
                    .output = residual,
                    .weight = weight,
                    .accumulate = true,
                    .last_row_only = last_row_});
}

ValueId Graph::attention(ValueId query, ValueId key, ValueId value, const AttentionShape& shape) {
  return append({.kind = NodeKind::kAttention, .inputs = {query, key, value}, .attention = shape},
                columns_[query]);
}

ValueId Graph::silu_multiply(ValueId gate, ValueId factor) {
  return append({.kind = NodeKind::kSiluMultiply, .inputs = {gate, factor}}, columns_[gate]);
}

void Graph::sample(ValueId logits) {
  nodes_.push_back({.kind = NodeKind::kSample, .inputs = {logits}, .last_row_only = last_row_});
}

Result<void> Graph::check() const {
  std::vector<bool> made(columns_.size(), false);
  for (const Node& node : nodes_) {
    AREIA_RETURN_IF_ERROR(check_node(node, made));
    if (node.output != kNone) made[node.output] = true;
  }
  return {};
}

Result<void> Graph::check_node(const Node& node, const std::vector<bool>& made) const {
  for (const ValueId input : node.inputs) {
    if (input >= made.size() || !made[input]) return work_failed("a node uses a value that none has made");
  }
  const auto misfit = [&](std::uint32_t rows, std::uint32_t columns) -> Result<void> {
    const Weight& weight = weights_[node.weight];
    if (weight.rows == rows && weight.columns == columns) return {};
    return bad_input(fmt::format("tensor '{}' has the shape {} x {}, the model needs {} x {}", weight.name,
                                 weight.columns, weight.rows, columns, rows));
  };
  switch (node.kind) {
    case NodeKind::kEmbed:
      return {};
    case NodeKind::kRmsNorm:
      return misfit(1, columns_[node.inputs[0]]);
    case NodeKind::kLinear:
      return misfit(columns_[node.output], columns_[node.inputs[0]]);
    case NodeKind::kAttention: {
      const AttentionShape& shape = node.attention;
      const bool fits = columns_[node.inputs[0]] == shape.heads * shape.head_size &&
                        columns_[node.inputs[1]] == shape.kv_heads * shape.head_size &&
                        columns_[node.inputs[2]] == shape.kv_heads * shape.head_size;
      return fits ? Result<void>() : bad_input("query, key and value do not fit the number of heads");
    }
    case NodeKind::kSiluMultiply:
      if (columns_[node.inputs[0]] == columns_[node.inputs[1]]) return {};
      return bad_input("the feed-forward gate and its factor have different sizes");
    case NodeKind::kSample:
      if (columns_[node.inputs[0]] == facts.vocabulary) return {};
      return bad_input("there are not as many logits as tokens in the vocabulary");
  }
  return {};
}

}  // namespace areia::sw
