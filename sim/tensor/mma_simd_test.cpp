// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Every SIMD path that this build has against the reference, bit for bit. Operands are exactly as long as
// they must be, so that a sanitizer build sees any read beyond them.
#include "sim/tensor/mma_simd.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <string>

#include "sim/tensor/mma_reference.h"
#include "sim/tensor/mma_test_data.h"
#include "sim/tensor/rounding_guard.h"

namespace areia::sim {
namespace {

using test::Operand;
using test::Random;
using test::Values;

struct Shape {
  std::uint32_t m, n, k;
};
constexpr Shape kShapes[] = {{1, 1, 1},   {1, 1, 31},    {1, 64, 128}, {1, 33, 37},  {2, 17, 64},
                             {3, 5, 65},  {4, 32, 300},  {7, 31, 2},   {8, 8, 96},   {8, 40, 257},
                             {9, 16, 33}, {13, 35, 515}, {64, 64, 40}, {17, 96, 63}, {33, 1, 129},
                             {1, 128, 3}, {5, 20, 1024}};

struct Pair {
  num::Format a, b;
  bool transposed;
};

std::vector<Pair> pairs() {
  std::vector<Pair> all = {{num::Format::kInt8, num::Format::kInt8, false},
                           {num::Format::kInt8, num::Format::kInt8, true}};
  for (num::Format a : test::kFloatFormats) {
    for (num::Format b : test::kFloatFormats) all.insert(all.end(), {{a, b, false}, {a, b, true}});
  }
  for (const auto& [a, b] : test::block_pairs()) all.push_back({a, b, false});
  return all;
}

std::vector<std::uint32_t> accumulators(Pair pair, std::size_t count, Values values, Random& random) {
  std::vector<std::uint32_t> words(count);
  const bool integer = arithmetic_of(pair.a, pair.b) == Arithmetic::kInteger;
  for (std::uint32_t& word : words)
    word = integer ? static_cast<std::uint32_t>(random()) : test::random_fp32(values, random);
  return words;
}

/// False if this host has no kernel for the pair.
bool expect_equal_to_reference(Pair pair, Shape shape, Values values, Random& random) {
  const auto gap = [&] { return static_cast<std::uint32_t>(random() % 8); };
  const Operand a(pair.a, shape.m, shape.k, values, gap(), random() % 4 == 0, random);
  const Operand b(pair.b, pair.transposed ? shape.k : shape.n, pair.transposed ? shape.n : shape.k, values,
                  gap(), random() % 4 == 0, random);
  const std::uint32_t c_stride = shape.n + gap();
  std::vector<std::uint32_t> fast = accumulators(pair, c_stride * (shape.m - 1) + shape.n, values, random);
  std::vector<std::uint32_t> slow = fast;
  Mma mma{pair.a,   pair.b,   pair.transposed, shape.m,  shape.n,     shape.k,
          a.row0(), b.row0(), a.stride,        b.stride, fast.data(), c_stride};
  if (!mma_simd(mma)) return false;
  mma.c = slow.data();
  mma_reference(mma);
  EXPECT_EQ(fast, slow) << "formats " << static_cast<int>(pair.a) << " x " << static_cast<int>(pair.b)
                        << (pair.transposed ? " transposed" : "") << ", M " << shape.m << " N " << shape.n
                        << " K " << shape.k << ", values " << static_cast<int>(values);
  return true;
}

/// One test for each target compiled in that this host can run.
class MmaSimdTest : public testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override { hwy::SetSupportedTargetsForTest(GetParam()); }
  void TearDown() override { hwy::SetSupportedTargetsForTest(0); }
};

TEST_P(MmaSimdTest, EqualsReference) {
  const RoundingGuard guard;
  Random random(1);
  int kernels = 0, commands = 0;
  for (const Pair& pair : pairs()) {
    for (const Shape& shape : kShapes) {
      for (Values values : {Values::kModerate, Values::kAnyBits, Values::kTiny}) {
        kernels += expect_equal_to_reference(pair, shape, values, random);
        ++commands;
        ASSERT_FALSE(HasFailure());
      }
    }
  }
  EXPECT_TRUE(kernels == 0 || kernels == commands) << "some pairs of formats have a kernel, others not";
  if (kernels == 0) GTEST_SKIP() << "this target has no fused multiply-add: the reference does its work";
}

INSTANTIATE_TEST_SUITE_P(EveryTarget, MmaSimdTest, testing::ValuesIn(mma_simd_targets()),
                         [](const auto& target) { return std::string(hwy::TargetName(target.param)); });

}  // namespace
}  // namespace areia::sim
