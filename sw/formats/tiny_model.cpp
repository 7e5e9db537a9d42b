// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Random weights in every format that the chip multiplies, by integer arithmetic and exact operations only.
#include "sw/formats/tiny_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "spec/num/convert.h"

namespace areia::sw {
namespace {

using num::Format;

void put_u16(std::vector<std::byte>& out, std::uint16_t value) {
  out.push_back(static_cast<std::byte>(value & 0xff));
  out.push_back(static_cast<std::byte>(value >> 8));
}

/// One block of 32: scale = largest magnitude / `steps`, rounded to fp16; values rounded to the scale.
void put_block(std::vector<std::byte>& out, Format format, const float* values) {
  const float steps = format == Format::kBlockInt8 ? 127.0f : 7.0f;
  float largest = 0;
  for (unsigned i = 0; i < num::kBlockElements; ++i) largest = std::max(largest, std::fabs(values[i]));
  const std::uint16_t scale_code = num::fp32_to_fp16(largest / steps);
  const float scale = num::fp16_to_fp32(scale_code);
  const auto quantised = [&](unsigned i) {
    const float steps_of = scale == 0 ? 0 : std::nearbyint(values[i] / scale);
    return static_cast<int>(std::clamp(steps_of, -steps, steps));
  };
  put_u16(out, scale_code);
  if (format == Format::kBlockInt8) {
    for (unsigned i = 0; i < 32; ++i) out.push_back(static_cast<std::byte>(quantised(i)));
    return;
  }
  for (unsigned i = 0; i < 16; ++i) {
    out.push_back(static_cast<std::byte>((quantised(i) + 8) | ((quantised(i + 16) + 8) << 4)));
  }
}

std::vector<std::byte> encode(Format format, const std::vector<float>& values) {
  std::vector<std::byte> out;
  if (num::is_block(format)) {
    for (std::size_t i = 0; i < values.size(); i += num::kBlockElements) put_block(out, format, &values[i]);
    return out;
  }
  for (const float value : values) {
    if (format == Format::kFp32) {
      put_u16(out, static_cast<std::uint16_t>(num::fp32_bits(value) & 0xffff));
      put_u16(out, static_cast<std::uint16_t>(num::fp32_bits(value) >> 16));
    } else {
      put_u16(out, format == Format::kFp16 ? num::fp32_to_fp16(value) : num::fp32_to_bf16(value));
    }
  }
  return out;
}

/// Writes tensors of random numbers.
class TensorSource {
 public:
  TensorSource(GgufWriter& writer, const TinyModel& model)
      : writer_(writer), model_(model), random_(model.seed) {}

  /// Uniform in (-bound, bound).
  void matrix(const std::string& name, std::uint32_t rows, std::uint32_t columns) {
    const bool whole_blocks = columns % num::unit_elements(model_.format) == 0;
    const float bound = 2.0f / std::sqrt(static_cast<float>(columns));
    add(name, whole_blocks ? model_.format : Format::kFp32, rows, columns, 0, bound);
  }
  /// Around one.
  void norm(const std::string& name, std::uint32_t columns) {
    add(name, Format::kFp32, 0, columns, 1, 0.25f);
  }

 private:
  void add(const std::string& name, Format format, std::uint32_t rows, std::uint32_t columns, float middle,
           float bound) {
    std::vector<float> values(std::size_t{std::max(rows, 1u)} * columns);
    for (float& value : values) {
      const auto step = static_cast<std::int32_t>(random_() >> 40) - (1 << 23);  // -2^23 to 2^23 - 1
      value = middle + bound * (static_cast<float>(step) * 0x1p-23f);
    }
    if (!model_.keep || model_.keep(name))
      writer_.add_tensor(name, format, rows, columns, encode(format, values));
  }

  GgufWriter& writer_;
  const TinyModel& model_;
  std::mt19937_64 random_;
};

void add_vocabulary(GgufWriter& writer) {
  std::vector<std::string> texts = {"<unk>", "<s>", "</s>"};
  std::vector<std::int32_t> kinds = {2, 3, 3};
  for (unsigned byte = 0; byte < 256; ++byte) texts.push_back(fmt::format("<0x{:02X}>", byte));
  kinds.resize(texts.size(), 6);
  texts.emplace_back("\xe2\x96\x81");
  for (char letter = 'a'; letter <= 'z'; ++letter) texts.emplace_back(1, letter);
  kinds.resize(texts.size(), 1);
  const std::vector<float> scores(texts.size(), 0.0f);
  writer.add_text("tokenizer.ggml.model", "llama");
  writer.add_texts("tokenizer.ggml.tokens", texts);
  writer.add_floats("tokenizer.ggml.scores", scores);
  writer.add_integers("tokenizer.ggml.token_type", kinds);
  writer.add_uint32("tokenizer.ggml.bos_token_id", 1);
  writer.add_uint32("tokenizer.ggml.eos_token_id", 2);
}

}  // namespace

GgufWriter tiny_model_writer(const TinyModel& model) {
  GgufWriter writer;
  const std::uint32_t head = model.embedding / model.heads;
  writer.add_text("general.architecture", "llama");
  writer.add_text("general.name", "tiny");
  writer.add_uint32("llama.context_length", model.context);
  writer.add_uint32("llama.embedding_length", model.embedding);
  writer.add_uint32("llama.block_count", model.layers);
  writer.add_uint32("llama.feed_forward_length", model.feed_forward);
  writer.add_uint32("llama.attention.head_count", model.heads);
  writer.add_uint32("llama.attention.head_count_kv", model.kv_heads);
  writer.add_uint32("llama.rope.dimension_count", model.rope_size == 0 ? head : model.rope_size);
  writer.add_float32("llama.attention.layer_norm_rms_epsilon", 1e-5f);
  add_vocabulary(writer);

  TensorSource tensors(writer, model);
  tensors.matrix("token_embd.weight", kTinyVocabulary, model.embedding);
  for (std::uint32_t layer = 0; layer < model.layers; ++layer) {
    const auto name = [&](const char* part) { return fmt::format("blk.{}.{}.weight", layer, part); };
    tensors.norm(name("attn_norm"), model.embedding);
    tensors.matrix(name("attn_q"), model.embedding, model.embedding);
    tensors.matrix(name("attn_k"), model.kv_heads * head, model.embedding);
    tensors.matrix(name("attn_v"), model.kv_heads * head, model.embedding);
    tensors.matrix(name("attn_output"), model.embedding, model.embedding);
    tensors.norm(name("ffn_norm"), model.embedding);
    tensors.matrix(name("ffn_gate"), model.feed_forward, model.embedding);
    tensors.matrix(name("ffn_up"), model.feed_forward, model.embedding);
    tensors.matrix(name("ffn_down"), model.embedding, model.feed_forward);
  }
  tensors.norm("output_norm.weight", model.embedding);
  if (!model.tied) tensors.matrix("output.weight", kTinyVocabulary, model.embedding);
  return writer;
}

std::vector<std::byte> make_tiny_model(const TinyModel& model) { return tiny_model_writer(model).finish(); }

}  // namespace areia::sw
