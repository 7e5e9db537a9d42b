// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The operators that work row by row: kEmbed, kRmsNorm and kActivation, plain and quantised.
#include <gtest/gtest.h>

#include <cmath>

#include "spec/num/element.h"
#include "tests/kernels/scene.h"

namespace areia::tests {
namespace {

using num::Format;

// --- kEmbed -----------------------------------------------------------------------------------------------

class Embed : public testing::TestWithParam<Format> {};

TEST_P(Embed, CopiesTheRowsOfTheTokens) {
  // The second takes several pieces.
  for (const std::uint32_t columns : {num::is_super_block(GetParam()) ? 256u : 32u, 5120u}) {
    Values expected;
    const auto make = [&] {
      Scene scene;
      scene.tokens = {7, 0, 11, 3, 3, 10, 5, 2, 9};
      const auto table = scene.weight(12, columns, GetParam());
      scene.randomise(table);
      const Values rows = scene.get(table);
      expected.clear();
      for (const std::uint32_t token : scene.tokens) {
        expected.insert(expected.end(), rows.begin() + token * columns, rows.begin() + (token + 1) * columns);
      }
      abi::Op op;
      op.kind = abi::OpKind::kEmbed;
      op.scale = 1;
      op.weight = table;
      op.output = scene.activation(static_cast<std::uint32_t>(scene.tokens.size()), columns);
      scene.ops = {op};
      return scene;
    };
    const Values rows =
        same_on_every_chip(make, [](const Scene& scene) { return scene.get(scene.ops[0].output); });
    EXPECT_EQ(rows, expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, Embed,
                         testing::Values(Format::kFp32, Format::kFp16, Format::kBf16, Format::kBlockInt8,
                                         Format::kBlockInt4, Format::kBlockInt4Min, Format::kBlockInt5,
                                         Format::kBlockInt5Min, Format::kMxFp4, Format::kSuperInt4,
                                         Format::kSuperInt5, Format::kSuperInt6));

TEST(Embed, AnyWidthOfPlainFormats) {
  const auto make = [] {
    Scene scene;
    scene.tokens = {1};
    abi::Op op;
    op.kind = abi::OpKind::kEmbed;
    op.scale = 1;
    op.weight = scene.weight(2, 37, Format::kFp16);
    scene.randomise(op.weight);
    op.output = scene.activation(1, 37);
    scene.ops = {op};
    return scene;
  };
  const Values row =
      same_on_every_chip(make, [](const Scene& scene) { return scene.get(scene.ops[0].output); });
  const Values table = make().get(make().ops[0].weight);
  EXPECT_EQ(row, Values(table.begin() + 37, table.end()));
}

TEST(Embed, ScalesAndAddsPositions) {
  for (const std::uint32_t columns : {37u, 4999u}) {
    Values expected;
    const auto make = [&] {
      Scene scene;
      scene.tokens = {3, 0, 2, 2, 1, 3, 0};
      scene.plan.chunk_rows = 3;  // the last chunk has one row, of position 6
      abi::Op op;
      op.kind = abi::OpKind::kEmbed;
      op.scale = 25.298221f;
      op.weight = scene.weight(4, columns, Format::kBf16);
      op.second = scene.weight(9, columns);
      op.output = scene.activation(3, columns);
      scene.randomise(op.weight);
      scene.randomise(op.second);
      const Values table = scene.get(op.weight), positions = scene.get(op.second);
      expected.clear();
      for (const std::uint32_t position : {6u, 4u, 5u}) {  // what earlier chunks left below
        for (std::uint32_t i = 0; i < columns; ++i) {
          const float scaled = table[scene.tokens[position] * columns + i] * op.scale;
          expected.push_back(scaled + positions[position * columns + i]);
        }
      }
      scene.ops = {op};
      return scene;
    };
    EXPECT_EQ(same_on_every_chip(make, [](const Scene& scene) { return scene.get(scene.ops[0].output); }),
              expected);
  }
}

// --- kRmsNorm ---------------------------------------------------------------------------------------------

Scene norm_scene(std::uint32_t rows, std::uint32_t columns, Format output, std::uint32_t flags = 0) {
  Scene scene;
  scene.tokens.assign(rows, 0);
  abi::Op op;
  op.kind = abi::OpKind::kRmsNorm;
  op.flags = flags;
  op.epsilon = 1e-5f;
  op.group = columns;
  op.input = scene.activation(rows, columns);
  op.weight = scene.weight(1, columns);
  op.output = scene.activation(flags & abi::kLastRowOnly ? 1 : rows, columns, output);
  scene.randomise(op.input, 3);
  scene.randomise(op.weight);
  scene.ops = {op};
  return scene;
}

std::vector<double> normed(const Scene& scene) {
  const abi::Op& op = scene.ops[0];
  const Values x = scene.get(op.input), weight = scene.get(op.weight);
  std::vector<double> expected;
  for (std::size_t begin = 0; begin < x.size(); begin += weight.size()) {
    double sum = 0;
    for (std::size_t i = 0; i < weight.size(); ++i) sum += double{x[begin + i]} * double{x[begin + i]};
    const double factor = 1 / std::sqrt(sum / static_cast<double>(weight.size()) + double{op.epsilon});
    for (std::size_t i = 0; i < weight.size(); ++i)
      expected.push_back(double{x[begin + i]} * factor * double{weight[i]});
  }
  return expected;
}

Values output_of(const Scene& scene) { return scene.get(scene.ops[0].output); }

TEST(RmsNorm, MatchesTheDefinition) {
  for (const auto& [rows, columns] : {std::pair{1u, 1u}, {13u, 64u}, {3u, 172u}, {2u, 5001u}}) {
    const auto make = [&] { return norm_scene(rows, columns, Format::kFp32); };
    const Values values = same_on_every_chip(make, output_of);
    EXPECT_LT(relative_distance(values, normed(make()), 1e-30), 3e-7) << rows << " x " << columns;
  }
}

TEST(RmsNorm, QuantisesAsGgufDoes) {
  for (const auto& [rows, columns] : {std::pair{5u, 96u}, {2u, 4128u}}) {
    Scene plain = norm_scene(rows, columns, Format::kFp32);
    plain.run(assorted_chips().front());
    const Values values = output_of(plain);
    for (const ChipDescription& chip : assorted_chips()) {
      Scene scene = norm_scene(rows, columns, Format::kBlockInt8);
      scene.run(chip);
      for (std::uint32_t r = 0; r < rows; ++r) {
        const auto row = scene.row(scene.ops[0].output, r);
        EXPECT_EQ(std::vector<std::uint8_t>(row.begin(), row.end()),
                  quantised(std::span(values).subspan(r * columns, columns)))
            << chip.name;
      }
    }
  }
}

TEST(RmsNorm, LastRowGoesToRowZero) {
  Scene scene = norm_scene(6, 40, Format::kFp32, abi::kLastRowOnly);
  const auto expected = normed(scene);
  scene.run(assorted_chips().front());
  EXPECT_LT(relative_distance(output_of(scene), std::span(expected).last(40), 1e-30), 3e-7);
}

TEST(RmsNorm, ZeroRowsStayZero) {
  Scene scene = norm_scene(1, 64, Format::kBlockInt8);
  scene.set(scene.ops[0].input, Values(64, 0.0f));
  scene.run(assorted_chips().front());
  EXPECT_EQ(output_of(scene), Values(64, 0.0f));
}

// --- kActivation ----------------------------------------------------------------------------------------

Scene silu_scene(std::uint32_t rows, std::uint32_t columns, Format output) {
  Scene scene;
  scene.tokens.assign(rows, 0);
  abi::Op op;
  op.kind = abi::OpKind::kActivation;
  op.input = scene.activation(rows, columns);
  op.second = scene.activation(rows, columns);
  op.output = scene.activation(rows, columns, output);
  scene.randomise(op.input, 4);
  scene.randomise(op.second);
  scene.ops = {op};
  return scene;
}

TEST(Activation, MatchesTheDefinition) {
  for (const auto& [rows, columns] : {std::pair{1u, 1u}, {1u, 1536u}, {9u, 172u}}) {
    const auto make = [&] { return silu_scene(rows, columns, Format::kFp32); };
    const Scene scene = make();
    const Values gate = scene.get(scene.ops[0].input), factor = scene.get(scene.ops[0].second);
    std::vector<double> expected;
    for (std::size_t i = 0; i < gate.size(); ++i)
      expected.push_back(double{gate[i]} / (1 + std::exp(-double{gate[i]})) * double{factor[i]});
    EXPECT_LT(relative_distance(same_on_every_chip(make, output_of), expected, 1e-30), 6e-7)
        << rows << " x " << columns;
  }
}

TEST(Activation, ExtremesOfTheExponential) {
  const Values gate = {0.0f, -0.0f, 88.0f, 89.5f, 200.0f, 3e38f, -87.0f, -88.6f, -89.5f, -103.0f, -200.0f};
  const auto make = [&] {
    Scene scene = silu_scene(1, static_cast<std::uint32_t>(gate.size()), Format::kFp32);
    scene.set(scene.ops[0].input, gate);
    scene.set(scene.ops[0].second, Values(gate.size(), 1.0f));
    return scene;
  };
  const Values values = same_on_every_chip(make, output_of);
  for (std::size_t i = 0; i < gate.size(); ++i) {
    const double expected = double{gate[i]} / (1 + std::exp(-double{gate[i]}));
    // e^-x overflows in fp32 where silu is below 1e-36: 0 comes out, as in every fp32 implementation.
    EXPECT_NEAR(values[i], expected, std::fabs(expected) * 1e-6 + 2e-37) << gate[i];
  }
}

TEST(Activation, ExponentialIsGoodToAUnitInTheLastPlace) {
  // Far below zero silu(x) is x * e^x: the errors of e^x and of two roundings show.
  Values gate;
  for (float x = -86; x < -17; x += 0.0173f) gate.push_back(x);
  const auto columns = static_cast<std::uint32_t>(gate.size());
  Scene scene = silu_scene(1, columns, Format::kFp32);
  scene.set(scene.ops[0].input, gate);
  scene.set(scene.ops[0].second, Values(columns, 1.0f));
  scene.run(assorted_chips().front());
  std::vector<double> expected;
  for (const float x : gate) expected.push_back(double{x} / (1 + std::exp(-double{x})));
  EXPECT_LT(relative_distance(output_of(scene), expected, 1e-40), 1.1 * 0x1p-23);
}

TEST(Activation, NotANumberStaysOne) {
  Scene scene = silu_scene(1, 3, Format::kFp32);
  scene.set(scene.ops[0].input, Values{1, NAN, 2});
  scene.run(assorted_chips().front());
  const Values values = output_of(scene);
  EXPECT_FALSE(std::isnan(values[0]));
  EXPECT_TRUE(std::isnan(values[1]));
  EXPECT_FALSE(std::isnan(values[2]));
}

TEST(Activation, QuantisesAsGgufDoes) {
  Scene plain = silu_scene(3, 1568, Format::kFp32);
  plain.run(assorted_chips().front());
  const Values values = output_of(plain);
  for (const ChipDescription& chip : assorted_chips()) {
    Scene scene = silu_scene(3, 1568, Format::kBlockInt8);
    scene.run(chip);
    for (std::uint32_t r = 0; r < 3; ++r) {
      const auto row = scene.row(scene.ops[0].output, r);
      EXPECT_EQ(std::vector<std::uint8_t>(row.begin(), row.end()),
                quantised(std::span(values).subspan(r * 1568, 1568)))
          << chip.name;
    }
  }
}

/// The bytes of a row of `values` that an operator stores as `format`: silu(32) is 32, so that any value
/// comes out.
std::vector<std::uint8_t> stored(const ChipDescription& chip, const Values& values, Format format) {
  const auto columns = static_cast<std::uint32_t>(values.size());
  Values factors = values;
  for (float& x : factors) x /= 32;
  Scene scene = silu_scene(1, columns, format);
  scene.set(scene.ops[0].input, Values(columns, 32.0f));
  scene.set(scene.ops[0].second, factors);
  scene.run(chip);
  const auto row = scene.row(scene.ops[0].output, 0);
  return {row.begin(), row.end()};
}

/// Blocks of values around the middle of two integers of the block's scale, the largest of either sign.
Values next_to_ties(std::uint32_t block, std::uint32_t blocks) {
  std::mt19937 random(9);
  Values values;
  while (values.size() < block * blocks) {
    const float largest =
        std::ldexp(1 + static_cast<float>(random() % 65536) / 65536, static_cast<int>(random() % 9) - 4);
    values.push_back(random() % 2 != 0 ? largest : -largest);
    for (std::uint32_t i = 1; i < block; ++i) {
      const float middle = (static_cast<float>(random() % 126) + 0.5f) / (127.0f / largest);
      const float up = std::nextafter(middle, largest), down = std::nextafter(middle, 0.0f);
      const float value = i % 3 == 0 ? middle : i % 3 == 1 ? up : down;
      values.push_back(random() % 2 != 0 ? value : -value);
    }
  }
  return values;
}

TEST(Activation, QuantisesNextToTiesAsGgufDoes) {
  const Values values = next_to_ties(32, 100);
  for (const ChipDescription& chip : assorted_chips())
    EXPECT_EQ(stored(chip, values, Format::kBlockInt8), quantised(values)) << chip.name;
}

TEST(Activation, QuantisesSuperBlocksAsGgufDoes) {
  Values values = next_to_ties(256, 15);
  values.insert(values.end(), 256, 0.0f);                                     // a block of zeroes
  for (int i = 0; i < 256; ++i) values.push_back(i % 3 == 0 ? -4.0f : 4.0f);  // the first of equals counts
  for (int i = 0; i < 256; ++i) values.push_back(i == 255 ? -3.0f : 0.001f * static_cast<float>(i));
  for (const ChipDescription& chip : assorted_chips())
    EXPECT_EQ(stored(chip, values, Format::kSuperInt8), super_quantised(values)) << chip.name;
}

// What quantize_row_q8_K_ref() of ggml makes of two blocks: scales, first elements, and the sum over i of
// (i + 1) * element i.
TEST(Activation, QuantisesSuperBlocksAsGgmlDid) {
  Values values;
  for (int i = 0; i < 512; ++i)
    values.push_back(static_cast<float>(((i * 37 + 11) % 101 - 50) * 0.03125 * (i < 256 ? 1 : -0.7)));
  const std::vector<std::uint8_t> bytes = stored(assorted_chips().front(), values, Format::kSuperInt8);
  EXPECT_EQ(num::fp32_bits(num::block_scale(Format::kSuperInt8, bytes.data(), 0)), 0x3c499326u);
  EXPECT_EQ(num::fp32_bits(num::block_scale(Format::kSuperInt8, bytes.data(), 8)), 0x3c0d1a34u);
  const float first[] = {-99, -5, 89, -74, 20, 114, -48, 46, -117, -23, 71, -91, 3, 97, -66, 28};
  float sums[2] = {};
  for (std::uint32_t i = 0; i < 512; ++i) {
    const float element = num::element(Format::kSuperInt8, bytes.data(), i);
    if (i < 16) {
      EXPECT_EQ(element, first[i]) << i;
    }
    sums[i / 256] += static_cast<float>(i % 256 + 1) * element;
  }
  EXPECT_EQ(sums[0], -27720.0f);
  EXPECT_EQ(sums[1], -9534.0f);
}

// What quantize_row_q8_1() of ggml's x86 backend makes of two blocks: scale, scaled sum, elements.
TEST(Activation, QuantisesBlocksWithSumsAsGgmlDid) {
  const std::vector<std::uint8_t> expected = {
      0x4d, 0x22, 0x1c, 0xc0, 0x9d, 0xfb, 0x59, 0xb6, 0x14, 0x72, 0xd0, 0x2e, 0x8b, 0xe9, 0x47,
      0xa5, 0x03, 0x61, 0xbe, 0x1c, 0x7a, 0xd7, 0x35, 0x93, 0xf1, 0x4f, 0xac, 0x0a, 0x68, 0xc6,
      0x24, 0x81, 0xdf, 0x3d, 0x9a, 0xf8, 0x69, 0x20, 0x34, 0xbc, 0xaa, 0x4c, 0xee, 0x90, 0x33,
      0xd5, 0x77, 0x19, 0xbb, 0x5e, 0x00, 0xa2, 0x45, 0xe7, 0x89, 0x2b, 0xcd, 0x70, 0x12, 0xb4,
      0x56, 0xf8, 0x9a, 0x3d, 0xdf, 0x81, 0x24, 0xc6, 0x68, 0x0a, 0xac, 0x4f};
  Values values;
  for (int i = 0; i < 64; ++i)
    values.push_back(static_cast<float>(((i * 37 + 11) % 101 - 50) * 0.03125 * (i < 32 ? 1 : -0.7)));
  for (const ChipDescription& chip : assorted_chips())
    EXPECT_EQ(stored(chip, values, Format::kBlockInt8Sum), expected) << chip.name;
}

TEST(Activation, RoundsToSixteenBits) {
  Values values = next_to_ties(32, 5);
  values.insert(values.end(),
                {NAN, INFINITY, -1e38f, 65519.0f, 65520.0f, 1e-7f, -0.0f, 1.00390625f, 1.01171875f});
  for (const ChipDescription& chip : assorted_chips()) {
    std::vector<std::uint8_t> fp16, bf16;
    for (const float x : values) {
      for (int i = 0; i < 2; ++i) {
        fp16.push_back(static_cast<std::uint8_t>(num::fp32_to_fp16(x) >> 8 * i));
        bf16.push_back(static_cast<std::uint8_t>(num::fp32_to_bf16(x) >> 8 * i));
      }
    }
    EXPECT_EQ(stored(chip, values, Format::kFp16), fp16) << chip.name;
    EXPECT_EQ(stored(chip, values, Format::kBf16), bf16) << chip.name;
  }
}

}  // namespace
}  // namespace areia::tests
