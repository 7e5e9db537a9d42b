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
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "spec/num/format.h"

namespace areia::sw {

/// A matrix [rows][columns] as its file has it, row after row; a vector has one row.
struct Weight {
  std::string name;
  num::Format format = num::Format::kFp32;
  std::uint32_t rows = 0, columns = 0;
  std::span<const std::byte> bytes;
};

using ValueId = std::uint32_t;
using WeightId = std::uint32_t;
inline constexpr std::uint32_t kNone = UINT32_MAX;

enum class NodeKind : std::uint8_t {
  kEmbed,         ///< output = the weight's row that the token names
  kRmsNorm,       ///< output = input / sqrt(mean(input^2) + epsilon) * weight
  kLinear,        ///< output (+)= weight * input
  kAttention,     ///< output = causal attention over query, key, value (inputs 0, 1, 2), after RoPE
  kSiluMultiply,  ///< output = silu(inputs[0]) * inputs[1]
  kSample,        ///< picks the next token from the logits in inputs[0]; no output
};

/// Heads of an attention node. Grouped queries: heads is a multiple of kv_heads.
struct AttentionShape {
  std::uint32_t heads = 0, kv_heads = 0, head_size = 0;
  std::uint32_t rope_size = 0;  ///< leading elements of a head that RoPE turns, in pairs (2i, 2i+1); even
};

struct Node {
  NodeKind kind = NodeKind::kEmbed;
  std::vector<ValueId> inputs = {};
  ValueId output = kNone;
  WeightId weight = kNone;
  bool accumulate = false;        ///< kLinear: adds to what output holds
  bool last_row_only = false;     ///< only the last token's row is of interest
  float epsilon = 0;              ///< kRmsNorm
  AttentionShape attention = {};  ///< kAttention
};

/// Facts about the model that no single node owns.
struct ModelFacts {
  std::string name;          ///< for people
  std::string architecture;  ///< as the file names it
  std::uint32_t context_length = 0;
  std::uint32_t vocabulary = 0;
  double rope_frequency_base = 0;
};

class Graph {
 public:
  ModelFacts facts;

  WeightId add_weight(Weight weight);

  // Builders: each appends a node and returns its output value.
  ValueId embed(WeightId table);
  ValueId rms_norm(ValueId input, WeightId scale, float epsilon);
  ValueId linear(ValueId input, WeightId weight);
  /// residual += weight * input, in place.
  void add_linear(ValueId residual, ValueId input, WeightId weight);
  ValueId attention(ValueId query, ValueId key, ValueId value, const AttentionShape& shape);
  ValueId silu_multiply(ValueId gate, ValueId factor);
  void sample(ValueId logits);
  /// From here on nodes work on the last row only: the model's head.
  void begin_last_row() { last_row_ = true; }

  const std::vector<Node>& nodes() const { return nodes_; }
  const std::vector<Weight>& weights() const { return weights_; }
  /// Elements a row of a value has.
  std::uint32_t columns(ValueId value) const { return columns_[value]; }
  std::size_t value_count() const { return columns_.size(); }

  /// Whether shapes fit together; the error names the weight. Builders only record, this checks.
  Result<void> check() const;

 private:
  ValueId append(Node node, std::uint32_t columns);
  Result<void> check_node(const Node& node, const std::vector<bool>& made) const;

  std::vector<Node> nodes_;
  std::vector<Weight> weights_;
  std::vector<std::uint32_t> columns_;
  bool last_row_ = false;
};

}  // namespace areia::sw
