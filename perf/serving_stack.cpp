// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The constants of serving stacks.
#include <array>

#include "base/text.h"
#include "perf/serving.h"

namespace areia::perf {
namespace {

// Those of trtllm, trtllm-1.1, vllm and sglang: found by fit_serving from the calibration rows of
// aiconfigurator's silicon samples (H100, H200, B200, B300; TensorRT-LLM 1.0 to 1.3, vLLM 0.11 to 0.19,
// SGLang 0.5). The middling stack lies between them. What is on or off is as these servers are: vLLM and
// TensorRT-LLM mix prefills into decode steps, SGLang does not unless told to; the cache is in fp8
// and SGLang's passes hold 16,384 new positions as InferenceMAX's scripts have it.
// TensorRT-LLM 1.1 stands by itself: its rows are of experts alone, run on DeepGEMM or CUTLASS, and
// no graph replayed a pass with prompts in it. With 1.2 came kernels of its own for experts and graphs for
// prefills (InferenceMAX's log of changes, pull requests 110, 618 and 620).
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
                 .operator_seconds = 3.18e-06,
                 .step_seconds = 0.000235,
                 .sequence_seconds = 8.74e-06,
                 .prefill_slowdown = 1.1,
                 .eager_seconds = 3.97e-06,
                 .request_seconds = 0.0492,
                 .queued_prefills = 0,
                 .together = 0.102,
                 .together_equal = 0.103,
                 .mixes_prefills = true,
                 .most_sequences = 2048,
                 .small_cache = Precision::kFp8},
    ServingStack{.name = "trtllm-1.1",
                 .operator_seconds = 5.46e-06,
                 .step_seconds = 5.25e-05,
                 .sequence_seconds = 2.75e-06,
                 .prefill_slowdown = 1.04,
                 .eager_seconds = 6.29e-05,
                 .request_seconds = 0.0137,
                 .queued_prefills = 0.0172,
                 .together = 0.155,
                 .together_equal = 0.0968,
                 .mixes_prefills = true,
                 .most_sequences = 2048,
                 .small_cache = Precision::kFp8},
    ServingStack{.name = "vllm",
                 .operator_seconds = 4.49e-06,
                 .step_seconds = 4.24e-05,
                 .sequence_seconds = 1.27e-05,
                 .prefill_slowdown = 1.09,
                 .request_seconds = 0.0123,
                 .queued_prefills = 0.357,
                 .together = 0.122,
                 .together_equal = 0.0957,
                 .mixes_prefills = true,
                 .small_cache = Precision::kFp4},
    ServingStack{.name = "sglang",
                 .operator_seconds = 4.56e-06,
                 .step_seconds = 1.68e-06,
                 .sequence_seconds = 2.05e-05,
                 .prefill_slowdown = 0.86,
                 .request_seconds = 0.0835,
                 .queued_prefills = 1.03,
                 .together = 0.202,
                 .together_equal = 0.96,
                 .prefill_positions = 16384,
                 .small_cache = Precision::kFp4},
    // Fitted to the calibration rows of AWS's benchmarks: Inferentia2 and Trainium1.
    ServingStack{.name = "neuron",
                 .operator_seconds = 1.8e-5,
                 .prefill_slowdown = 1.6,
                 .static_shapes = true,
                 .batched_prefill = true,
                 .pads_heads = true},
    // And of Tenstorrent's: models replayed from traces on Wormhole and Blackhole.
    ServingStack{.name = "tt-metal", .operator_seconds = 2.5e-5},
};
/// How texts name them.
struct StackName {
  std::string_view text, stack;
};
constexpr StackName kNames[] = {{"trtllm-1.1", "trtllm-1.1"},
                                {"trtllm 1.1.", "trtllm-1.1"},
                                {"trtllm gpt-oss-dev", "trtllm-1.1"},
                                {"tensorrt-llm 1.1.", "trtllm-1.1"},
                                {"trtllm", "trtllm"},
                                {"tensorrt-llm", "trtllm"},
                                {"vllm", "vllm"},
                                {"sglang", "sglang"},
                                {"neuron", "neuron"},
                                {"tt-metal", "tt-metal"},
                                {"mlperf inference", "trtllm"}};

}  // namespace

std::span<const ServingStack> serving_stacks() { return kStacks; }

const ServingStack& serving_stack(std::string_view text) {
  for (const StackName& name : kNames) {
    if (!contains_any_case(text, name.text)) continue;
    for (const ServingStack& stack : kStacks) {
      if (stack.name == name.stack) return stack;
    }
  }
  return kStacks[0];
}

}  // namespace areia::perf
