// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// From GGUF's metadata to a shape: hyperparameters by key, and by which tensors there are.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "apps/predict/model_shape.h"
#include "base/text_file.h"

namespace areia::apps {
namespace {

using perf::LanguageModel;

constexpr std::uint64_t kMostLayers = 10000, kMostHeads = 1 << 16, kMostElements = 1 << 24;

/// Elements and bytes of a group of matrices.
struct Weights {
  double elements = 0, bytes = 0;
};

/// The format nearest to so many bytes an element; block formats of 4 to 8 bits stand for llama.cpp's.
Precision nearest_precision(const Weights& weights, Precision missing) {
  if (weights.elements == 0) return missing;
  const double bytes = weights.bytes / weights.elements;
  constexpr auto kCandidates =
      std::to_array({Precision::kFp32, Precision::kBf16, Precision::kBfp8, Precision::kFp6, Precision::kFp4});
  return *std::ranges::min_element(
      kCandidates, {}, [&](Precision precision) { return std::abs(std::log(bytes_of(precision) / bytes)); });
}

class GgufReader {
 public:
  explicit GgufReader(const sw::Gguf& gguf) : gguf_(gguf) {}

  Result<LanguageModel> read() {
    const auto architecture = gguf_.text("general.architecture");
    if (!architecture.ok()) return architecture.error();
    prefix_ = printable(*architecture) + ".";
    if (has("ssm.state_size")) {
      return bad_input(
          fmt::format("{}: layers with a state are not read from GGUF yet; give the model's "
                      "config.json",
                      gguf_.origin()));
    }
    name();
    sizes();
    attention();
    windows();
    feed_forward();
    formats();
    if (error_) return *error_;
    AREIA_RETURN_IF_ERROR(perf::check_language_model(model_, gguf_.origin()));
    return std::move(model_);
  }

 private:
  bool has(std::string_view key) const { return gguf_.find(prefix_ + std::string(key)) != nullptr; }
  /// A tensor of any layer.
  bool layer_has(std::string_view name) const { return layer_tensor(name) != nullptr; }
  const sw::GgufTensor* layer_tensor(std::string_view name) const {
    for (const sw::GgufTensor& tensor : gguf_.tensors()) {
      if (tensor.name.starts_with("blk.") && tensor.name.ends_with(name) &&
          tensor.name.size() > name.size() && tensor.name[tensor.name.size() - name.size() - 1] == '.') {
        return &tensor;
      }
    }
    return nullptr;
  }

  /// A count; of one that differs from layer to layer, the largest.
  std::uint32_t count(std::string_view key, std::uint64_t most, std::optional<std::uint64_t> missing = {}) {
    if (error_) return 0;
    const std::string full = prefix_ + std::string(key);
    const sw::GgufValue* value = gguf_.find(full);
    if (value != nullptr && std::holds_alternative<sw::GgufArray>(*value)) return largest(full, most);
    const auto found = gguf_.unsigned_integer(full, 0, most, missing);
    if (!found.ok()) error_ = found.error();
    return found.ok() ? static_cast<std::uint32_t>(*found) : 0;
  }
  std::uint32_t largest(const std::string& key, std::uint64_t most) {
    const auto values = gguf_.integers(key);
    if (!values.ok()) {
      error_ = values.error();
      return 0;
    }
    const std::int32_t value = values->empty() ? 0 : *std::ranges::max_element(*values);
    if (value < 0 || static_cast<std::uint64_t>(value) > most)
      error_ = bad_input(fmt::format("{}: '{}' must be from 0 to {}", gguf_.origin(), printable(key), most));
    return static_cast<std::uint32_t>(std::max(value, 0));
  }

  void name() {
    const auto text = gguf_.text("general.name", "");
    model_.name = text.ok() ? printable(*text) : "";
    if (model_.name.empty()) model_.name = printable(std::filesystem::path(gguf_.origin()).stem().string());
    model_.label = model_.name;
    model_.source = gguf_.origin();
  }

  void sizes() {
    model_.layers = count("block_count", kMostLayers);
    model_.hidden = count("embedding_length", kMostElements);
    model_.max_positions = count("context_length", 1 << 30, 0);
    const sw::GgufTensor* words = gguf_.find_tensor("token_embd.weight");
    if (words != nullptr && words->rows() <= kMostElements)
      model_.vocabulary = static_cast<std::uint32_t>(words->rows());
    if (words == nullptr) model_.vocabulary = count("vocab_size", kMostElements);
    model_.tied_embeddings = gguf_.find_tensor("output.weight") == nullptr;
    model_.learned_positions = gguf_.find_tensor("position_embd.weight") != nullptr;
    model_.layer_norm = gguf_.find_tensor("output_norm.bias") != nullptr;
    model_.query_key_norms = layer_has("attn_q_norm.weight");
    model_.post_norms = layer_has("post_attention_norm.weight") && layer_has("post_ffw_norm.weight");
    model_.parallel_block = layer_has("attn_norm.weight") && !layer_has("ffn_norm.weight") &&
                            !layer_has("post_attention_norm.weight");
  }

  void attention() {
    model_.heads = count("attention.head_count", kMostHeads);
    model_.kv_heads = count("attention.head_count_kv", kMostHeads, model_.heads);
    const std::uint32_t even = model_.heads == 0 ? 0 : model_.hidden / model_.heads;
    model_.head_size = count("attention.key_length", kMostHeads, even);
    const std::uint32_t value = count("attention.value_length", kMostHeads, model_.head_size);
    model_.value_size = value == model_.head_size ? 0 : value;
    model_.latent_size = count("attention.kv_lora_rank", kMostElements, 0);
    if (model_.latent_size == 0) return;
    model_.query_latent_size = count("attention.q_lora_rank", kMostElements, 0);
    model_.latent_rope_size = count("rope.dimension_count", kMostHeads);
    // Newer files give the absorbed sizes first and those of the heads under keys of their own.
    model_.head_size = count("attention.key_length_mla", kMostHeads, model_.head_size);
    model_.value_size = count("attention.value_length_mla", kMostHeads, value);
    model_.kv_heads = model_.heads;
  }

  void windows() {
    model_.window = count("attention.sliding_window", 1 << 30, 0);
    if (model_.window == 0) return;
    const std::string key = prefix_ + "attention.sliding_window_pattern";
    const sw::GgufValue* pattern = gguf_.find(key);
    if (const auto* layers = pattern == nullptr ? nullptr : std::get_if<sw::GgufArray>(pattern)) {
      const auto windowed =
          std::ranges::count_if(layers->numbers, [](std::byte b) { return b != std::byte{0}; });
      const bool flags = layers->element == sw::GgufValueType::kBool && layers->count > 0;
      model_.windowed_share = flags ? static_cast<double>(windowed) / static_cast<double>(layers->count) : 1;
      return;
    }
    // Without a pattern the architecture knows: every sixth layer of Gemma 3 and every second of gpt-oss and
    // Gemma 2 sees everything (llama.cpp, src/llama-model.cpp); a number says the same.
    const std::uint32_t usual = prefix_ == "gemma3."                            ? 6
                                : prefix_ == "gpt-oss." || prefix_ == "gemma2." ? 2
                                                                                : 0;
    const std::uint32_t every = count("attention.sliding_window_pattern", kMostLayers, usual);
    const double layers = std::max(1u, model_.layers);
    model_.windowed_share = every == 0 ? 1 : 1 - std::floor(layers / every) / layers;
  }

  void feed_forward() {
    model_.experts = count("expert_count", kMostHeads, 0);
    model_.feed_forward = count("feed_forward_length", kMostElements, 0);
    const sw::GgufTensor* up = layer_tensor("ffn_up.weight");
    // Families that keep gate and up in one tensor have one of twice the width.
    const bool merged = up != nullptr && up->rows() == std::uint64_t{2} * model_.feed_forward;
    model_.gated = merged || layer_has("ffn_gate.weight") || layer_has("ffn_gate_exps.weight") ||
                   layer_has("ffn_gate.0.weight") || layer_has("ffn_gate_up_exps.weight");
    if (model_.experts == 0) return;
    model_.experts_used = count("expert_used_count", kMostHeads);
    model_.expert_feed_forward = count("expert_feed_forward_length", kMostElements, model_.feed_forward);
    model_.shared_experts = count("expert_shared_count", kMostHeads, 0);
    const std::uint32_t shared = count("expert_shared_feed_forward_length", kMostElements, 0);
    if (shared > 0 && model_.expert_feed_forward > 0)
      model_.shared_experts = std::max(1u, shared / model_.expert_feed_forward);
    model_.dense_layers = std::min(count("leading_dense_block_count", kMostLayers, 0), model_.layers);
  }

  /// Experts and other matrices apart, the tables left out where there is anything else.
  void formats() {
    Weights dense, experts;
    for (const sw::GgufTensor& tensor : gguf_.tensors()) {
      if (!tensor.name.starts_with("blk.") || tensor.dimensions.size() < 2) continue;
      const bool expert = tensor.name.find("_exps.") != std::string_view::npos;
      Weights& weights = expert ? experts : dense;
      const double elements = static_cast<double>(tensor.rows()) * static_cast<double>(tensor.columns());
      weights.elements += elements;
      weights.bytes += elements * tensor.type->block_bytes / tensor.type->block_elements;
    }
    model_.native = nearest_precision(dense, Precision::kBf16);
    model_.expert_native = nearest_precision(experts, model_.native);
  }

  const sw::Gguf& gguf_;
  std::string prefix_;
  LanguageModel model_;
  std::optional<Error> error_;
};

}  // namespace

Result<LanguageModel> shape_of_gguf(const sw::Gguf& gguf) { return GgufReader(gguf).read(); }

}  // namespace areia::apps
