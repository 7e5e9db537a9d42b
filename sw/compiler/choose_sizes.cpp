// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Context and chunk: how many positions the caches keep, how many prompt tokens are prefilled at once.
// Without --context the caches get what this prompt and answer can use, at most the model's own context.
// Where DRAM is short, first the chunk shrinks (it costs only speed), then a context nobody asked for.
#include <fmt/format.h>

#include <algorithm>

#include "spec/abi/memory_map.h"
#include "sw/compiler/draft.h"

namespace areia::sw {
namespace {

/// Answers "how much DRAM" for trial sizes.
class Budget {
 public:
  Budget(const Draft& draft, const Graph& graph, const ChipDescription& chip, const CompileRequest& request)
      : draft_(draft), graph_(graph), chip_(chip), request_(request) {}

  std::uint64_t needed(const Sizes& sizes) const {
    Draft trial = draft_;
    return place(trial, graph_, chip_, request_, sizes).end - abi::kDramBase;
  }
  bool fits(const Sizes& sizes) const { return needed(sizes) <= chip_.dram.bytes; }

  /// The largest context of [least, most] that fits with one-row chunks; 0 if not even the least does.
  std::uint32_t largest_context(std::uint32_t least, std::uint32_t most) const {
    if (!fits({least, 1})) return 0;
    while (least < most) {
      const std::uint32_t middle = most - (most - least) / 2;
      if (fits({middle, 1})) {
        least = middle;
      } else {
        most = middle - 1;
      }
    }
    return least;
  }

  /// Names the bytes that are missing for these sizes.
  std::string shortage(const Sizes& sizes) const {
    const std::uint64_t need = needed(sizes);
    Draft trial = draft_;
    const Layout layout = place(trial, graph_, chip_, request_, sizes);
    return fmt::format(
        "{} bytes of DRAM are needed ({} of weights, {} of KV cache), chip '{}' has {}: {} bytes are missing",
        need, layout.weight_bytes, layout.cache_bytes, chip_.name, chip_.dram.bytes, need - chip_.dram.bytes);
  }

 private:
  const Draft& draft_;
  const Graph& graph_;
  const ChipDescription& chip_;
  const CompileRequest& request_;
};

Result<std::uint32_t> wanted_for_scoring(const Graph& graph, const CompileRequest& request) {
  const std::uint32_t model = graph.facts.context_length;
  const auto tokens = static_cast<std::uint32_t>(request.prompt.size());
  if (tokens <= model) return tokens;
  return bad_input(fmt::format("{} tokens at once do not fit the model's context of {}", tokens, model));
}

Result<std::uint32_t> wanted_context(const Graph& graph, const CompileRequest& request) {
  const std::uint32_t model = graph.facts.context_length;
  if (request.context && (*request.context == 0 || *request.context > model)) {
    return bad_input(
        fmt::format("a context of {} is not possible: the model's own is {}; use --context 1 to {}",
                    *request.context, model, model));
  }
  if (request.task == Task::kScore) return wanted_for_scoring(graph, request);
  const std::uint64_t useful = std::uint64_t{request.prompt.size()} + request.max_new_tokens;
  const auto context =
      request.context ? *request.context : static_cast<std::uint32_t>(std::min<std::uint64_t>(model, useful));
  if (request.prompt.size() >= context) {
    return bad_input(fmt::format(
        "the prompt has {} tokens, which leaves no room for an answer in a context of {}: shorten it{}",
        request.prompt.size(), context,
        context < model ? fmt::format(", or use --context up to {}", model) : ""));
  }
  return context;
}

}  // namespace

Result<Sizes> choose_sizes(const Draft& draft, const Graph& graph, const ChipDescription& chip,
                           const CompileRequest& request) {
  const auto context = wanted_context(graph, request);
  if (!context) return context.error();
  const auto prompt = static_cast<std::uint32_t>(request.prompt.size());
  Sizes sizes{*context, std::clamp(request.chunk_rows, 1u, prompt)};
  const Budget budget(draft, graph, chip, request);
  while (sizes.chunk_rows > 1 && !budget.fits(sizes)) sizes.chunk_rows /= 2;
  if (budget.fits(sizes)) return sizes;

  const std::uint32_t least = request.task == Task::kScore ? prompt : prompt + 1;
  const std::uint32_t largest = budget.largest_context(least, sizes.context);
  if (largest == 0) {
    return bad_input(
        fmt::format("the model does not fit the chip: {}; use a chip with more DRAM, a smaller model or "
                    "one with fewer bits a weight",
                    budget.shortage({least, 1})));
  }
  if (!request.context) return Sizes{largest, 1};
  return bad_input(
      fmt::format("a context of {} does not fit the chip: {}; use --context {} or a chip with more DRAM",
                  sizes.context, budget.shortage(sizes), largest));
}

}  // namespace areia::sw
