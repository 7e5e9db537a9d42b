// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kRopeStore and kAttention against double precision, and the RoPE table against the host's sine and cosine.
// Attention rounds queries and weights to fp16 where the cache is fp16 (sw/kernels/attention.cpp says why),
// and so does the reference.
#include <gtest/gtest.h>

#include <cmath>

#include "spec/num/convert.h"
#include "tests/kernels/scene.h"

namespace areia::tests {
namespace {

using num::Format;

struct Heads {
  std::uint32_t heads, kv_heads, head_size, rope_size;
};

/// Inverse frequencies of a Llama with base 10000.
std::vector<float> frequencies(std::uint32_t rope_size) {
  std::vector<float> values;
  for (std::uint32_t i = 0; i < rope_size; i += 2)
    values.push_back(static_cast<float>(std::pow(10000.0, -double(i) / rope_size)));
  return values;
}

// --- RoPE table -------------------------------------------------------------------------------------------

TEST(RopeTable, HoldsTheNearestFloats) {
  Scene scene;
  scene.tokens.assign(3000, 0);
  scene.rope_inverse_frequency = {1.0f, 0.31622776f, 333.3333f, 1e-4f};  // angles up to 1,000,000
  scene.run(assorted_chips().front());
  for (std::size_t position = 0; position < 3001; ++position) {
    for (std::size_t i = 0; i < 4; ++i) {
      const double angle = double{static_cast<float>(position) * scene.rope_inverse_frequency[i]};
      EXPECT_EQ(scene.rope_table[(position * 4 + i) * 2], static_cast<float>(std::cos(angle))) << angle;
      EXPECT_EQ(scene.rope_table[(position * 4 + i) * 2 + 1], static_cast<float>(std::sin(angle))) << angle;
    }
  }
}

// --- kRopeStore -------------------------------------------------------------------------------------------

struct RopeScene {
  Scene scene;
  abi::TensorRef query, key, value, key_cache, value_cache;
};

RopeScene rope_scene(const Heads& shape, std::uint32_t rows, Format cache = Format::kFp16) {
  RopeScene result;
  Scene& scene = result.scene;
  scene.tokens.assign(rows, 0);
  scene.rope_inverse_frequency = frequencies(shape.rope_size);
  result.query = scene.activation(rows, shape.heads * shape.head_size);
  result.key = scene.activation(rows, shape.kv_heads * shape.head_size);
  result.value = scene.activation(rows, shape.kv_heads * shape.head_size);
  result.key_cache = scene.activation(rows, shape.kv_heads * shape.head_size, cache);
  result.value_cache = scene.activation(rows, shape.kv_heads * shape.head_size, cache);
  for (const auto& matrix : {result.query, result.key, result.value}) scene.randomise(matrix);
  abi::Op op;
  op.kind = abi::OpKind::kRopeStore;
  op.input = result.query;
  op.second = result.key;
  op.weight = result.value;
  op.output = result.key_cache;
  op.extra = result.value_cache;
  op.heads = shape.heads;
  op.kv_heads = shape.kv_heads;
  op.head_size = shape.head_size;
  op.rope_size = shape.rope_size;
  scene.ops = {op};
  return result;
}

std::vector<double> rotated(const Values& matrix, const Heads& shape, std::uint32_t columns) {
  std::vector<double> result(matrix.begin(), matrix.end());
  const auto inverse = frequencies(shape.rope_size);
  for (std::size_t begin = 0; begin < matrix.size(); begin += shape.head_size) {
    const auto position = static_cast<float>(begin / columns);
    for (std::size_t i = 0; i < inverse.size(); ++i) {
      const double a = result[begin + 2 * i], b = result[begin + 2 * i + 1];
      const double angle = double{position * inverse[i]};  // the product is rounded to fp32
      result[begin + 2 * i] = a * std::cos(angle) - b * std::sin(angle);
      result[begin + 2 * i + 1] = a * std::sin(angle) + b * std::cos(angle);
    }
  }
  return result;
}

class RopeStore : public testing::TestWithParam<Heads> {};

TEST_P(RopeStore, RotatesAndStores) {
  const Heads shape = GetParam();
  const std::uint32_t rows = 11;
  const RopeScene before = rope_scene(shape, rows);
  const auto all = [&](const Scene& scene) {
    Values values = scene.get(before.query);
    for (const auto& cache : {before.key_cache, before.value_cache}) {
      const Values more = scene.get(cache);
      values.insert(values.end(), more.begin(), more.end());
    }
    return values;
  };
  const Values values = same_on_every_chip([&] { return rope_scene(shape, rows).scene; }, all);

  const std::size_t queries = std::size_t{rows} * before.query.columns,
                    keys = std::size_t{rows} * before.key.columns;
  const auto query = rotated(before.scene.get(before.query), shape, before.query.columns);
  EXPECT_LT(relative_distance(std::span(values).first(queries), query, 1.0), 3e-7);
  const auto key = rotated(before.scene.get(before.key), shape, before.key.columns);
  EXPECT_LT(relative_distance(std::span(values).subspan(queries, keys), key, 1.0), 0x1p-11 * 1.01);
  Values value = before.scene.get(before.value);
  for (float& x : value) x = num::fp16_to_fp32(num::fp32_to_fp16(x));
  EXPECT_EQ(Values(values.end() - static_cast<std::ptrdiff_t>(keys), values.end()), value);
}

TEST_P(RopeStore, RoundsNothingWithACacheOfFp32) {
  const Heads shape = GetParam();
  const RopeScene before = rope_scene(shape, 5, Format::kFp32);
  const auto make = [&] { return rope_scene(shape, 5, Format::kFp32).scene; };
  const Values keys =
      same_on_every_chip(make, [&](const Scene& scene) { return scene.get(before.key_cache); });
  const auto expected = rotated(before.scene.get(before.key), shape, before.key.columns);
  EXPECT_LT(relative_distance(keys, expected, 1.0), 3e-7);
  const Values values =
      same_on_every_chip(make, [&](const Scene& scene) { return scene.get(before.value_cache); });
  EXPECT_EQ(values, before.scene.get(before.value));
}

INSTANTIATE_TEST_SUITE_P(Shapes, RopeStore,
                         testing::Values(Heads{8, 4, 8, 8}, Heads{9, 3, 64, 64}, Heads{4, 1, 10, 6},
                                         Heads{1, 1, 256, 256}, Heads{40, 40, 128, 128}));

// --- kAttention -------------------------------------------------------------------------------------------

struct AttentionCase {
  Heads heads;
  std::uint32_t rows, chunks;  ///< the last of `chunks` chunks of `rows` rows is looked at
  Format output = Format::kFp32;
  Format cache = Format::kFp16;
  std::uint32_t window = 0;  ///< 0: all positions
  bool sinks = false;
};

Scene attention_scene(const AttentionCase& c, float score_size = 1) {
  Scene scene;
  scene.tokens.assign(c.rows * c.chunks, 0);
  scene.plan.chunk_rows = c.rows;
  const std::uint32_t kv_columns = c.heads.kv_heads * c.heads.head_size;
  abi::Op op;
  op.kind = abi::OpKind::kAttention;
  op.heads = c.heads.heads;
  op.kv_heads = c.heads.kv_heads;
  op.head_size = c.heads.head_size;
  op.rope_size = c.heads.rope_size;
  op.scale = 1.0f / std::sqrt(static_cast<float>(c.heads.head_size));
  op.input = scene.activation(c.rows, c.heads.heads * c.heads.head_size);
  op.extra = scene.activation(c.rows * c.chunks, kv_columns, c.cache);
  op.weight = scene.activation(c.rows * c.chunks, kv_columns, c.cache);
  op.window = c.window;
  if (c.sinks) {
    op.bias = scene.weight(1, c.heads.heads);
    scene.randomise(op.bias, 3);
  }
  op.output = scene.activation(c.rows, c.heads.heads * c.heads.head_size, c.output);
  scene.randomise(op.input, score_size);
  scene.randomise(op.extra);
  scene.randomise(op.weight);
  scene.ops = {op};
  return scene;
}

/// A query's element or a weight as it meets the cache.
double rounded(double value, Format cache) {
  if (cache == Format::kFp32) return value;
  return double{num::fp16_to_fp32(num::fp32_to_fp16(static_cast<float>(value)))};
}

/// Softmax over the positions that one query of one row sees, and the values weighted by it.
std::vector<double> attended(const Scene& scene, const AttentionCase& c, std::uint32_t row,
                             std::uint32_t head) {
  const abi::Op& op = scene.ops[0];
  const Values query = scene.get(op.input), keys = scene.get(op.extra), values = scene.get(op.weight);
  const std::size_t size = op.head_size, kv_columns = std::size_t{op.kv_heads} * size;
  const std::size_t kv = head / (op.heads / op.kv_heads) * size;
  const std::size_t q = (std::size_t{row} * op.heads + head) * size;
  const std::size_t visible = std::size_t{c.rows} * (c.chunks - 1) + row + 1;
  const std::size_t first = c.window != 0 && visible > c.window ? visible - c.window : 0;
  std::vector<double> scores(visible, 0.0), output(size, 0.0);
  for (std::size_t p = first; p < visible; ++p) {
    for (std::size_t i = 0; i < size; ++i)
      scores[p] += rounded(double{query[q + i]}, c.cache) * double{keys[p * kv_columns + kv + i]};
    scores[p] *= double{op.scale};
  }
  double largest = *std::max_element(scores.begin() + static_cast<std::ptrdiff_t>(first), scores.end());
  double sum = 0;
  if (c.sinks) {
    const double sink = scene.get(op.bias)[head];
    largest = std::max(largest, sink);
    sum = std::exp(sink - largest);
  }
  for (std::size_t p = first; p < visible; ++p) sum += scores[p] = std::exp(scores[p] - largest);
  for (std::size_t p = first; p < visible; ++p) {
    const double weight = rounded(scores[p] / sum, c.cache);
    for (std::size_t i = 0; i < size; ++i) output[i] += weight * double{values[p * kv_columns + kv + i]};
  }
  return output;
}

std::vector<double> attended(const Scene& scene, const AttentionCase& c) {
  std::vector<double> all;
  for (std::uint32_t row = 0; row < c.rows; ++row) {
    for (std::uint32_t head = 0; head < c.heads.heads; ++head) {
      const auto one = attended(scene, c, row, head);
      all.insert(all.end(), one.begin(), one.end());
    }
  }
  return all;
}

Values output_of(const Scene& scene) { return scene.get(scene.ops[0].output); }

/// A weight next to a tie between two fp16 may go either way, which moves few elements, and those by 2^-11 of
/// a value at most; all others agree to fp32's precision.
void expect_near(const Values& values, const std::vector<double>& expected, double usual) {
  EXPECT_LT(relative_distance(values, expected, 1.0), 0x1p-10);
  double sum = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) sum += std::fabs(double{values[i]} - expected[i]);
  EXPECT_LT(sum / static_cast<double>(expected.size()), usual);
}

class Attention : public testing::TestWithParam<AttentionCase> {};

TEST_P(Attention, MatchesTheDefinition) {
  const auto make = [] { return attention_scene(GetParam()); };
  const Values values = same_on_every_chip(make, output_of);
  expect_near(values, attended(make(), GetParam()), 3e-6);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, Attention,
    testing::Values(AttentionCase{{8, 4, 8, 8}, 1, 1}, AttentionCase{{8, 4, 8, 8}, 1, 75},
                    AttentionCase{{9, 3, 64, 64}, 40, 3}, AttentionCase{{12, 1, 10, 10}, 33, 1},
                    AttentionCase{{2, 2, 200, 200}, 5, 8}, AttentionCase{{2, 1, 64, 64}, 50, 8}));

INSTANTIATE_TEST_SUITE_P(
    WindowsAndSinks, Attention,
    testing::Values(
        AttentionCase{.heads = {8, 4, 8, 8}, .rows = 1, .chunks = 75, .window = 9},
        AttentionCase{.heads = {9, 3, 64, 64}, .rows = 40, .chunks = 3, .window = 30, .sinks = true},
        AttentionCase{.heads = {12, 1, 10, 10}, .rows = 33, .chunks = 1, .window = 1},
        AttentionCase{.heads = {4, 2, 24, 24}, .rows = 7, .chunks = 2, .window = 500, .sinks = true},
        AttentionCase{.heads = {2, 1, 64, 64}, .rows = 50, .chunks = 8, .sinks = true}));

TEST(Attention, RoundsNothingWithACacheOfFp32) {
  for (const AttentionCase& c :
       {AttentionCase{.heads = {9, 3, 64, 64}, .rows = 40, .chunks = 3, .cache = Format::kFp32},
        AttentionCase{.heads = {4, 1, 10, 10},
                      .rows = 9,
                      .chunks = 8,
                      .cache = Format::kFp32,
                      .window = 20,
                      .sinks = true}}) {
    const auto make = [&] { return attention_scene(c); };
    const Values values = same_on_every_chip(make, output_of);
    EXPECT_LT(relative_distance(values, attended(make(), c), 1.0), 3e-6);
  }
}

TEST(Attention, LargeScores) {
  const AttentionCase c{{4, 2, 16, 16}, 3, 30};
  const auto make = [&] { return attention_scene(c, 200); };  // of several hundred
  const Values values = same_on_every_chip(make, output_of);
  expect_near(values, attended(make(), c), 3e-5);  // a score has an error of 1e-5 or so
}

TEST(Attention, QuantisesAsGgufDoes) {
  for (const Heads heads :
       {Heads{8, 4, 8, 8}, Heads{4, 2, 32, 32}, Heads{6, 3, 16, 16}, Heads{4, 4, 24, 24}}) {
    const AttentionCase c{heads, 7, 2, Format::kBlockInt8};
    Scene plain = attention_scene({heads, 7, 2});
    plain.run(assorted_chips().front());
    const Values values = output_of(plain);
    const std::size_t columns = std::size_t{heads.heads} * heads.head_size;
    for (const ChipDescription& chip : assorted_chips()) {
      Scene scene = attention_scene(c);
      scene.run(chip);
      for (std::uint32_t r = 0; r < c.rows; ++r) {
        const auto row = scene.row(scene.ops[0].output, r);
        EXPECT_EQ(std::vector<std::uint8_t>(row.begin(), row.end()),
                  quantised(std::span(values).subspan(r * columns, columns)))
            << chip.name;
      }
    }
  }
}

}  // namespace
}  // namespace areia::tests
