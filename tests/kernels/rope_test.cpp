// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kRopeStore against double precision, and the RoPE table against the host's sine and cosine.
#include <gtest/gtest.h>

#include <cmath>

#include "spec/num/convert.h"
#include "tests/kernels/scene.h"

namespace areia::tests {
namespace {

using num::Format;

struct Heads {
  std::uint32_t heads, kv_heads, head_size, rope_size;
  abi::RopePairing pairing = abi::RopePairing::kNeighbours;
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

TEST(RopeTable, HasItsMagnitudeAndFrequenciesByRepeatedProducts) {
  Scene scene;
  scene.tokens.assign(500, 0);
  scene.rope_inverse_frequency = {1.0f, 0.25f, 1.5f};
  scene.rope.magnitude = 1.34657359f;
  scene.rope.ratio = 0.7f;
  scene.run(assorted_chips().back());
  for (std::size_t position = 0; position < 501; ++position) {
    auto power = static_cast<float>(position);
    for (std::size_t i = 0; i < 3; ++i, power *= 0.7f) {
      const double angle = double{power * scene.rope_inverse_frequency[i]};
      const float* turn = &scene.rope_table[(position * 3 + i) * 2];
      EXPECT_EQ(turn[0], static_cast<float>(std::cos(angle)) * scene.rope.magnitude) << angle;
      EXPECT_EQ(turn[1], static_cast<float>(std::sin(angle)) * scene.rope.magnitude) << angle;
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
  op.pairing = shape.pairing;
  scene.ops = {op};
  return result;
}

std::vector<double> rotated(const Values& matrix, const Heads& shape, std::uint32_t columns) {
  std::vector<double> result(matrix.begin(), matrix.end());
  const auto inverse = frequencies(shape.rope_size);
  for (std::size_t begin = 0; begin < matrix.size(); begin += shape.head_size) {
    const auto position = static_cast<float>(begin / columns);
    for (std::size_t i = 0; i < inverse.size(); ++i) {
      const bool halves = shape.pairing == abi::RopePairing::kHalves;
      double& first = result[begin + (halves ? i : 2 * i)];
      double& second = result[begin + (halves ? i + inverse.size() : 2 * i + 1)];
      const double a = first, b = second;
      const double angle = double{position * inverse[i]};  // the product is rounded to fp32
      first = a * std::cos(angle) - b * std::sin(angle);
      second = a * std::sin(angle) + b * std::cos(angle);
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
                                         Heads{1, 1, 256, 256}, Heads{40, 40, 128, 128}, Heads{3, 1, 20, 0},
                                         Heads{8, 4, 8, 8, abi::RopePairing::kHalves},
                                         Heads{9, 3, 64, 64, abi::RopePairing::kHalves},
                                         Heads{4, 1, 10, 6, abi::RopePairing::kHalves},
                                         Heads{2, 1, 256, 192, abi::RopePairing::kHalves}));

TEST(RopeStore, WithoutRotationQueriesAndKeysStay) {
  const Heads shape{3, 1, 20, 0};
  RopeScene before = rope_scene(shape, 4, Format::kFp32);
  const Values query = before.scene.get(before.query), key = before.scene.get(before.key);
  before.scene.run(assorted_chips().front());
  EXPECT_EQ(before.scene.get(before.query), query);
  EXPECT_EQ(before.scene.get(before.key_cache), key);
}

}  // namespace
}  // namespace areia::tests
