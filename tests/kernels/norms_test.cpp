// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kLayerNorm, and what kRmsNorm has besides whole rows: groups (heads) and adding to its output.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/kernels/scene.h"

namespace areia::tests {
namespace {

using num::Format;

Values output_of(const Scene& scene) { return scene.get(scene.ops[0].output); }

// --- kLayerNorm -------------------------------------------------------------------------------------------

Scene layer_scene(std::uint32_t rows, std::uint32_t columns, Format output = Format::kFp32,
                  std::uint32_t flags = 0) {
  Scene scene;
  scene.tokens.assign(rows, 0);
  abi::Op op;
  op.kind = abi::OpKind::kLayerNorm;
  op.flags = flags;
  op.epsilon = 1e-5f;
  op.input = scene.activation(rows, columns);
  op.weight = scene.weight(1, columns);
  op.bias = scene.weight(1, columns);
  op.output = scene.activation(flags & abi::kLastRowOnly ? 1 : rows, columns, output);
  scene.randomise(op.input, 3);
  scene.randomise(op.weight);
  scene.randomise(op.bias);
  scene.ops = {op};
  return scene;
}

std::vector<double> layer_normed(const Scene& scene) {
  const abi::Op& op = scene.ops[0];
  const Values x = scene.get(op.input), weight = scene.get(op.weight), bias = scene.get(op.bias);
  const auto columns = static_cast<double>(weight.size());
  std::vector<double> expected;
  for (std::size_t begin = 0; begin < x.size(); begin += weight.size()) {
    double mean = 0, variance = 0;
    for (std::size_t i = 0; i < weight.size(); ++i) mean += double{x[begin + i]} / columns;
    for (std::size_t i = 0; i < weight.size(); ++i)
      variance += (double{x[begin + i]} - mean) * (double{x[begin + i]} - mean) / columns;
    const double factor = 1 / std::sqrt(variance + double{op.epsilon});
    for (std::size_t i = 0; i < weight.size(); ++i)
      expected.push_back((double{x[begin + i]} - mean) * factor * double{weight[i]} + double{bias[i]});
  }
  return expected;
}

TEST(LayerNorm, MatchesTheDefinition) {
  for (const auto& [rows, columns] : {std::pair{1u, 2u}, {13u, 64u}, {3u, 173u}, {2u, 5001u}}) {
    const auto make = [&] { return layer_scene(rows, columns); };
    const Values values = same_on_every_chip(make, output_of);
    EXPECT_LT(relative_distance(values, layer_normed(make()), 1), 1e-6) << rows << " x " << columns;
  }
}

TEST(LayerNorm, ValuesFarFromZero) {
  const auto make = [] {
    Scene scene = layer_scene(2, 2500);
    Values values = scene.get(scene.ops[0].input);
    for (float& x : values) x += 1000;
    scene.set(scene.ops[0].input, values);
    return scene;
  };
  // The mean's own rounding, 1000 * 2^-24, shows in 3: a variance by E(x^2) - E(x)^2 would be off by more.
  EXPECT_LT(relative_distance(same_on_every_chip(make, output_of), layer_normed(make()), 1), 1e-4);
}

TEST(LayerNorm, EqualElementsBecomeTheBias) {
  const auto make = [] {
    Scene scene = layer_scene(1, 96);
    scene.set(scene.ops[0].input, Values(96, 7.0f));
    return scene;
  };
  EXPECT_EQ(same_on_every_chip(make, output_of), make().get(make().ops[0].bias));
}

TEST(LayerNorm, NarrowsAndQuantises) {
  Scene plain = layer_scene(3, 2336);
  plain.run(assorted_chips().front());
  const Values values = output_of(plain);
  for (const ChipDescription& chip : assorted_chips()) {
    Scene scene = layer_scene(3, 2336, Format::kBlockInt8);
    scene.run(chip);
    for (std::uint32_t r = 0; r < 3; ++r) {
      const auto row = scene.row(scene.ops[0].output, r);
      EXPECT_EQ(std::vector<std::uint8_t>(row.begin(), row.end()),
                quantised(std::span(values).subspan(r * 2336, 2336)))
          << chip.name;
    }
  }
}

TEST(LayerNorm, LastRowGoesToRowZero) {
  Scene scene = layer_scene(6, 40, Format::kFp32, abi::kLastRowOnly);
  const auto expected = layer_normed(scene);
  scene.run(assorted_chips().front());
  EXPECT_LT(relative_distance(output_of(scene), std::span(expected).last(40), 1), 1e-6);
}

// --- kRmsNorm ---------------------------------------------------------------------------------------------

Scene rms_scene(std::uint32_t rows, std::uint32_t groups, std::uint32_t group, std::uint32_t flags,
                Format output = Format::kFp32) {
  Scene scene;
  scene.tokens.assign(rows, 0);
  abi::Op op;
  op.kind = abi::OpKind::kRmsNorm;
  op.flags = flags;
  op.epsilon = 1e-6f;
  op.group = group;
  op.input = scene.activation(rows, groups * group);
  op.weight = scene.weight(1, group);
  op.output = scene.activation(rows, groups * group, output);
  scene.randomise(op.input, 3);
  scene.randomise(op.weight);
  if (flags & abi::kAccumulate) scene.randomise(op.output);
  scene.ops = {op};
  return scene;
}

std::vector<double> rms_normed(const Scene& scene) {
  const abi::Op& op = scene.ops[0];
  const Values x = scene.get(op.input), weight = scene.get(op.weight), before = output_of(scene);
  std::vector<double> expected;
  for (std::size_t begin = 0; begin < x.size(); begin += op.group) {
    double sum = 0;
    for (std::size_t i = 0; i < op.group; ++i) sum += double{x[begin + i]} * double{x[begin + i]};
    const double factor = 1 / std::sqrt(sum / op.group + double{op.epsilon});
    for (std::size_t i = 0; i < op.group; ++i)
      expected.push_back(double{x[begin + i]} * factor * double{weight[i]} + double{before[begin + i]});
  }
  return expected;
}

TEST(RmsNormOfGroups, MatchesTheDefinition) {
  // Several groups in a piece, one, and groups longer than a piece's end.
  for (const auto& [rows, groups, group] : {std::tuple{1u, 1u, 1u},
                                            {3u, 8u, 16u},
                                            {11u, 40u, 128u},
                                            {2u, 3u, 1500u},
                                            {2u, 7u, 33u},
                                            {1u, 5u, 2048u}}) {
    for (const std::uint32_t flags : {0u, std::uint32_t{abi::kAccumulate}}) {
      const auto make = [&] { return rms_scene(rows, groups, group, flags); };
      const Values values = same_on_every_chip(make, output_of);
      EXPECT_LT(relative_distance(values, rms_normed(make()), 1), 1e-6)
          << rows << " x " << groups << " x " << group;
    }
  }
}

TEST(RmsNormThatAdds, LongRows) {
  const auto make = [&] { return rms_scene(3, 1, 5001, abi::kAccumulate); };
  const Values values = same_on_every_chip(make, output_of);
  EXPECT_LT(relative_distance(values, rms_normed(make()), 1), 1e-6);
}

TEST(RmsNormThatAdds, RoundsTheProductBeforeTheSum) {
  const auto make = [&](std::uint32_t flags) { return rms_scene(5, 2, 48, flags); };
  const Values plain = same_on_every_chip([&] { return make(0); }, output_of);
  Values expected = output_of(make(abi::kAccumulate));
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] += plain[i];
  EXPECT_EQ(same_on_every_chip([&] { return make(abi::kAccumulate); }, output_of), expected);
}

}  // namespace
}  // namespace areia::tests
