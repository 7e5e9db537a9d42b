// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The shape of a language model: all that its time and memory depend on. Known shapes are perf/models/*.toml;
// others come from a config.json or a GGUF file (apps/predict).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "spec/accelerator/precision.h"

namespace areia::perf {

struct LanguageModel {
  std::string name, label;
  std::vector<std::string> aliases;  ///< as measurements write its name
  std::string source;

  std::uint32_t layers = 0;
  std::uint32_t hidden = 0;  ///< elements of a position between layers
  std::uint32_t vocabulary = 0;
  std::uint32_t max_positions = 0;
  bool tied_embeddings = false;    ///< the output projection is the embedding table
  bool learned_positions = false;  ///< a table of max_positions rows, in place of rotations
  bool layer_norm = false;         ///< LayerNorm, else RMSNorm
  bool post_norms = false;         ///< norms also after attention and after the feed-forward (Gemma)
  bool query_key_norms = false;    ///< a norm of each head's queries and keys
  bool parallel_block = false;     ///< attention and feed-forward read one norm and are added together

  // Attention.
  std::uint32_t heads = 0, kv_heads = 0, head_size = 0;
  std::uint32_t window = 0;   ///< positions that windowed layers see; 0: none are windowed
  double windowed_share = 0;  ///< of the layers, 0 to 1
  /// Heads of layers that are not windowed, where they differ (Gemma 4); 0: as the others.
  std::uint32_t full_head_size = 0, full_kv_heads = 0;
  bool gated_attention = false;  ///< the queries' projection also gives a gate of the output, as wide
  /// Latent attention (DeepSeek): what the cache holds a position, in place of keys and values; 0: none.
  std::uint32_t latent_size = 0, latent_rope_size = 0;
  std::uint32_t query_latent_size = 0;  ///< rank of the query's projection; 0: a full one
  std::uint32_t value_size = 0;         ///< of a head's values where it differs from head_size; else 0
  /// Sparse attention (DeepSeek V3.2): a query sees the positions that an indexer of its own heads and keys
  /// chose; 0: all.
  std::uint32_t sparse_positions = 0, indexer_heads = 0, indexer_head_size = 0;
  /// Layers without softmax attention (state-space, linear attention), which hold no cache; 0 to 1.
  double linear_share = 0;
  /// Heads of the linear layers (gated delta net: arXiv:2412.06464) and the size of their keys and values.
  std::uint32_t linear_key_heads = 0, linear_value_heads = 0, linear_head_size = 0;

  // Feed-forward.
  std::uint32_t feed_forward = 0;         ///< width of dense layers
  bool gated = true;                      ///< gate, up and down, else up and down
  std::uint32_t experts = 0;              ///< 0: all layers are dense
  std::uint32_t experts_used = 0;         ///< a token
  std::uint32_t expert_feed_forward = 0;  ///< width of one expert
  std::uint32_t shared_experts = 0;       ///< used by every token, as wide as the others
  std::uint32_t dense_layers = 0;         ///< layers with the dense feed-forward in a model with experts

  Precision native = Precision::kBf16;         ///< of the published weights
  Precision expert_native = Precision::kBf16;  ///< of the experts' weights (gpt-oss: fp4)

  double values() const { return value_size != 0 ? value_size : head_size; }
  double full_size() const { return full_head_size != 0 ? full_head_size : head_size; }
  double full_heads() const { return full_kv_heads != 0 ? full_kv_heads : kv_heads; }
  // Layers by kind.
  double linear_layers() const { return layers * linear_share; }
  double windowed_layers() const { return (layers - linear_layers()) * (window != 0 ? windowed_share : 0); }
  double full_layers() const { return layers - linear_layers() - windowed_layers(); }
  double sparse_layers() const { return experts == 0 ? 0 : double{1} * layers - dense_layers; }

  /// Elements of all matrices (biases and norms, below 0.1%, and heads that predict further tokens are left
  /// out).
  double parameters() const;
  /// Elements that one token is multiplied with: its experts, and no table of which it reads a row.
  double active_parameters() const;
  /// Bytes of the cache that one position of one sequence takes in all layers.
  double cache_bytes_per_position(Precision cache) const;
};

/// Whether all numbers are in range and go together; the error names the one that does not.
Result<void> check_language_model(const LanguageModel& model, const std::string& origin);
/// Parses a shape from TOML. Errors name origin, line, key and what is allowed.
Result<LanguageModel> parse_language_model(std::string_view toml, const std::string& origin);
/// Loads a known shape by name, or a TOML file by path.
Result<LanguageModel> load_language_model(const std::string& name_or_path);
std::vector<std::string> language_model_names();
/// The shape that a Hugging Face config.json describes. Errors name origin and key, or the families known.
Result<LanguageModel> parse_model_config(std::string_view json, const std::string& origin);

}  // namespace areia::perf
