// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads the profiles of Vidur (github.com/microsoft/vidur, vidur/profiling/mlp) and LLMServingSim.
#include "perf/questions/profile.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "perf/operators.h"
#include "perf/questions/harness.h"
#include "perf/questions/units.h"

namespace areia::perf {
namespace {

/// The sizes of a layer that one of `tensor` chips holds.
struct Layer {
  double hidden = 0, heads = 0, kv_heads = 0, head_size = 0, feed_forward = 0, vocabulary = 0;
  bool gated = true;
};

std::string_view word(std::string_view text, std::size_t index) {
  for (; index > 0; --index) {
    const auto space = text.find(' ');
    if (space == std::string_view::npos) return {};
    text.remove_prefix(space + 1);
  }
  return text.substr(0, text.find(' '));
}

/// "tp2", "TP=2".
double tensor_parallel(std::string_view text) {
  if (const double tensor = number_after(text, "TP", 0); tensor > 0) return tensor;
  for (std::size_t i = 1; !word(text, i).empty(); ++i) {
    const std::string_view w = word(text, i);
    double tensor = 0;
    if (w.starts_with("tp") && std::from_chars(w.data() + 2, w.data() + w.size(), tensor).ec == std::errc() &&
        tensor > 0)
      return tensor;
  }
  return 1;
}

std::optional<Layer> layer_of(const Measurement& row, const Library& library) {
  const std::string_view text = row.model_or_op;
  const LanguageModel* model = library.model(word(text, 0));
  Layer layer;
  if (const double hidden = number_after(text, "n_embd", 0); hidden > 0) {
    layer.hidden = hidden;
    layer.heads = number_after(text, "n_head", 0);
    layer.kv_heads = number_after(text, "n_kv_head", layer.heads);
    layer.feed_forward = number_after(text, "n_ffn", 4 * hidden);
    layer.head_size = hidden / std::max(1.0, layer.heads);
    // A feed-forward four times as wide as the model is that of the plain kind.
    layer.gated = model != nullptr ? model->gated : layer.feed_forward != 4 * hidden;
  } else if (model != nullptr) {
    layer = {.hidden = double(model->hidden),
             .heads = double(model->heads),
             .kv_heads = double(model->kv_heads),
             .head_size = double(model->head_size),
             .feed_forward = double(model->feed_forward),
             .gated = model->gated};
  }
  if (model != nullptr) layer.vocabulary = model->vocabulary;
  if (!(layer.hidden > 0 && layer.heads > 0)) return std::nullopt;
  const double tensor = tensor_parallel(text);
  layer.heads = std::ceil(layer.heads / tensor);
  layer.kv_heads = std::max(1.0, layer.kv_heads / tensor);
  layer.feed_forward /= tensor;
  layer.vocabulary /= tensor;
  return layer;
}

std::optional<Work> product(std::string_view op, const Layer& l, const Measurement& row,
                            Precision precision) {
  Gemm gemm = {.m = row.batch, .n = l.hidden, .k = l.hidden, .library = product_library_of(row)};
  if (op == "attn_pre_proj" || op == "qkv_proj") {
    gemm.n = (l.heads + 2 * l.kv_heads) * l.head_size;
  } else if (op == "attn_post_proj" || op == "o_proj") {
    gemm.k = l.heads * l.head_size;
  } else if (op == "mlp_up_proj" || op == "gate_up_proj" || op == "up_proj") {
    gemm.n = (l.gated ? 2 : 1) * l.feed_forward;
  } else if (op == "mlp_down_proj" || op == "down_proj") {
    gemm.k = l.feed_forward;
  } else if (op == "lm_head" && l.vocabulary > 0) {
    gemm.n = std::ceil(l.vocabulary);
  } else {
    return std::nullopt;
  }
  gemm.activation = gemm.weight = gemm.output = gemm.compute = precision;
  return gemm;
}

/// Vidur profiled vLLM as it was in 2023: kernels of one element a thread, of which these became faster
/// (medians over the calibration rows).
double pace_of_2023(Elementwise::Kind kind) {
  using Kind = Elementwise::Kind;
  if (kind == Kind::kRmsNorm) return 0.53;
  if (kind == Kind::kGatedActivation) return 0.28;
  if (kind == Kind::kRope) return 0.8;
  return kind == Kind::kEmbedding ? 0.14 : 1;
}

std::optional<Work> rows(std::string_view op, const Layer& l, double tokens, Precision precision) {
  using Kind = Elementwise::Kind;
  Elementwise work = {.kind = Kind::kRmsNorm, .rows = tokens, .columns = l.hidden, .precision = precision};
  if (op == "mlp_act" || op == "act_fn") {
    work.kind = l.gated ? Kind::kGatedActivation : Kind::kGelu;
    work.columns = l.feed_forward;
  } else if (op == "attn_rope" || op == "rotary_emb") {
    work.kind = Kind::kRope;
    work.columns = (l.heads + l.kv_heads) * l.head_size;
  } else if (op == "add") {
    work.kind = Kind::kAdd;
  } else if (op == "emb" || op == "embedding") {
    work.kind = Kind::kEmbedding;
  } else if (op == "qk_norm") {
    work.rows = tokens * (l.heads + l.kv_heads);
    work.columns = l.head_size;
  } else if (!op.ends_with("layernorm")) {
    return std::nullopt;
  }
  return work;
}

/// "attention decode kv=1024": batch is sequences, kv the positions of each; "attention prefill": input_len.
std::optional<Work> attention(std::string_view text, const Layer& l, const Measurement& row,
                              Precision precision) {
  Attention work = {.batch = std::max(1.0, row.batch),
                    .context = number_after(text, "kv", row.input_length),
                    .heads = l.heads,
                    .kv_heads = l.kv_heads,
                    .head_size = l.head_size,
                    .value_size = l.head_size};
  work.compute = work.cache = precision;
  if (row.source.starts_with("LLMServingSim")) work.library = AttentionLibrary::kFlashAttention2;
  if (word(text, 2) != "decode") work.queries = row.input_length;
  if (!(work.context > 0 && work.queries > 0)) return std::nullopt;
  return work;
}

}  // namespace

std::optional<Question> read_profiled(const Measurement& row, const Library& library, const Accelerator& chip,
                                      Precision precision) {
  const std::string_view op = word(row.model_or_op, 1);
  const auto layer = layer_of(row, library);
  if (!layer || row.batch <= 0) return std::nullopt;
  std::string family = "gemm";
  auto work = product(op, *layer, row, precision);
  if (!work && op == "attention") {
    family = "attention";
    work = attention(row.model_or_op, *layer, row, precision);
  } else if (!work) {
    family = "elementwise";
    work = rows(op, *layer, row.batch, precision);
    if (work && row.source.starts_with("Vidur")) {
      auto& e = std::get<Elementwise>(*work);
      e.pace = pace_of_2023(e.kind);
    }
  }
  if (!work) return std::nullopt;
  return Question{family, &chip, precision, [work = *work, row](const Device& device) {
                    const OperatorTime time = time_of(work, device);
                    return in_unit_of(row, time.seconds, time.flops);
                  }};
}

}  // namespace areia::perf
