// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What a model's shape implies: parameters and cache.
#include "perf/language_model.h"

namespace areia::perf {
namespace {

/// Elements of the projections of one attention layer.
double attention_parameters(const LanguageModel& m) {
  const double hidden = m.hidden, heads = m.heads, values = m.value_size != 0 ? m.value_size : m.head_size;
  if (m.latent_size == 0) {
    return hidden * (heads * m.head_size + m.kv_heads * (m.head_size + values)) + heads * values * hidden;
  }
  // DeepSeek-V2, arXiv:2405.04434, section 2.1: head_size counts the part that is rotated.
  const double queries = m.query_latent_size != 0 ? m.query_latent_size * (hidden + heads * m.head_size)
                                                  : hidden * heads * m.head_size;
  return queries + hidden * (m.latent_size + m.latent_rope_size) +
         m.latent_size * heads * (m.head_size - m.latent_rope_size + values) + heads * values * hidden;
}

/// Elements of a feed-forward layer of that width.
double feed_forward_parameters(const LanguageModel& m, double width) {
  return (m.gated ? 3.0 : 2.0) * m.hidden * width;
}

double parameters_with(const LanguageModel& m, double experts) {
  const double sparse_layers = m.experts == 0 ? 0 : m.layers - m.dense_layers;
  const double embeddings = double{1} * m.vocabulary * m.hidden * (m.tied_embeddings ? 1 : 2);
  return embeddings + m.layers * attention_parameters(m) +
         (m.layers - sparse_layers) * feed_forward_parameters(m, m.feed_forward) +
         sparse_layers * ((experts + m.shared_experts) * feed_forward_parameters(m, m.expert_feed_forward) +
                          double{1} * m.experts * m.hidden);
}

}  // namespace

double LanguageModel::parameters() const { return parameters_with(*this, experts); }
double LanguageModel::active_parameters() const { return parameters_with(*this, experts_used); }

double LanguageModel::cache_bytes_per_position(Precision cache) const {
  const double values = value_size != 0 ? value_size : head_size;
  const double elements = latent_size != 0 ? latent_size + latent_rope_size : kv_heads * (head_size + values);
  return layers * (1 - linear_share) * elements * bytes_of(cache);
}

}  // namespace areia::perf
