// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kAttention against double precision, over caches of fp16 and fp32, with windows and sinks. Over fp16,
// attention rounds queries and weights to fp16 (sw/kernels/attention.cpp says why), and so does the
// reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "spec/num/convert.h"
#include "tests/kernels/scene.h"

namespace areia::tests {
namespace {

using num::Format;

struct Heads {
  std::uint32_t heads, kv_heads, head_size;
};

struct AttentionCase {
  Heads heads;
  std::uint32_t rows, chunks;  ///< the last of `chunks` chunks of `rows` rows is looked at
  Format output = Format::kFp32;
  Format cache = Format::kFp16;
  std::uint32_t window = 0;  ///< 0: all positions
  bool sinks = false, scale_query = false;
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
  op.scale = 1.0f / std::sqrt(static_cast<float>(c.heads.head_size));
  op.input = scene.activation(c.rows, c.heads.heads * c.heads.head_size);
  op.extra = scene.activation(c.rows * c.chunks, kv_columns, c.cache);
  op.weight = scene.activation(c.rows * c.chunks, kv_columns, c.cache);
  op.window = c.window;
  // Not before the last chunk: of long contexts the others would take long.
  op.flags = (c.scale_query ? abi::kScaleQuery : 0u) | (c.rows * c.chunks > 512 ? abi::kLastRowOnly : 0u);
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
  const float query_scale = c.scale_query ? op.scale : 1;
  std::vector<double> scores(visible, 0.0), output(size, 0.0);
  for (std::size_t p = first; p < visible; ++p) {
    for (std::size_t i = 0; i < size; ++i)
      scores[p] +=
          rounded(double{query[q + i] * query_scale}, c.cache) * double{keys[p * kv_columns + kv + i]};
    scores[p] *= double{c.scale_query ? 1 : op.scale};
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

INSTANTIATE_TEST_SUITE_P(Shapes, Attention,
                         testing::Values(AttentionCase{{8, 4, 8}, 1, 1}, AttentionCase{{8, 4, 8}, 1, 75},
                                         AttentionCase{{9, 3, 64}, 40, 3}, AttentionCase{{12, 1, 10}, 33, 1},
                                         AttentionCase{{2, 2, 200}, 5, 8}, AttentionCase{{2, 1, 64}, 50, 8}));

INSTANTIATE_TEST_SUITE_P(
    WindowsSinksAndScaledQueries, Attention,
    testing::Values(AttentionCase{.heads = {8, 4, 8}, .rows = 1, .chunks = 75, .window = 9},
                    AttentionCase{.heads = {9, 3, 64}, .rows = 40, .chunks = 3, .window = 30, .sinks = true},
                    AttentionCase{.heads = {12, 1, 10}, .rows = 33, .chunks = 1, .window = 1},
                    AttentionCase{.heads = {4, 2, 24}, .rows = 7, .chunks = 2, .window = 500, .sinks = true},
                    AttentionCase{.heads = {2, 1, 64}, .rows = 50, .chunks = 8, .sinks = true},
                    AttentionCase{.heads = {9, 3, 64}, .rows = 40, .chunks = 3, .scale_query = true},
                    AttentionCase{
                        .heads = {2, 1, 64}, .rows = 50, .chunks = 8, .window = 350, .scale_query = true}));

/// More positions than a chunk of sums has. One row: tiles share its positions. 16 queries of a group: the
/// smallest scratchpad does not hold their scores. 17,000 positions: nor all sums.
INSTANTIATE_TEST_SUITE_P(
    LongContexts, Attention,
    testing::Values(AttentionCase{.heads = {8, 2, 64}, .rows = 1, .chunks = 1100},
                    AttentionCase{.heads = {3, 1, 40}, .rows = 1, .chunks = 1025, .sinks = true},
                    AttentionCase{.heads = {4, 4, 32}, .rows = 1, .chunks = 1500, .window = 700},
                    AttentionCase{.heads = {2, 1, 8}, .rows = 17, .chunks = 1000},
                    AttentionCase{.heads = {16, 1, 64}, .rows = 4, .chunks = 300},
                    AttentionCase{
                        .heads = {16, 1, 64}, .rows = 15, .chunks = 80, .window = 900, .sinks = true}));

TEST(Attention, RoundsNothingWithACacheOfFp32) {
  for (const AttentionCase& c :
       {AttentionCase{.heads = {9, 3, 64}, .rows = 40, .chunks = 3, .cache = Format::kFp32},
        AttentionCase{.heads = {4, 1, 10},
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
  const AttentionCase c{{4, 2, 16}, 3, 30};
  const auto make = [&] { return attention_scene(c, 200); };  // of several hundred
  const Values values = same_on_every_chip(make, output_of);
  expect_near(values, attended(make(), c), 3e-5);  // a score has an error of 1e-5 or so
}

TEST(Attention, QuantisesAsGgufDoes) {
  for (AttentionCase c :
       {AttentionCase{{8, 4, 8}, 7, 2}, AttentionCase{{4, 2, 32}, 7, 2}, AttentionCase{{6, 3, 16}, 7, 2},
        AttentionCase{{4, 4, 24}, 7, 2}, AttentionCase{{8, 4, 8}, 1, 600}}) {
    Scene plain = attention_scene(c);
    c.output = Format::kBlockInt8;
    const Heads& heads = c.heads;
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

TEST(Attention, ASinkAboveEveryScoreTakesAllWeight) {
  const AttentionCase c{.heads = {2, 1, 8}, .rows = 3, .chunks = 2, .sinks = true};
  Scene scene = attention_scene(c);
  scene.set(scene.ops[0].bias, Values{3e38f, INFINITY});
  scene.run(assorted_chips().front());
  const Values values = output_of(scene);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i % 16 >= 8) continue;  // infinity - infinity is not a number
    EXPECT_EQ(values[i], 0.0f) << i;
  }
}

/// What no query of a step sees may hold anything: positions to come, those before the window, and in prefill
/// those that only other rows see.
TEST(Attention, UnseenPositionsDoNotMatter) {
  for (const Format cache : {Format::kFp16, Format::kFp32}) {
    for (const std::uint32_t rows : {1u, 24u}) {
      const AttentionCase c{
          .heads = {4, 2, 16}, .rows = rows, .chunks = 240 / rows, .cache = cache, .window = 50};
      const auto make = [&](float unseen) {
        Scene scene = attention_scene(c);
        for (const auto& matrix : {scene.ops[0].extra, scene.ops[0].weight}) {
          Values values = scene.get(matrix);
          const std::size_t first = 240 - rows + 1 - 50;  // the first that the first row sees
          std::fill_n(values.begin(), first * matrix.columns, unseen);
          scene.set(matrix, values);
        }
        return scene;
      };
      const Values expected = same_on_every_chip([&] { return make(1); }, output_of);
      for (const float unseen : {NAN, INFINITY, -INFINITY, 65504.0f})
        EXPECT_EQ(same_on_every_chip([&] { return make(unseen); }, output_of), expected) << unseen;
    }
  }
}

/// A row sees neither later rows' positions nor those that have left its window, though rows next to it do.
TEST(Attention, RowsOfAChunkDoNotDisturbEachOther) {
  for (const std::uint32_t window : {0u, 5u}) {
    const AttentionCase c{.heads = {4, 2, 16}, .rows = 24, .chunks = 1, .window = window};
    const auto make = [&](std::uint32_t position, float value) {
      Scene scene = attention_scene(c);
      for (const auto& matrix : {scene.ops[0].extra, scene.ops[0].weight}) {
        Values values = scene.get(matrix);
        std::fill_n(values.begin() + position * matrix.columns, matrix.columns, value);
        scene.set(matrix, values);
      }
      return scene;
    };
    const Values expected = same_on_every_chip([&] { return make(10, 1); }, output_of);
    for (const float value : {NAN, INFINITY}) {
      const Values values = same_on_every_chip([&] { return make(10, value); }, output_of);
      for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t row = i / 64;
        if (row >= 10 && (window == 0 || row < 10 + window)) {
          EXPECT_TRUE(std::isnan(values[i])) << row;
        } else {
          EXPECT_EQ(values[i], expected[i]) << row << ", window " << window << ", " << value;
        }
      }
    }
  }
}

TEST(Attention, AWindowLoadsItsPositionsOnly) {
  const auto bytes_loaded = [](std::uint32_t positions, std::uint32_t window) {
    Scene scene = attention_scene({.heads = {4, 2, 16}, .rows = 1, .chunks = positions, .window = window});
    scene.plan.max_new_tokens = 1;
    scene.run(assorted_chips().front());
    return scene.counters.dram_read_bytes;
  };
  // Over all steps: the sum of min(position, window), for keys and values.
  const std::uint64_t windowed = bytes_loaded(400, 32), all = bytes_loaded(400, 0);
  const std::uint64_t row = 2 * 2 * 16 * 2;
  EXPECT_EQ(all - windowed, row * (368 * 369 / 2));
}

}  // namespace
}  // namespace areia::tests
