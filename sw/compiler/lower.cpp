// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Lowering: graph nodes to plan operators. Which format an activation gets is decided by the weights that
// meet it (partner_format). The operator that makes an activation rounds or quantises it; where consumers
// differ, it is emitted once for each format.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "sw/compiler/draft.h"

namespace areia::sw {
namespace {

using num::Format;

/// The format in which activations meet weights of a format: what the tensor engine multiplies at full rate,
/// and what the reference implementation rounds them to.
Format partner_format(Format weight) {
  switch (weight) {
    case Format::kFp16:
    case Format::kBf16:
      return weight;
    case Format::kBlockInt4Min:
    case Format::kBlockInt5Min:
      return Format::kBlockInt8Sum;
    case Format::kSuperInt4:
    case Format::kSuperInt5:
    case Format::kSuperInt6:
      return Format::kSuperInt8;
    default:
      return num::is_block(weight) ? Format::kBlockInt8 : Format::kFp32;
  }
}

bool can_convert(const Node& node) {
  switch (node.kind) {
    case NodeKind::kRmsNorm:
    case NodeKind::kLayerNorm:
    case NodeKind::kActivation:
    case NodeKind::kAttention:
      return !node.accumulate;
    default:
      return false;
  }
}

class Lowering {
 public:
  Lowering(const Graph& graph, Task task, Format cache_format)
      : graph_(graph),
        task_(task),
        cache_format_(cache_format),
        wanted_(graph.value_count()),
        weights_(graph.weights().size(), kNone) {}

  Result<Draft> run() {
    for (const Node& node : graph_.nodes()) want_inputs(node);
    for (const Node& node : graph_.nodes()) {
      if (node.output != kNone && !can_convert(node) && wanted_elsewhere(node.output)) {
        return work_failed("an activation is wanted in a format that no operator can make");
      }
      AREIA_RETURN_IF_ERROR(lower_node(node));
    }
    return std::move(draft_);
  }

 private:
  /// The format in which a node wants its input of that index.
  Format wanted_format(const Node& node, std::size_t input) const {
    const bool product = node.kind == NodeKind::kLinear || node.kind == NodeKind::kExpertLinear;
    return product && input == 0 ? partner_format(graph_.weights()[node.weight].format) : Format::kFp32;
  }

  void want_inputs(const Node& node) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      std::vector<Format>& formats = wanted_[node.inputs[i]];
      const Format format = wanted_format(node, i);
      if (std::find(formats.begin(), formats.end(), format) == formats.end()) formats.push_back(format);
    }
  }

  /// Whether anybody wants a value in another format than fp32 that its own operator must make.
  bool wanted_elsewhere(ValueId id) const {
    return std::any_of(wanted_[id].begin(), wanted_[id].end(),
                       [](Format format) { return format != Format::kFp32; });
  }

  BufferId add_buffer(Buffer buffer) {
    draft_.buffers.push_back(buffer);
    return static_cast<BufferId>(draft_.buffers.size() - 1);
  }

  bool last_row_only(const Node& node) const { return node.last_row_only && task_ == Task::kAnswer; }

  /// The buffer of a value in a format; made at its first use.
  BufferId value(ValueId id, Format format, bool one_row = false) {
    const auto [place, is_new] = values_.try_emplace({id, format}, kNone);
    if (is_new) {
      place->second = add_buffer({.kind = BufferKind::kActivation,
                                  .rows = one_row ? Rows::kOne : Rows::kChunk,
                                  .format = format,
                                  .columns = graph_.columns(id)});
    }
    return place->second;
  }

  BufferId weight(WeightId id) {
    if (id == kNone) return kNone;
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
        append(node, abi::OpKind::kEmbed, kNone, weight(node.positions));
        return {};
      case NodeKind::kRmsNorm:
        append(node, abi::OpKind::kRmsNorm, input(node, 0));
        return {};
      case NodeKind::kLayerNorm:
        append(node, abi::OpKind::kLayerNorm, input(node, 0));
        return {};
      case NodeKind::kLinear:
        append(node, abi::OpKind::kMatmul, input(node, 0));
        return {};
      case NodeKind::kAttention:
        lower_attention(node);
        return {};
      case NodeKind::kActivation:
        append(node, abi::OpKind::kActivation, input(node, 0), input(node, 1));
        return {};
      case NodeKind::kRoute:
        append(node, abi::OpKind::kRoute, input(node, 0));
        return {};
      case NodeKind::kExpertLinear:
        append(node, abi::OpKind::kExpertMatmul, input(node, 0), input(node, 1));
        return {};
      case NodeKind::kCombine:
        append(node, abi::OpKind::kCombine, input(node, 0), input(node, 1));
        return {};
      case NodeKind::kSample:
        append(node, task_ == Task::kScore ? abi::OpKind::kScore : abi::OpKind::kSample, input(node, 0));
        return {};
    }
    return work_failed("the graph has a node that the compiler does not know");
  }

  /// The buffer of a node's input; kNone where it has no such input.
  BufferId input(const Node& node, std::size_t index) {
    return index < node.inputs.size() ? value(node.inputs[index], wanted_format(node, index)) : kNone;
  }

  /// Appends the operator, once for each format in which its output is wanted. The output of a dead node is
  /// wanted by nobody, and the node is left out.
  void append(const Node& node, abi::OpKind kind, BufferId first, BufferId second = kNone,
              BufferId extra = kNone) {
    DraftOp op{.kind = kind,
               .attention = node.attention,
               .experts = node.experts,
               .epsilon = node.epsilon,
               .scale = node.scale,
               .group = node.group,
               .activation = node.activation};
    op.operands = {first, second, weight(node.weight), kNone, extra, weight(node.bias)};
    op.flags = (node.accumulate ? abi::kAccumulate : 0u) | (last_row_only(node) ? abi::kLastRowOnly : 0u);
    if (kind == abi::OpKind::kRoute) op.scale = node.experts.scale;
    emit(node, op);
  }

  void emit(const Node& node, DraftOp op) {
    if (node.output == kNone) {
      draft_.ops.push_back(op);
      return;
    }
    for (const Format format : wanted_[node.output]) {
      op.operands[kOutput] = value(node.output, format, last_row_only(node));
      draft_.ops.push_back(op);
    }
  }

  /// Attention is two operators around the layer's caches: RoPE and store, then attend.
  void lower_attention(const Node& node) {
    const AttentionShape& shape = node.attention;
    const Buffer cache{.kind = BufferKind::kCache,
                       .rows = Rows::kContext,
                       .format = cache_format_,
                       .columns = shape.kv_heads * shape.head_size};
    const BufferId keys = add_buffer(cache), values = add_buffer(cache);
    const BufferId query = input(node, 0);
    draft_.ops.push_back({.kind = abi::OpKind::kRopeStore,
                          .operands = {query, input(node, 1), input(node, 2), keys, values, kNone},
                          .attention = shape});
    DraftOp attend{.kind = abi::OpKind::kAttention, .attention = shape, .scale = shape.scale};
    attend.operands = {query, kNone, values, kNone, keys, weight(shape.sinks)};
    attend.flags =
        (last_row_only(node) ? abi::kLastRowOnly : 0u) | (shape.scale_query ? abi::kScaleQuery : 0u);
    emit(node, attend);
  }

  const Graph& graph_;
  Task task_;
  Format cache_format_;
  std::vector<std::vector<Format>> wanted_;  ///< by value: the formats that its consumers want
  std::map<std::pair<ValueId, Format>, BufferId> values_;
  std::vector<BufferId> weights_;  ///< by weight
  Draft draft_;
};

}  // namespace

Result<Draft> lower(const Graph& graph, Task task, Format cache_format) {
  return Lowering(graph, task, cache_format).run();
}

}  // namespace areia::sw
