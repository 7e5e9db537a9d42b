// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The operators of a pass: their work is what the model's size implies, however it is spread.
#include "perf/forward.h"

#include <gtest/gtest.h>

namespace areia::perf {
namespace {

LanguageModel llama() {
  const auto model = load_language_model("llama-3-8b");
  return *model;
}

double gemm_flops(const std::vector<Operator>& operators) {
  double flops = 0;
  for (const Operator& op : operators) {
    if (const auto* gemm = std::get_if<Gemm>(&op.work))
      flops += 2 * gemm->m * gemm->n * gemm->k * gemm->groups * op.count;
  }
  return flops;
}

TEST(Forward, ProductsAreTwoFlopsAParameterAndToken) {
  const LanguageModel model = llama();
  const Pass pass = {.sequences = 4, .positions = 512, .context = 512, .logits = 512};
  const double embedding = double{1} * model.vocabulary * model.hidden;
  const double expected = 2 * 4 * 512 * (model.parameters() - embedding);
  EXPECT_NEAR(gemm_flops(forward(model, pass, {})), expected, 1e-9 * expected);
  for (const std::uint32_t tensor : {2u, 4u, 8u}) {
    EXPECT_NEAR(gemm_flops(forward(model, pass, {.tensor = tensor})), expected / tensor, 1e-9 * expected);
  }
  EXPECT_NEAR(gemm_flops(forward(model, pass, {.pipeline = 4})), expected / 4, 1e-9 * expected);
}

TEST(Forward, WeightsAreSpreadOverChips) {
  const LanguageModel model = llama();
  const Formats formats;
  EXPECT_NEAR(weight_bytes(model, formats, {}), 2 * model.parameters(), 1);
  EXPECT_NEAR(weight_bytes(model, formats, {.tensor = 8}), model.parameters() / 4, 1);
}

TEST(Parallelism, WhatDoesNotDivideIsAnError) {
  const LanguageModel model = llama();
  EXPECT_TRUE(check({.tensor = 8, .pipeline = 4}, model).ok());
  EXPECT_NE(check({.tensor = 3}, model).error().message.find("32 heads"), std::string::npos);
  EXPECT_NE(check({.pipeline = 64}, model).error().message.find("32 layers"), std::string::npos);
  EXPECT_NE(check({.expert = 2}, model).error().message.find("no experts"), std::string::npos);
}

}  // namespace
}  // namespace areia::perf
