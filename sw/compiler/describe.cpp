// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Names and sizes of operators, for profiles.
#include <fmt/format.h>

#include "sw/compiler/draft.h"

namespace areia::sw {
namespace {

/// "blk.3." of "blk.3.attn_q.weight"; empty for weights of no layer.
std::string layer_of(const std::string& weight) {
  if (!weight.starts_with("blk.")) return {};
  const std::size_t end = weight.find('.', 4);
  return end == std::string::npos ? std::string() : weight.substr(0, end + 1);
}

std::string without_suffix(std::string name) {
  constexpr std::string_view kSuffix = ".weight";
  if (name.ends_with(kSuffix)) name.resize(name.size() - kSuffix.size());
  return name;
}

std::uint64_t macs_of(const DraftOp& op, const Weight& weight) {
  const std::uint64_t all = std::uint64_t{weight.rows} * weight.columns;
  if (op.kind == abi::OpKind::kMatmul) return all;
  if (op.kind == abi::OpKind::kExpertMatmul) return all / op.experts.experts * op.experts.used;
  return 0;
}

}  // namespace

const char* operator_name(abi::OpKind kind) {
  static constexpr const char* kNames[] = {"embed",         "rms_norm",  "layer_norm", "matmul",
                                           "rope",          "attention", "activation", "route",
                                           "expert_matmul", "combine",   "sample",     "score"};
  static_assert(sizeof kNames / sizeof kNames[0] == static_cast<std::size_t>(abi::OpKind::kCount));
  return kNames[static_cast<std::size_t>(kind)];
}

std::vector<OperatorInfo> describe(const Draft& draft, const Graph& graph) {
  std::vector<OperatorInfo> infos;
  infos.reserve(draft.ops.size());
  std::string layer;
  for (const DraftOp& op : draft.ops) {
    OperatorInfo info;
    info.kind = op.kind;
    // RoPE's third operand is no weight of the model.
    const BufferId operand = op.operands[kWeightOperand];
    const bool weighs = operand != kNone && draft.buffers[operand].kind == BufferKind::kWeight;
    if (weighs) {
      const Weight& weight = graph.weights()[draft.buffers[operand].weight];
      layer = layer_of(weight.name);
      info.name = without_suffix(weight.name);
      info.macs_per_row = macs_of(op, weight);
      info.weight_bytes = weight.rows * row_stride(draft.buffers[operand]);
    } else {
      info.name = layer + operator_name(op.kind);
    }
    infos.push_back(std::move(info));
  }
  return infos;
}

}  // namespace areia::sw
