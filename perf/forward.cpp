// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Lists the operators of one chip for a pass: attention, feed-forward, experts, then what stands at the ends.
#include "perf/forward.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace areia::perf {
namespace {

using Kind = Elementwise::Kind;

class Lister {
 public:
  Lister(const LanguageModel& model, const Pass& pass, const Parallelism& parallelism)
      : m_(model), pass_(pass), p_(parallelism), f_(pass.formats), tokens_(pass.sequences * pass.positions) {}

  std::vector<Operator> list() {
    const double layers = m_.layers, sparse = m_.experts == 0 ? 0 : layers - m_.dense_layers;
    attention_layers(layers / p_.pipeline);
    if (layers > sparse) dense_layers((layers - sparse) / p_.pipeline);
    if (sparse > 0) expert_layers(sparse / p_.pipeline);
    ends();
    return std::move(list_);
  }

 private:
  void add(std::string_view name, const Work& work, double count) {
    if (count > 0) list_.push_back({name, work, count});
  }
  Gemm product(double rows, double columns, double depth) const {
    return {.m = rows,
            .n = columns,
            .k = depth,
            .activation = f_.activation,
            .weight = f_.weight,
            .output = f_.activation,
            .compute = f_.compute};
  }
  Elementwise rows(Kind kind, double columns, double tokens) const {
    return {.kind = kind, .rows = tokens, .columns = columns, .precision = f_.activation};
  }
  /// Sums of partial results over the tensor-parallel chips; with sequence parallelism as two halves.
  void tensor_reduce(double count) {
    if (p_.tensor == 1) return;
    const Collective whole = {.kind = Collective::Kind::kAllReduce,
                              .bytes = tokens_ * m_.hidden * bytes_of(f_.activation),
                              .chips = double{1} * p_.tensor};
    if (!p_.sequence) return add("tensor all-reduce", whole, count);
    Collective half = whole;
    half.kind = Collective::Kind::kReduceScatter;
    add("tensor reduce-scatter", half, count);
    half.kind = Collective::Kind::kAllGather;
    add("tensor all-gather", half, count);
  }
  double norm_tokens() const { return p_.sequence ? tokens_ / p_.tensor : tokens_; }

  void attention_layers(double count) {
    const double heads = std::ceil(double{1} * m_.heads / p_.tensor);
    const double kv_heads = std::max(1.0, double{1} * m_.kv_heads / p_.tensor);
    const double values = m_.value_size != 0 ? m_.value_size : m_.head_size;
    add("norm", rows(Kind::kRmsNorm, m_.hidden, norm_tokens()), 2 * count);
    if (m_.latent_size == 0) {
      add("qkv", product(tokens_, heads * m_.head_size + kv_heads * (m_.head_size + values), m_.hidden),
          count);
    } else {
      latent_projections(heads, values, count);
    }
    add("rope", rows(Kind::kRope, (heads + kv_heads) * m_.head_size, tokens_), count);
    attention_proper(heads, kv_heads, values, count * (1 - m_.linear_share));
    add("attention output", product(tokens_, m_.hidden, heads * values), count);
    tensor_reduce(count);
  }

  /// Windowed layers see at most their window.
  void attention_proper(double heads, double kv_heads, double values, double count) {
    Attention attention = {.batch = pass_.sequences,
                           .queries = pass_.positions,
                           .context = pass_.context,
                           .heads = heads,
                           .kv_heads = kv_heads,
                           .head_size = double{1} * m_.head_size,
                           .value_size = values,
                           .causal = true,
                           .compute = f_.activation,
                           .cache = f_.cache};
    if (m_.latent_size != 0 && pass_.positions == 1) {
      // Decode absorbs the up-projections: every head meets the same latent vector (arXiv:2405.04434, 2.1.2).
      attention.kv_heads = 1;
      attention.head_size = m_.latent_size + m_.latent_rope_size;
      attention.value_size = 0;  // values are the same bytes; their product is as large as the latent part
    }
    const double windowed = m_.window != 0 ? m_.windowed_share : 0;
    add("attention", attention, count * (1 - windowed));
    attention.context = std::min(attention.context, std::max(double{1} * m_.window, attention.queries));
    add("windowed attention", attention, count * windowed);
  }

  void latent_projections(double heads, double values, double count) {
    const double rank = m_.query_latent_size;
    if (rank > 0) add("query down", product(tokens_, rank, m_.hidden), count);
    add("query up", product(tokens_, heads * m_.head_size, rank > 0 ? rank : m_.hidden), count);
    add("latent down", product(tokens_, m_.latent_size + m_.latent_rope_size, m_.hidden), count);
    add("latent up", product(tokens_, heads * (m_.head_size - m_.latent_rope_size + values), m_.latent_size),
        count);
  }

  void dense_layers(double count) {
    const double width = std::ceil(double{1} * m_.feed_forward / p_.tensor);
    add("gate and up", product(tokens_, (m_.gated ? 2 : 1) * width, m_.hidden), count);
    add("activation", rows(m_.gated ? Kind::kGatedActivation : Kind::kGelu, width, tokens_), count);
    add("down", product(tokens_, m_.hidden, width), count);
    tensor_reduce(count);
  }

  void expert_layers(double count) {
    const double copies = p_.copies_in_expert_group(), group_tokens = tokens_ * copies;
    add("router", product(tokens_, m_.experts, m_.hidden), count);
    if (copies > 1) {
      add("expert all-to-all",
          Collective{.kind = Collective::Kind::kAllToAll,
                     .bytes = tokens_ / p_.tensor * m_.experts_used * m_.hidden * bytes_of(f_.activation),
                     .chips = double{1} * p_.expert * p_.expert_split()},
          2 * count);
    }
    // Tokens choose experts as if at random: those on this chip that any token chose are read.
    const double on_chip = std::ceil(double{1} * m_.experts / p_.expert);
    const double missed = std::pow(1 - double{1} * m_.experts_used / m_.experts, group_tokens);
    const double touched = std::max(on_chip * (1 - missed), std::min(on_chip, 1.0));
    const double each = group_tokens * m_.experts_used / m_.experts * on_chip / touched;
    const double width = std::ceil(double{1} * m_.expert_feed_forward / p_.expert_split());
    Gemm up = product(each, (m_.gated ? 2 : 1) * width, m_.hidden);
    up.weight = f_.expert_weight;
    up.groups = touched;
    add("experts gate and up", up, count);
    add("experts activation", rows(m_.gated ? Kind::kGatedActivation : Kind::kGelu, width, each * touched),
        count);
    Gemm down = up;
    down.n = m_.hidden;
    down.k = width;
    add("experts down", down, count);
    shared_experts(count);
    if (copies <= 1) tensor_reduce(count);
  }

  void shared_experts(double count) {
    if (m_.shared_experts == 0) return;
    const double width = std::ceil(double{1} * m_.shared_experts * m_.expert_feed_forward / p_.tensor);
    add("shared experts gate and up", product(tokens_, (m_.gated ? 2 : 1) * width, m_.hidden), count);
    add("shared experts down", product(tokens_, m_.hidden, width), count);
  }

  void ends() {
    const double wanted = pass_.sequences * std::min(pass_.logits, pass_.positions);
    add("embedding", rows(Kind::kEmbedding, m_.hidden, tokens_), 1.0 / p_.pipeline);
    if (wanted == 0) return;
    const double columns = std::ceil(double{1} * m_.vocabulary / p_.tensor);
    Gemm logits = product(wanted, columns, m_.hidden);
    logits.weight = logits.compute = f_.activation;  // published quantised models leave it as it was
    add("logits", logits, 1.0 / p_.pipeline);
  }

  const LanguageModel& m_;
  const Pass& pass_;
  const Parallelism& p_;
  const Formats& f_;
  double tokens_;
  std::vector<Operator> list_;
};

}  // namespace

Result<void> check(const Parallelism& p, const LanguageModel& m) {
  const auto wrong = [](const std::string& why) { return bad_input("parallelism: " + why); };
  if (p.tensor == 0 || p.pipeline == 0 || p.data == 0 || p.expert == 0)
    return wrong("every degree is at least 1");
  if (m.heads % p.tensor != 0)
    return wrong(fmt::format("{} heads of {} do not divide by tensor = {}", m.heads, m.name, p.tensor));
  if (m.kv_heads % p.tensor != 0 && p.tensor % m.kv_heads != 0) {
    return wrong(fmt::format("{} key-value heads of {} and tensor = {}: neither divides the other",
                             m.kv_heads, m.name, p.tensor));
  }
  if (p.pipeline > m.layers)
    return wrong(fmt::format("{} layers of {} are fewer than pipeline = {}", m.layers, m.name, p.pipeline));
  if (m.experts == 0) {
    if (p.expert > 1)
      return wrong(fmt::format("{} has no experts, so expert = {} has no meaning", m.name, p.expert));
    return {};
  }
  if (m.experts % p.expert != 0)
    return wrong(fmt::format("{} experts of {} do not divide by expert = {}", m.experts, m.name, p.expert));
  const std::uint64_t group = std::uint64_t{p.expert} * p.expert_split(),
                      all = std::uint64_t{p.tensor} * p.data;
  if (group % p.tensor != 0 || all % group != 0) {
    return wrong(fmt::format(
        "expert {} x expert_tensor {} must be a multiple of tensor = {} and divide tensor x data = {}",
        p.expert, p.expert_split(), p.tensor, all));
  }
  return {};
}

std::vector<Operator> forward(const LanguageModel& model, const Pass& pass, const Parallelism& parallelism) {
  return Lister(model, pass, parallelism).list();
}

double weight_bytes(const LanguageModel& m, const Formats& formats, const Parallelism& p) {
  const double sparse = m.experts == 0 ? 0 : m.layers - m.dense_layers;
  const double experts = sparse * m.experts * (m.gated ? 3.0 : 2.0) * m.hidden * m.expert_feed_forward;
  const double embeddings = double{1} * m.vocabulary * m.hidden * (m.tied_embeddings ? 1 : 2);
  const double dense = m.parameters() - experts - embeddings;
  return (dense * bytes_of(formats.weight) + embeddings * bytes_of(formats.activation)) /
             (p.tensor * p.pipeline) +
         experts * bytes_of(formats.expert_weight) / (double{1} * p.expert * p.expert_split() * p.pipeline);
}

double cache_bytes(const LanguageModel& m, const Pass& pass, const Parallelism& p) {
  const double split = m.latent_size != 0 ? 1 : std::min(p.tensor, m.kv_heads);
  const double windowed =
      m.window != 0 && pass.context > m.window ? m.windowed_share * (1 - m.window / pass.context) : 0;
  return pass.sequences * pass.context * (1 - windowed) * m.cache_bytes_per_position(pass.formats.cache) /
         (split * p.pipeline);
}

}  // namespace areia::perf
