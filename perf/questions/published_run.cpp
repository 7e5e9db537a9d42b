// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads what a server ran from a published row.
#include "perf/questions/published_run.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <string>

#include "perf/questions/units.h"

namespace areia::perf {
namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string lower(std::string_view text) {
  std::string word(text);
  std::ranges::transform(word, word.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word;
}

/// A degree written without '=': "TP2", "TP1PP2", "DEP4"; `otherwise` if the word has none of that key.
double degree_in(std::string_view word, std::string_view key, double otherwise) {
  for (std::size_t at = word.find(key); at != std::string_view::npos; at = word.find(key, at + 1)) {
    if (at != 0 && std::isalpha(static_cast<unsigned char>(word[at - 1])) != 0) continue;
    double value = 0;
    const std::string_view rest = word.substr(at + key.size());
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (error == std::errc()) return value;
  }
  return otherwise;
}

/// The last word, if it says how a model is spread ("DEP4", "TP1PP2"), else "".
std::string_view spread_word(std::string_view text) {
  const std::size_t at = text.rfind(' ');
  const std::string_view word = at == std::string_view::npos ? "" : text.substr(at + 1);
  const bool spread = degree_in(word, "TP", 0) + degree_in(word, "DEP", 0) + degree_in(word, "DP", 0) +
                          degree_in(word, "PP", 0) + degree_in(word, "EP", 0) >
                      0;
  return spread ? word : "";
}

/// The model's name: what stands before the first "KEY=" or word like "TP2".
std::string_view name_in(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals != std::string_view::npos) {
    const std::size_t space = text.rfind(' ', equals);
    return space == std::string_view::npos ? text : text.substr(0, space);
  }
  const std::string_view word = spread_word(text);
  return word.empty() ? text : text.substr(0, text.size() - word.size() - 1);
}

std::uint32_t whole(double value) {
  return static_cast<std::uint32_t>(std::clamp(std::round(value), 1.0, 1e6));
}

/// How the row spreads the model over its chips; what it does not say is tensor-parallel over all.
Parallelism spread_of(const Measurement& row, const LanguageModel& model) {
  const std::string_view text = row.model_or_op, word = spread_word(text);
  const double chips = std::max(1.0, row.chips);
  Parallelism p;
  if (const double all = degree_in(word, "DEP", 0); all > 0) {  // attention by data, experts by chips
    p.data = whole(all);
    p.expert = model.experts != 0 ? whole(all) : 1;
    p.expert_tensor = model.experts != 0 ? 1 : 0;
    p.pipeline = whole(degree_in(word, "PP", 1));
    return p;
  }
  double tensor = number_after(text, "TP", degree_in(word, "TP", 0));
  p.pipeline = whole(number_after(text, "PP", degree_in(word, "PP", 1)));
  double data = number_after(text, "ADP", number_after(text, "DP", degree_in(word, "DP", 0)));
  double expert = number_after(text, "MoE_EP", number_after(text, "EP", degree_in(word, "EP", 0)));
  double expert_tensor = number_after(text, "MoE_TP", 0);
  // aiconfigurator's samples list runs of n chips with whole experts on each (EP = n) as MoE_TP = MoE_EP = n
  // on n * n chips: rows of the same run stand there in both ways.
  if (expert > 1 && expert == expert_tensor && tensor * std::max(1.0, data) == expert * expert_tensor) {
    (tensor > 1 ? tensor : data) /= expert;
    expert_tensor = 1;
  }
  if (tensor <= 0) tensor = std::max(1.0, chips / std::max(1.0, data * p.pipeline));
  p.tensor = whole(tensor);
  p.data = whole(data);
  if (model.experts == 0) return p;
  // Whole experts where the row says so; their groups hold all chips of a stage.
  const double all = double{1} * p.tensor * p.data;
  if (expert > 1 && expert <= all) {
    p.expert = whole(expert);
    p.expert_tensor = whole(all / expert);
  } else if (p.data > 1) {
    p.expert_tensor = whole(all);
  }
  return p;
}

}  // namespace

Formats serving_formats(const LanguageModel& model, const Accelerator& chip, std::string_view precision,
                        const ServingStack& stack) {
  const bool has_fp4 = chip.peak(Precision::kFp4).has_value();
  const bool has_fp8 = chip.peak(Precision::kFp8).has_value();
  const Precision weight = published_precision(precision).value_or(model.native);
  Formats f;
  f.activation = weight == Precision::kFp16 ? Precision::kFp16 : Precision::kBf16;
  f.weight = f.expert_weight = weight;
  if (precision.empty()) f.expert_weight = model.expert_native;
  f.compute = weight;
  f.cache = f.activation;
  const bool narrow_experts = model.experts != 0 && (bytes_of(weight) < 1);
  if (bytes_of(weight) < 1 && narrow_experts) {
    // Published fp4 and int4 weights of models with experts hold the experts alone in it.
    f.weight = f.activation;
    f.compute = weight == Precision::kFp4 && has_fp4 ? Precision::kFp4 : f.activation;
  } else if (weight == Precision::kFp4 && !has_fp4) {
    f.compute = f.activation;
  } else if (weight == Precision::kFp8 && !has_fp8) {
    f.compute = f.activation;
  } else if (weight == Precision::kInt8 || weight == Precision::kInt4) {
    f.compute = f.activation;
  }
  if (stack.small_cache && bytes_of(weight) <= 1 && has_fp8) f.cache = Precision::kFp8;
  return f;
}

std::optional<PublishedRun> read_serving_run(const Measurement& row, const Library& library) {
  const std::string phase = lower(row.phase);
  const bool closed_loop = phase == "serve", offline = has(phase, "offline"), server = phase == "server";
  const bool fixed = phase == "latency" || phase == "throughput" || phase == "prefill" || phase == "decode";
  if (!closed_loop && !offline && !server && !fixed) return std::nullopt;
  PublishedRun run;
  run.chip = library.accelerator(row.hardware);
  run.plan.model = library.model(name_in(row.model_or_op));
  if (run.chip == nullptr || run.plan.model == nullptr || !(row.input_length > 0)) return std::nullopt;
  run.plan.stack = &serving_stack(row.source);
  run.plan.parallelism = spread_of(row, *run.plan.model);
  run.plan.formats = serving_formats(*run.plan.model, *run.chip, row.precision, *run.plan.stack);
  run.plan.concurrency =
      row.batch > 0 ? row.batch
                    : number_after(row.model_or_op, "batch_per_rank", 0) * run.plan.parallelism.data;
  run.plan.input = row.input_length;
  run.plan.output = std::max(1.0, row.output_length);
  if (closed_loop) run.plan.rounds = 10;
  return run;
}

}  // namespace areia::perf
