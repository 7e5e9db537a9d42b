// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A small Llama-architecture model with random weights, as a GGUF file in memory: for tests, which must not
// depend on files from elsewhere. The same parameters give the same bytes on every host.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "spec/num/format.h"
#include "sw/formats/gguf_writer.h"

namespace areia::sw {

struct TinyModel {
  std::uint32_t layers = 2, embedding = 64, heads = 4, kv_heads = 2, feed_forward = 96;
  std::uint32_t context = 128;
  std::uint32_t rope_size = 0;              ///< 0: the whole head
  bool tied = true;                         ///< without a tensor output.weight
  num::Format format = num::Format::kFp32;  ///< of matrices; rows that are no whole blocks become fp32
  std::uint64_t seed = 1;
  /// Called for every tensor; false leaves it out of the file.
  std::function<bool(std::string_view name)> keep = {};
};

/// Tokens of the model: <unk>, <s>, </s>, 256 bytes, U+2581, then single letters.
inline constexpr std::uint32_t kTinyVocabulary = 3 + 256 + 1 + 26;

/// The model as a writer, to which a test may add more.
GgufWriter tiny_model_writer(const TinyModel& model);
/// The model as a file.
std::vector<std::byte> make_tiny_model(const TinyModel& model);

}  // namespace areia::sw
