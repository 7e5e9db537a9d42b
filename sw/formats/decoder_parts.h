// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What decoder architectures share: reading hyperparameters and tensors with their checks, and the parts that
// most of them are made of. An architecture's file says which parts, in which order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "sw/formats/gguf.h"
#include "sw/graph/graph.h"
#include "sw/graph/rope.h"

namespace areia::sw {

/// Builds the graph of one file. Every member may be called after a failure: the first one is kept, finish()
/// gives it.
class DecoderBuilder {
 public:
  explicit DecoderBuilder(const Gguf& gguf);

  /// The most that any size may be: far beyond any model, safe to multiply.
  static constexpr std::uint64_t kMostElements = 1u << 24;
  /// The most experts of a layer: the reference implementation's limit (llama.cpp, LLAMA_MAX_EXPERTS).
  static constexpr std::uint64_t kMostExperts = 1024;

  // ---- Hyperparameters: `name` without the architecture's prefix; checked, a default makes them optional.
  std::uint32_t count(const char* name, std::uint64_t least, std::uint64_t most,
                      std::optional<std::uint64_t> missing = {});
  double number(const char* name, double least, double most, std::optional<double> missing = {});
  bool has(const char* name) const;
  /// What every decoder has; sets the members below.
  void read_sizes();
  /// Keys of the norms' epsilon.
  void read_epsilon(const char* name = "attention.layer_norm_rms_epsilon");
  /// Everything about RoPE: size, base, scaling (linear, YaRN, factors of each pair in rope_freqs.weight).
  /// `base` replaces the file's, `unscaled` leaves the stretching out.
  RopeId read_rope(abi::RopePairing pairing, std::optional<double> base = {}, bool unscaled = false);
  /// "expert_count" and "expert_used_count".
  ExpertShape read_experts(abi::Routing routing);
  /// Which layers see a window only: layer i unless i % period == period - 1; the file's own list wins.
  std::vector<bool> read_window_pattern(std::uint32_t period);
  void require(bool holds, const std::string& what);

  // ---- Tensors.
  bool has_tensor(const std::string& name) const;
  /// A matrix [rows][columns]; experts' matrices are one weight.
  WeightId matrix(const std::string& name);
  /// A vector of fp32, or rows of them.
  WeightId vector(const std::string& name);
  WeightId optional_vector(const std::string& name);
  /// `count` rows of a matrix or elements of a vector that the file has merged with others.
  WeightId part(WeightId whole, std::uint32_t first, std::uint32_t count, const char* suffix);
  /// "blk.LAYER.PART.weight" and "....bias".
  static std::string weight_name(std::uint32_t layer, const char* part);
  static std::string bias_name(std::uint32_t layer, const char* part);

  // ---- Parts.
  /// Token embedding, scaled, with learned positions where their tensor is named. Sets the model's facts.
  ValueId embedding(float scale = 1, const std::string& positions = {});
  /// The layer's attention over an input that was normed: projections with the biases the file has, norms of
  /// heads where it has them (attn_q_norm, attn_k_norm), RoPE, attention.
  ValueId attention(std::uint32_t layer, ValueId normed, const AttentionShape& shape);
  /// x += output projection of `attended`, with its bias where the file has one.
  void add_projection(std::uint32_t layer, ValueId x, ValueId attended, const char* part = "attn_output");
  /// down(activation(gate(normed)) * up(normed)); biases where the file has them. `x`: added to it.
  void add_feed_forward(std::uint32_t layer, ValueId x, ValueId normed, abi::Activation activation);
  ValueId feed_forward_inner(std::uint32_t layer, ValueId normed, abi::Activation activation);
  /// x += the weighted sum of the picked experts' feed-forward of `normed`.
  void add_experts(std::uint32_t layer, ValueId x, ValueId normed, abi::Activation activation,
                   const ExpertShape& shape);
  /// The layers of Llama and of most that came after it: norm, attention, norm, and SwiGLU or experts with
  /// it.
  void add_layers(ValueId x, const AttentionShape& shape, const ExpertShape& experts);
  ValueId rms_norm(std::uint32_t layer, const char* part, ValueId x);
  ValueId linear(std::uint32_t layer, const char* part, ValueId input);
  /// Final norm (LayerNorm where the file has its bias), output matrix (or the embedding), sampling.
  void head(ValueId x);

  /// The graph; or the first failure, or an error for a tensor that nobody took.
  Result<Graph> finish();

  bool failed() const { return error_.has_value(); }
  Graph& graph() { return graph_; }
  const Gguf& gguf() const { return gguf_; }

  std::uint32_t context = 0, embedding_size = 0, layers = 0;
  AttentionShape shape;  ///< heads and their size; rope and window are the architecture's to set
  float epsilon = 0;

 private:
  std::string key(const char* name) const { return architecture_ + "." + name; }
  void fail(const std::string& what);
  WeightId take(const std::string& name);
  std::vector<float> rope_factors(std::uint32_t size);
  void read_rope_scaling(RopeParameters& rope);

  const Gguf& gguf_;
  std::string architecture_;
  Graph graph_;
  WeightId embedding_table_ = kNone;
  std::unordered_set<std::string_view> taken_;
  std::optional<Error> error_;
};

}  // namespace areia::sw
