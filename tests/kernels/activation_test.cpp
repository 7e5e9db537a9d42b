// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What kActivation computes besides SiLU times a factor (rows_test.cpp): GELU for every fp16 value, gpt-oss'
// clamped SiLU, and activations without a factor.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "spec/num/convert.h"
#include "tests/kernels/scene.h"

namespace areia::tests {
namespace {

using num::Format;

Values output_of(const Scene& scene) { return scene.get(scene.ops[0].output); }

Scene scene_of(abi::Activation activation, const Values& input, const Values& factor = {}) {
  Scene scene;
  const auto columns = static_cast<std::uint32_t>(input.size());
  abi::Op op;
  op.kind = abi::OpKind::kActivation;
  op.activation = activation;
  op.input = scene.activation(1, columns);
  if (!factor.empty()) op.second = scene.activation(1, columns);
  op.output = scene.activation(1, columns);
  scene.set(op.input, input);
  if (!factor.empty()) scene.set(op.second, factor);
  scene.ops = {op};
  return scene;
}

Values activated(abi::Activation activation, const Values& input, const Values& factor = {}) {
  return same_on_every_chip([&] { return scene_of(activation, input, factor); }, output_of);
}

float to_fp16(float value) { return num::fp16_to_fp32(num::fp32_to_fp16(value)); }

/// The entry of ggml's table (ggml-cpu/vec.h, ggml_gelu_f32), with tanh rounded correctly.
float gelu_of_table(float x) {
  const float inner = 0.79788456080286535587989211986876f * x * (1.0f + 0.044715f * x * x);
  return to_fp16(0.5f * x * (1.0f + static_cast<float>(std::tanh(double{inner}))));
}

/// Places between two fp16 values, in units in the last place.
int places_apart(float a, float b) {
  const auto ordered = [](float value) {
    const int bits = num::fp32_to_fp16(value);
    return bits & 0x8000 ? -(bits & 0x7fff) : bits;
  };
  return std::abs(ordered(a) - ordered(b));
}

TEST(Gelu, EveryHalfOfTheReferencesTable) {
  Values input;
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float x = num::fp16_to_fp32(static_cast<std::uint16_t>(bits));
    if (std::fabs(x) < 10) input.push_back(x);
  }
  const Values values = activated(abi::Activation::kGelu, input);
  int different = 0, furthest = 0;
  for (std::size_t i = 0; i < input.size(); ++i) {
    const int apart = places_apart(values[i], gelu_of_table(input[i]));
    different += apart != 0;
    furthest = std::max(furthest, apart);
  }
  EXPECT_LE(furthest, 1);
  EXPECT_LE(different, 3) << "of " << input.size();
}

TEST(Gelu, LargeArgumentsAreNotRounded) {
  EXPECT_EQ(
      activated(abi::Activation::kGelu, {10.0f, 10.00001f, 70000.1f, INFINITY, -10.0f, -3e38f, -INFINITY}),
      (Values{10.0f, 10.00001f, 70000.1f, INFINITY, 0.0f, 0.0f, 0.0f}));
}

TEST(Gelu, ArgumentsAreRoundedToHalves) {
  Values input, rounded;
  std::mt19937 random(5);
  std::normal_distribution<float> normal(0, 3);
  for (int i = 0; i < 1000; ++i) input.push_back(std::clamp(normal(random), -9.9f, 9.9f));
  for (const float x : input) rounded.push_back(to_fp16(x));
  EXPECT_EQ(activated(abi::Activation::kGelu, input), activated(abi::Activation::kGelu, rounded));
}

TEST(Gelu, NotANumberStaysOne) { EXPECT_TRUE(std::isnan(activated(abi::Activation::kGelu, {NAN})[0])); }

TEST(Gelu, TimesAFactor) {
  const Values input = {-3, -1, 0.5f, 2, 11}, factor = {1.5f, -2, 0.3f, 7, -0.1f};
  Values expected = activated(abi::Activation::kGelu, input);
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] *= factor[i];
  EXPECT_EQ(activated(abi::Activation::kGelu, input, factor), expected);
}

TEST(Silu, WithoutAFactor) {
  Values input;
  for (float x = -20; x < 20; x += 0.0137f) input.push_back(x);
  EXPECT_EQ(activated(abi::Activation::kSilu, input),
            activated(abi::Activation::kSilu, input, Values(input.size(), 1.0f)));
}

TEST(SiluClamped, MatchesTheDefinition) {
  Values input, factor;
  std::mt19937 random(6);
  std::normal_distribution<float> normal(0, 6);
  for (int i = 0; i < 3000; ++i) {
    input.push_back(normal(random));
    factor.push_back(normal(random));
  }
  const Values edges = {7, 7.0000005f, -7, -7.0000005f, 3e38f, -3e38f, INFINITY, -80};
  for (const float x : edges) {
    for (const float y : edges) {
      input.push_back(x);
      factor.push_back(y);
    }
  }
  const Values values = activated(abi::Activation::kSiluClamped, input, factor);
  for (std::size_t i = 0; i < input.size(); ++i) {
    const double x = std::min(double{input[i]}, 7.0), y = std::clamp(double{factor[i]}, -7.0, 7.0);
    const double expected = x / (1 + std::exp(-double{1.702f} * x)) * (y + 1);
    // The exponent -1.702 x is rounded too: |x| 2^-24 or so. Below -50 it overflows in fp32: 0 comes out.
    const double allowed = std::fabs(expected) * (1e-6 + std::fabs(x) * 2e-7) + 1e-36;
    EXPECT_NEAR(values[i], expected, allowed) << input[i] << ", " << factor[i];
  }
}

}  // namespace
}  // namespace areia::tests
