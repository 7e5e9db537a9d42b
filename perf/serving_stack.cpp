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
    ServingStack{.name = "plain"},
    ServingStack{.name = "trtllm"},
    ServingStack{.name = "vllm"},
    ServingStack{.name = "sglang"},
    ServingStack{.name = "neuron"},
    ServingStack{.name = "tt-metal"},
};
/// How texts name them.
struct StackName {
  std::string_view text, stack;
};
constexpr StackName kNames[] = {{"trtllm", "trtllm"},     {"tensorrt-llm", "trtllm"}, {"vllm", "vllm"},
                                {"sglang", "sglang"},     {"neuron", "neuron"},       {"tt-metal", "tt-metal"},
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
