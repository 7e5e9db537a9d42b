// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Graph: a decoder-only language model as operators over values. A file's architecture builds one
// (sw/formats/architecture_*.cpp), the compiler lowers it to a plan. It says what is computed, not where.
//
// A value is one row of fp32 numbers for each token in flight. Nodes are in execution order; a node may only
// use values that earlier nodes made. Weights are views of the model file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "spec/abi/plan.h"
#include "spec/num/format.h"
#include "sw/graph/rope.h"
#include "sw/graph/tensor_source.h"

namespace areia::sw {

/// A matrix [rows][columns] as its file has it, row after row; a vector has one row. The matrices of experts
/// lie one after the other in one weight.
struct Weight {
  std::string name;
  num::Format format = num::Format::kFp32;
  std::uint32_t rows = 0, columns = 0;
  std::span<const std::byte> bytes;            ///< where the file has them in one piece
  std::shared_ptr<const TensorSource> source;  ///< makes them where it has not; `bytes` is empty then
};

using ValueId = std::uint32_t;
using WeightId = std::uint32_t;
using RopeId = std::uint32_t;
inline constexpr std::uint32_t kNone = UINT32_MAX;

enum class NodeKind : std::uint8_t {
  kEmbed,         ///< output = scale * the weight's row that the token names (+ the second's of its position)
  kRmsNorm,       ///< output (+)= input / sqrt(mean(input^2) + epsilon) * weight, over `group` elements each
  kLayerNorm,     ///< output = (input - mean) / sqrt(variance + epsilon) * weight + bias
  kLinear,        ///< output (+)= weight * input (+ bias)
  kAttention,     ///< output = causal attention over query, key, value (inputs 0, 1, 2), after RoPE
  kActivation,    ///< output = activation(inputs[0]) (* inputs[1])
  kRoute,         ///< output = the experts of each row and their weights, from the router's logits
  kExpertLinear,  ///< output = for each expert of a row (inputs[1]), its matrix times inputs[0] (+ its bias)
  kCombine,       ///< output += the parts of inputs[0], weighted as inputs[1] says
  kSample,        ///< picks the next token from the logits in inputs[0]; no output
};

/// Heads of an attention node. Grouped queries: heads is a multiple of kv_heads.
struct AttentionShape {
  std::uint32_t heads = 0, kv_heads = 0, head_size = 0;
  RopeId rope = kNone;       ///< a table of the graph; kNone: positions are not turned in
  float scale = 0;           ///< of query * key
  bool scale_query = false;  ///< the query is scaled before it is rounded, not the product after it
  std::uint32_t window = 0;  ///< positions that a query sees, its own included; 0: all before it
  WeightId sinks = kNone;    ///< fp32, one for each head: a score that takes part in the softmax alone
};

/// How a layer's experts are picked.
struct ExpertShape {
  std::uint32_t experts = 0, used = 0;
  abi::Routing routing = abi::Routing::kSoftmaxOfAll;
  float scale = 1;  ///< of the weights
};

struct Node {
  NodeKind kind = NodeKind::kEmbed;
  std::vector<ValueId> inputs = {};
  ValueId output = kNone;
  WeightId weight = kNone;
  WeightId bias = kNone;       ///< kLinear, kLayerNorm: 1 row; kExpertLinear: a row for each expert
  WeightId positions = kNone;  ///< kEmbed
  bool accumulate = false;     ///< kLinear, kRmsNorm, kCombine: adds to what output holds
  bool last_row_only = false;  ///< only the last token's row is of interest
  float epsilon = 0;           ///< norms
  float scale = 1;             ///< kEmbed
  std::uint32_t group = 0;     ///< kRmsNorm
  abi::Activation activation = abi::Activation::kSilu;
  AttentionShape attention = {};
  ExpertShape experts = {};  ///< kRoute, kExpertLinear, kCombine
};

/// Facts about the model that no single node owns.
struct ModelFacts {
  std::string name;          ///< for people
  std::string architecture;  ///< as the file names it
  std::uint32_t context_length = 0;
  std::uint32_t vocabulary = 0;
};

class Graph {
 public:
  ModelFacts facts;

  WeightId add_weight(Weight weight);
  RopeId add_rope(Rope rope);

  // Builders: each appends a node and returns its output value.
  ValueId embed(WeightId table, float scale = 1, WeightId positions = kNone);
  /// Over the whole row, or over each `group` elements of it.
  ValueId rms_norm(ValueId input, WeightId scale, float epsilon, std::uint32_t group = 0);
  /// residual += the norm of input.
  void add_rms_norm(ValueId residual, ValueId input, WeightId scale, float epsilon);
  ValueId layer_norm(ValueId input, WeightId scale, WeightId bias, float epsilon);
  ValueId linear(ValueId input, WeightId weight, WeightId bias = kNone);
  /// residual += weight * input + bias, in place.
  void add_linear(ValueId residual, ValueId input, WeightId weight, WeightId bias = kNone);
  ValueId attention(ValueId query, ValueId key, ValueId value, const AttentionShape& shape);
  /// activation(gate), times `factor` where there is one.
  ValueId activate(abi::Activation activation, ValueId gate, ValueId factor = kNone);
  /// The experts of each row.
  ValueId route(ValueId logits, const ExpertShape& shape);
  /// `input` has one part a row, or one for each expert that `routing` picked; the output has the latter.
  ValueId expert_linear(ValueId input, ValueId routing, WeightId weight, WeightId bias,
                        const ExpertShape& shape);
  /// residual += the weighted parts.
  void combine(ValueId residual, ValueId parts, ValueId routing, const ExpertShape& shape);
  void sample(ValueId logits);
  /// From here on nodes work on the last row only: the model's head.
  void begin_last_row() { last_row_ = true; }

  const std::vector<Node>& nodes() const { return nodes_; }
  const std::vector<Weight>& weights() const { return weights_; }
  const std::vector<Rope>& ropes() const { return ropes_; }
  /// Elements a row of a value has.
  std::uint32_t columns(ValueId value) const { return columns_[value]; }
  std::size_t value_count() const { return columns_.size(); }

  /// Whether shapes fit together; the error names the weight. Builders only record, this checks.
  Result<void> check() const;

 private:
  ValueId append(Node node, std::uint32_t columns);
  void append_to(ValueId output, Node node);
  Result<void> check_node(const Node& node, const std::vector<bool>& made) const;
  Result<void> check_weight(WeightId id, std::uint64_t rows, std::uint64_t columns) const;
  Result<void> check_vector(WeightId id, std::uint64_t rows, std::uint64_t columns) const;
  Result<void> check_embed(const Node& node) const;
  Result<void> check_attention(const Node& node) const;
  Result<void> check_experts(const Node& node) const;

  std::vector<Node> nodes_;
  std::vector<Weight> weights_;
  std::vector<Rope> ropes_;
  std::vector<std::uint32_t> columns_;
  bool last_row_ = false;
};

}  // namespace areia::sw
