// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/end_to_end/harness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "tests/end_to_end/reference_llama.h"

namespace areia::tests {
namespace {

/// The value, or an exception that fails the test with the error's message.
template <typename T>
T value_or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(result).value();
}

}  // namespace

OwnedModel tiny(const sw::TinyModel& parameters) {
  auto bytes = sw::make_tiny_model(parameters);
  auto model = value_or_throw(sw::Model::parse(bytes, "tiny"));
  return {std::move(bytes), std::move(model)};  // the bytes do not move in memory
}

ChipDescription chip_with(const std::string& base, const std::string& overrides) {
  return value_or_throw(parse_chip("name = \"test\"\nbase = \"" + base + "\"\n" + overrides, "test.toml"));
}

apps::PromptAnswer greedy(const sw::Model& model, const ChipDescription& chip, const std::string& prompt,
                          std::uint32_t tokens, std::uint32_t chunk_rows) {
  sw::CompileRequest request;
  request.prompt = model.tokenizer.encode(prompt);
  request.max_new_tokens = tokens;
  request.chunk_rows = chunk_rows;
  request.trace_logits = true;
  return value_or_throw(apps::answer_prompt(model, chip, request, 0));
}

double reference_distance(const sw::Model& model, const std::string& prompt,
                          const apps::PromptAnswer& answer) {
  ReferenceLlama reference(model.file);
  Row expected;
  for (const std::uint32_t token : model.tokenizer.encode(prompt)) expected = reference.feed(token);
  double distance = 0;
  const float* logits = answer.logits.data();
  for (const std::uint32_t token : answer.answer.tokens) {
    for (std::size_t i = 0; i < expected.size(); ++i)
      distance = std::max(distance, std::fabs(logits[i] - expected[i]));
    EXPECT_EQ(token, std::max_element(logits, logits + expected.size()) - logits);
    logits += expected.size();
    expected = reference.feed(token);
  }
  ::testing::Test::RecordProperty("distance", std::to_string(distance));
  return distance;
}

}  // namespace areia::tests
