// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// How a model can be spread over chips, and what then lies on each.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "perf/forward.h"

namespace areia::perf {
namespace {

Result<void> wrong(const std::string& why) { return bad_input("parallelism: " + why); }

Result<void> check_experts(const Parallelism& p, const LanguageModel& m) {
  if (m.experts == 0) {
    if (p.expert == 1) return {};
    return wrong(fmt::format("{} has no experts, so expert = {} has no meaning", m.name, p.expert));
  }
  if (m.experts % p.expert != 0)
    return wrong(fmt::format("{} experts of {} do not divide by expert = {}", m.experts, m.name, p.expert));
  const std::uint64_t group = std::uint64_t{p.expert} * p.expert_split(),
                      all = std::uint64_t{p.tensor} * p.data;
  if (group % p.tensor == 0 && all % group == 0) return {};
  return wrong(fmt::format(
      "expert {} x expert_tensor {} must be a multiple of tensor = {} and divide tensor x data = {}",
      p.expert, p.expert_split(), p.tensor, all));
}

/// Elements on one chip of the projections of one layer of softmax attention with these heads. What makes
/// latents is whole on every chip, and so are key-value heads fewer than the chips.
double softmax_attention_elements(const LanguageModel& m, double all_kv_heads, double size, double tensor) {
  const double heads = std::ceil(m.heads / tensor), kv_heads = std::ceil(all_kv_heads / tensor);
  const double hidden = m.hidden, values = m.value_size != 0 ? m.value_size : size;
  if (m.latent_size == 0) {
    const double queries = heads * size * (m.gated_attention ? 2 : 1);
    return hidden * (queries + kv_heads * (size + values) + heads * values);
  }
  const double rank = m.query_latent_size, into = rank > 0 ? rank : hidden;
  const double index = m.indexer_head_size * (into * m.indexer_heads + hidden) + hidden * m.indexer_heads;
  return hidden * rank + into * heads * size + index + hidden * (m.latent_size + m.latent_rope_size) +
         m.latent_size * heads * (size - m.latent_rope_size + values) + heads * values * hidden;
}

double linear_attention_elements(const LanguageModel& m, double tensor) {
  const double keys = std::ceil(m.linear_key_heads / tensor),
               values = std::ceil(m.linear_value_heads / tensor);
  return m.hidden * ((2 * keys + 3 * values) * m.linear_head_size + 2 * values);
}

}  // namespace

Result<void> check(const Parallelism& p, const LanguageModel& m) {
  if (p.tensor == 0 || p.pipeline == 0 || p.data == 0 || p.expert == 0)
    return wrong("every degree is at least 1");
  if (m.heads % p.tensor != 0)
    return wrong(fmt::format("{} heads of {} do not divide by tensor = {}", m.heads, m.name, p.tensor));
  if (m.kv_heads % p.tensor != 0 && p.tensor % m.kv_heads != 0) {
    return wrong(fmt::format("{} key-value heads of {} and tensor = {}: neither divides the other",
                             m.kv_heads, m.name, p.tensor));
  }
  if (p.pipeline > m.layers)
    return wrong(fmt::format("{} layers of {} are fewer than pipeline = {}", m.layers, m.name, p.pipeline));
  return check_experts(p, m);
}

double weight_bytes(const LanguageModel& m, const Formats& formats, const Parallelism& p) {
  const double tensor = p.tensor, feed_forward = (m.gated ? 3.0 : 2.0) * m.hidden;
  const double width = std::ceil(m.feed_forward / tensor);
  const double shared = std::ceil(double{1} * m.shared_experts * m.expert_feed_forward / tensor);
  const double dense =
      m.linear_layers() * linear_attention_elements(m, tensor) +
      m.windowed_layers() * softmax_attention_elements(m, m.kv_heads, m.head_size, tensor) +
      m.full_layers() * softmax_attention_elements(m, m.full_heads(), m.full_size(), tensor) +
      (m.layers - m.sparse_layers()) * feed_forward * width + m.sparse_layers() * feed_forward * shared;
  const double expert_width = std::ceil(double{1} * m.expert_feed_forward / p.expert_split());
  const double experts =
      m.sparse_layers() * std::ceil(double{1} * m.experts / p.expert) * feed_forward * expert_width;
  const double router =
      m.sparse_layers() * m.experts * m.hidden;  // in the activations' format, as the tables
  const double words = std::ceil(m.vocabulary / tensor) * (m.tied_embeddings ? 1 : 2);
  const double tables = (words + (m.learned_positions ? m.max_positions : 0)) * m.hidden;
  return (dense * bytes_of(formats.weight) + experts * bytes_of(formats.expert_weight) +
          (router + tables) * bytes_of(formats.activation)) /
         p.pipeline;
}

double cache_bytes(const LanguageModel& m, const Pass& pass, const Parallelism& p) {
  const double tensor = p.tensor, element = bytes_of(pass.formats.cache);
  const double state = m.linear_layers() * std::ceil(m.linear_value_heads / tensor) * m.linear_head_size *
                       m.linear_head_size * bytes_of(Precision::kFp32);
  double positions =
      pass.context * m.cache_bytes_per_position(pass.formats.cache);  // of latents, on all chips
  if (m.latent_size == 0) {
    const double windowed = std::ceil(m.kv_heads / tensor) * (m.head_size + m.values());
    const double full =
        m.full_head_size == 0 ? windowed : 2 * std::ceil(m.full_heads() / tensor) * m.full_size();
    const double seen = m.window != 0 ? std::min<double>(pass.context, m.window) : pass.context;
    positions = (m.windowed_layers() * windowed * seen + m.full_layers() * full * pass.context) * element;
  }
  return pass.sequences * (positions + state) / p.pipeline;
}

}  // namespace areia::perf
