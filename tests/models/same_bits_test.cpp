// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Random models of every architecture and weight type (make_models.py): the same logits, to the bit, on chips
// that have little in common, in whatever chunks the prompt is prefilled.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "apps/cli/answer.h"
#include "tests/kernels/scene.h"

namespace areia::tests {
namespace {

const std::filesystem::path kModels = AREIA_RANDOM_MODELS;

apps::PromptAnswer answer(const sw::Model& model, const ChipDescription& chip, std::uint32_t chunk_rows) {
  sw::CompileRequest request;
  for (std::uint32_t i = 0; i < 21; ++i) request.prompt.push_back(5 + (i * i * 29 + i * 83) % 250);
  request.max_new_tokens = 4;
  request.chunk_rows = chunk_rows;
  request.trace_logits = true;
  auto result = apps::answer_prompt(model, chip, request, 0);
  EXPECT_TRUE(result) << chip.name << ": " << result.error().message;
  return result ? std::move(*result) : apps::PromptAnswer{};
}

class RandomModel : public testing::TestWithParam<std::string> {};

TEST_P(RandomModel, HasTheSameBitsOnEveryChip) {
  const auto model = sw::Model::open(kModels / (GetParam() + ".gguf"));
  ASSERT_TRUE(model) << model.error().message;
  const auto chips = assorted_chips();
  const auto expected = answer(*model, chips.front(), 256);
  ASSERT_FALSE(expected.logits.empty());
  std::uint32_t chunk_rows = 1;
  for (const ChipDescription& chip : chips) {
    const auto other = answer(*model, chip, chunk_rows);
    EXPECT_EQ(other.answer.tokens, expected.answer.tokens) << chip.name;
    ASSERT_EQ(other.logits.size(), expected.logits.size());
    const std::size_t bytes = expected.logits.size() * sizeof(float);
    EXPECT_EQ(std::memcmp(other.logits.data(), expected.logits.data(), bytes), 0) << chip.name;
    chunk_rows += 3;
  }
}

/// The models that make_models.py has written.
std::vector<std::string> names() {
  std::vector<std::string> result;
  for (const auto& entry : std::filesystem::directory_iterator(kModels)) {
    if (entry.path().extension() == ".gguf") result.push_back(entry.path().stem());
  }
  std::sort(result.begin(), result.end());
  return result;
}

INSTANTIATE_TEST_SUITE_P(Models, RandomModel, testing::ValuesIn(names()), [](const auto& parameters) {
  std::string name = parameters.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace areia::tests
