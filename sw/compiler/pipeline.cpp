// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The whole compiler: from a model's graph to a plan that the chip's kernels execute. A spine file: keep it
// within a screen. Each pass is a function in the file of its name.
#include <fmt/format.h>

#include "sw/compiler/compiler.h"
#include "sw/compiler/draft.h"

namespace areia::sw {
namespace {

Result<void> check_request(const Graph& graph, const CompileRequest& request) {
  if (request.prompt.empty()) return bad_input("the prompt has no tokens: give at least one word");
  for (const std::uint32_t token : request.prompt) {
    if (token < graph.facts.vocabulary) continue;
    return bad_input(fmt::format("token {} of the prompt is not in the model's vocabulary of {}", token,
                                 graph.facts.vocabulary));
  }
  if (request.task == Task::kAnswer && request.max_new_tokens == 0)
    return bad_input("the number of tokens to generate must be at least 1");
  const abi::SamplingParameters& sampling = request.sampling;
  if (!(sampling.temperature >= 0 && sampling.temperature <= 1e6f)) {  // also refuses NaN
    return bad_input(fmt::format("--temperature {} is not possible: use 0 (the likeliest token) or more",
                                 sampling.temperature));
  }
  if (!(sampling.top_p > 0 && sampling.top_p <= 1)) {
    return bad_input(fmt::format("--top-p {} is not possible: use more than 0, at most 1", sampling.top_p));
  }
  if (request.stop_tokens.size() > abi::kMaxStopTokens) {
    return bad_input(fmt::format("at most {} stop tokens are possible", abi::kMaxStopTokens));
  }
  if (request.cache_format != num::Format::kFp16 && request.cache_format != num::Format::kFp32)
    return bad_input("keys and values can be cached as fp16 or fp32 only");
  return {};
}

}  // namespace

Result<CompiledPlan> compile(const Graph& graph, const ChipDescription& chip, const CompileRequest& request) {
  // Shapes of the graph, tokens and counts of the request: all later passes rely on them.
  AREIA_RETURN_IF_ERROR(graph.check());
  AREIA_RETURN_IF_ERROR(check_request(graph, request));

  // Nodes become operators over buffers; every activation gets the format that its consumers' weights need.
  auto draft = lower(graph, request.task, request.cache_format);
  if (!draft) return draft.error();

  // Tiles meet after an operator only where the next one depends on those since the last meeting.
  drop_barriers(*draft);

  // Context and prefill chunk: as asked, or as large as useful and as the chip's DRAM allows.
  const auto sizes = choose_sizes(*draft, graph, chip, request);
  if (!sizes) return sizes.error();

  // Every buffer gets its address; activations share memory when their lifetimes allow.
  const Layout layout = place(*draft, graph, chip, request, *sizes);

  // The bytes that the host writes: header, operators, tokens, RoPE frequencies; weights stay views.
  return emit(*draft, graph, request, *sizes, layout);
}

}  // namespace areia::sw
