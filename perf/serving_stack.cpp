// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The constants of serving stacks.
#include <algorithm>
#include <array>
#include <cctype>

#include "perf/serving.h"

namespace areia::perf {
namespace {

constexpr std::array kStacks = {
    ServingStack{.name = "middling",
                 .decode_launch = 1.2,
                 .step_seconds = 1e-3,
                 .sequence_seconds = 2e-5,
                 .prefill_slowdown = 1.1,
                 .request_seconds = 0.05,
                 .queued_prefills = 1,
                 .together = 0.15},
    ServingStack{.name = "trtllm",
                 .decode_launch = 1.15,
                 .sequence_seconds = 4e-6,
                 .prefill_slowdown = 1.18,
                 .request_seconds = 0.09,
                 .queued_prefills = 0.88,
                 .together = 0.145,
                 .most_sequences = 2048,
                 .small_cache = true},
    ServingStack{.name = "vllm",
                 .decode_launch = 1.44,
                 .sequence_seconds = 2e-5,
                 .prefill_slowdown = 1.06,
                 .request_seconds = 0.015,
                 .queued_prefills = 1.45,
                 .together = 0.146},
    ServingStack{.name = "sglang",
                 .decode_launch = 1.2,
                 .step_seconds = 2e-3,
                 .sequence_seconds = 2e-5,
                 .prefill_slowdown = 1.5,
                 .request_seconds = 0.13,
                 .queued_prefills = 1.0,
                 .together = 0.5},
    ServingStack{.name = "neuron", .batched_prefill = true, .pads_heads = true},
    ServingStack{.name = "tt-metal"},
};
/// How texts name them.
struct StackName {
  std::string_view text, stack;
};
constexpr StackName kNames[] = {
    {"trtllm", "trtllm"},          {"tensorrt-llm", "trtllm"}, {"vllm", "vllm"},
    {"sglang", "sglang"},          {"neuron", "neuron"},       {"tt-metal", "tt-metal"},
    {"mlperf inference", "trtllm"}};

}  // namespace

const ServingStack& serving_stack(std::string_view text) {
  const auto same = [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); };
  for (const StackName& name : kNames) {
    if (std::ranges::search(text, name.text, same).empty()) continue;
    for (const ServingStack& stack : kStacks) {
      if (stack.name == name.stack) return stack;
    }
  }
  return kStacks[0];
}

}  // namespace areia::perf
