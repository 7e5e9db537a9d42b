// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Shapes of language models: parameters as published, and what is said of files that are wrong.
#include "perf/language_model.h"

#include <gtest/gtest.h>

namespace areia::perf {
namespace {

TEST(LanguageModel, ParametersAreThosePublished) {
  const auto llama = load_language_model("llama-3-8b");
  ASSERT_TRUE(llama.ok()) << llama.error().message;
  EXPECT_NEAR(llama->parameters(), 8.03e9, 0.01e9);  // its model card: 8.03 billion
  EXPECT_EQ(llama->cache_bytes_per_position(Precision::kBf16), 32 * 2 * 8 * 128 * 2);
}

TEST(LanguageModel, EveryShapeOfTheDataFolderLoads) {
  for (const std::string& name : language_model_names()) {
    const auto model = load_language_model(name);
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_EQ(model->name, name);
    EXPECT_FALSE(model->source.empty()) << name;
  }
}

TEST(LanguageModel, SaysWhatIsWrongAndWhere) {
  const auto error = [](std::string_view toml) {
    return parse_language_model(toml, "m.toml").error().message;
  };
  EXPECT_NE(error("layer = 3").find("m.toml:1: unknown key 'layer' (did you mean 'layers'?)"),
            std::string::npos)
      << error("layer = 3");
  EXPECT_NE(error("layers = -3").find("must be a whole number from 1"), std::string::npos);
  EXPECT_NE(error("layers = 3").find("hidden is missing"), std::string::npos);
}

}  // namespace
}  // namespace areia::perf
