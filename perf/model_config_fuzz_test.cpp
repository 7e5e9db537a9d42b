// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Damaged config.json and TOML shapes: an error, or a shape whose numbers are finite; never a crash.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "perf/forward.h"
#include "perf/language_model.h"

namespace areia::perf {
namespace {

const std::vector<std::string> kConfigs = {
    R"({"model_type":"llama","hidden_size":64,"intermediate_size":96,"num_attention_heads":4,
        "num_hidden_layers":2,"num_key_value_heads":2,"vocab_size":300,"torch_dtype":"float16"})",
    R"({"model_type":"x","quantization_config":{"bits":4},"text_config":{"model_type":"qwen3_5_moe_text",
        "hidden_size":64,"num_hidden_layers":4,"num_attention_heads":4,"vocab_size":300,"num_experts":8,
        "num_experts_per_tok":2,"moe_intermediate_size":32,"shared_expert_intermediate_size":32,
        "layer_types":["linear_attention","full_attention"],"linear_num_key_heads":2,
        "linear_num_value_heads":4,"linear_value_head_dim":16,"mlp_only_layers":[]}})",
    R"({"model_type":"deepseek_v3","hidden_size":64,"num_hidden_layers":4,"num_attention_heads":4,
        "vocab_size":300,"n_routed_experts":8,"num_experts_per_tok":2,"moe_intermediate_size":32,
        "n_shared_experts":1,"first_k_dense_replace":1,"moe_layer_freq":1,"kv_lora_rank":16,"q_lora_rank":24,
        "qk_nope_head_dim":16,"qk_rope_head_dim":8,"v_head_dim":16,"intermediate_size":96})",
    R"({"model_type":"mpt","attn_config":{"alibi":true,"kv_n_heads":1},"d_model":64,"n_heads":4,"n_layers":2,
        "expansion_ratio":4,"vocab_size":300})"};
const std::string kToml = R"(
name = "tiny"
layers = 4
hidden = 64
vocabulary = 300
heads = 4
kv_heads = 2
head_size = 16
feed_forward = 96
window = 8
windowed_share = 0.5
experts = 8
experts_used = 2
expert_feed_forward = 32
dense_layers = 1
native = "fp8"
)";

std::string damaged(std::string text, std::mt19937& random) {
  static const std::vector<std::string> pieces = {"0",  "-1", "4294967296", "1e309", "null",       "true",
                                                  "[]", "{",  "\"",         "99999", "NaN",        ":",
                                                  ",",  "{}", "\xff",       "1.5",   "1000000000", "\\u0000"};
  for (auto changes = random() % 4 + 1; changes > 0; --changes) {
    const std::size_t at = random() % (text.size() + 1);
    switch (random() % 4) {
      case 0:
        text.insert(at, pieces[random() % pieces.size()]);
        break;
      case 1:
        text.erase(at, random() % 12);
        break;
      case 2: {  // a number becomes another
        const std::size_t digit = text.find_first_of("0123456789", at);
        if (digit == std::string::npos) break;
        const std::size_t end = text.find_first_not_of("0123456789", digit);
        text.replace(digit, end == std::string::npos ? 1 : end - digit, pieces[random() % pieces.size()]);
        break;
      }
      default:
        if (at < text.size()) text[at] = static_cast<char>(random());
    }
  }
  return text;
}

void use(const Result<LanguageModel>& model) {
  if (!model.ok()) {
    EXPECT_FALSE(model.error().message.empty());
    return;
  }
  EXPECT_TRUE(std::isfinite(model->parameters()) && model->parameters() > 0);
  EXPECT_LE(model->active_parameters(), model->parameters() * (1 + 1e-9));
  const Pass token = {.sequences = 2, .context = 100};
  EXPECT_TRUE(std::isfinite(weight_bytes(*model, {}, {}) + cache_bytes(*model, token, {})));
  for (const Operator& op : forward(*model, token, {})) {
    EXPECT_TRUE(std::isfinite(op.count) && op.count > 0) << op.name;
    if (const auto* gemm = std::get_if<Gemm>(&op.work)) {
      EXPECT_TRUE(std::isfinite(gemm->m * gemm->n * gemm->k * gemm->groups)) << op.name;
    }
  }
}

TEST(ModelConfigFuzz, DamagedConfigsAreErrorsOrShapes) {
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    use(parse_model_config(damaged(kConfigs[random() % kConfigs.size()], random), "config.json"));
  }
}

TEST(ModelConfigFuzz, DamagedTomlIsAnErrorOrAShape) {
  std::mt19937 random(2);
  for (int i = 0; i < 5000; ++i) use(parse_language_model(damaged(kToml, random), "model.toml"));
}

}  // namespace
}  // namespace areia::perf
