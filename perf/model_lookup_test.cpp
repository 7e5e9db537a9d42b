// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Names as hubs, measurements and people write them, and those that are not known.
#include "perf/model_lookup.h"

#include <gtest/gtest.h>

#include <utility>

#include "perf/validate.h"

namespace areia::perf {
namespace {

const Library& library() {
  static const Library kLibrary = *load_library();
  return kLibrary;
}
std::string found(std::string_view name) {
  const LanguageModel* model = library().model(name);
  return model == nullptr ? "unknown" : model->name;
}

TEST(ModelLookup, FindsNamesAsTheyAreWritten) {
  const std::pair<std::string_view, std::string_view> names[] = {
      {"llama-2-70b", "llama-2-70b"},
      {"meta-llama/Llama-2-70b-hf", "llama-2-70b"},
      {"Llama-2-70b TP=8 PP=2", "llama-2-70b"},
      {"llama2-70b-99.9", "llama-2-70b"},
      {"llama2_70b_lora", "llama-2-70b"},
      {"Llama2-70B", "llama-2-70b"},
      {"meta-llama/Meta-Llama-3-8B", "llama-3-8b"},
      {"nvidia/Llama-3.1-8B-Instruct-FP8 TP=1 PP=1 ADP=1", "llama-3.1-8b"},
      {"meta-llama/Llama-3.1-8B act_fn tp1", "llama-3.1-8b"},
      {"llama31_405b", "llama-3.1-405b"},
      {"Llama-3.3-70B TP1PP2", "llama-3.1-70b"},
      {"Llama-3.1-70B pre-training TP=32 DP=4 PP=8", "llama-3.1-70b"},
      {"DeepSeek R1 Distill Llama 3.3 70B", "llama-3.1-70b"},
      {"Mistral-7B-Instruct-v0.2 TP=24", "mistral-7b"},
      {"mixtral-8x7b", "mixtral-8x7b"},
      {"Mixtral7Bx8-decode", "mixtral-8x7b"},
      {"gptj-99", "gpt-j-6b"},
      {"gpt3", "gpt-3-175b"},
      {"GPT-3 175B strong scaling", "gpt-3-175b"},
      {"GPT 1.7B heads=24 hidden=2304 layers=24 TP=1 PP=1", "megatron-1.7b"},
      {"turing-530B seq-par + selective recompute", "megatron-529.6b"},
      {"Qwen/Qwen3-30B-A3B-Instruct-2507", "qwen3-30b-a3b"},
      {"Qwen 3 32B", "qwen3-32b"},
      {"QwQ 32B", "qwen2.5-32b"},
      {"deepseek-ai/DeepSeek-R1", "deepseek-v3"},
      {"DeepSeek-R1-0528 DEP8", "deepseek-v3"},
      {"nvidia/DeepSeek-V3.1-NVFP4", "deepseek-v3"},
      {"GPT-OSS-120B TP1", "gpt-oss-120b"},
      {"Falcon40B-decode", "falcon-40b"},
      {"MPT-125m params=124131840 mbs=104 FULL_SHARD act_ckpt=False", "mpt-125m"},
      {"Gemma3-12B", "gemma-3-12b"},
      {"gemma4-26b", "gemma-4-26b-a4b"},
      {"moonshotai/Kimi-K2.5", "kimi-k2"},
      {"zhipuai/GLM-5", "glm-5"},
      {"MiniMaxAI/MiniMax-M2.5", "minimax-m2"},
  };
  for (const auto& [name, model] : names) EXPECT_EQ(found(name), model) << name;
}

TEST(ModelLookup, LeavesUnknownNamesUnknown) {
  for (const std::string_view name : {"", "/", " ", "-", "llama", "Llama 3", "Llama 38B", "Llama-3-8B-banana",
                                      "DeepSeek-R1-Distill-Banana-70B", "OpenPose", "gemm M=64 N=64 K=64"}) {
    EXPECT_EQ(found(name), "unknown") << name;
  }
}

TEST(ModelLookup, NoNameMeansTwoModels) {
  for (const LanguageModel& model : library().models) {
    EXPECT_EQ(found(model.name), model.name);
    EXPECT_EQ(found(model.label), model.name);
    for (const std::string& alias : model.aliases) EXPECT_EQ(found(alias), model.name) << alias;
  }
}

}  // namespace
}  // namespace areia::perf
