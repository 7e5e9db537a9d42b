// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Lowering: graph nodes to plan operators. Which format an activation gets is decided by the weights that
// meet it: block weights (Q8_0, Q4_0) multiply int8 blocks, all others fp32. The operator that makes an
// activation quantises it; where consumers differ, it is emitted once for each format.
#include <fmt/format.h>

#include <cmath>

#include "sw/compiler/draft.h"

namespace areia::sw {
namespace {

using num::Format;

/// The formats in which a value is wanted.
struct Wanted {
  bool fp32 = false, blocks = false;
};

Format activation_format(const Weight& weight) {
  return num::is_block(weight.format) ? Format::kBlockInt8 : Format::kFp32;
}

bool can_quantise(NodeKind kind) {
  return kind == NodeKind::kRmsNorm || kind == NodeKind::kSiluMultiply || kind == NodeKind::kAttention;
}

class Lowering {
 public:
  explicit Lowering(const Graph& graph)
      : graph_(graph),
        wanted_(graph.value_count()),
        fp32_(graph.value_count(), kNone),
        blocks_(graph.value_count(), kNone),
        weights_(graph.weights().size(), kNone) {}

  Result<Draft> run() {
    for (const Node& node : graph_.nodes()) want_inputs(node);
    for (const Node& node : graph_.nodes()) {
      if (node.output != kNone && wanted_[node.output].blocks && !can_quantise(node.kind)) {
        return work_failed("an activation of block format is wanted that no operator can quantise");
      }
      AREIA_RETURN_IF_ERROR(lower_node(node));
    }
    return std::move(draft_);
  }

 private:
  void want_inputs(const Node& node) {
    for (const ValueId input : node.inputs) {
      const bool blocks = node.kind == NodeKind::kLinear &&
                          activation_format(graph_.weights()[node.weight]) == Format::kBlockInt8;
      (blocks ? wanted_[input].blocks : wanted_[input].fp32) = true;
    }
  }

  BufferId add_buffer(Buffer buffer) {
    draft_.buffers.push_back(buffer);
    return static_cast<BufferId>(draft_.buffers.size() - 1);
  }

  /// The buffer of a value in a format; made at its first use.
  BufferId value(ValueId id, Format format, bool last_row_only) {
    BufferId& buffer = format == Format::kFp32 ? fp32_[id] : blocks_[id];
    if (buffer == kNone) {
      buffer = add_buffer({.kind = BufferKind::kActivation,
                           .rows = last_row_only ? Rows::kOne : Rows::kChunk,
                           .format = format,
                           .columns = graph_.columns(id)});
    }
    return buffer;
  }

  BufferId weight(WeightId id) {
    if (weights_[id] == kNone) {
      const Weight& facts = graph_.weights()[id];
      weights_[id] = add_buffer({.kind = BufferKind::kWeight,
                                 .rows = Rows::kOfWeight,
                                 .format = facts.format,
                                 .columns = facts.columns,
                                 .weight = id});
    }
    return weights_[id];
  }

  Result<void> lower_node(const Node& node) {
    switch (node.kind) {
      case NodeKind::kEmbed:
        emit(node, abi::OpKind::kEmbed, {});
        return {};
      case NodeKind::kRmsNorm:
        emit(node, abi::OpKind::kRmsNorm, {fp32(node.inputs[0])});
        return {};
      case NodeKind::kLinear: {
        const Format format = activation_format(graph_.weights()[node.weight]);
        emit(node, abi::OpKind::kMatmul, {value(node.inputs[0], format, node.last_row_only)});
        return {};
      }
      case NodeKind::kAttention:
        return lower_attention(node);
      case NodeKind::kSiluMultiply:
        emit(node, abi::OpKind::kSiluMultiply, {fp32(node.inputs[0]), fp32(node.inputs[1])});
        return {};
      case NodeKind::kSample:
        emit(node, abi::OpKind::kSample, {fp32(node.inputs[0])});
        return {};
    }
    return work_failed("the graph has a node that the compiler does not know");
  }

  BufferId fp32(ValueId id) { return value(id, Format::kFp32, false); }

  /// Appends the operator, once for each format in which its output is wanted. (A linear's output is wanted
  /// in fp32 only; nobody wants the output of a dead node, which is left out.)
  void emit(const Node& node, abi::OpKind kind, std::array<BufferId, kOperandCount> operands) {
    for (std::size_t i = node.inputs.size(); i < kOperandCount; ++i) operands[i] = kNone;
    append(node, kind, operands);
  }

  void append(const Node& node, abi::OpKind kind, std::array<BufferId, kOperandCount> operands) {
    DraftOp op{.kind = kind, .operands = operands, .attention = node.attention, .epsilon = node.epsilon};
    op.flags = (node.accumulate ? abi::kAccumulate : 0u) | (node.last_row_only ? abi::kLastRowOnly : 0u);
    if (node.weight != kNone) op.operands[kWeightOperand] = weight(node.weight);
    if (kind == abi::OpKind::kAttention)
      op.scale = 1.0f / std::sqrt(static_cast<float>(node.attention.head_size));
    if (node.output == kNone) {
      draft_.ops.push_back(op);
      return;
    }
    for (const Format format : {Format::kFp32, Format::kBlockInt8}) {
      const Wanted& wanted = wanted_[node.output];
      if (!(format == Format::kFp32 ? wanted.fp32 : wanted.blocks)) continue;
      op.operands[kOutput] = value(node.output, format, node.last_row_only);
      draft_.ops.push_back(op);
    }
  }

  /// Attention is two operators around the layer's caches: RoPE and store, then attend.
  Result<void> lower_attention(const Node& node) {
    const AttentionShape& shape = node.attention;
    const AttentionShape& first = draft_.attention;
    if (first.heads != 0 && first.rope_size != shape.rope_size) {
      return work_failed("layers with RoPE of different sizes are not supported yet");
    }
    draft_.attention = shape;
    const Buffer cache{.kind = BufferKind::kCache,
                       .rows = Rows::kContext,
                       .format = Format::kFp16,
                       .columns = shape.kv_heads * shape.head_size};
    const BufferId keys = add_buffer(cache), values = add_buffer(cache);
    const BufferId query = fp32(node.inputs[0]);
    draft_.ops.push_back({.kind = abi::OpKind::kRopeStore,
                          .operands = {query, fp32(node.inputs[1]), fp32(node.inputs[2]), keys, values},
                          .attention = shape});
    append(node, abi::OpKind::kAttention, {query, kNone, values, kNone, keys});
    return {};
  }

  const Graph& graph_;
  std::vector<Wanted> wanted_;           ///< by value
  std::vector<BufferId> fp32_, blocks_;  ///< by value: its buffer in each format
  std::vector<BufferId> weights_;        ///< by weight
  Draft draft_;
};

}  // namespace

Result<Draft> lower(const Graph& graph) { return Lowering(graph).run(); }

}  // namespace areia::sw
