// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of one layer of a model and of its operators as LLMCompass times them: PyTorch's calls one by one on
// tensor-parallel chips, attention as two batched products with a softmax between them ("GPT-3 175B layer
// q_mul_k", "... layer total").
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "perf/operators.h"
#include "perf/questions/harness.h"
#include "perf/questions/units.h"
#include "perf/validate.h"

namespace areia::perf {
namespace {

constexpr std::string_view kWord = " layer ";

/// One call, how often a layer makes it, and how LLMCompass times it.
struct Call {
  std::string_view name;
  Work work;
  double count = 1;
  OperatorFamily family = OperatorFamily::kProduct;
};

/// The calls of a layer for `tokens` = sequences x queries, each of which sees `context` positions.
struct LayerShape {
  double sequences, queries, context, tensor;
  Precision precision;
};

Work product(double m, double n, double k, double groups, Precision precision) {
  return Gemm{.m = m,
              .n = n,
              .k = k,
              .groups = groups,
              .activation = precision,
              .weight = precision,
              .output = precision,
              .compute = precision};
}

std::vector<Call> calls_of(const LanguageModel& m, const LayerShape& s) {
  using Kind = Elementwise::Kind;
  const double tokens = s.sequences * s.queries, hidden = m.hidden;
  const double heads = std::ceil(m.heads / s.tensor), kv_heads = std::max(1.0, m.kv_heads / s.tensor);
  const double size = m.head_size, width = m.feed_forward / s.tensor;
  const double groups = s.sequences * heads;
  const Precision p = s.precision;
  const auto rows = [&](Kind kind, double r, double columns) {
    return Elementwise{.kind = kind, .rows = r, .columns = columns, .precision = p};
  };
  const Collective reduce = {
      .kind = Collective::Kind::kAllReduce, .bytes = tokens * hidden * bytes_of(p), .chips = s.tensor};
  const Work norm = rows(m.layer_norm ? Kind::kLayerNorm : Kind::kRmsNorm, tokens, hidden);
  // Queries, keys and values are three products.
  std::vector<Call> calls = {
      {"q_proj", product(tokens, heads * size, hidden, 1, p)},
      {"k_proj", product(tokens, kv_heads * size, hidden, 1, p)},
      {"v_proj", product(tokens, kv_heads * size, hidden, 1, p)},
      {"q_mul_k", product(s.queries, s.context, size, groups, p)},
      {"softmax", rows(Kind::kSoftmax, groups * s.queries, s.context), 1, OperatorFamily::kSoftmax},
      {"a_mul_v", product(s.queries, size, s.context, groups, p)},
      {"wo_proj", product(tokens, hidden, heads * size, 1, p)},
      {"w1_proj", product(tokens, (m.gated ? 2 : 1) * width, hidden, 1, p)},
      {"gelu", rows(m.gated ? Kind::kGatedActivation : Kind::kGelu, tokens, width), 1,
       OperatorFamily::kActivation},
      {"w2_proj", product(tokens, hidden, width, 1, p)},
      {"layernorm_mha", norm, 1, OperatorFamily::kNorm},
      {"layernorm_ffn", norm, 1, OperatorFamily::kNorm}};
  if (s.tensor > 1) {
    calls.push_back({"allreduce_mha", reduce, 1, OperatorFamily::kCollective});
    calls.push_back({"allreduce_ffn", reduce, 1, OperatorFamily::kCollective});
  }
  return calls;
}

bool is_part(std::string_view call, std::string_view asked) {
  if (asked == "total" || asked == call) return true;
  if (asked == "qkv_proj") return call == "q_proj" || call == "k_proj" || call == "v_proj";
  return asked == "allreduce" ? call.starts_with("allreduce")
                              : asked == "layernorm" && call.starts_with("layernorm");
}

double seconds_of(const std::vector<Call>& calls, const Measurement& row, Precision precision,
                  const Device& device) {
  const double launch = device.constants(precision).launch_seconds;
  double seconds = 0;
  for (const Call& call : calls) {
    const OperatorTime time = time_of(call.work, device);
    if (call.family == OperatorFamily::kCollective) {
      seconds += time.seconds;
    } else {
      seconds += shown_seconds(harness_of(row, device, call.family), time.seconds, launch);
    }
  }
  return seconds;
}

}  // namespace

std::optional<Question> read_layer(const Measurement& row, const Library& library) {
  const std::string_view text = row.model_or_op;
  const auto at = text.find(kWord);
  if (at == std::string_view::npos || (row.phase != "prefill" && row.phase != "decode")) return std::nullopt;
  const Accelerator* chip = library.accelerator(row.hardware);
  const LanguageModel* model = library.model(text.substr(0, at));
  const auto precision = published_precision(row.precision);
  if (chip == nullptr || model == nullptr || !precision || row.input_length <= 0) return std::nullopt;
  const std::string_view asked = text.substr(at + kWord.size());
  const LayerShape shape = {.sequences = std::max(1.0, row.batch),
                            .queries = row.phase == "prefill" ? row.input_length : 1,
                            .context = row.input_length,
                            .tensor = std::max(1.0, row.chips),
                            .precision = *precision};
  std::vector<Call> calls = calls_of(*model, shape);
  std::erase_if(calls, [&](const Call& call) { return !is_part(call.name, asked); });
  if (calls.empty()) return std::nullopt;
  for (Call& call : calls) {
    if (auto* gemm = std::get_if<Gemm>(&call.work)) gemm->library = product_library_of(row);
  }
  return Question{asked == "total" ? "layer" : "layer operator", chip, *precision,
                  [calls, row, p = *precision](const Device& device) {
                    return in_unit_of(row, seconds_of(calls, row, p, device), 0);
                  }};
}

}  // namespace areia::perf
