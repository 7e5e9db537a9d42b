// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Perplexity of a text, as llama.cpp's tool of that name computes it.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "apps/cli/answer.h"
#include "base/result.h"

namespace areia::apps {

/// The running estimate.
struct Perplexity {
  double perplexity = 0;
  double uncertainty = 0;    ///< one standard error
  std::uint64_t tokens = 0;  ///< that were predicted and count
  std::uint32_t chunks = 0, chunks_in_all = 0;
};

/// A text cut into chunks of `context` tokens, each of which begins anew (with BOS in the place of its first
/// token, where the vocabulary asks for one): e to the mean negative logarithm of the probabilities of the
/// tokens in the second half of each chunk. At most `most_chunks` (0: all). `on_chunk` hears of each chunk.
/// Bad input: a text of fewer than two chunks, a context below 4 or beyond the model's.
Result<Perplexity> measure_perplexity(Responder& responder, const sw::Model& model, std::string_view text,
                                      std::uint32_t context, std::uint32_t most_chunks,
                                      const std::function<void(const Perplexity&)>& on_chunk = {});

}  // namespace areia::apps
