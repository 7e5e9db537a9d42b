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

// Fitted to the calibration rows of aiconfigurator's silicon samples (H100, H200, B200, B300):
// TensorRT-LLM 1.0 to 1.3, vLLM 0.11 to 0.19, SGLang 0.5. The middling stack lies between them.
constexpr std::array kStacks = {
    ServingStack{.name = "middling",
                 .step_seconds = 2e-4,
                 .sequence_seconds = 1e-5,
                 .prefill_slowdown = 1,
                 .request_seconds = 0.03,
                 .queued_prefills = 0.5,
                 .together = 0.15,
                 .together_equal = 0.15},
    ServingStack{.name = "trtllm",
                 .operator_seconds = 3.9e-6,
                 .step_seconds = 3.4e-4,
                 .sequence_seconds = 2e-6,
                 .prefill_slowdown = 1.04,
                 .request_seconds = 0.082,
                 .queued_prefills = 0.24,
                 .together = 0.1,
                 .together_equal = 0.104,
                 .most_sequences = 2048,
                 .small_cache = true},
    ServingStack{.name = "vllm",
                 .operator_seconds = 5.3e-6,
                 .step_seconds = 1.5e-4,
                 .sequence_seconds = 7e-6,
                 .prefill_slowdown = 0.95,
                 .request_seconds = 0.01,
                 .queued_prefills = 0.95,
                 .together = 0.135,
                 .together_equal = 0.1},
    ServingStack{.name = "sglang",
                 .operator_seconds = 5.3e-6,
                 .sequence_seconds = 2.1e-5,
                 .prefill_slowdown = 0.89,
                 .request_seconds = 0.17,
                 .queued_prefills = 0.12,
                 .together = 0.41,
                 .together_equal = 1},
    // Fitted to the calibration rows of AWS's benchmarks: Inferentia2 and Trainium1.
    ServingStack{.name = "neuron",
                 .operator_seconds = 1.8e-5,
                 .prefill_slowdown = 1.6,
                 .batched_prefill = true,
                 .pads_heads = true},
    // And of Tenstorrent's: models replayed from traces on Wormhole and Blackhole.
    ServingStack{.name = "tt-metal", .operator_seconds = 2.5e-5},
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

std::span<const ServingStack> serving_stacks() { return kStacks; }

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
