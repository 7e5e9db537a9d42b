// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Hyperparameters of decoders, as GGUF names them (github.com/ggml-org/ggml, docs/gguf.md). Defaults for
// missing keys are the reference implementation's.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "sw/formats/decoder_parts.h"

namespace areia::sw {

std::uint32_t DecoderBuilder::count(const char* name, std::uint64_t least, std::uint64_t most,
                                    std::optional<std::uint64_t> missing) {
  if (error_) return static_cast<std::uint32_t>(least);
  const auto value = gguf_.unsigned_integer(key(name), least, most, missing);
  if (!value) error_ = value.error();
  return static_cast<std::uint32_t>(value ? *value : least);
}

double DecoderBuilder::number(const char* name, double least, double most, std::optional<double> missing) {
  if (error_) return least;
  const auto value = gguf_.number(key(name), least, most, missing);
  if (!value) error_ = value.error();
  return value ? *value : least;
}

bool DecoderBuilder::has(const char* name) const { return gguf_.find(key(name)) != nullptr; }

void DecoderBuilder::require(bool holds, const std::string& what) {
  if (!holds) fail(what);
}

void DecoderBuilder::read_sizes() {
  context = count("context_length", 1, kMostElements);
  embedding_size = count("embedding_length", 1, kMostElements);
  layers = count("block_count", 1, 4096);
  shape.heads = count("attention.head_count", 1, 4096);
  shape.kv_heads = count("attention.head_count_kv", 1, 4096, shape.heads);
  const std::uint32_t even = embedding_size / std::max(shape.heads, 1u);
  shape.head_size = count("attention.key_length", 1, 65536, even);
  const std::uint32_t value_size = count("attention.value_length", 1, 65536, shape.head_size);
  require(shape.head_size > 0, "there are more heads than the embedding has elements");
  require(shape.heads % std::max(shape.kv_heads, 1u) == 0,
          "the number of heads must be a multiple of the number of key-value heads");
  require(value_size == shape.head_size, "keys and values of different sizes are not supported yet");
  shape.scale = 1.0f / std::sqrt(static_cast<float>(shape.head_size));
}

void DecoderBuilder::read_epsilon(const char* name) { epsilon = static_cast<float>(number(name, 0, 1)); }

std::vector<float> DecoderBuilder::rope_factors(std::uint32_t size) {
  const std::string name = "rope_freqs.weight";
  if (error_ || !has_tensor(name)) return {};
  const GgufTensor& tensor = *gguf_.find_tensor(name);
  taken_.insert(tensor.name);
  std::vector<float> factors(size / 2);
  if (tensor.type->format != num::Format::kFp32 || tensor.bytes.size() != factors.size() * sizeof(float)) {
    fail(fmt::format("tensor '{}' must be a vector of {} elements of type F32", name, factors.size()));
    return {};
  }
  std::memcpy(factors.data(), tensor.bytes.data(), tensor.bytes.size());
  for (const float factor : factors) {
    if (!(factor > 0 && factor < 1e6f)) fail(fmt::format("tensor '{}' has a factor of {}", name, factor));
  }
  return factors;
}

void DecoderBuilder::read_rope_scaling(RopeParameters& rope) {
  const auto type = gguf_.text(key("rope.scaling.type"), "linear");
  if (!type) return fail(type.error().message);
  const double linear = number("rope.scale_linear", 0, 1e6, 0.0);
  const double factor = number("rope.scaling.factor", 0, 1e6, linear);
  rope.attention_factor = number("rope.scaling.attn_factor", 0, 1e3, 1.0);
  if (*type == "none") return;
  if (*type != "linear" && *type != "yarn") {
    return fail(fmt::format("RoPE scaling of type '{}' is not supported; supported are linear and yarn",
                            type->substr(0, 40)));
  }
  rope.scale = factor == 0 ? 1 : 1 / factor;
  if (*type != "yarn") return;
  // The keys rope.scaling.yarn_* tune other architectures; in these the reference implementation ignores
  // them.
  rope.yarn = true;
  rope.original_context = count("rope.scaling.original_context_length", 1, kMostElements, context);
  require(!has("rope.scaling.yarn_log_multiplier"), "yarn_log_multiplier is not supported yet");
}

RopeId DecoderBuilder::read_rope(abi::RopePairing pairing, std::optional<double> base, bool unscaled) {
  RopeParameters rope;
  rope.pairing = pairing;
  rope.size = count("rope.dimension_count", 2, 65536, shape.head_size);
  rope.base = base ? *base : number("rope.freq_base", 1, 1e12, 10000.0);
  if (!unscaled) read_rope_scaling(rope);
  require(rope.size % 2 == 0 && rope.size <= shape.head_size,
          fmt::format("{} must be even and at most the size of a head", key("rope.dimension_count")));
  require(!rope.yarn || rope.base > 1, "YaRN needs a base of frequencies above 1");
  const std::vector<float> factors = rope_factors(rope.size);
  return error_ ? kNone : graph_.add_rope(make_rope(rope, factors));
}

ExpertShape DecoderBuilder::read_experts(abi::Routing routing) {
  ExpertShape experts;
  experts.experts = count("expert_count", 0, kMostExperts, 0);
  if (experts.experts == 0) return experts;
  experts.used = count("expert_used_count", 1, experts.experts);
  experts.routing = routing;
  const double scale = number("expert_weights_scale", 0, 1e6, 0.0);
  experts.scale = scale == 0 ? 1 : static_cast<float>(scale);
  return experts;
}

std::vector<bool> DecoderBuilder::read_window_pattern(std::uint32_t period) {
  std::vector<bool> windowed(layers);
  for (std::uint32_t layer = 0; layer < layers; ++layer) windowed[layer] = layer % period < period - 1;
  if (!has("attention.sliding_window_pattern") || error_) return windowed;
  const GgufValue& value = *gguf_.find(key("attention.sliding_window_pattern"));
  if (const auto* array = std::get_if<GgufArray>(&value)) {
    require(array->element == GgufValueType::kBool && array->count == layers,
            "attention.sliding_window_pattern must have a truth value for each layer");
    for (std::uint32_t layer = 0; !error_ && layer < layers; ++layer)
      windowed[layer] = array->numbers[layer] != std::byte{0};
    return windowed;
  }
  const std::uint32_t given = count("attention.sliding_window_pattern", 0, 4096);
  for (std::uint32_t layer = 0; layer < layers; ++layer)
    windowed[layer] = given == 0 || layer % given < given - 1;
  return windowed;
}

}  // namespace areia::sw
