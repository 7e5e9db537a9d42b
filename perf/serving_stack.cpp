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
                 .operator_seconds = 2.79e-06,
                 .step_seconds = 0.000384,
                 .sequence_seconds = 1.07e-05,
                 .prefill_slowdown = 1.06,
                 .eager_seconds = 4.15e-06,
                 .request_seconds = 0.0496,
                 .queued_prefills = 0,
                 .together = 0.102,
                 .together_equal = 0.11,
                 .mixes_prefills = true,
                 .most_sequences = 2048,
                 .small_cache = Precision::kFp8},
    ServingStack{.name = "trtllm-1.1",
                 .operator_seconds = 5.36e-06,
                 .step_seconds = 6.59e-05,
                 .sequence_seconds = 3.97e-06,
                 .prefill_slowdown = 1.02,
                 .eager_seconds = 6.29e-05,
                 .request_seconds = 0.0147,
                 .queued_prefills = 0.0132,
                 .together = 0.155,
                 .together_equal = 0.0968,
                 .mixes_prefills = true,
                 .most_sequences = 2048,
                 .small_cache = Precision::kFp8},
    ServingStack{.name = "vllm",
                 .operator_seconds = 4.47e-06,
                 .step_seconds = 2.48e-05,
                 .sequence_seconds = 1.36e-05,
                 .prefill_slowdown = 1.07,
                 .request_seconds = 0.0128,
                 .queued_prefills = 0.337,
                 .together = 0.123,
                 .together_equal = 0.104,
                 .mixes_prefills = true,
                 .small_cache = Precision::kFp4},
    ServingStack{.name = "sglang",
                 .operator_seconds = 4.52e-06,
                 .step_seconds = 8.74e-07,
                 .sequence_seconds = 2.08e-05,
                 .prefill_slowdown = 0.895,
                 .eager_seconds = 1.81e-07,
                 .request_seconds = 0.0965,
                 .queued_prefills = 0.323,
                 .together = 0.198,
                 .together_equal = 1,
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
