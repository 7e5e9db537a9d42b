// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The reference decoder.
#include "tests/end_to_end/reference_llama.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "spec/num/convert.h"
#include "spec/num/element.h"

namespace areia::tests {
namespace {

const std::uint8_t* row_of(const sw::GgufTensor& tensor, std::uint64_t row) {
  const auto bytes = num::row_bytes(*tensor.type->format, tensor.columns());
  return reinterpret_cast<const std::uint8_t*>(tensor.bytes.data()) + row * bytes;
}

double weight(const sw::GgufTensor& tensor, std::uint64_t row, std::uint64_t column) {
  const num::Format format = *tensor.type->format;
  const std::uint8_t* bytes = row_of(tensor, row);
  const double scale =
      num::is_block(format) ? num::block_scale(format, bytes, column / num::kBlockElements) : 1.0;
  return scale * num::element(format, bytes, column);
}

double to_fp16(double value) { return num::fp16_to_fp32(num::fp32_to_fp16(static_cast<float>(value))); }

/// Rounds to int8 with one fp16 scale for 32 elements.
Row to_int8_blocks(Row values) {
  for (std::size_t begin = 0; begin < values.size(); begin += num::kBlockElements) {
    double largest = 0;
    for (std::size_t i = begin; i < begin + num::kBlockElements; ++i)
      largest = std::max(largest, std::fabs(values[i]));
    const double scale = largest / 127;
    if (scale == 0) continue;
    for (std::size_t i = begin; i < begin + num::kBlockElements; ++i) {
      values[i] = std::nearbyint(values[i] / scale) * to_fp16(scale);
    }
  }
  return values;
}

/// The values as weights of a format meet them.
Row as_partner_of(num::Format weight, Row values) {
  if (num::is_block(weight)) return to_int8_blocks(std::move(values));
  for (double& value : values) {
    const auto narrow = static_cast<float>(value);
    if (weight == num::Format::kFp16) value = num::fp16_to_fp32(num::fp32_to_fp16(narrow));
    if (weight == num::Format::kBf16) value = num::bf16_to_fp32(num::fp32_to_bf16(narrow));
  }
  return values;
}

}  // namespace

ReferenceLlama::ReferenceLlama(const sw::Gguf& gguf) : gguf_(gguf) {
  const auto number = [&](const char* key) { return gguf.unsigned_integer(key, 1, 1 << 20).value(); };
  layers_ = number("llama.block_count");
  heads_ = number("llama.attention.head_count");
  kv_heads_ = number("llama.attention.head_count_kv");
  head_size_ = number("llama.embedding_length") / heads_;
  rope_size_ = number("llama.rope.dimension_count");
  rope_base_ = gguf.number("llama.rope.freq_base", 1, 1e12, 10000.0).value();
  epsilon_ = gguf.number("llama.attention.layer_norm_rms_epsilon", 0, 1).value();
  keys_.resize(layers_);
  values_.resize(layers_);
}

Row ReferenceLlama::matmul(const std::string& name, const Row& input) const {
  const sw::GgufTensor& matrix = *gguf_.find_tensor(name);
  const Row activations = as_partner_of(*matrix.type->format, input);
  Row output(matrix.rows(), 0.0);
  for (std::uint64_t n = 0; n < matrix.rows(); ++n) {
    for (std::uint64_t k = 0; k < matrix.columns(); ++k) output[n] += weight(matrix, n, k) * activations[k];
  }
  return output;
}

Row ReferenceLlama::rms_norm(const std::string& name, const Row& input) const {
  double sum = 0;
  for (const double x : input) sum += x * x;
  const double scale = 1 / std::sqrt(sum / static_cast<double>(input.size()) + epsilon_);
  Row output(input.size());
  for (std::size_t i = 0; i < input.size(); ++i)
    output[i] = input[i] * scale * weight(*gguf_.find_tensor(name), 0, i);
  return output;
}

void ReferenceLlama::rotate(Row& heads) const {
  const auto position = static_cast<double>(keys_.back().size());
  for (std::size_t head = 0; head < heads.size(); head += head_size_) {
    for (std::size_t i = 0; i < rope_size_; i += 2) {
      const double angle =
          position * std::pow(rope_base_, -static_cast<double>(i) / static_cast<double>(rope_size_));
      const double a = heads[head + i], b = heads[head + i + 1];
      heads[head + i] = a * std::cos(angle) - b * std::sin(angle);
      heads[head + i + 1] = a * std::sin(angle) + b * std::cos(angle);
    }
  }
}

Row ReferenceLlama::attend(std::uint32_t layer, Row query, Row key, const Row& value) {
  rotate(query);
  rotate(key);
  for (double& x : query) x = to_fp16(x);
  std::vector<Row>& keys = keys_[layer];
  std::vector<Row>& values = values_[layer];
  for (double& x : key) x = to_fp16(x);
  keys.push_back(key);
  values.push_back(value);
  for (double& x : values.back()) x = to_fp16(x);

  Row output(query.size(), 0.0);
  for (std::uint64_t head = 0; head < heads_; ++head) {
    const std::uint64_t q = head * head_size_, kv = head / (heads_ / kv_heads_) * head_size_;
    Row scores(keys.size(), 0.0);
    for (std::size_t p = 0; p < keys.size(); ++p) {
      for (std::uint64_t i = 0; i < head_size_; ++i) scores[p] += query[q + i] * keys[p][kv + i];
      scores[p] /= std::sqrt(static_cast<double>(head_size_));
    }
    const double largest = *std::max_element(scores.begin(), scores.end());
    double sum = 0;
    for (double& score : scores) sum += score = std::exp(score - largest);
    for (std::size_t p = 0; p < keys.size(); ++p) {
      for (std::uint64_t i = 0; i < head_size_; ++i)
        output[q + i] += to_fp16(scores[p] / sum) * values[p][kv + i];
    }
  }
  return output;
}

Row ReferenceLlama::feed(std::uint32_t token) {
  const sw::GgufTensor& embedding = *gguf_.find_tensor("token_embd.weight");
  Row x(embedding.columns());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = weight(embedding, token, i);
  for (std::uint32_t layer = 0; layer < layers_; ++layer) {
    const std::string block = "blk." + std::to_string(layer) + ".";
    const auto add = [&](const Row& more) {
      for (std::size_t i = 0; i < x.size(); ++i) x[i] += more[i];
    };
    const Row h = rms_norm(block + "attn_norm.weight", x);
    add(matmul(block + "attn_output.weight",
               attend(layer, matmul(block + "attn_q.weight", h), matmul(block + "attn_k.weight", h),
                      matmul(block + "attn_v.weight", h))));
    const Row f = rms_norm(block + "ffn_norm.weight", x);
    Row gate = matmul(block + "ffn_gate.weight", f);
    const Row up = matmul(block + "ffn_up.weight", f);
    for (std::size_t i = 0; i < gate.size(); ++i) gate[i] = gate[i] / (1 + std::exp(-gate[i])) * up[i];
    add(matmul(block + "ffn_down.weight", gate));
  }
  const bool tied = gguf_.find_tensor("output.weight") == nullptr;
  return matmul(tied ? "token_embd.weight" : "output.weight", rms_norm("output_norm.weight", x));
}

}  // namespace areia::tests
