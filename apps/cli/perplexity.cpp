// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Chunks, scores, and their mean.
#include "apps/cli/perplexity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace areia::apps {
namespace {

/// Below it a chunk's second half predicts nothing.
constexpr std::uint32_t kLeastContext = 4;

/// Sums of negative logarithms and their squares.
class Mean {
 public:
  void add(double value) {
    sum_ += value;
    squares_ += value * value;
    ++count_;
  }
  std::uint64_t count() const { return count_; }
  double perplexity() const { return std::exp(sum_ / static_cast<double>(count_)); }
  double standard_error() const {
    const double count = static_cast<double>(count_), mean = sum_ / count;
    const double variance = squares_ / count - mean * mean;
    return variance > 0 && count > 1 ? std::sqrt(variance / (count - 1)) * perplexity() : 0;
  }

 private:
  double sum_ = 0, squares_ = 0;
  std::uint64_t count_ = 0;
};

Result<void> check_context(const sw::Model& model, std::uint32_t context) {
  const std::uint32_t most = model.graph.facts.context_length;
  if (context >= kLeastContext && context <= most) return {};
  return bad_input(
      fmt::format("a context of {} is not possible: this model's own is {}; use --context {} to {}", context,
                  most, kLeastContext, most));
}

}  // namespace

Result<Perplexity> measure_perplexity(Responder& responder, const sw::Model& model, std::string_view text,
                                      std::uint32_t context, std::uint32_t most_chunks,
                                      const std::function<void(const Perplexity&)>& on_chunk) {
  AREIA_RETURN_IF_ERROR(check_context(model, context));
  const std::vector<sw::TokenId> tokens = model.tokenizer.encode(text);
  const std::vector<sw::TokenId> empty = model.tokenizer.encode("");
  const bool begins_with_bos =
      !empty.empty() && model.tokenizer.bos() && empty.front() == *model.tokenizer.bos();
  if (tokens.size() < std::size_t{2} * context) {
    return bad_input(fmt::format(
        "the text has {} tokens: a perplexity with a context of {} needs at least {}; take a longer "
        "text or a smaller --context",
        tokens.size(), context, 2 * context));
  }
  Perplexity result;
  result.chunks_in_all = static_cast<std::uint32_t>(tokens.size() / context);
  if (most_chunks != 0) result.chunks_in_all = std::min(result.chunks_in_all, most_chunks);
  Mean mean;
  for (std::uint32_t chunk = 0; chunk < result.chunks_in_all; ++chunk) {
    const auto begin = tokens.begin() + static_cast<std::ptrdiff_t>(std::size_t{chunk} * context);
    std::vector<std::uint32_t> part(begin, begin + context);
    if (begins_with_bos) part[0] = *model.tokenizer.bos();
    const auto scores = responder.score(part);
    if (!scores) return scores.error();
    for (std::uint32_t i = context / 2; i + 1 < context; ++i) mean.add(-static_cast<double>((*scores)[i]));
    result.chunks = chunk + 1;
    result.tokens = mean.count();
    result.perplexity = mean.perplexity();
    result.uncertainty = mean.standard_error();
    if (on_chunk) on_chunk(result);
  }
  return result;
}

}  // namespace areia::apps
