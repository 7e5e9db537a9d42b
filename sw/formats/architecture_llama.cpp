// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The Llama architecture of GGUF files: for each layer
//   x += output(attention(rope(query(norm(x))), rope(key(norm(x))), value(norm(x))))
//   x += down(silu(gate(norm(x))) * up(norm(x)))
// then norm and the output matrix (the embedding itself, where there is none). RoPE turns pairs (2i, 2i+1):
// converters have permuted query and key so.
#include <fmt/format.h>

#include "sw/formats/architecture.h"

namespace areia::sw {
namespace {

/// What the metadata say, checked one by one.
struct Hyperparameters {
  std::uint32_t context = 0, embedding = 0, layers = 0, feed_forward = 0;
  AttentionShape attention;
  float epsilon = 0;
  double rope_base = 0;
};

/// Reads one number after the other into places; stops at the first error.
class Reader {
 public:
  explicit Reader(const Gguf& gguf) : gguf_(gguf) {}

  void read(std::uint32_t& place, const char* name, std::uint64_t minimum, std::uint64_t maximum,
            std::optional<std::uint64_t> missing = {}) {
    if (error_) return;
    const auto value = gguf_.unsigned_integer(fmt::format("llama.{}", name), minimum, maximum, missing);
    if (value) place = static_cast<std::uint32_t>(*value);
    if (!value) error_ = value.error();
  }
  void read(double& place, const char* name, double minimum, double maximum,
            std::optional<double> missing = {}) {
    if (error_) return;
    const auto value = gguf_.number(fmt::format("llama.{}", name), minimum, maximum, missing);
    if (value) place = *value;
    if (!value) error_ = value.error();
  }
  void require(bool holds, const std::string& what) {
    if (!error_ && !holds) error_ = bad_input(fmt::format("{}: {}", gguf_.origin(), what));
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  const Gguf& gguf_;
  std::optional<Error> error_;
};

constexpr std::uint64_t kMaxSize = 1u << 24;  // of any dimension: far beyond any model, safe to multiply

Result<Hyperparameters> read_hyperparameters(const Gguf& gguf) {
  Hyperparameters h;
  Reader reader(gguf);
  reader.read(h.context, "context_length", 1, kMaxSize);
  reader.read(h.embedding, "embedding_length", 1, kMaxSize);
  reader.read(h.layers, "block_count", 1, 4096);
  reader.read(h.feed_forward, "feed_forward_length", 1, kMaxSize);
  reader.read(h.attention.heads, "attention.head_count", 1, 4096);
  reader.read(h.attention.kv_heads, "attention.head_count_kv", 1, 4096, h.attention.heads);
  const std::uint32_t heads = std::max(h.attention.heads, 1u);
  reader.read(h.attention.head_size, "attention.key_length", 1, 65536, h.embedding / heads);
  std::uint32_t value_size = 0;
  reader.read(value_size, "attention.value_length", 1, 65536, h.attention.head_size);
  reader.read(h.attention.rope_size, "rope.dimension_count", 2, 65536, h.attention.head_size);
  double epsilon = 0;
  reader.read(epsilon, "attention.layer_norm_rms_epsilon", 0, 1);
  h.epsilon = static_cast<float>(epsilon);
  reader.read(h.rope_base, "rope.freq_base", 1, 1e12, 10000.0);
  reader.require(h.attention.head_size > 0, "there are more heads than the embedding has elements");
  reader.require(h.attention.kv_heads != 0 && heads % std::max(h.attention.kv_heads, 1u) == 0,
                 "the number of heads must be a multiple of the number of key-value heads");
  reader.require(value_size == h.attention.head_size,
                 "keys and values of different sizes are not supported yet");
  reader.require(h.attention.rope_size % 2 == 0 && h.attention.rope_size <= h.attention.head_size,
                 "llama.rope.dimension_count must be even and at most the size of a head");
  if (reader.error()) return *reader.error();
  return h;
}

/// Refuses what would silently change the answer.
Result<void> refuse_variants(const Gguf& gguf) {
  const auto scaling = gguf.text("llama.rope.scaling.type", "none");
  if (!scaling) return scaling.error();
  const auto factor = gguf.number("llama.rope.scaling.factor", -1e9, 1e9, 1.0);
  if (!factor) return factor.error();
  const auto linear = gguf.number("llama.rope.scale_linear", -1e9, 1e9, 1.0);
  if (!linear) return linear.error();
  const bool scaled = (*scaling != "none" && *factor != 1.0) || *factor != 1.0 || *linear != 1.0;
  if (scaled || gguf.find_tensor("rope_freqs.weight") != nullptr) {
    return bad_input(fmt::format("{}: RoPE scaling is not supported yet", gguf.origin()));
  }
  const auto experts = gguf.unsigned_integer("llama.expert_count", 0, UINT32_MAX, 0);
  if (!experts) return experts.error();
  if (*experts != 0)
    return bad_input(fmt::format("{}: mixture of experts is not supported yet", gguf.origin()));
  return {};
}

void add_layer(Graph& graph, TensorTaker& tensors, ValueId x, std::uint32_t layer, const Hyperparameters& h) {
  const auto name = [&](const char* part) { return fmt::format("blk.{}.{}.weight", layer, part); };
  const WeightId attention_norm = tensors.take_vector(graph, name("attn_norm"));
  const WeightId query = tensors.take(graph, name("attn_q"));
  const WeightId key = tensors.take(graph, name("attn_k"));
  const WeightId value = tensors.take(graph, name("attn_v"));
  const WeightId output = tensors.take(graph, name("attn_output"));
  const WeightId feed_forward_norm = tensors.take_vector(graph, name("ffn_norm"));
  const WeightId gate = tensors.take(graph, name("ffn_gate"));
  const WeightId up = tensors.take(graph, name("ffn_up"));
  const WeightId down = tensors.take(graph, name("ffn_down"));
  if (down == kNone) return;  // the taker keeps the first error

  const ValueId normed = graph.rms_norm(x, attention_norm, h.epsilon);
  const ValueId q = graph.linear(normed, query);
  const ValueId k = graph.linear(normed, key);
  const ValueId v = graph.linear(normed, value);
  graph.add_linear(x, graph.attention(q, k, v, h.attention), output);

  const ValueId inner = graph.rms_norm(x, feed_forward_norm, h.epsilon);
  const ValueId gated = graph.linear(inner, gate);
  const ValueId raised = graph.linear(inner, up);
  graph.add_linear(x, graph.silu_multiply(gated, raised), down);
}

}  // namespace

Result<Graph> load_llama(const Gguf& gguf) {
  AREIA_RETURN_IF_ERROR(refuse_variants(gguf));
  const auto h = read_hyperparameters(gguf);
  if (!h) return h.error();

  Graph graph;
  TensorTaker tensors(gguf);
  const WeightId embedding = tensors.take(graph, "token_embd.weight");
  if (embedding == kNone) return tensors.finish().error();
  const auto name = gguf.text("general.name", "unnamed");
  if (!name) return name.error();
  graph.facts = {std::string(*name), "llama", h->context, graph.weights()[embedding].rows, h->rope_base};
  if (graph.weights()[embedding].columns != h->embedding) {
    return bad_input(
        fmt::format("{}: tensor 'token_embd.weight' has rows of {} elements, llama.embedding_length is {}",
                    gguf.origin(), graph.weights()[embedding].columns, h->embedding));
  }

  const ValueId x = graph.embed(embedding);
  for (std::uint32_t layer = 0; layer < h->layers; ++layer) add_layer(graph, tensors, x, layer, *h);
  const WeightId norm = tensors.take_vector(graph, "output_norm.weight");
  const WeightId output = tensors.has("output.weight") ? tensors.take(graph, "output.weight") : embedding;
  AREIA_RETURN_IF_ERROR(tensors.finish());

  graph.begin_last_row();
  graph.sample(graph.linear(graph.rms_norm(x, norm, h->epsilon), output));
  return graph;
}

}  // namespace areia::sw
