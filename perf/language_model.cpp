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
  const double rank = m.query_latent_size;
  const double queries = rank > 0 ? rank * (hidden + heads * m.head_size) : hidden * heads * m.head_size;
  const double indexer = m.indexer_head_size * ((rank > 0 ? rank : hidden) * m.indexer_heads + hidden) +
                         hidden * m.indexer_heads;  // queries, a key, and a weight a head
  return queries + indexer + hidden * (m.latent_size + m.latent_rope_size) +
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
  return m.linear_layers() * linear_attention_parameters(m) +
         m.windowed_layers() * softmax_attention_parameters(m, m.head_size, m.kv_heads) +
         m.full_layers() * softmax_attention_parameters(m, m.full_size(), m.full_heads());
}

/// Elements of a feed-forward layer of that width.
double feed_forward_parameters(const LanguageModel& m, double width) {
  return (m.gated ? 3.0 : 2.0) * m.hidden * width;
}

/// Elements of all layers, of whose experts so many count.
double layer_parameters(const LanguageModel& m, double experts) {
  const double sparse = m.sparse_layers();
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
  const double indexer = bytes_of(Precision::kFp8) * layers * indexer_head_size;
  if (latent_size != 0) return layers * (latent_size + latent_rope_size) * bytes_of(cache) + indexer;
  const double windowed = kv_heads * (head_size + values());
  const double full = full_head_size != 0 ? 2 * full_heads() * full_size() : windowed;
  return (windowed_layers() * windowed + full_layers() * full) * bytes_of(cache) + indexer;
}

}  // namespace areia::perf
