// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Experts: kRoute and kCombine against double precision, kExpertMatmul to the bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "tests/kernels/reference.h"
#include "tests/kernels/scene.h"

namespace areia::tests {
namespace {

using num::Format;
using Picks = std::vector<abi::PickedExpert>;

/// A buffer of PickedExpert: two words for each.
abi::TensorRef routing_buffer(Scene& scene, std::uint32_t rows, std::uint32_t used) {
  return scene.activation(rows, 2 * used);
}

Picks picks_of(const Scene& scene, const abi::TensorRef& routing) {
  Picks picks;
  for (std::uint32_t row = 0; row < routing.rows; ++row) {
    const auto bytes = scene.row(routing, row);
    const std::size_t first = picks.size();
    picks.resize(first + routing.columns / 2);
    std::memcpy(&picks[first], bytes.data(), bytes.size());
  }
  return picks;
}

/// Every row picks `used` different experts; some experts by nobody where there are many.
void set_random_picks(Scene& scene, const abi::TensorRef& routing, std::uint32_t experts) {
  std::mt19937 random(77);
  for (std::uint32_t row = 0; row < routing.rows; ++row) {
    std::vector<std::uint32_t> order(experts);
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::shuffle(order, random);
    Picks picks;
    for (std::uint32_t slot = 0; slot < routing.columns / 2; ++slot)
      picks.push_back({order[slot], static_cast<float>(random() % 1000) / 1000});
    std::memcpy(scene.row(routing, row).data(), picks.data(), picks.size() * sizeof picks[0]);
  }
}

// --- kRoute -----------------------------------------------------------------------------------------------

Scene route_scene(std::uint32_t rows, std::uint32_t experts, std::uint32_t used, abi::Routing routing,
                  float scale = 1) {
  Scene scene;
  scene.tokens.assign(rows, 0);
  abi::Op op;
  op.kind = abi::OpKind::kRoute;
  op.routing = routing;
  op.experts = experts;
  op.experts_used = used;
  op.scale = scale;
  op.input = scene.activation(rows, experts);
  op.output = routing_buffer(scene, rows, used);
  scene.randomise(op.input, 2);
  scene.ops = {op};
  return scene;
}

Values output_of(const Scene& scene) { return scene.get(scene.ops[0].output); }

/// The picks, the same on every chip.
Picks route_everywhere(const std::function<Scene()>& make) {
  Picks picks;
  same_on_every_chip(make, [&](const Scene& scene) {
    picks = picks_of(scene, scene.ops[0].output);
    return output_of(scene);
  });
  return picks;
}

void expect_routes(std::uint32_t rows, std::uint32_t experts, std::uint32_t used, abi::Routing routing,
                   float scale) {
  const auto make = [&] { return route_scene(rows, experts, used, routing, scale); };
  const Picks picks = route_everywhere(make);
  const Scene scene = make();
  const Values logits = scene.get(scene.ops[0].input);
  for (std::uint32_t row = 0; row < rows; ++row) {
    const float* x = &logits[std::size_t{row} * experts];
    std::vector<std::uint32_t> order(experts);
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::stable_sort(order, [&](auto a, auto b) { return x[a] > x[b]; });
    double sum = 0;  // what cancels of the softmax over all is left out
    for (std::uint32_t slot = 0; slot < used; ++slot) sum += std::exp(double{x[order[slot]]});
    for (std::uint32_t slot = 0; slot < used; ++slot) {
      const abi::PickedExpert& pick = picks[row * used + slot];
      EXPECT_EQ(pick.expert, order[slot]) << row << ", " << slot;
      const double weight = std::exp(double{x[order[slot]]}) / sum * double{scale};
      EXPECT_NEAR(pick.weight, weight, weight * 1e-6) << row << ", " << slot;
    }
  }
}

TEST(Route, PicksTheLargestAndWeighsThem) {
  for (const abi::Routing routing : {abi::Routing::kSoftmaxOfAll, abi::Routing::kSoftmaxOfPicked}) {
    expect_routes(1, 1, 1, routing, 1);
    expect_routes(9, 8, 2, routing, 1);
    expect_routes(33, 32, 4, routing, 2.5f);
    expect_routes(5, 128, 8, routing, 1);
    expect_routes(2, 7, 7, routing, 0.5f);
  }
}

TEST(Route, TheLowerIndexOfEqualsIsFirst) {
  for (const abi::Routing routing : {abi::Routing::kSoftmaxOfAll, abi::Routing::kSoftmaxOfPicked}) {
    const Picks picks = route_everywhere([&] {
      Scene scene = route_scene(1, 6, 4, routing);
      scene.set(scene.ops[0].input, Values{-0.0f, 3, 0.0f, 3, -1, 0.0f});
      return scene;
    });
    std::vector<std::uint32_t> experts;
    for (const auto& pick : picks) experts.push_back(pick.expert);
    EXPECT_EQ(experts, (std::vector<std::uint32_t>{1, 3, 0, 2}));
    EXPECT_EQ(picks[0].weight, picks[1].weight);
    EXPECT_EQ(picks[2].weight, picks[3].weight);
  }
}

TEST(Route, NotANumberIsPickedLast) {
  for (const abi::Routing routing : {abi::Routing::kSoftmaxOfAll, abi::Routing::kSoftmaxOfPicked}) {
    for (const bool all : {false, true}) {
      const Picks picks = route_everywhere([&] {
        Scene scene = route_scene(1, 5, 4, routing);
        scene.set(scene.ops[0].input, all ? Values(5, NAN) : Values{NAN, -INFINITY, NAN, 1, 2});
        return scene;
      });
      const std::uint32_t expected[2][4] = {{4, 3, 1, 0}, {0, 1, 2, 3}};
      for (int slot = 0; slot < 4; ++slot) EXPECT_EQ(picks[slot].expert, expected[all][slot]) << slot;
    }
  }
}

TEST(Route, FarApartLogits) {
  const Picks picks = route_everywhere([] {
    Scene scene = route_scene(1, 4, 3, abi::Routing::kSoftmaxOfAll);
    scene.set(scene.ops[0].input, Values{-3e38f, 3e38f, 0, -INFINITY});
    return scene;
  });
  EXPECT_EQ(picks[0].weight, 1.0f);
  EXPECT_EQ(picks[1].weight, 0.0f);
  EXPECT_EQ(picks[2].weight, 0.0f);
}

// --- kExpertMatmul ----------------------------------------------------------------------------------------

struct Shape {
  std::uint32_t rows, experts, used, columns, depth;
  Format format = Format::kFp32;
  bool bias = false, parts = false;  ///< parts: an input of its own for each of a row's experts
  Format input = Format::kFp32;      ///< where it is not input_format()
};

Scene expert_scene(const Shape& shape) {
  Scene scene;
  scene.tokens.assign(shape.rows, 0);
  abi::Op op;
  op.kind = abi::OpKind::kExpertMatmul;
  op.experts = shape.experts;
  op.experts_used = shape.used;
  op.input = scene.activation(shape.rows, shape.depth * (shape.parts ? shape.used : 1),
                              shape.input != Format::kFp32 ? shape.input : input_format(shape.format));
  op.second = routing_buffer(scene, shape.rows, shape.used);
  op.weight = scene.weight(shape.experts * shape.columns, shape.depth, shape.format);
  op.output = scene.activation(shape.rows, shape.used * shape.columns);
  if (shape.bias) op.bias = scene.weight(shape.experts, shape.columns);
  scene.randomise(op.input);
  scene.randomise(op.weight);
  scene.randomise(op.output);  // is overwritten
  if (shape.bias) scene.randomise(op.bias);
  set_random_picks(scene, op.second, shape.experts);
  scene.ops = {op};
  return scene;
}

Values expected(const Scene& scene, const Shape& shape) {
  const abi::Op& op = scene.ops[0];
  const Picks picks = picks_of(scene, op.second);
  const Values biases = shape.bias ? scene.get(op.bias) : Values{};
  Values values;
  for (std::uint32_t i = 0; i < shape.rows * shape.used; ++i) {
    const std::uint32_t expert = picks[i].expert, part = shape.parts ? i % shape.used : 0;
    const std::uint8_t* input = scene.row(op.input, i / shape.used).data() +
                                num::row_bytes(op.input.format, std::uint64_t{part} * shape.depth);
    for (std::uint32_t n = 0; n < shape.columns; ++n) {
      const std::uint8_t* weights = scene.row(op.weight, expert * shape.columns + n).data();
      values.push_back(chain_of_products(input, op.input.format, weights, shape.format, shape.depth));
      if (shape.bias) values.back() += biases[expert * shape.columns + n];
    }
  }
  return values;
}

void expect_exact(const Shape& shape) {
  const Values values = expected(expert_scene(shape), shape);
  for (const ChipDescription& chip : assorted_chips()) {
    Scene scene = expert_scene(shape);
    scene.run(chip);
    EXPECT_EQ(output_of(scene), values)
        << chip.name << ": " << shape.rows << " rows, " << shape.used << " of " << shape.experts
        << " experts of " << shape.columns << " x " << shape.depth << ", format "
        << static_cast<int>(shape.format) << ", parts " << shape.parts;
  }
}

TEST(ExpertMatmul, SmallAndOddShapes) {
  expect_exact({1, 1, 1, 1, 1});
  expect_exact({1, 4, 2, 5, 7});
  expect_exact({3, 5, 5, 33, 19, Format::kFp32, true});
  expect_exact({17, 8, 2, 65, 40, Format::kFp16, true, true, Format::kFp16});
  expect_exact({4, 3, 1, 20, 31, Format::kBf16, false, false, Format::kBf16});
}

TEST(ExpertMatmul, BlockWeights) {
  for (const Format format : {Format::kBlockInt8, Format::kBlockInt4, Format::kBlockInt4Min,
                              Format::kBlockInt5, Format::kBlockInt5Min, Format::kMxFp4}) {
    expect_exact({5, 6, 2, 35, 96, format, true, false});
    expect_exact({5, 6, 2, 35, 96, format, false, true});
  }
  for (const Format format : {Format::kSuperInt4, Format::kSuperInt5, Format::kSuperInt6}) {
    expect_exact({3, 4, 2, 21, 512, format, true, false});
    expect_exact({3, 4, 2, 21, 512, format, false, true});
  }
}

TEST(ExpertMatmul, ManyRowsOfOneExpert) {
  // More rows than an array has, or all its accumulators.
  expect_exact({300, 2, 1, 40, 32, Format::kBlockInt8, true});
  expect_exact({70, 1, 1, 300, 20});
}

TEST(ExpertMatmul, ManyExperts) {
  expect_exact({60, 64, 8, 16, 32, Format::kMxFp4, true});
  expect_exact({2, 128, 128, 3, 8, Format::kFp32, true, true});
}

TEST(ExpertMatmul, LongRowsGoThroughTheScratchpadInPieces) {
  expect_exact({2, 3, 2, 40, 14336, Format::kBlockInt4});
  expect_exact({40, 2, 2, 20, 5000, Format::kFp32, true, true});
  expect_exact({2, 2, 1, 20, 14336, Format::kSuperInt6});
}

TEST(ExpertMatmul, LoadsTheWeightsOnceForAllRows) {
  const auto bytes_loaded = [](std::uint32_t rows) {
    Scene scene = expert_scene({rows, 1, 1, 96, 512, Format::kBlockInt8});
    scene.run(assorted_chips()[1]);  // whose array has fewer rows
    return scene.counters.dram_read_bytes;
  };
  const std::uint64_t weights = 96 * num::row_bytes(Format::kBlockInt8, 512);
  EXPECT_GT(bytes_loaded(1), weights);
  EXPECT_LT(bytes_loaded(32), bytes_loaded(1) + weights / 2);  // two row blocks and their inputs
}

// The pairs of a chunk take more than a small scratchpad has to spare.
TEST(ExpertMatmul, ALongListOfPicks) { expect_exact({300, 40, 40, 2, 3}); }

// --- kCombine ---------------------------------------------------------------------------------------------

TEST(Combine, AddsTheWeightedPartsInTheirOrder) {
  for (const auto& [rows, used, columns] :
       {std::tuple{1u, 1u, 1u}, {7u, 2u, 33u}, {3u, 4u, 1300u}, {40u, 8u, 64u}}) {
    Values expected;
    const auto make = [&] {
      Scene scene;
      scene.tokens.assign(rows, 0);
      abi::Op op;
      op.kind = abi::OpKind::kCombine;
      op.experts = 2 * used;
      op.experts_used = used;
      op.input = scene.activation(rows, used * columns);
      op.second = routing_buffer(scene, rows, used);
      op.output = scene.activation(rows, columns);
      scene.randomise(op.input);
      scene.randomise(op.output);
      set_random_picks(scene, op.second, 2 * used);
      const Values parts = scene.get(op.input);
      const Picks picks = picks_of(scene, op.second);
      expected = scene.get(op.output);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        const std::size_t row = i / columns;
        volatile float sum = 0;  // volatile: products and sums are rounded one by one
        for (std::size_t slot = 0; slot < used; ++slot) {
          volatile const float product =
              parts[(row * used + slot) * columns + i % columns] * picks[row * used + slot].weight;
          sum = sum + product;
        }
        expected[i] += sum;
      }
      scene.ops = {op};
      return scene;
    };
    EXPECT_EQ(same_on_every_chip(make, output_of), expected) << rows << " x " << columns;
  }
}

}  // namespace
}  // namespace areia::tests
