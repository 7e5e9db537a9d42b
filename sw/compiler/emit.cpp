// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Emission: the draft as the bytes of spec/abi/plan.h, and the weights as uploads.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "spec/abi/memory_map.h"
#include "sw/compiler/draft.h"

namespace areia::sw {
namespace {

/// The bytes at DRAM's beginning, written by address.
class Image {
 public:
  explicit Image(std::uint64_t bytes) : bytes_(bytes) {}
  void write(std::uint64_t address, const void* data, std::size_t size) {
    if (size != 0) std::memcpy(bytes_.data() + (address - abi::kDramBase), data, size);
  }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

class Emitter {
 public:
  Emitter(const Draft& draft, const Graph& graph, const Sizes& sizes)
      : draft_(draft), graph_(graph), sizes_(sizes) {}

  abi::Op op(const DraftOp& from) const {
    abi::Op op;
    op.kind = from.kind;
    op.flags = from.flags;
    op.input = tensor(from.operands[kInput]);
    op.second = tensor(from.operands[kSecond]);
    op.weight = tensor(from.operands[kWeightOperand]);
    op.output = tensor(from.operands[kOutput]);
    op.extra = tensor(from.operands[kExtra]);
    // kRopeStore takes the v projection in `weight`, which is where the draft has it too.
    op.heads = from.attention.heads;
    op.kv_heads = from.attention.kv_heads;
    op.head_size = from.attention.head_size;
    op.rope_size = from.attention.rope_size;
    op.epsilon = from.epsilon;
    op.scale = from.scale;
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

  const Draft& draft_;
  const Graph& graph_;
  const Sizes& sizes_;
};

abi::PlanHeader header_of(const Draft& draft, const CompileRequest& request, const Sizes& sizes,
                          const Layout& layout) {
  abi::PlanHeader header;
  header.op_count = static_cast<std::uint32_t>(draft.ops.size());
  header.ops = layout.ops;
  header.tokens = layout.tokens;
  header.status = layout.status;
  header.rope = layout.rope;
  header.rope_inverse_frequency = layout.rope_inverse_frequency;
  header.rope_size = draft.attention.rope_size;
  header.prompt_tokens = static_cast<std::uint32_t>(request.prompt.size());
  header.max_new_tokens = request.max_new_tokens;
  header.context = sizes.context;
  header.chunk_rows = sizes.chunk_rows;
  header.stop_count = static_cast<std::uint32_t>(request.stop_tokens.size());
  std::copy(request.stop_tokens.begin(), request.stop_tokens.end(), header.stop_tokens);
  header.doorbell_each_token = request.doorbell_each_token ? 1 : 0;
  header.sampling = request.sampling;
  header.logits_trace = layout.logits_trace;
  return header;
}

/// base^(-2i / size) for each pair i: a hyperparameter of the model, not a computation on its data.
std::vector<float> inverse_frequencies(double base, std::uint32_t size) {
  std::vector<float> frequencies(size / 2);
  for (std::size_t i = 0; i < frequencies.size(); ++i) {
    frequencies[i] = static_cast<float>(std::pow(base, -2.0 * static_cast<double>(i) / size));
  }
  return frequencies;
}

}  // namespace

CompiledPlan emit(const Draft& draft, const Graph& graph, const CompileRequest& request, const Sizes& sizes,
                  const Layout& layout) {
  Image image(layout.head_bytes);
  const abi::PlanHeader header = header_of(draft, request, sizes, layout);
  image.write(abi::kDramBase, &header, sizeof header);
  const Emitter emitter(draft, graph, sizes);
  for (std::size_t i = 0; i < draft.ops.size(); ++i) {
    const abi::Op op = emitter.op(draft.ops[i]);
    image.write(layout.ops + i * sizeof op, &op, sizeof op);
  }
  image.write(layout.tokens, request.prompt.data(), request.prompt.size() * sizeof(std::uint32_t));
  const auto frequencies = inverse_frequencies(graph.facts.rope_frequency_base, draft.attention.rope_size);
  image.write(layout.rope_inverse_frequency, frequencies.data(), frequencies.size() * sizeof(float));

  CompiledPlan plan;
  plan.head = image.take();
  for (const Buffer& buffer : draft.buffers) {
    if (buffer.kind == BufferKind::kWeight)
      plan.weights.push_back({buffer.address, graph.weights()[buffer.weight].bytes});
  }
  plan.address = abi::kDramBase;
  plan.status_address = layout.status;
  plan.tokens_address = layout.tokens;
  plan.logits_address = layout.logits_trace;
  plan.prompt_tokens = header.prompt_tokens;
  plan.max_new_tokens = header.max_new_tokens;
  plan.vocabulary = graph.facts.vocabulary;
  plan.context = sizes.context;
  plan.chunk_rows = sizes.chunk_rows;
  plan.dram_bytes = layout.end - abi::kDramBase;
  plan.weight_bytes = layout.weight_bytes;
  plan.cache_bytes = layout.cache_bytes;
  plan.activation_bytes = layout.activation_bytes;
  return plan;
}

}  // namespace areia::sw
