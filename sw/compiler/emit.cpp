// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Emission: the draft as the bytes of spec/abi/plan.h, and the weights as uploads.
#include <algorithm>
#include <cstring>

#include "spec/abi/memory_map.h"
#include "sw/compiler/draft.h"

namespace areia::sw {
namespace {

/// The head's bytes, written by address.
class Image {
 public:
  Image(std::uint64_t address, std::uint64_t bytes) : address_(address), bytes_(bytes) {}
  void write(std::uint64_t address, const void* data, std::size_t size) {
    if (size != 0) std::memcpy(bytes_.data() + (address - address_), data, size);
  }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::uint64_t address_;
  std::vector<std::byte> bytes_;
};

class Emitter {
 public:
  Emitter(const Draft& draft, const Graph& graph, const Sizes& sizes, const Layout& layout)
      : draft_(draft), graph_(graph), sizes_(sizes), layout_(layout) {}

  abi::Op op(const DraftOp& from) const {
    abi::Op op;
    op.kind = from.kind;
    op.flags = from.flags;
    op.input = tensor(from.operands[kInput]);
    op.second = tensor(from.operands[kSecond]);
    op.weight = tensor(from.operands[kWeightOperand]);
    op.output = tensor(from.operands[kOutput]);
    op.extra = tensor(from.operands[kExtra]);
    op.bias = tensor(from.operands[kBias]);
    op.epsilon = from.epsilon;
    op.scale = from.scale;
    op.group = from.group;
    op.activation = from.activation;
    op.experts = from.experts.experts;
    op.experts_used = from.experts.used;
    op.routing = from.experts.routing;
    set_attention(op, from.attention);
    return op;
  }

 private:
  abi::TensorRef tensor(BufferId id) const {
    if (id == kNone) return {};
    const Buffer& buffer = draft_.buffers[id];
    abi::TensorRef ref;
    ref.address = buffer.address;
    ref.row_stride = row_stride(buffer);
    ref.rows = static_cast<std::uint32_t>(row_count(buffer, graph_, sizes_));
    ref.columns = buffer.columns;
    ref.format = buffer.format;
    return ref;
  }

  void set_attention(abi::Op& op, const AttentionShape& shape) const {
    op.heads = shape.heads;
    op.kv_heads = shape.kv_heads;
    op.head_size = shape.head_size;
    op.window = shape.window;
    if (shape.rope == kNone) return;
    op.rope = layout_.rope_tables[shape.rope].table;
    op.rope_size = layout_.rope_tables[shape.rope].size;
    op.pairing = graph_.ropes()[shape.rope].pairing;
  }

  const Draft& draft_;
  const Graph& graph_;
  const Sizes& sizes_;
  const Layout& layout_;
};

abi::PlanHeader header_of(const Draft& draft, const CompileRequest& request, const Sizes& sizes,
                          const Layout& layout) {
  abi::PlanHeader header;
  header.op_count = static_cast<std::uint32_t>(draft.ops.size());
  header.ops = layout.ops;
  header.tokens = layout.tokens;
  header.status = layout.status;
  header.ropes = layout.ropes;
  header.scores = layout.scores;
  header.rope_count = static_cast<std::uint32_t>(layout.rope_tables.size());
  header.prompt_tokens = static_cast<std::uint32_t>(request.prompt.size());
  header.max_new_tokens = request.task == Task::kScore ? 0 : request.max_new_tokens;
  header.context = sizes.context;
  header.chunk_rows = sizes.chunk_rows;
  header.stop_count = static_cast<std::uint32_t>(request.stop_tokens.size());
  std::copy(request.stop_tokens.begin(), request.stop_tokens.end(), header.stop_tokens);
  header.doorbell_each_token = request.doorbell_each_token ? 1 : 0;
  header.sampling = request.sampling;
  header.logits_trace = layout.logits_trace;
  return header;
}

void write_ropes(Image& image, const Graph& graph, const Layout& layout) {
  image.write(layout.ropes, layout.rope_tables.data(), layout.rope_tables.size() * sizeof(abi::RopeTable));
  for (std::size_t i = 0; i < layout.rope_tables.size(); ++i) {
    const auto& factors = graph.ropes()[i].factors;
    image.write(layout.rope_tables[i].factors, factors.data(), factors.size() * sizeof(float));
  }
}

Upload upload_of(const Buffer& buffer, const Weight& weight) {
  const std::uint64_t size = weight.rows * row_stride(buffer);
  return {buffer.address, size, weight.bytes, weight.source};
}

}  // namespace

CompiledPlan emit(const Draft& draft, const Graph& graph, const CompileRequest& request, const Sizes& sizes,
                  const Layout& layout) {
  Image image(layout.header, layout.head_bytes);
  const abi::PlanHeader header = header_of(draft, request, sizes, layout);
  image.write(layout.header, &header, sizeof header);
  const Emitter emitter(draft, graph, sizes, layout);
  for (std::size_t i = 0; i < draft.ops.size(); ++i) {
    const abi::Op op = emitter.op(draft.ops[i]);
    image.write(layout.ops + i * sizeof op, &op, sizeof op);
  }
  image.write(layout.tokens, request.prompt.data(), request.prompt.size() * sizeof(std::uint32_t));
  write_ropes(image, graph, layout);

  CompiledPlan plan;
  plan.head = image.take();
  for (const Buffer& buffer : draft.buffers) {
    if (buffer.kind == BufferKind::kWeight)
      plan.weights.push_back(upload_of(buffer, graph.weights()[buffer.weight]));
  }
  plan.address = layout.header;
  plan.status_address = layout.status;
  plan.tokens_address = layout.tokens;
  plan.logits_address = layout.logits_trace;
  plan.scores_address = layout.scores;
  plan.prompt_tokens = header.prompt_tokens;
  plan.max_new_tokens = header.max_new_tokens;
  plan.vocabulary = graph.facts.vocabulary;
  plan.context = sizes.context;
  plan.chunk_rows = sizes.chunk_rows;
  plan.operators = describe(draft, graph);
  plan.dram_bytes = layout.end - abi::kDramBase;
  plan.weight_bytes = layout.weight_bytes;
  plan.cache_bytes = layout.cache_bytes;
  plan.activation_bytes = layout.activation_bytes;
  return plan;
}

}  // namespace areia::sw
