// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads shapes from config.json files of the Hugging Face hub. Families call the same things by different
// keys, with defaults of their own (transformers, src/transformers/models/*/configuration_*.py): one row of
// the table a family, one reader for all.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <initializer_list>
#include <nlohmann/json.hpp>

#include "base/bounded_json.h"
#include "base/text_file.h"
#include "perf/language_model.h"

namespace areia::perf {
namespace {

using Json = nlohmann::json;

constexpr int kMostDepth = 64;

/// Which layers see a window where the file has no layer_types.
enum class Windows : std::uint8_t {
  kNone,
  kAll,        ///< if there is a sliding_window
  kIfAsked,    ///< all, if use_sliding_window says so
  kAlternate,  ///< every other one
  kPattern,    ///< all but each sliding_window_pattern-th
  kChunks,     ///< all but each no_rope_layer_interval-th, chunks of attention_chunk_size
};

/// What a family does not write into its files.
struct Family {
  std::string_view model_type;
  bool gated = true, tied = false;
  bool layer_norm = false, parallel_block = false, learned_positions = false;
  bool post_norms = false, query_key_norms = false;
  Windows windows = Windows::kNone;
  std::uint32_t pattern = 0;  ///< of Windows::kPattern where the file has none
  /// Sizes where the file has none; 0: it must.
  std::uint32_t heads = 0, kv_heads = 0, head_size = 0, vocabulary = 0;
};
constexpr Family gpt(std::string_view type, bool tied, bool parallel, bool positions) {
  return {.model_type = type,
          .gated = false,
          .tied = tied,
          .layer_norm = true,
          .parallel_block = parallel,
          .learned_positions = positions};
}
constexpr auto kFamilies = std::to_array<Family>({
    {.model_type = "llama"},
    {.model_type = "llama4_text", .windows = Windows::kChunks},
    {.model_type = "mistral", .windows = Windows::kAll},
    {.model_type = "ministral", .windows = Windows::kAll},
    {.model_type = "mixtral", .windows = Windows::kAll},
    {.model_type = "qwen"},
    {.model_type = "qwen2", .windows = Windows::kIfAsked},
    {.model_type = "qwen2_moe", .windows = Windows::kIfAsked},
    {.model_type = "qwen3", .query_key_norms = true, .windows = Windows::kIfAsked},
    {.model_type = "qwen3_moe", .query_key_norms = true, .windows = Windows::kIfAsked},
    {.model_type = "qwen3_next", .query_key_norms = true},
    {.model_type = "qwen3_5_text", .query_key_norms = true},
    {.model_type = "qwen3_5_moe_text", .query_key_norms = true},
    {.model_type = "gemma", .tied = true},
    {.model_type = "gemma2", .tied = true, .post_norms = true, .windows = Windows::kAlternate},
    {.model_type = "gemma3_text",
     .tied = true,
     .post_norms = true,
     .query_key_norms = true,
     .windows = Windows::kPattern,
     .pattern = 6,
     .heads = 8,
     .kv_heads = 4,
     .head_size = 256,
     .vocabulary = 262208},
    gpt("gpt2", true, false, true),
    gpt("opt", true, false, true),
    gpt("gpt_neox", false, true, false),
    gpt("gptj", false, true, false),
    gpt("phi", false, true, false),
    gpt("falcon", true, true, false),
    gpt("mpt", true, false, true),
    gpt("bloom", true, false, false),
    {.model_type = "phi3", .windows = Windows::kAll},
    {.model_type = "gpt_oss", .windows = Windows::kAlternate},
    {.model_type = "deepseek_v2"},
    {.model_type = "deepseek_v3"},
    {.model_type = "deepseek_v32"},
    {.model_type = "kimi_k2"},
    {.model_type = "kimi_k25"},
    {.model_type = "glm_moe_dsa"},
    {.model_type = "glm4_moe"},
    {.model_type = "minimax_m2", .query_key_norms = true},
    {.model_type = "internlm"},
    {.model_type = "internlm2"},
    {.model_type = "internlm3"},
    {.model_type = "granite"},
    {.model_type = "smollm3"},
});

class ConfigReader {
 public:
  ConfigReader(const Json& config, const Json& outer, const Family& family, std::string origin)
      : config_(config), outer_(outer), family_(family), origin_(std::move(origin)) {}

  Result<LanguageModel> read() {
    take_family();
    sizes();
    attention();
    feed_forward();
    if (error_.empty()) latent_attention();
    if (error_.empty()) layer_kinds();
    formats();
    if (!error_.empty()) return bad_input(fmt::format("{}: {}", origin_, error_));
    AREIA_RETURN_IF_ERROR(check_language_model(model_, origin_));
    return std::move(model_);
  }

 private:
  using Keys = std::initializer_list<const char*>;

  const Json* find(const char* key) const {
    const auto found = config_.find(key);
    return found == config_.end() || found->is_null() ? nullptr : &*found;
  }
  const Json* find_object(const char* key) const {
    const Json* value = find(key);
    return value != nullptr && value->is_object() ? value : nullptr;
  }
  void fail(const std::string& why) {
    if (error_.empty()) error_ = why;
  }

  /// The first of the keys that the file has, as a count; without any, `missing` or an error.
  std::uint32_t count(Keys keys, std::optional<std::uint32_t> missing = {}) {
    for (const char* key : keys) {
      if (const Json* value = find(key)) return count_of(*value, key);
    }
    if (!missing) fail(fmt::format("'{}' is missing", *keys.begin()));
    return missing.value_or(0);
  }
  std::uint32_t count_of(const Json& value, const char* key) {
    constexpr std::uint32_t kMost = 1 << 30;
    if (value.is_number_unsigned() && value.get<std::uint64_t>() <= kMost) return value.get<std::uint32_t>();
    fail(fmt::format("'{}' must be a whole number from 0 to {}", key, kMost));
    return 0;
  }
  static std::optional<std::uint32_t> usual(std::uint32_t value) {
    return value == 0 ? std::nullopt : std::optional(value);
  }
  bool flag(const char* key, bool missing) {
    const Json* value = find(key);
    if (value == nullptr) return missing;
    if (!value->is_boolean()) fail(fmt::format("'{}' must be true or false", key));
    return value->is_boolean() && value->get<bool>();
  }
  static std::string text_of(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? printable(found->get<std::string>()) : "";
  }

  void take_family() {
    model_.gated = family_.gated;
    model_.layer_norm = family_.layer_norm;
    model_.parallel_block = flag("parallel_attn", family_.parallel_block);
    model_.learned_positions = family_.learned_positions;
    model_.post_norms = family_.post_norms;
    model_.query_key_norms = family_.query_key_norms || flag("use_qk_norm", false);
    model_.tied_embeddings = flag("tie_word_embeddings", family_.tied);
    if (find("tie_word_embeddings") == nullptr && outer_.contains("tie_word_embeddings"))
      model_.tied_embeddings = outer_["tie_word_embeddings"] == true;
    if (const Json* attention = find_object("attn_config")) {  // mpt
      if (attention->value("alibi", Json()) == true) model_.learned_positions = false;
    }
    model_.name = text_of(outer_, "_name_or_path");
    if (model_.name.empty()) model_.name = printable(std::filesystem::path(origin_).stem().string());
    model_.label = model_.name;
    model_.source = origin_;
  }

  void sizes() {
    model_.layers = count({"num_hidden_layers", "n_layer", "n_layers", "num_layers"});
    model_.hidden = count({"hidden_size", "n_embd", "d_model"});
    model_.vocabulary = count({"vocab_size"}, usual(family_.vocabulary));
    model_.max_positions =
        count({"max_position_embeddings", "n_positions", "max_seq_len", "n_ctx", "seq_length"}, 0);
  }

  void attention() {
    model_.heads = count({"num_attention_heads", "n_head", "n_heads"}, usual(family_.heads));
    const bool one = family_.model_type == "falcon" && flag("multi_query", true) &&
                     !flag("new_decoder_architecture", false);
    model_.kv_heads = count({"num_key_value_heads", "num_kv_heads", "n_head_kv"},
                            usual(family_.kv_heads).value_or(model_.heads));
    if (one) model_.kv_heads = 1;
    if (const Json* attention = find_object("attn_config"); attention != nullptr) {
      const auto kv_heads = attention->find("kv_n_heads");
      if (kv_heads != attention->end()) model_.kv_heads = count_of(*kv_heads, "kv_n_heads");
    }
    const std::uint32_t size = model_.heads == 0 ? 0 : model_.hidden / model_.heads;
    model_.head_size = count({"head_dim", "kv_channels"}, usual(family_.head_size).value_or(size));
    const bool gate = family_.model_type == "qwen3_next" || family_.model_type.starts_with("qwen3_5");
    model_.gated_attention = flag("attn_output_gate", gate);
  }

  void feed_forward() {
    const std::uint64_t ratio = count({"expansion_ratio"}, 4), four = ratio * model_.hidden;
    const auto ordinary = static_cast<std::uint32_t>(std::min<std::uint64_t>(four, UINT32_MAX));
    std::uint32_t width = count(
        {"intermediate_size_mlp", "intermediate_size", "n_inner", "ffn_dim", "ffn_hidden_size"}, ordinary);
    if (family_.model_type == "qwen") width /= 2;  // counts gate and up together
    model_.experts = count({"num_local_experts", "num_experts", "n_routed_experts"}, 0);
    if (model_.experts == 0) {
      model_.feed_forward = width;
      return;
    }
    model_.experts_used = count({"num_experts_per_tok", "experts_per_token", "num_experts_per_token"});
    model_.expert_feed_forward = count({"moe_intermediate_size", "intermediate_size"});
    model_.shared_experts = count({"n_shared_experts"}, family_.model_type == "llama4_text" ? 1 : 0);
    const std::uint32_t shared = count({"shared_expert_intermediate_size"}, 0);
    if (shared > 0 && model_.expert_feed_forward > 0)
      model_.shared_experts = std::max(1u, shared / model_.expert_feed_forward);
    dense_layers_among_experts();
    if (model_.dense_layers > 0) model_.feed_forward = width;
  }

  void dense_layers_among_experts() {
    const std::uint32_t every =
        std::max(1u, count({"interleave_moe_layer_step", "decoder_sparse_step", "moe_layer_freq"}, 1));
    const std::uint32_t first = std::min(count({"first_k_dense_replace"}, 0), model_.layers);
    model_.dense_layers = first + (model_.layers - first) - (model_.layers - first) / every;
    if (const Json* dense = find("mlp_only_layers"); dense != nullptr && dense->is_array() && every == 1)
      model_.dense_layers = static_cast<std::uint32_t>(std::min<std::size_t>(dense->size(), model_.layers));
  }

  void latent_attention() {
    model_.latent_size = count({"kv_lora_rank"}, 0);
    if (model_.latent_size == 0) return;
    model_.query_latent_size = count({"q_lora_rank"}, 0);
    model_.latent_rope_size = count({"qk_rope_head_dim"});
    model_.head_size = count({"qk_nope_head_dim"}) + model_.latent_rope_size;
    model_.value_size = count({"v_head_dim"});
    model_.kv_heads = model_.heads;
    model_.sparse_positions = count({"index_topk"}, 0);
    model_.indexer_heads = count({"index_n_heads"}, 0);
    model_.indexer_head_size = count({"index_head_dim"}, 0);
  }

  /// Layers with a window and linear ones: from their list, or by the family's habit.
  void layer_kinds() {
    double windowed = 0, linear = 0, layers = 0;
    if (const Json* types = find("layer_types"); types != nullptr && types->is_array()) {
      for (const Json& type : *types) {
        ++layers;
        windowed += type == "sliding_attention" || type == "chunked_attention" ? 1 : 0;
        linear += type == "linear_attention" ? 1 : 0;
      }
    }
    if (layers == 0) {
      layers = 1;
      windowed = usual_windowed_share();
      if (find("linear_num_value_heads") != nullptr)
        linear = 1 - 1.0 / std::max(1u, count({"full_attention_interval"}, 4));
    }
    if (linear > 0) {
      model_.linear_share = linear / layers;
      model_.linear_key_heads = count({"linear_num_key_heads"});
      model_.linear_value_heads = count({"linear_num_value_heads"});
      model_.linear_head_size = count({"linear_value_head_dim", "linear_key_head_dim"});
    }
    if (windowed == 0) return;
    model_.window = count({"sliding_window", "attention_chunk_size"}, 0);
    if (model_.window > 0 && linear < layers) model_.windowed_share = windowed / (layers - linear);
  }

  double usual_windowed_share() {
    const auto all_but_each = [&](std::uint32_t n) {
      const double layers = std::max(1u, model_.layers);
      return 1 - std::floor(layers / std::max(1u, n)) / layers;
    };
    switch (family_.windows) {
      case Windows::kNone:
        return 0;
      case Windows::kAll:
        return 1;
      case Windows::kIfAsked:
        return flag("use_sliding_window", false) ? 1 : 0;
      case Windows::kAlternate:
        return all_but_each(2);
      case Windows::kPattern:
        return all_but_each(count({"sliding_window_pattern"}, family_.pattern));
      case Windows::kChunks:
        return all_but_each(count({"no_rope_layer_interval"}, 4));
    }
    return 0;
  }

  void formats() {
    std::string type = text_of(config_, "torch_dtype");
    if (type.empty()) type = text_of(config_, "dtype");
    if (type == "float32") model_.native = Precision::kFp32;
    if (type == "float16") model_.native = Precision::kFp16;
    model_.expert_native = model_.native;
    const Json* quantised = find_object("quantization_config");
    if (quantised == nullptr && outer_.contains("quantization_config") &&
        outer_["quantization_config"].is_object()) {
      quantised = &outer_["quantization_config"];
    }
    if (quantised != nullptr) quantised_formats(*quantised);
  }

  void quantised_formats(const Json& quantised) {
    const std::string method = text_of(quantised, "quant_method"),
                      algorithm = text_of(quantised, "quant_algo");
    const auto bits = quantised.find("bits");
    if (method == "mxfp4") {
      model_.expert_native = Precision::kFp4;  // of gpt-oss: its other weights stay as they are
    } else if (algorithm.find("FP4") != std::string::npos) {
      model_.native = model_.expert_native = Precision::kFp4;
    } else if (method == "fp8" || algorithm.find("FP8") != std::string::npos) {
      model_.native = model_.expert_native = Precision::kFp8;
    } else if (bits != quantised.end() && (*bits == 4 || *bits == 8)) {
      model_.native = model_.expert_native = *bits == 4 ? Precision::kInt4 : Precision::kInt8;
    }
  }

  const Json& config_;
  const Json& outer_;
  const Family& family_;
  std::string origin_;
  LanguageModel model_;
  std::string error_;
};

std::string known_types() {
  std::string names;
  for (const Family& family : kFamilies)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", family.model_type);
  return names;
}

}  // namespace

Result<LanguageModel> parse_model_config(std::string_view json, const std::string& origin) {
  const auto outer = parse_bounded_json(json, kMostDepth);
  if (!outer) return bad_input(fmt::format("{}: not a JSON object", origin));
  // Models that also see or hear keep their text decoder in an object of its own.
  const auto text = outer->find("text_config");
  const Json& config = text != outer->end() && text->is_object() ? *text : *outer;
  const auto type = config.find("model_type");
  if (type == config.end() || !type->is_string()) {
    return bad_input(fmt::format("{}: 'model_type' is missing; a model's config.json has it", origin));
  }
  const auto name = type->get<std::string>();
  const auto family = std::ranges::find(kFamilies, name, &Family::model_type);
  if (family == kFamilies.end()) {
    return bad_input(
        fmt::format("{}: model_type '{}' is not known; there are: {}; a shape can also be written "
                    "as TOML (perf/models)",
                    origin, printable(name), known_types()));
  }
  return ConfigReader(config, *outer, *family, origin).read();
}

}  // namespace areia::perf
