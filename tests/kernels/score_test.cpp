// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kScore against double precision: the log probability of each token of a prompt that follows another.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/kernels/scene.h"

namespace areia::tests {
namespace {

/// A prompt of `rows` tokens scored in chunks, all of which have the same logits.
struct ScoreScene {
  Scene scene;
  abi::TensorRef logits, scores;
};

ScoreScene score_scene(std::uint32_t rows, std::uint32_t vocabulary, std::uint32_t chunk, float size) {
  ScoreScene result;
  Scene& scene = result.scene;
  std::mt19937 random(3);
  scene.tokens.clear();
  for (std::uint32_t i = 0; i < rows; ++i)
    scene.tokens.push_back(static_cast<std::uint32_t>(random() % vocabulary));
  scene.plan.chunk_rows = chunk;
  result.logits = scene.activation(chunk, vocabulary);
  result.scores = scene.activation(1, rows);
  scene.randomise(result.logits, size);
  scene.plan.scores = result.scores.address;
  abi::Op op;
  op.kind = abi::OpKind::kScore;
  op.input = result.logits;
  scene.ops = {op};
  return result;
}

std::vector<double> scored(const ScoreScene& before) {
  const Values logits = before.scene.get(before.logits);
  const std::vector<std::uint32_t>& tokens = before.scene.tokens;
  std::vector<double> expected;
  for (std::size_t position = 0; position + 1 < tokens.size(); ++position) {
    const float* row = &logits[position % before.logits.rows * before.logits.columns];
    const float largest = *std::max_element(row, row + before.logits.columns);
    double sum = 0;
    for (std::uint32_t i = 0; i < before.logits.columns; ++i)
      sum += std::exp(double{row[i]} - double{largest});
    expected.push_back(double{row[tokens[position + 1]]} - double{largest} - std::log(sum));
  }
  return expected;
}

TEST(Score, MatchesTheDefinition) {
  for (const auto& [rows, vocabulary, chunk] : {std::tuple{2u, 1u, 2u},
                                                {5u, 2u, 5u},
                                                {40u, 300u, 40u},
                                                {33u, 97u, 8u},
                                                {3u, 10001u, 2u},
                                                {9u, 50u, 1u}}) {
    for (const float size : {1e-3f, 3.0f, 1000.0f}) {
      const ScoreScene before = score_scene(rows, vocabulary, chunk, size);
      Values scores = same_on_every_chip([&] { return score_scene(rows, vocabulary, chunk, size).scene; },
                                         [&](const Scene& scene) { return scene.get(before.scores); });
      EXPECT_EQ(scores.back(), 0.0f);  // nothing follows the last token
      scores.pop_back();
      EXPECT_LT(relative_distance(scores, scored(before), 1), 3e-7)
          << rows << ", " << vocabulary << ", " << size;
    }
  }
}

TEST(Score, NotANumberStaysOne) {
  for (const float odd : {NAN, INFINITY}) {
    ScoreScene odd_scene = score_scene(3, 40, 3, 1);
    Values logits = odd_scene.scene.get(odd_scene.logits);
    logits[40 + 7] = odd;  // in the second row
    odd_scene.scene.set(odd_scene.logits, logits);
    odd_scene.scene.run(assorted_chips().front());
    const Values scores = odd_scene.scene.get(odd_scene.scores);
    EXPECT_FALSE(std::isnan(scores[0]));
    EXPECT_TRUE(std::isnan(scores[1]));
  }
}

TEST(Score, ImpossibleTokensHaveMinusInfinity) {
  ScoreScene scene = score_scene(2, 40, 2, 1);
  Values logits = scene.scene.get(scene.logits);
  logits[scene.scene.tokens[1]] = -INFINITY;
  scene.scene.set(scene.logits, logits);
  scene.scene.run(assorted_chips().front());
  EXPECT_EQ(scene.scene.get(scene.scores)[0], -INFINITY);
}

}  // namespace
}  // namespace areia::tests
