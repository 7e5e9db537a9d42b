// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Any valid chip: the same logits, to the bit, whatever the vector length, the number of tiles, the tensor
// array and the scratchpad (docs/architecture.md says why).
#include <gtest/gtest.h>

#include <cstring>

#include "tests/end_to_end/harness.h"

namespace areia::tests {
namespace {

struct Variant {
  const char* name;
  const char* base;
  const char* overrides;
};

class AnyChip : public testing::TestWithParam<Variant> {
 protected:
  ChipDescription chip() const { return chip_with(GetParam().base, GetParam().overrides); }
};

/// The logits of every step on this chip and on areia-edge are the same bits, near the reference's.
void expect_same_logits(const sw::TinyModel& parameters, const ChipDescription& chip, double tolerance) {
  const OwnedModel owned = tiny(parameters);
  const std::string prompt = "abc def ghi jkl mno";
  const auto expected = greedy(owned.model, chip_with("areia-edge", ""), prompt, 6);
  const auto answer = greedy(owned.model, chip, prompt, 6);
  EXPECT_EQ(answer.answer.tokens, expected.answer.tokens);
  EXPECT_EQ(std::memcmp(answer.logits.data(), expected.logits.data(), expected.logits.size() * sizeof(float)),
            0);
  EXPECT_LT(reference_distance(owned.model, prompt, answer), tolerance);
}

TEST_P(AnyChip, PlainFloatsHaveTheSameLogits) {
  expect_same_logits({.layers = 1, .embedding = 96, .heads = 6, .kv_heads = 2, .feed_forward = 160}, chip(),
                     1e-3);
}

TEST_P(AnyChip, BlocksHaveTheSameLogits) {
  expect_same_logits({.layers = 1, .format = num::Format::kBlockInt8}, chip(), 0.1);
}

TEST_P(AnyChip, StoriesSayTheSame) {
  if (!std::filesystem::exists(kSharedModels / "stories260K-f32.gguf")) GTEST_SKIP() << "no models here";
  const auto model = sw::Model::open(kSharedModels / "stories260K-f32.gguf");
  ASSERT_TRUE(model);
  // The first tokens that llama.cpp gives for this prompt (../shared/models/stories260K-reference.json).
  const std::vector<std::uint32_t> expected = {286, 261, 376, 298, 315, 421, 395, 317, 426, 338, 401, 396,
                                               267, 337, 335, 311, 267, 422, 419, 269, 311, 267, 422, 419};
  const auto answer = greedy(*model, chip(), "The little dog", 24);
  EXPECT_EQ(answer.answer.tokens, expected);
}

constexpr Variant kVariants[] = {
    {"vlen128", "areia-lab", "[hart]\nvlen_bits = 128\n"},
    {"vlen256", "areia-lab", "[hart]\nvlen_bits = 256\n"},
    {"vlen512", "areia-lab", "[hart]\nvlen_bits = 512\n"},
    {"vlen1024", "areia-lab", "[hart]\nvlen_bits = 1024\n"},
    {"vlen4096", "areia-lab", "[hart]\nvlen_bits = 4096\n"},
    {"tiles4", "areia-lab", "[mesh]\ncolumns = 2\nrows = 2\n"},
    {"tiles7", "areia-lab", "[mesh]\ncolumns = 7\nrows = 1\n"},
    {"tiles7down", "areia-edge", "[mesh]\ncolumns = 1\nrows = 7\n"},
    {"tiles64", "areia-lab", "[mesh]\ncolumns = 8\nrows = 8\n"},
    {"array8x8", "areia-lab", "[tensor]\nrows = 8\ncolumns = 8\n"},
    {"array1x1", "areia-lab", "[tensor]\nrows = 1\ncolumns = 1\n"},
    {"array5x3", "areia-lab", "[tensor]\nrows = 5\ncolumns = 3\n"},
    {"array128x64", "areia-lab", "[tensor]\nrows = 128\ncolumns = 64\n"},
    {"array256x256", "areia-edge", "[tensor]\nrows = 256\ncolumns = 256\n"},
    {"oneset", "areia-lab", "[tensor]\naccumulator_sets = 1\n"},
    {"onedma", "areia-lab", "[dma]\nchannels = 1\nqueue_depth = 1\n"},
    {"smallscratchpad", "areia-lab", "[scratchpad]\nbytes = \"128 KiB\"\n"},
    {"edge", "areia-edge", ""},
};

INSTANTIATE_TEST_SUITE_P(Chips, AnyChip, testing::ValuesIn(kVariants),
                         [](const auto& parameters) { return std::string(parameters.param.name); });

}  // namespace
}  // namespace areia::tests
