// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Shapes of language models: parameters as published, and what is said of files that are wrong.
#include "perf/language_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace areia::perf {
namespace {

/// Billions of parameters as published: model cards, the hub's counts of the tensors, papers.
struct Published {
  std::string_view name;
  double total, active;       ///< of a model with experts
  bool counts_table = false;  ///< among the active ones its publisher counts the table of embeddings
};

constexpr Published kPublished[] = {
    {"llama-2-7b", 6.74, 0},
    {"llama-2-13b", 13.02, 0},
    {"llama-2-70b", 68.98, 0},
    {"llama-3-8b", 8.03, 0},
    {"llama-3-70b", 70.55, 0},
    {"llama-3.1-8b", 8.03, 0},
    {"llama-3.1-70b", 70.55, 0},
    {"llama-3.1-405b", 405.85, 0},
    {"llama-3.2-1b", 1.24, 0},
    {"llama-3.2-3b", 3.21, 0},
    {"codellama-13b", 13.02, 0},
    {"codellama-34b", 33.74, 0},
    {"llama-4-maverick", 400.7, 17.2, true},
    {"llama-4-scout", 107.8, 17.2, true},
    {"mistral-7b", 7.24, 0},
    {"mixtral-8x7b", 46.70, 12.9, true},
    {"mixtral-8x22b", 140.63, 39.1, true},
    {"qwen-72b", 72.29, 0},
    {"qwen2.5-0.5b", 0.494, 0},
    {"qwen2.5-1.5b", 1.54, 0},
    {"qwen2.5-3b", 3.09, 0},
    {"qwen2.5-7b", 7.62, 0},
    {"qwen2.5-14b", 14.77, 0},
    {"qwen2.5-32b", 32.76, 0},
    {"qwen2.5-72b", 72.71, 0},
    {"qwen3-0.6b", 0.596, 0},
    {"qwen3-1.7b", 1.72, 0},
    {"qwen3-4b", 4.02, 0},
    {"qwen3-8b", 8.19, 0},
    {"qwen3-14b", 14.77, 0},
    {"qwen3-32b", 32.76, 0},
    {"qwen3-30b-a3b", 30.53, 3.35, true},  // 3.3 on its card, cut
    {"qwen3-235b-a22b", 235.09, 22, true},
    {"qwen3-next-80b-a3b", 79.7, 3.9, true},
    {"qwen3.5-397b-a17b", 397, 17, true},
    {"gpt-oss-20b", 20.91, 3.61},
    {"gpt-oss-120b", 116.83, 5.13},
    {"deepseek-v3", 671, 37},
    {"kimi-k2", 1026, 32.6, true},
    {"glm-5", 744, 40},
    {"minimax-m2", 228.7, 10},
    {"gemma-3-1b", 0.99989, 0},
    {"gemma-3-4b", 3.88, 0},
    {"gemma-3-12b", 11.77, 0},
    {"gemma-3-27b", 27.01, 0},
    {"gemma-2-2b", 2.61, 0},
    {"gemma-2-9b", 9.24, 0},
    {"gemma-2-27b", 27.23, 0},
    {"gemma-4-31b", 30.7, 0},
    {"gpt2", 0.1244, 0},
    {"gpt2-medium", 0.3548, 0},
    {"gpt2-large", 0.774, 0},
    {"gpt2-xl", 1.5576, 0},
    {"gpt-3-175b", 174.6, 0},
    {"megatron-145.6b", 145.6, 0},
    {"megatron-529.6b", 529.6, 0},
    {"megatron-1008b", 1008, 0},
    {"megatron-22b", 22, 0},
    {"palm-540b", 540.35, 0},
    {"gpt-j-6b", 6.05, 0},
    {"phi-2", 2.78, 0},
    {"falcon-7b", 6.92, 0},
    {"falcon-40b", 41.3, 0},
    {"internlm-20b", 20.1, 0},
    {"mpt-125m", 0.12531, 0},
    {"mpt-1b", 1.31595, 0},
    {"mpt-7b", 6.65886, 0},
    {"mpt-13b", 12.85395, 0},
    {"mpt-30b", 29.97521, 0},
    {"mpt-70b", 64.86244, 0},
};

/// Within 1%, or what a published number of active parameters is rounded to (17 is 16.5 to 17.5).
double tolerance(double active) {
  const bool whole = active == std::round(active);
  return std::max(0.01 * active, whole ? 0.5 : 0.0);
}

TEST(LanguageModel, ParametersAreThosePublished) {
  for (const auto& [name, total, active, counts_table] : kPublished) {
    const auto model = load_language_model(std::string(name));
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_NEAR(model->parameters() / 1e9, total, 0.01 * total) << name;
    const double table = counts_table ? double{1} * model->vocabulary * model->hidden : 0;
    if (active > 0) {
      EXPECT_NEAR((model->active_parameters() + table) / 1e9, active, tolerance(active)) << name;
    }
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
}

}  // namespace
}  // namespace areia::perf
