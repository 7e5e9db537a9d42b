// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Shapes of language models: parameters as published, and what is said of files that are wrong.
#include "perf/language_model.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace areia::perf {
namespace {

/// Billions of parameters as published: model cards, the hub's counts of the tensors, papers.
struct Published {
  std::string_view name;
  double total;
  double active = 0, unit = 0;  ///< of a model with experts, and the last digit published, rounded or cut
  bool counts_table = false;    ///< its publisher counts the table of embeddings among the active ones
};
constexpr Published kPublished[] = {
    {"llama-2-7b", 6.74},
    {"llama-2-13b", 13.02},
    {"llama-2-70b", 68.98},
    {"llama-3-8b", 8.03},
    {"llama-3-70b", 70.55},
    {"llama-3.1-8b", 8.03},
    {"llama-3.1-70b", 70.55},
    {"llama-3.1-405b", 405.85},
    {"llama-3.2-1b", 1.24},
    {"llama-3.2-3b", 3.21},
    {"codellama-13b", 13.02},
    {"codellama-34b", 33.74},
    {"llama-4-maverick", 400.7, 17.2, 0.1, true},
    {"llama-4-scout", 107.8, 17.2, 0.1, true},
    {"mistral-7b", 7.24},
    {"mixtral-8x7b", 46.70, 12.9, 0.1, true},
    {"mixtral-8x22b", 140.63, 39.1, 0.1, true},
    {"qwen-72b", 72.29},
    {"qwen2.5-0.5b", 0.494},
    {"qwen2.5-1.5b", 1.54},
    {"qwen2.5-3b", 3.09},
    {"qwen2.5-7b", 7.62},
    {"qwen2.5-14b", 14.77},
    {"qwen2.5-32b", 32.76},
    {"qwen2.5-72b", 72.71},
    {"qwen3-0.6b", 0.596},
    {"qwen3-1.7b", 1.72},
    {"qwen3-4b", 4.02},
    {"qwen3-8b", 8.19},
    {"qwen3-14b", 14.77},
    {"qwen3-32b", 32.76},
    {"qwen3-30b-a3b", 30.53, 3.3, 0.1, true},
    {"qwen3-235b-a22b", 235.09, 22, 1, true},
    {"qwen3-next-80b-a3b", 79.7, 3.9, 0.1, true},
    {"qwen3.5-397b-a17b", 397, 17, 1, true},
    {"gpt-oss-20b", 20.91, 3.61, 0.01},
    {"gpt-oss-120b", 116.83, 5.13, 0.01},
    {"deepseek-v3", 671, 37, 1},
    {"kimi-k2", 1026, 32.6, 0.1, true},
    {"glm-5", 744, 40, 1},
    {"minimax-m2", 228.7, 10, 1},
    {"gemma-3-1b", 0.99989},
    {"gemma-3-4b", 3.88},
    {"gemma-3-12b", 11.77},
    {"gemma-3-27b", 27.01},
    {"gemma-2-2b", 2.61},
    {"gemma-2-9b", 9.24},
    {"gemma-2-27b", 27.23},
    {"gemma-4-31b", 30.7},
    {"gpt2", 0.1244},
    {"gpt2-medium", 0.3548},
    {"gpt2-large", 0.774},
    {"gpt2-xl", 1.5576},
    {"gpt-3-175b", 174.6},
    {"megatron-145.6b", 145.6},
    {"megatron-529.6b", 529.6},
    {"megatron-1008b", 1008},
    {"megatron-22b", 22},
    {"palm-540b", 540.35},
    {"gpt-j-6b", 6.05},
    {"phi-2", 2.78},
    {"falcon-7b", 6.92},
    {"falcon-40b", 41.3},
    {"internlm-20b", 20.1},
    {"mpt-125m", 0.12531},
    {"mpt-1b", 1.31595},
    {"mpt-7b", 6.65886},
    {"mpt-13b", 12.85395},
    {"mpt-30b", 29.97521},
    {"gemma-4-26b-a4b", 25.2, 3.8, 0.1},
    {"gpt-neox-20b", 20.55},
    {"opt-1.3b", 1.316},
    {"opt-6.7b", 6.66},
    {"opt-13b", 12.85},
    {"opt-30b", 29.97},
    {"opt-66b", 65.7},
    {"bloom-176b", 176.2},
    {"llama-7b", 6.74},
    {"llama-13b", 13.02},
    {"llama-33b", 32.5},
    {"llama-65b", 65.3},
    {"gemma-2b", 2.51},
    {"gemma-7b", 8.54},
    {"mistral-nemo-12b", 12.25},
    {"mistral-small-24b", 23.57},
    {"mistral-large-123b", 122.6},
    {"qwen3-coder-480b-a35b", 480, 35, 1, true},
    {"deepseek-v2", 235.7, 21, 1},
    {"deepseek-v2-lite", 15.7, 2.4, 0.1},
    {"glm-4.5-air", 106.85, 12, 1},
    {"phi-3-mini", 3.82},
    {"phi-4", 14.66},
    {"dbrx", 131.6, 36, 1},
    {"grok-1", 314},
    {"yi-34b", 34.39},
    {"command-r-plus-104b", 103.8},
    {"gpt-3-6.7b", 6.66},
    {"gpt-3-13b", 12.85},
    {"mpt-70b", 64.86244},
};

TEST(LanguageModel, ParametersAreThosePublished) {
  for (const auto& [name, total, active, unit, counts_table] : kPublished) {
    const auto model = load_language_model(std::string(name));
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_NEAR(model->parameters() / 1e9, total, 0.01 * total) << name;
    const double table = counts_table ? double{1} * model->vocabulary * model->hidden : 0;
    if (active == 0) continue;
    const double found = (model->active_parameters() + table) / 1e9;
    EXPECT_GE(found, std::min(0.99 * active, active - unit / 2)) << name;
    EXPECT_LT(found, std::max(1.01 * active, active + unit)) << name;
  }
}

TEST(LanguageModel, CacheOfAPosition) {
  const auto llama = load_language_model("llama-3-8b");
  ASSERT_TRUE(llama.ok()) << llama.error().message;
  EXPECT_EQ(llama->cache_bytes_per_position(Precision::kBf16), 32 * 2 * 8 * 128 * 2);
}

TEST(LanguageModel, EveryShapeOfTheDataFolderLoads) {
  for (const std::string& name : language_model_names()) {
    const auto model = load_language_model(name);
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_EQ(model->name, name);
    EXPECT_FALSE(model->source.empty()) << name;
  }
}

TEST(LanguageModel, SaysWhatIsWrongAndWhere) {
  const auto error = [](std::string_view toml) {
    return parse_language_model(toml, "m.toml").error().message;
  };
  EXPECT_NE(error("layer = 3").find("m.toml:1: unknown key 'layer' (did you mean 'layers'?)"),
            std::string::npos)
      << error("layer = 3");
  EXPECT_NE(error("layers = -3").find("must be a whole number from 1"), std::string::npos);
  EXPECT_NE(error("layers = 3").find("hidden is missing"), std::string::npos);
  EXPECT_NE(error("# \xC2\xA1").find("m.toml:1: a character beyond ASCII"), std::string::npos);
}

}  // namespace
}  // namespace areia::perf
