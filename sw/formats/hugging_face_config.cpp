// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// config.json to GGUF's hyperparameters, as the usual converter has them (github.com/ggml-org/llama.cpp,
// conversion/). Keys are those of the transformers library's configurations.
#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <numbers>
#include <utility>

#include "base/bounded_json.h"
#include "sw/formats/hugging_face_parts.h"
#include "sw/formats/mapped_file.h"

namespace areia::sw::hugging_face {
namespace {

constexpr std::size_t kMostJson = std::size_t{256} << 20;
constexpr int kMostDepth = 64;

/// The factors by which Llama 3.1's scaling divides the frequencies of its pairs: 1 for short waves, `factor`
/// for long ones, between them a mix (transformers, modeling_rope_utils.py, _compute_llama3_parameters).
std::vector<float> llama3_factors(Config& scaling, std::uint64_t head_size, double base) {
  const double factor = scaling.number("factor", 8.0);
  const double low = scaling.number("low_freq_factor", 1.0), high = scaling.number("high_freq_factor", 4.0);
  const double old = scaling.number("original_max_position_embeddings", 8192.0);
  std::vector<float> factors;
  for (std::uint64_t i = 0; i < head_size / 2; ++i) {
    const double frequency = std::pow(base, -2.0 * static_cast<double>(i) / static_cast<double>(head_size));
    const double wave = 2 * std::numbers::pi / frequency;
    const double smooth = (old / wave - low) / (high - low);
    const double mixed = 1 / ((1 - smooth) / factor + smooth);
    factors.push_back(static_cast<float>(wave < old / high ? 1 : wave > old / low ? factor : mixed));
  }
  return factors;
}

/// What config.json says of RoPE, in its old form (rope_theta, rope_scaling) or its new (rope_parameters).
class RopeConfig {
 public:
  RopeConfig(GgufBuilder& builder, const std::string& prefix, Config& config, std::uint64_t head_size)
      : builder_(builder), prefix_(prefix), config_(config), head_size_(head_size) {}

  void add() {
    const nlohmann::json* parameters = config_.object("rope_parameters");
    const nlohmann::json* full = parameters;
    if (parameters != nullptr && parameters->contains("full_attention")) {
      full = &(*parameters)["full_attention"];
      add_window_base(*parameters);
    }
    const nlohmann::json* scaling = full != nullptr ? full : config_.object("rope_scaling");
    const nlohmann::json none = nlohmann::json::object();
    Config part(scaling != nullptr && scaling->is_object() ? *scaling : none, config_.origin());
    base_ = part.number("rope_theta", config_.number("rope_theta", 10000.0));
    builder_.set(prefix_ + "rope.freq_base", base_);
    builder_.set(prefix_ + "rope.dimension_count", head_size_);
    add_scaling(part);
    if (part.error()) config_.fail(part.error()->message);
    if (config_.has("rope_local_base_freq"))
      builder_.set(prefix_ + "rope.freq_base_swa", config_.number("rope_local_base_freq"));
  }

 private:
  void add_window_base(const nlohmann::json& parameters) {
    const auto window = parameters.find("sliding_attention");
    if (window == parameters.end() || !window->is_object()) return;
    Config part(*window, config_.origin());
    builder_.set(prefix_ + "rope.freq_base_swa", part.number("rope_theta", 10000.0));
    if (part.error()) config_.fail(part.error()->message);
  }

  void add_scaling(Config& part) {
    const std::string type = part.text("rope_type", part.text("type", "default"));
    if (type == "default") return;
    if (type == "llama3") {
      builder_.add("rope_freqs.weight", 1, llama3_factors(part, head_size_, base_));
      return;
    }
    if (type != "linear" && type != "yarn")
      return config_.fail(fmt::format("rope_scaling of type '{}' is not supported", type.substr(0, 40)));
    builder_.set(prefix_ + "rope.scaling.type", std::string_view(type));
    builder_.set(prefix_ + "rope.scaling.factor", part.number("factor"));
    if (type == "yarn" && part.has("original_max_position_embeddings")) {
      builder_.set(prefix_ + "rope.scaling.original_context_length",
                   part.count("original_max_position_embeddings"));
    }
  }

  GgufBuilder& builder_;
  std::string prefix_;
  Config& config_;
  std::uint64_t head_size_;
  double base_ = 10000;
};

void add_gpt2(GgufBuilder& builder, const std::string& prefix, Config& config) {
  const std::uint64_t width = config.count("n_embd");
  builder.set(prefix + "context_length", config.count("n_positions", config.count("n_ctx", 1024)));
  builder.set(prefix + "embedding_length", width);
  builder.set(prefix + "block_count", config.count("n_layer"));
  builder.set(prefix + "feed_forward_length", config.count("n_inner", 4 * width));
  builder.set(prefix + "attention.head_count", config.count("n_head"));
  builder.set(prefix + "attention.layer_norm_epsilon", config.number("layer_norm_epsilon", 1e-5));
  const std::string activation = config.text("activation_function", "gelu_new");
  if (activation != "gelu_new" && activation != "gelu_pytorch_tanh")
    config.fail(fmt::format("activation_function '{}' is not supported", activation.substr(0, 40)));
}

void add_experts(GgufBuilder& builder, const std::string& prefix, Config& config) {
  const char* total = config.has("num_local_experts") ? "num_local_experts" : "num_experts";
  if (!config.has(total)) return;
  builder.set(prefix + "expert_count", config.count(total));
  builder.set(prefix + "expert_used_count",
              config.count("num_experts_per_tok", config.count("experts_per_token", 2)));
  if (config.has("moe_intermediate_size"))
    builder.set(prefix + "expert_feed_forward_length", config.count("moe_intermediate_size"));
  if (!config.flag("norm_topk_prob", true)) config.fail("norm_topk_prob of false is not supported");
}

/// Layers that see a window only.
void add_window(GgufBuilder& builder, const std::string& prefix, Config& config) {
  if (!config.has("sliding_window")) return;
  builder.set(prefix + "attention.sliding_window", config.count("sliding_window"));
  if (const nlohmann::json* types = config.array("layer_types")) {
    std::vector<bool> windowed;
    for (const auto& type : *types) windowed.push_back(type == "sliding_attention");
    builder.set(prefix + "attention.sliding_window_pattern", windowed);
  } else if (config.has("sliding_window_pattern")) {
    builder.set(prefix + "attention.sliding_window_pattern", config.count("sliding_window_pattern"));
  }
}

void add_gemma(Config& config, std::uint64_t head_size, std::uint64_t layers) {
  constexpr std::uint64_t kLayersOf27B =
      62;  // whose scale differs from its heads' size, as the architecture knows
  if (layers != kLayersOf27B && config.count("query_pre_attn_scalar", head_size) != head_size)
    config.fail("query_pre_attn_scalar of another size than a head is not supported");
  for (const char* key : {"attn_logit_softcapping", "final_logit_softcapping"}) {
    if (config.has(key)) config.fail(fmt::format("{} is not supported", key));
  }
}

}  // namespace

Result<nlohmann::json> read_json(const std::filesystem::path& path) {
  const auto file = MappedFile::open(path);
  if (!file) return file.error();
  if (file->bytes().size() > kMostJson) return bad_input(fmt::format("{}: too large", path.string()));
  const char* begin = reinterpret_cast<const char*>(file->bytes().data());
  auto json = parse_bounded_json({begin, file->bytes().size()}, kMostDepth);
  if (!json) return bad_input(fmt::format("{}: not a JSON object", path.string()));
  return std::move(*json);
}

const nlohmann::json* Config::find(const char* key) const {
  const auto found = json_.find(key);
  return found == json_.end() || found->is_null() ? nullptr : &*found;
}

void Config::fail(const std::string& what) {
  if (!error_) error_ = bad_input(what.starts_with(origin_) ? what : fmt::format("{}: {}", origin_, what));
}

std::uint64_t Config::count(const char* key, std::optional<std::uint64_t> missing) {
  const nlohmann::json* value = find(key);
  if (value == nullptr && missing) return *missing;
  if (value != nullptr && value->is_number_unsigned() && value->get<std::uint64_t>() <= UINT32_MAX)
    return value->get<std::uint64_t>();
  fail(fmt::format("'{}' must be a number that is not negative", key));
  return 0;
}

double Config::number(const char* key, std::optional<double> missing) {
  const nlohmann::json* value = find(key);
  if (value == nullptr && missing) return *missing;
  if (value != nullptr && value->is_number() && std::isfinite(value->get<double>()))
    return value->get<double>();
  fail(fmt::format("'{}' must be a number", key));
  return 0;
}

bool Config::flag(const char* key, bool missing) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return missing;
  if (value->is_boolean()) return value->get<bool>();
  fail(fmt::format("'{}' must be true or false", key));
  return missing;
}

std::string Config::text(const char* key, std::optional<std::string> missing) {
  const nlohmann::json* value = find(key);
  if (value == nullptr && missing) return *missing;
  if (value != nullptr && value->is_string()) return value->get<std::string>();
  fail(fmt::format("'{}' must be a text", key));
  return "";
}

const nlohmann::json* Config::object(const char* key) const {
  const nlohmann::json* value = find(key);
  return value != nullptr && value->is_object() ? value : nullptr;
}
const nlohmann::json* Config::array(const char* key) const {
  const nlohmann::json* value = find(key);
  return value != nullptr && value->is_array() ? value : nullptr;
}

Result<void> add_hyperparameters(GgufBuilder& builder, const Architecture& architecture, Config& config) {
  const std::string prefix = std::string(architecture.gguf) + ".";
  builder.set("general.architecture", std::string_view(architecture.gguf));
  if (architecture.transposes) {
    add_gpt2(builder, prefix, config);
  } else {
    const std::uint64_t heads = config.count("num_attention_heads"), width = config.count("hidden_size");
    const std::uint64_t head_size = config.count("head_dim", heads == 0 ? 0 : width / heads);
    const std::uint64_t layers = config.count("num_hidden_layers");
    builder.set(prefix + "context_length", config.count("max_position_embeddings"));
    builder.set(prefix + "embedding_length", width);
    builder.set(prefix + "block_count", layers);
    builder.set(prefix + "feed_forward_length", config.count("intermediate_size"));
    builder.set(prefix + "attention.head_count", heads);
    builder.set(prefix + "attention.head_count_kv", config.count("num_key_value_heads", heads));
    builder.set(prefix + "attention.key_length", head_size);
    builder.set(prefix + "attention.value_length", head_size);
    builder.set(prefix + "attention.layer_norm_rms_epsilon", config.number("rms_norm_eps", 1e-6));
    RopeConfig(builder, prefix, config, head_size).add();
    add_experts(builder, prefix, config);
    if (architecture.post_norms || architecture.merged_experts) add_window(builder, prefix, config);
    if (architecture.shifts_norms) add_gemma(config, head_size, layers);
  }
  if (config.error()) return *config.error();
  return {};
}

}  // namespace areia::sw::hugging_face
