// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A real model beside llama.cpp: the six cases of the reference file on all presets, and what the same model
// answers in other formats and on other chips. Skipped where the models are not.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/end_to_end/harness.h"

namespace areia::tests {
namespace {

sw::Model open_model(const std::string& name) {
  auto model = sw::Model::open(kSharedModels / name);
  EXPECT_TRUE(model) << model.error().message;
  return std::move(*model);
}

bool have_models() { return std::filesystem::exists(kSharedModels / "stories260K-reference.json"); }

nlohmann::json reference_cases() {
  std::ifstream file(kSharedModels / "stories260K-reference.json");
  return nlohmann::json::parse(file);
}

/// llama.cpp's own Q8_0 logits move by up to 0.24 with its flash attention on or off (measured on these
/// models, whose answers part at gaps of up to 0.13).
constexpr double kNearTie = 0.24;
/// Weights of F16 meet activations rounded to fp16, some of which fall the other way: measured gaps where
/// answers part are 0.0008 and 0.0013.
constexpr double kNearTieOfHalves = 0.005;
double near_tie(const std::string& model) {
  if (model == "stories260K-f32.gguf") return 0;
  return model == "stories260K-f16.gguf" ? kNearTieOfHalves : kNearTie;
}

/// Where the answer leaves the reference's tokens, the step's logits must be a near tie.
void expect_tokens(const apps::PromptAnswer& answer, const std::vector<std::uint32_t>& expected, double tie) {
  const auto& tokens = answer.answer.tokens;
  ASSERT_EQ(tokens.size(), expected.size());
  const auto parts = std::mismatch(tokens.begin(), tokens.end(), expected.begin());
  if (parts.first == tokens.end()) return;
  const auto step = static_cast<std::size_t>(parts.first - tokens.begin());
  const float* logits = answer.logits.data() + step * (answer.logits.size() / tokens.size());
  const double gap = logits[tokens[step]] - logits[expected[step]];
  std::printf("parts from llama.cpp at step %zu: token %u instead of %u, %.4f apart\n", step, tokens[step],
              expected[step], gap);
  EXPECT_LT(gap, tie) << "step " << step;
}

struct Preset {
  const char* chip;
  int reference;  ///< index into the reference cases
};

class StoriesReference : public testing::TestWithParam<Preset> {};

TEST_P(StoriesReference, EqualsLlamaCpp) {
  if (!have_models()) GTEST_SKIP() << kSharedModels << " is not here";
  const auto reference = reference_cases()[static_cast<std::size_t>(GetParam().reference)];
  const auto name = reference["model"].get<std::string>();
  const sw::Model model = open_model(name);
  const auto prompt = reference["prompt"].get<std::string>();
  EXPECT_EQ(model.tokenizer.encode(prompt), reference["prompt_tokens"].get<std::vector<std::uint32_t>>());
  const auto expected = reference["tokens"].get<std::vector<std::uint32_t>>();
  const auto answer =
      greedy(model, chip_with(GetParam().chip, ""), prompt, static_cast<std::uint32_t>(expected.size()));
  expect_tokens(answer, expected, near_tie(name));
  if (answer.answer.tokens == expected) {
    EXPECT_EQ(model.tokenizer.decode(answer.answer.tokens), reference["text"].get<std::string>());
  }
}

std::vector<Preset> all_cases() {
  std::vector<Preset> cases;
  for (const char* chip : {"areia-lab", "areia-edge", "areia-1"}) {
    for (int i = 0; i < 6; ++i) cases.push_back({chip, i});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Presets, StoriesReference, testing::ValuesIn(all_cases()),
                         [](const auto& parameters) {
                           std::string name = parameters.param.chip;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name + "_case" + std::to_string(parameters.param.reference);
                         });

/// More prompts, as llama.cpp (npm package node-llama-cpp 3.22.1, CPU, flash attention off) goes on from
/// them.
TEST(Stories, MorePromptsEqualLlamaCppWithoutFlashAttention) {
  if (!have_models()) GTEST_SKIP() << kSharedModels << " is not here";
  std::ifstream file(AREIA_SOURCE_DIR "/tests/end_to_end/llama_cpp_answers.json");
  for (const auto& fact : nlohmann::json::parse(file)) {
    const auto name = fact["model"].get<std::string>();
    const auto prompt = fact["prompt"].get<std::string>();
    SCOPED_TRACE(name + ": " + prompt);
    const sw::Model model = open_model(name);
    EXPECT_EQ(model.tokenizer.encode(prompt), fact["prompt_tokens"].get<std::vector<std::uint32_t>>());
    const auto expected = fact["tokens"].get<std::vector<std::uint32_t>>();
    const auto answer =
        greedy(model, chip_with("areia-lab", ""), prompt, static_cast<std::uint32_t>(expected.size()));
    expect_tokens(answer, expected, near_tie(name));
  }
}

TEST(Stories, LogitsAreNearLlamaCpps) {
  if (!have_models()) GTEST_SKIP() << kSharedModels << " is not here";
  const sw::Model model = open_model("stories260K-f32.gguf");
  const auto answer = greedy(model, chip_with("areia-lab", ""), "Once upon a time", 40);
  std::ifstream file(kSharedModels / "reference" / "stories260K-f32-logits.f32", std::ios::binary);
  std::vector<float> expected(answer.logits.size());
  file.read(reinterpret_cast<char*>(expected.data()),
            static_cast<std::streamsize>(expected.size() * sizeof(float)));
  ASSERT_TRUE(file);
  double distance = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    distance = std::max(distance, static_cast<double>(std::abs(expected[i] - answer.logits[i])));
  }
  // Both round queries and attention weights to fp16; one that falls the other way moves logits by 0.005.
  EXPECT_LT(distance, 0.01);
  ::testing::Test::RecordProperty("distance", std::to_string(distance));
}

TEST(Stories, HalfPrecisionSaysTheSame) {
  if (!have_models()) GTEST_SKIP() << kSharedModels << " is not here";
  const auto expected = reference_cases()[0]["tokens"].get<std::vector<std::uint32_t>>();
  const auto answer =
      greedy(open_model("stories260K-f16.gguf"), chip_with("areia-lab", ""), "Once upon a time", 64);
  EXPECT_TRUE(std::equal(answer.answer.tokens.begin(), answer.answer.tokens.end(), expected.begin()));
}

TEST(Stories, FourBitsAreNearTheReferenceDecoder) {
  if (!have_models()) GTEST_SKIP() << kSharedModels << " is not here";
  const sw::Model model = open_model("stories260K-q4_0-mixed.gguf");
  const auto answer = greedy(model, chip_with("areia-lab", ""), "Once upon a time", 32);
  EXPECT_LT(reference_distance(model, "Once upon a time", answer), 0.5);
}

}  // namespace
}  // namespace areia::tests
