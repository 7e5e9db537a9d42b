// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of our own chips under the clock (perf/own/timed.csv), by bench/own_chip.cpp and bench/own_layers.py:
// "gemm M= N= K=", "attention decode heads= ...", "layer width= heads= kv_heads= feed_forward=". input_len is
// the positions that the last query sees, output_len the queries.
#include <algorithm>

#include "perf/forward.h"
#include "perf/questions/units.h"
#include "perf/validate.h"

namespace areia::perf {
namespace {

const Accelerator* own_chip(std::string_view name, const Library& library) {
  const auto found = std::ranges::find(library.own_chips, name, &Accelerator::name);
  return found != library.own_chips.end() ? &*found : nullptr;
}

std::optional<Gemm> product(const Measurement& row, Precision precision) {
  const Gemm gemm = {.m = number_after(row.model_or_op, "M", 0),
                     .n = number_after(row.model_or_op, "N", 0),
                     .k = number_after(row.model_or_op, "K", 0),
                     .activation = precision,
                     .weight = precision,
                     .output = Precision::kFp32,
                     .compute = precision};
  return gemm.m > 0 && gemm.n > 0 && gemm.k > 0 ? std::optional(gemm) : std::nullopt;
}

std::optional<Attention> attention(const Measurement& row) {
  const std::string_view text = row.model_or_op;
  Attention attention;
  attention.heads = number_after(text, "heads", 0);
  attention.kv_heads = number_after(text, "kv_heads", attention.heads);
  attention.head_size = attention.value_size = number_after(text, "head_dim", 0);
  attention.queries = row.output_length;
  attention.context = row.input_length;
  attention.compute = attention.cache = Precision::kFp16;
  const bool whole = attention.heads > 0 && attention.kv_heads > 0 && attention.head_size > 0 &&
                     attention.queries > 0 && attention.context >= attention.queries;
  return whole ? std::optional(attention) : std::nullopt;
}

/// The operators of one layer, without what stands at a model's ends.
std::vector<Operator> layer(const Measurement& row, Precision precision) {
  const auto count = [&](std::string_view key) {
    return static_cast<std::uint32_t>(std::clamp(number_after(row.model_or_op, key, 0), 0.0, 1e6));
  };
  LanguageModel model;
  model.layers = 1;
  model.hidden = count("width");
  model.heads = count("heads");
  model.kv_heads = count("kv_heads");
  model.feed_forward = count("feed_forward");
  model.vocabulary = 1;
  if (model.heads == 0 || model.kv_heads == 0 || model.hidden < model.heads) return {};
  model.head_size = model.hidden / model.heads;
  const Formats formats = {.weight = precision,
                           .expert_weight = precision,
                           .activation = Precision::kFp32,
                           .compute = precision,
                           .cache = Precision::kFp16};
  std::vector<Operator> operators = forward(
      model, {.positions = row.output_length, .context = row.input_length, .logits = 0, .formats = formats},
      Parallelism{});
  std::erase_if(operators, [](const Operator& each) { return each.name == "embedding"; });
  return operators;
}

}  // namespace

std::optional<Question> read_own_chip(const Measurement& row, const Library& library) {
  const Accelerator* chip = own_chip(row.hardware, library);
  const auto precision = published_precision(row.precision);
  if (chip == nullptr || !precision || row.output_length <= 0 || row.input_length <= 0) return std::nullopt;
  const auto question = [&](std::string family, std::vector<Operator> operators) {
    return Question{std::move(family), chip, *precision,
                    [row, operators = std::move(operators)](const Device& device) {
                      double seconds = 0;
                      for (const Operator& each : operators)
                        seconds += time_of(each.work, device).seconds * each.count;
                      return in_unit_of(row, seconds, 0);
                    }};
  };
  if (row.model_or_op.starts_with("gemm ")) {
    if (const auto gemm = product(row, *precision)) return question("gemm", {{"gemm", *gemm, 1}});
  } else if (row.model_or_op.starts_with("attention ")) {
    if (const auto work = attention(row)) return question("attention", {{"attention", *work, 1}});
  } else if (row.model_or_op.starts_with("layer ")) {
    if (auto operators = layer(row, *precision); !operators.empty())
      return question("layer", std::move(operators));
  }
  return std::nullopt;
}

}  // namespace areia::perf
