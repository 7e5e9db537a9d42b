// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Lists the operators of one chip for a pass: attention of each kind of layer, feed-forward, experts, then
// what stands at the ends.
#include "perf/forward.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace areia::perf {
namespace {

using Kind = Elementwise::Kind;

/// Up to so many new positions a sequence, latent attention is cheaper in its absorbed form: a head's scores
/// cost latent_size products a position in place of head_size, but no keys and values need to be made of the
/// cached latents (engines take it for decode alone).
constexpr double kAbsorbedPositions = 16;
/// Kernels that sort tokens by their experts: one before grouped products of a single format; five in
/// Triton's for weights narrower than the products (counts, offsets, order, and both ways through it: vLLM
/// and TensorRT-LLM on Hopper); none in the fused kernels for fp4, which fuse the activation too.
constexpr int kSorts = 1, kSortsOfMixed = 5;
/// Popularity of experts: of the i-th most popular it falls as i to the power of minus this. Loads of experts
/// follow such laws; 0 would make all equally popular (chosen on the calibration rows of servers).
constexpr double kPopularity = 0.5;

/// Share of a layer's experts that none of `tokens` chose, each of which takes a share `used` of them.
double untouched_experts(double used, double tokens) {
  constexpr int kRanks = 16;
  static const std::array<double, kRanks> popularity = [] {
    std::array<double, kRanks> of_rank{};
    double sum = 0;
    for (int i = 0; i < kRanks; ++i) sum += of_rank[i] = std::pow(i + 0.5, -kPopularity);
    for (double& one : of_rank) one *= kRanks / sum;
    return of_rank;
  }();
  double untouched = 0;
  for (const double one : popularity) untouched += std::pow(1 - std::min(1.0, one * used), tokens) / kRanks;
  return untouched;
}

/// Positions that kernels of gated linear attention take at once (arXiv:2412.06464, section 3.3; the kernels
/// of flash-linear-attention use 64).
constexpr double kLinearChunk = 64;

class Lister {
 public:
  Lister(const LanguageModel& model, const Pass& pass, const Parallelism& parallelism)
      : m_(model), pass_(pass), p_(parallelism), f_(pass.formats), tokens_(pass.sequences * pass.positions) {
    list_.reserve(40);
  }

  std::vector<Operator> list() {
    const double stage = 1.0 / p_.pipeline;
    norms(m_.layers * stage);
    if (m_.linear_share > 0) linear_layers(m_.linear_layers() * stage);
    softmax_layers(m_.windowed_layers() * stage, m_.full_layers() * stage);
    if (m_.layers > m_.sparse_layers()) dense_layers((m_.layers - m_.sparse_layers()) * stage);
    if (m_.experts > 0) expert_layers(m_.sparse_layers() * stage);
    ends(stage);
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
            .compute = dense_compute()};
  }
  /// What products of all but experts multiply in: where experts alone have a narrow format, the others'.
  Precision dense_compute() const {
    const bool alone = bytes_of(f_.expert_weight) < bytes_of(f_.weight);
    return alone && bytes_of(f_.compute) < bytes_of(f_.weight) ? f_.weight : f_.compute;
  }
  /// The input of products that multiply in this format, if a kernel of its own rounds it. Norms round to fp4
  /// themselves.
  void round(Precision compute, double columns, double tokens, double count, bool after_norm = false) {
    if (!f_.run_time_scales || bytes_of(compute) >= 2 || (after_norm && compute == Precision::kFp4)) return;
    const Kind kind = compute == Precision::kFp4 ? Kind::kQuantiseBlocks : Kind::kQuantise;
    add("rounding", rows(kind, columns, tokens), count);
  }
  static Gemm joined(double parts, Gemm gemm) {
    gemm.parts = parts;
    return gemm;
  }
  Elementwise rows(Kind kind, double columns, double tokens) const {
    return {.kind = kind,
            .rows = tokens,
            .columns = columns,
            .rounds_results = takes_integers(f_.weight),
            .precision = f_.activation};
  }
  Elementwise norm(double columns, double tokens) const {
    return rows(m_.layer_norm ? Kind::kLayerNorm : Kind::kRmsNorm, columns, tokens);
  }
  double share(double whole) const { return std::ceil(whole / p_.tensor); }  // heads and columns, padded

  void collective(std::string_view name, Collective::Kind kind, double bytes, double chips, double count) {
    if (chips > 1) add(name, Collective{.kind = kind, .bytes = bytes, .chips = chips}, count);
  }
  /// Sums of partial results over the tensor-parallel chips; with sequence parallelism as two halves.
  void tensor_reduce(double count) {
    const double bytes = tokens_ * m_.hidden * bytes_of(f_.activation), chips = p_.tensor;
    if (!p_.sequence) {
      return collective("tensor all-reduce", Collective::Kind::kAllReduce, bytes, chips, count);
    }
    collective("tensor reduce-scatter", Collective::Kind::kReduceScatter, bytes, chips, count);
    collective("tensor all-gather", Collective::Kind::kAllGather, bytes, chips, count);
  }

  /// Engines add to the residual stream in the kernel of RMSNorm, and before that of LayerNorm.
  void norms(double layers) {
    const double tokens = p_.sequence ? tokens_ / p_.tensor : tokens_, each = m_.parallel_block ? 1 : 2;
    Elementwise before = norm(m_.hidden, tokens);
    before.adds_residual = !m_.layer_norm;
    add("norm", before, each * layers);
    if (m_.layer_norm) add("residual", rows(Kind::kAdd, m_.hidden, tokens), each * layers);
    if (m_.post_norms) add("norm", norm(m_.hidden, tokens), 2 * layers);
  }

  void softmax_layers(double windowed, double full) {
    const double heads = share(m_.heads);
    if (m_.latent_size != 0) {
      latent_layers(heads, full);
    } else if (m_.full_head_size != 0 || m_.full_kv_heads != 0) {
      projections(heads, m_.kv_heads, m_.head_size, windowed);
      projections(heads, m_.full_heads(), m_.full_size(), full);
    } else {
      projections(heads, m_.kv_heads, m_.head_size, windowed + full);
    }
    if (m_.latent_size == 0) {
      Attention attention = attention_of(heads, share(m_.full_heads()), m_.full_size());
      add("attention", attention, full);
      attention = attention_of(heads, share(m_.kv_heads), m_.head_size);
      attention.window = m_.window;
      add("windowed attention", attention, windowed);
    }
    if (!m_.parallel_block) tensor_reduce(windowed + full);
  }

  Attention attention_of(double heads, double kv_heads, double size) const {
    return {.batch = pass_.sequences,
            .queries = pass_.positions,
            .context = pass_.context,
            .heads = heads,
            .kv_heads = kv_heads,
            .head_size = size,
            .value_size = m_.value_size != 0 ? m_.value_size : size,
            .compute = f_.activation,
            .cache = f_.cache,
            .rounds_results = takes_integers(f_.weight)};
  }

  void projections(double heads, double all_kv_heads, double size, double count) {
    const double kv_heads = share(all_kv_heads), values = m_.value_size != 0 ? m_.value_size : size;
    const double queries = heads * size * (m_.gated_attention ? 2 : 1);
    round(dense_compute(), m_.hidden, tokens_, count, true);
    add("qkv", joined(3, product(tokens_, queries + kv_heads * (size + values), m_.hidden)), count);
    if (m_.query_key_norms) {
      add("query norm", norm(size, tokens_ * heads), count);
      add("key norm", norm(size, tokens_ * kv_heads), count);
    }
    rotate_and_store(m_.learned_positions ? 0 : (heads + kv_heads) * size, kv_heads * values, count);
    if (m_.gated_attention) add("attention gate", rows(Kind::kGatedActivation, heads * size, tokens_), count);
    round(dense_compute(), heads * values, tokens_, count);
    add("attention output", product(tokens_, m_.hidden, heads * values), count);
  }

  /// Queries and keys are rotated, keys and values stored in the cache.
  void rotate_and_store(double rotated, double stored, double count) {
    if (rotated > 0) return add("rope", rows(Kind::kRope, rotated + stored, tokens_), count);
    add("cache", rows(Kind::kEmbedding, 2 * stored, tokens_), count);
  }

  void latent_layers(double heads, double count) {
    const double rank = m_.query_latent_size, latent = m_.latent_size, rope = m_.latent_rope_size;
    const double values = m_.values(), unrotated = m_.head_size - rope;
    round(dense_compute(), m_.hidden, tokens_, count, true);
    // Engines join the products that read the same rows: both ways down, or queries and the latents' way.
    const double queries = heads * m_.head_size;
    add("query and latent down",
        joined(2, product(tokens_, (rank > 0 ? rank : queries) + latent + rope, m_.hidden)), count);
    if (rank > 0) {
      add("query norm", norm(rank, tokens_), count);
      round(dense_compute(), rank, tokens_, count, true);
      add("query up", product(tokens_, queries, rank), count);
    }
    add("key norm", norm(latent, tokens_), count);
    rotate_and_store((heads + 1) * rope, latent, count);
    Attention attention = attention_of(heads, heads, m_.head_size);
    attention.window = m_.sparse_positions;
    if (pass_.positions <= kAbsorbedPositions) {
      // Every head meets the same cached vector, of which the latent part is the value too; the
      // up-projections of keys and values act on queries and results (arXiv:2405.04434, section 2.1.2).
      absorb("query absorb", latent, unrotated, heads, count);
      absorb("value absorb", values, latent, heads, count);
      attention.kv_heads = 1;
      attention.head_size = latent + rope;
      attention.value_size = latent;
      attention.values_in_keys = true;
    } else {
      add("latent up", product(tokens_, heads * (unrotated + values), latent), count);
    }
    if (m_.sparse_positions != 0) indexer(rank > 0 ? rank : m_.hidden, count);
    add("attention", attention, count);
    round(dense_compute(), heads * values, tokens_, count);
    add("attention output", product(tokens_, m_.hidden, heads * values), count);
  }
  void absorb(std::string_view name, double columns, double depth, double heads, double count) {
    Gemm gemm = product(tokens_, columns, depth);
    gemm.groups = heads;
    add(name, gemm, count);
  }

  /// Scores of all positions by few heads with one key each in fp8, of which the best are attended to
  /// (DeepSeek-V3.2-Exp, section 2.1); every chip does it whole.
  void indexer(double depth, double count) {
    const double heads = m_.indexer_heads, size = m_.indexer_head_size;
    add("index queries", product(tokens_, heads * size, depth), count);
    add("index keys", product(tokens_, size + heads, m_.hidden), count);
    Attention scores = attention_of(heads, 1, size);
    scores.value_size = 0;
    scores.compute = scores.cache = Precision::kFp8;
    add("index scores", scores, count);
  }

  /// Layers of a gated delta net. A chunk of positions attends to itself and to a state that is as large as
  /// linear_head_size positions in fp32, which is read and written once a chunk.
  void linear_layers(double count) {
    const double size = m_.linear_head_size, values = share(m_.linear_value_heads) * size;
    const double keys = share(m_.linear_key_heads) * size;
    round(dense_compute(), m_.hidden, tokens_, count, true);
    add("linear projections", product(tokens_, 2 * keys + 2 * values, m_.hidden), count);
    // Each head's decay and rate have a product and an activation of their own.
    add("linear gates", product(tokens_, 2 * values / size, m_.hidden), count);
    add("linear gates", rows(Kind::kGelu, 2 * values / size, tokens_), count);
    add("convolution", rows(Kind::kGelu, 2 * keys + values, tokens_), count);
    const double chunk = std::min(pass_.positions, kLinearChunk);
    add("linear attention",
        Attention{.batch = tokens_ / chunk,
                  .queries = chunk,
                  .context = size + chunk - 1,
                  .heads = values / size,
                  .kv_heads = values / size,
                  .head_size = size,
                  .value_size = size,
                  .compute = f_.activation,
                  .cache = Precision::kFp32},
        count);
    add("attention gate", rows(Kind::kGatedActivation, values, tokens_), count);
    round(dense_compute(), values, tokens_, count);
    add("attention output", product(tokens_, m_.hidden, values), count);
    tensor_reduce(count);
  }

  void dense_layers(double count) {
    round(dense_compute(), m_.hidden, tokens_, count, true);
    feed_forward("gate and up", "activation", "down", share(m_.feed_forward), count);
    tensor_reduce(count);
  }
  void feed_forward(std::string_view up, std::string_view activation, std::string_view down, double width,
                    double count) {
    const double parts = m_.gated ? 2 : 1;
    add(up, joined(parts, product(tokens_, parts * width, m_.hidden)), count);
    add(activation, rows(m_.gated ? Kind::kGatedActivation : Kind::kGelu, width, tokens_), count);
    round(dense_compute(), width, tokens_, count);
    add(down, product(tokens_, m_.hidden, width), count);
  }

  void expert_layers(double count) {
    Gemm router = product(tokens_, m_.experts, m_.hidden);
    router.weight = router.compute = f_.activation;
    add("router", router, count);
    add("top experts", rows(Kind::kSoftmax, m_.experts, tokens_), count);
    const double copies = p_.copies_in_expert_group();
    if (copies > 1) exchange(copies, count);
    experts(tokens_ * copies, count);
    if (m_.shared_experts > 0) {
      feed_forward("shared experts gate and up", "shared experts activation", "shared experts down",
                   share(double{1} * m_.shared_experts * m_.expert_feed_forward), count);
    }
    tensor_reduce(count);
  }

  /// Tokens go to the chips with their experts, and results come back. A token goes once to each group of
  /// chips that has any of its experts; products in 8 bits or fewer let it go in as few.
  void exchange(double copies, double count) {
    const double there = std::min(bytes_of(f_.activation), std::max(1.0, bytes_of(f_.compute)));
    const double back = bytes_of(f_.activation), chips = double{1} * p_.expert * p_.expert_split();
    if (p_.expert == 1) {  // every chip has a part of every expert
      const double elements = tokens_ * copies * m_.hidden;
      collective("expert all-gather", Collective::Kind::kAllGather, elements * there, chips, count);
      return collective("expert reduce-scatter", Collective::Kind::kReduceScatter, elements * back, chips,
                        count);
    }
    const double groups = p_.expert * (1 - std::pow(1 - 1.0 / p_.expert, m_.experts_used));
    const double elements = tokens_ / p_.tensor * groups * p_.expert_split() * m_.hidden;
    collective("expert dispatch", Collective::Kind::kAllToAll, elements * there, chips, count);
    collective("expert combine", Collective::Kind::kAllToAll, elements * back, chips, count);
  }

  /// Tokens choose experts at random, popular ones more often: of those on this chip, the ones that any token
  /// chose are read.
  void experts(double tokens, double count) {
    const double used = m_.experts_used, on_chip = std::ceil(double{1} * m_.experts / p_.expert);
    const double untouched = f_.every_expert ? 0 : untouched_experts(used / m_.experts, tokens);
    const double choices = tokens * used / m_.experts * on_chip;
    Gemm up = product(1, 1, m_.hidden);
    up.groups = on_chip * (1 - untouched);
    up.m = choices / up.groups;
    up.uneven = true;
    const double width = std::ceil(double{1} * m_.expert_feed_forward / p_.expert_split());
    up.n = (m_.gated ? 2 : 1) * width;
    up.weight = f_.expert_weight;
    up.compute = f_.compute;
    round(up.compute, m_.hidden, tokens, count, true);
    add("experts gate and up", up, count);
    const bool fused = up.compute == Precision::kFp4, mixed = bytes_of(up.weight) < bytes_of(up.compute);
    if (!fused) {
      add("experts sort", rows(Kind::kSoftmax, m_.experts, tokens_),
          count * (mixed ? kSortsOfMixed : kSorts));
      add("experts activation", rows(m_.gated ? Kind::kGatedActivation : Kind::kGelu, width, choices), count);
      round(up.compute, width, choices, count);
    }
    Gemm down = up;
    down.n = m_.hidden;
    down.k = width;
    add("experts down", down, count);
    // Each choice's result is read and their sum written: as much traffic as this many sums of two rows.
    add("experts sum", rows(Kind::kAdd, m_.hidden, choices * (1 + 1 / used) / 3), count);
  }

  void ends(double stage) {
    const double wanted = pass_.sequences * std::min(pass_.logits, pass_.positions);
    add("embedding", rows(Kind::kEmbedding, m_.hidden, tokens_), stage);
    tensor_reduce(stage);
    if (wanted == 0) return;
    add("norm", norm(m_.hidden, wanted), stage);
    const double columns = share(m_.vocabulary);
    Gemm logits = product(wanted, columns, m_.hidden);
    logits.weight = logits.compute = f_.activation;  // published quantised models leave it as it was
    add("logits", logits, stage);
    const bool sampled = pass_.logits <= 1;  // else a loss, which each chip finds for its part of the words
    if (sampled) {
      collective("logits all-gather", Collective::Kind::kAllGather,
                 wanted * m_.vocabulary * bytes_of(f_.activation), p_.tensor, stage);
    }
    add("softmax", rows(Kind::kSoftmax, sampled ? m_.vocabulary : columns, wanted), stage);
  }

  const LanguageModel& m_;
  const Pass& pass_;
  const Parallelism& p_;
  const Formats& f_;
  double tokens_;
  std::vector<Operator> list_;
};

}  // namespace

std::vector<Operator> forward(const LanguageModel& model, const Pass& pass, const Parallelism& parallelism) {
  return Lister(model, pass, parallelism).list();
}

Collective stage_send(const LanguageModel& model, const Pass& pass, const Parallelism& parallelism) {
  return {.kind = Collective::Kind::kSendReceive,
          .bytes = pass.sequences * pass.positions * model.hidden * bytes_of(pass.formats.activation) /
                   parallelism.tensor,
          .chips = 2};
}

}  // namespace areia::perf
