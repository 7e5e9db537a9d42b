// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What a model's shape implies: parameters and cache.
#include "perf/language_model.h"

namespace areia::perf {
namespace {

/// Elements of the projections of one layer of softmax attention with these heads.
double softmax_attention_parameters(const LanguageModel& m, double head_size, double kv_heads) {
  const double hidden = m.hidden, heads = m.heads, values = m.value_size != 0 ? m.value_size : head_size;
  if (m.latent_size == 0) {
    const double queries = heads * head_size * (m.gated_attention ? 2 : 1);
    return hidden * (queries + kv_heads * (head_size + values)) + heads * values * hidden;
  }
  // DeepSeek-V2, arXiv:2405.04434, section 2.1: head_size counts the part that is rotated.
  const double queries = m.query_latent_size != 0 ? m.query_latent_size * (hidden + heads * m.head_size)
                                                  : hidden * heads * m.head_size;
  return queries + hidden * (m.latent_size + m.latent_rope_size) +
         m.latent_size * heads * (m.head_size - m.latent_rope_size + values) + heads * values * hidden;
}

/// Elements of the projections of one linear layer: queries and keys, values and their gate, two scalars a
/// head of values, and the output.
double linear_attention_parameters(const LanguageModel& m) {
  const double keys = double{1} * m.linear_key_heads * m.linear_head_size;
  const double values = double{1} * m.linear_value_heads * m.linear_head_size;
  return m.hidden * (2 * keys + 3 * values + 2.0 * m.linear_value_heads);
}

/// Elements of the projections of all layers' attention.
double attention_parameters(const LanguageModel& m) {
  const double linear = m.layers * m.linear_share, windowed = (m.layers - linear) * m.windowed_share;
  const double full_size = m.full_head_size != 0 ? m.full_head_size : m.head_size;
  const double full_kv_heads = m.full_kv_heads != 0 ? m.full_kv_heads : m.kv_heads;
  return linear * linear_attention_parameters(m) +
         windowed * softmax_attention_parameters(m, m.head_size, m.kv_heads) +
         (m.layers - linear - windowed) * softmax_attention_parameters(m, full_size, full_kv_heads);
}

/// Elements of a feed-forward layer of that width.
double feed_forward_parameters(const LanguageModel& m, double width) {
  return (m.gated ? 3.0 : 2.0) * m.hidden * width;
}

/// Elements of all layers, of whose experts so many count.
double layer_parameters(const LanguageModel& m, double experts) {
  const double sparse = m.experts == 0 ? 0 : m.layers - m.dense_layers;
  return attention_parameters(m) + (m.layers - sparse) * feed_forward_parameters(m, m.feed_forward) +
         sparse * ((experts + m.shared_experts) * feed_forward_parameters(m, m.expert_feed_forward) +
                   double{1} * m.experts * m.hidden);
}

}  // namespace

double LanguageModel::parameters() const {
  const double tables = vocabulary * (tied_embeddings ? 1.0 : 2.0) + (learned_positions ? max_positions : 0);
  return tables * hidden + layer_parameters(*this, experts);
}

double LanguageModel::active_parameters() const {
  return double{1} * vocabulary * hidden + layer_parameters(*this, experts_used);
}

double LanguageModel::cache_bytes_per_position(Precision cache) const {
  if (latent_size != 0) return layers * double{1} * (latent_size + latent_rope_size) * bytes_of(cache);
  const double softmax = layers * (1 - linear_share);
  const double values = value_size != 0 ? value_size : head_size;
  const double windowed = kv_heads * (head_size + values);
  const double full =
      full_head_size != 0 ? 2.0 * (full_kv_heads != 0 ? full_kv_heads : kv_heads) * full_head_size : windowed;
  return softmax * (windowed_share * windowed + (1 - windowed_share) * full) * bytes_of(cache);
}

}  // namespace areia::perf
