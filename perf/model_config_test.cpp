// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// config.json files of each family give the shapes that perf/models has, and wrong ones are told apart.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "perf/forward.h"
#include "perf/language_model.h"

namespace areia::perf {
namespace {

/// A known shape, and the numbers that its config.json on the hub has (those of them that matter).
struct Known {
  std::string_view name, json;
};
constexpr Known kKnown[] = {
    {"llama-3-8b", R"({"model_type": "llama", "hidden_size": 4096, "intermediate_size": 14336,
      "max_position_embeddings": 8192, "num_attention_heads": 32, "num_hidden_layers": 32,
      "num_key_value_heads": 8, "tie_word_embeddings": false, "torch_dtype": "bfloat16", "vocab_size": 128256})"},
    {"llama-3.2-1b",
     R"({"model_type": "llama", "head_dim": 64, "hidden_size": 2048, "intermediate_size": 8192,
      "max_position_embeddings": 131072, "num_attention_heads": 32, "num_hidden_layers": 16,
      "num_key_value_heads": 8, "tie_word_embeddings": true, "vocab_size": 128256})"},
    {"mistral-7b", R"({"model_type": "mistral", "hidden_size": 4096, "intermediate_size": 14336,
      "max_position_embeddings": 32768, "num_attention_heads": 32, "num_hidden_layers": 32,
      "num_key_value_heads": 8, "sliding_window": null, "vocab_size": 32000})"},
    {"mixtral-8x7b", R"({"model_type": "mixtral", "hidden_size": 4096, "intermediate_size": 14336,
      "max_position_embeddings": 32768, "num_attention_heads": 32, "num_experts_per_tok": 2,
      "num_hidden_layers": 32, "num_key_value_heads": 8, "num_local_experts": 8, "sliding_window": null,
      "vocab_size": 32000})"},
    {"qwen-72b",
     R"({"model_type": "qwen", "hidden_size": 8192, "intermediate_size": 49152, "kv_channels": 128,
      "max_position_embeddings": 32768, "num_attention_heads": 64, "num_hidden_layers": 80,
      "vocab_size": 152064, "tie_word_embeddings": false})"},
    {"qwen2.5-7b", R"({"model_type": "qwen2", "hidden_size": 3584, "intermediate_size": 18944,
      "max_position_embeddings": 131072, "num_attention_heads": 28, "num_hidden_layers": 28,
      "num_key_value_heads": 4, "sliding_window": 131072, "use_sliding_window": false, "vocab_size": 152064})"},
    {"qwen3-0.6b", R"({"model_type": "qwen3", "head_dim": 128, "hidden_size": 1024, "intermediate_size": 3072,
      "max_position_embeddings": 40960, "num_attention_heads": 16, "num_hidden_layers": 28,
      "num_key_value_heads": 8, "tie_word_embeddings": true, "vocab_size": 151936})"},
    {"qwen3-30b-a3b", R"({"model_type": "qwen3_moe", "decoder_sparse_step": 1, "head_dim": 128,
      "hidden_size": 2048, "intermediate_size": 6144, "max_position_embeddings": 40960, "mlp_only_layers": [],
      "moe_intermediate_size": 768, "num_attention_heads": 32, "num_experts": 128, "num_experts_per_tok": 8,
      "num_hidden_layers": 48, "num_key_value_heads": 4, "tie_word_embeddings": false, "vocab_size": 151936})"},
    {"qwen3.5-397b-a17b", R"({"model_type": "qwen3_5_moe", "tie_word_embeddings": false, "text_config": {
      "model_type": "qwen3_5_moe_text", "attn_output_gate": true, "full_attention_interval": 4, "head_dim": 256,
      "hidden_size": 4096, "linear_key_head_dim": 128, "linear_num_key_heads": 16, "linear_num_value_heads": 64,
      "linear_value_head_dim": 128, "max_position_embeddings": 262144, "mlp_only_layers": [],
      "moe_intermediate_size": 1024, "num_attention_heads": 32, "num_experts": 512, "num_experts_per_tok": 10,
      "num_hidden_layers": 60, "num_key_value_heads": 2, "shared_expert_intermediate_size": 1024,
      "layer_types": ["linear_attention", "linear_attention", "linear_attention", "full_attention"],
      "vocab_size": 248320}})"},
    {"gemma-2-2b",
     R"({"model_type": "gemma2", "head_dim": 256, "hidden_size": 2304, "intermediate_size": 9216,
      "max_position_embeddings": 8192, "num_attention_heads": 8, "num_hidden_layers": 26,
      "num_key_value_heads": 4, "sliding_window": 4096, "vocab_size": 256000})"},
    {"gpt2", R"({"model_type": "gpt2", "n_ctx": 1024, "n_embd": 768, "n_head": 12, "n_layer": 12,
      "n_positions": 1024, "vocab_size": 50257})"},
    {"gpt-oss-20b", R"({"model_type": "gpt_oss", "experts_per_token": 4, "head_dim": 64, "hidden_size": 2880,
      "intermediate_size": 2880, "layer_types": ["sliding_attention", "full_attention"],
      "max_position_embeddings": 131072, "num_attention_heads": 64, "num_experts_per_tok": 4,
      "num_hidden_layers": 24, "num_key_value_heads": 8, "num_local_experts": 32,
      "quantization_config": {"quant_method": "mxfp4"}, "sliding_window": 128, "tie_word_embeddings": false,
      "vocab_size": 201088})"},
    {"deepseek-v3", R"({"model_type": "deepseek_v3", "first_k_dense_replace": 3, "hidden_size": 7168,
      "intermediate_size": 18432, "kv_lora_rank": 512, "max_position_embeddings": 163840,
      "moe_intermediate_size": 2048, "moe_layer_freq": 1, "n_routed_experts": 256, "n_shared_experts": 1,
      "num_attention_heads": 128, "num_experts_per_tok": 8, "num_hidden_layers": 61, "num_key_value_heads": 128,
      "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
      "quantization_config": {"quant_method": "fp8"}, "v_head_dim": 128, "vocab_size": 129280})"},
    {"minimax-m2", R"({"model_type": "minimax_m2", "head_dim": 128, "hidden_size": 3072,
      "intermediate_size": 1536, "max_position_embeddings": 196608, "num_attention_heads": 48,
      "num_experts_per_tok": 8, "num_hidden_layers": 62, "num_key_value_heads": 8, "num_local_experts": 256,
      "quantization_config": {"quant_method": "fp8"}, "tie_word_embeddings": false, "vocab_size": 200064})"},
    {"llama-4-maverick", R"({"model_type": "llama4", "text_config": {"model_type": "llama4_text",
      "attention_chunk_size": 8192, "head_dim": 128, "hidden_size": 5120, "interleave_moe_layer_step": 2,
      "intermediate_size": 8192, "intermediate_size_mlp": 16384, "max_position_embeddings": 1048576,
      "num_attention_heads": 40, "num_experts_per_tok": 1, "num_hidden_layers": 48, "num_key_value_heads": 8,
      "num_local_experts": 128, "vocab_size": 202048}})"},
    {"phi-2", R"({"model_type": "phi", "hidden_size": 2560, "intermediate_size": 10240,
      "max_position_embeddings": 2048, "num_attention_heads": 32, "num_hidden_layers": 32,
      "num_key_value_heads": null, "vocab_size": 51200})"},
    {"falcon-7b", R"({"model_type": "falcon", "hidden_size": 4544, "multi_query": true,
      "new_decoder_architecture": false, "num_attention_heads": 71, "num_hidden_layers": 32,
      "parallel_attn": true, "max_position_embeddings": 2048, "vocab_size": 65024})"},
    {"falcon-40b", R"({"model_type": "falcon", "hidden_size": 8192, "multi_query": true,
      "new_decoder_architecture": true, "num_attention_heads": 128, "num_hidden_layers": 60, "num_kv_heads": 8,
      "parallel_attn": true, "max_position_embeddings": 2048, "vocab_size": 65024})"},
    {"gpt-j-6b", R"({"model_type": "gptj", "n_embd": 4096, "n_head": 16, "n_inner": null, "n_layer": 28,
      "n_positions": 2048, "tie_word_embeddings": false, "vocab_size": 50400})"},
    {"mpt-7b",
     R"({"model_type": "mpt", "attn_config": {"alibi": false}, "d_model": 4096, "expansion_ratio": 4,
      "max_seq_len": 2048, "n_heads": 32, "n_layers": 32, "vocab_size": 50368})"},
};

TEST(ModelConfig, GivesTheKnownShapes) {
  for (const auto& [name, json] : kKnown) {
    const auto known = load_language_model(std::string(name));
    ASSERT_TRUE(known.ok()) << known.error().message;
    const auto model = parse_model_config(json, "config.json");
    ASSERT_TRUE(model.ok()) << name << ": " << model.error().message;
    EXPECT_EQ(model->parameters(), known->parameters()) << name;
    EXPECT_EQ(model->active_parameters(), known->active_parameters()) << name;
    EXPECT_EQ(model->max_positions, known->max_positions) << name;
    EXPECT_EQ(model->native, known->native) << name;
    EXPECT_EQ(model->expert_native, known->expert_native) << name;
    const Pass token = {.sequences = 3, .context = 9999};
    EXPECT_EQ(cache_bytes(*model, token, {}), cache_bytes(*known, token, {})) << name;
    const auto operators = forward(*model, token, {}), expected = forward(*known, token, {});
    ASSERT_EQ(operators.size(), expected.size()) << name;
    for (std::size_t i = 0; i < operators.size(); ++i) {
      EXPECT_EQ(operators[i].name, expected[i].name) << name;
      EXPECT_EQ(operators[i].count, expected[i].count) << name << ": " << expected[i].name;
    }
  }
}

TEST(ModelConfig, TakesTheFamilysUsualSizes) {  // as the file of Gemma 3 4B leaves them out
  const auto model = parse_model_config(
      R"({"model_type": "gemma3", "text_config": {"hidden_size": 2560, "intermediate_size": 10240,
          "model_type": "gemma3_text", "num_hidden_layers": 34, "sliding_window": 1024}})",
      "config.json");
  ASSERT_TRUE(model.ok()) << model.error().message;
  EXPECT_EQ(model->parameters(), load_language_model("gemma-3-4b")->parameters());
  EXPECT_EQ(model->windowed_share, 29 / 34.0);
  EXPECT_TRUE(model->tied_embeddings);
}

TEST(ModelConfig, SaysWhatIsWrong) {
  const auto error = [](std::string_view json) {
    const auto model = parse_model_config(json, "c.json");
    return model.ok() ? std::string("no error") : model.error().message;
  };
  const auto says = [&](std::string_view json, std::string_view what) {
    EXPECT_NE(error(json).find(what), std::string::npos) << error(json);
  };
  says("", "c.json: not a JSON object");
  says("[1]", "not a JSON object");
  says(std::string(100000, '['), "not a JSON object");
  says("{}", "'model_type' is missing");
  says(R"({"model_type": "banana"})", "'banana' is not known; there are: llama");
  says(R"({"model_type": "llama"})", "'num_hidden_layers' is missing");
  says(R"({"model_type": "llama", "num_hidden_layers": -3})", "'num_hidden_layers' must be a whole number");
  says(R"({"model_type": "llama", "num_hidden_layers": "many"})", "must be a whole number");
  says(R"({"model_type": "gpt2", "n_layer": 12, "n_embd": 768, "n_head": 0, "vocab_size": 9})", "heads is 0");
  says(R"({"model_type": "gpt2", "n_layer": 99999, "n_embd": 768, "n_head": 12, "vocab_size": 9})",
       "layers is 99999; it must be from 1 to 10000");
  says(R"({"model_type": "llama", "num_hidden_layers": 2, "hidden_size": 64, "num_attention_heads": 5,
          "num_key_value_heads": 3, "vocab_size": 9, "head_dim": 8})",
       "heads must be a multiple of kv_heads");
  says(R"({"model_type": "mixtral", "num_hidden_layers": 2, "hidden_size": 64, "num_attention_heads": 4,
          "vocab_size": 9, "intermediate_size": 8, "num_local_experts": 2, "num_experts_per_tok": 3})",
       "experts_used must be at most experts");
}

}  // namespace
}  // namespace areia::perf
