// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Names, files and folders as models: the shape is the file's, and what is wrong is said.
#include "apps/predict/model_shape.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "sw/formats/tiny_model.h"

namespace areia::apps {
namespace {

namespace fs = std::filesystem;

fs::path scratch() {
  const fs::path folder =
      fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}
fs::path written(const fs::path& path, std::string_view text) {
  std::ofstream(path) << text;
  return path;
}
std::string error_of(const std::string& name) {
  const auto model = language_model_of(name);
  return model.ok() ? "no error" : model.error().message;
}

/// Elements of all matrices, which parameters() must be.
double matrix_elements(const sw::Gguf& gguf) {
  double elements = 0;
  for (const sw::GgufTensor& tensor : gguf.tensors()) {
    if (tensor.dimensions.size() >= 2 && !tensor.name.ends_with(".bias"))
      elements += static_cast<double>(tensor.rows()) * static_cast<double>(tensor.columns());
  }
  return elements;
}

TEST(ModelShape, OfTheModelThatComesWithTheProject) {
  const std::string path = AREIA_SOURCE_DIR "/models/shakespeare-3M-q8_0.gguf";
  const auto model = language_model_of(path);
  ASSERT_TRUE(model.ok()) << model.error().message;
  EXPECT_EQ(model->parameters(), matrix_elements(*sw::Gguf::open(path)));
  EXPECT_EQ(model->native, Precision::kBfp8);  // 8.5 bits an element
}

TEST(ModelShape, OfAGgufFile) {
  for (const bool tied : {true, false}) {
    const auto bytes = sw::make_tiny_model({.layers = 3, .tied = tied});
    const auto gguf = sw::Gguf::parse(bytes, "tiny.gguf");
    ASSERT_TRUE(gguf.ok()) << gguf.error().message;
    const auto model = shape_of_gguf(*gguf);
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_EQ(model->layers, 3u);
    EXPECT_EQ(model->heads, 4u);
    EXPECT_EQ(model->kv_heads, 2u);
    EXPECT_EQ(model->head_size, 16u);
    EXPECT_EQ(model->vocabulary, sw::kTinyVocabulary);
    EXPECT_EQ(model->tied_embeddings, tied);
    EXPECT_TRUE(model->gated);
    EXPECT_FALSE(model->parallel_block);
    EXPECT_EQ(model->native, Precision::kFp32);
    EXPECT_EQ(model->parameters(), matrix_elements(*gguf));
  }
}

TEST(ModelShape, OfAFolderItsConfigAndAToml) {
  const fs::path folder = scratch();
  written(folder / "config.json", R"({"model_type": "llama", "hidden_size": 64, "intermediate_size": 96,
      "num_attention_heads": 4, "num_hidden_layers": 2, "num_key_value_heads": 2, "vocab_size": 300})");
  for (const fs::path& path : {folder, folder / "config.json"}) {
    const auto model = language_model_of(path.string());
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_EQ(model->layers, 2u);
    EXPECT_EQ(model->name, folder.filename().string());
  }
  const auto toml = language_model_of(written(folder / "m.toml", R"(
name = "m"
layers = 2
hidden = 64
vocabulary = 300
heads = 4
kv_heads = 2
head_size = 16
feed_forward = 96
)")
                                          .string());
  ASSERT_TRUE(toml.ok()) << toml.error().message;
  EXPECT_EQ(toml->parameters(), language_model_of(folder.string())->parameters());
}

TEST(ModelShape, OfAKnownName) {
  const auto model = language_model_of("meta-llama/Llama-3.3-70B-Instruct-FP8");
  ASSERT_TRUE(model.ok()) << model.error().message;
  EXPECT_EQ(model->name, "llama-3.1-70b");
}

TEST(ModelShape, SaysWhatIsWrong) {
  const fs::path folder = scratch();
  EXPECT_NE(error_of("lama-3-8b").find("did you mean 'llama-3-8b'?"), std::string::npos)
      << error_of("lama-3-8b");
  EXPECT_NE(error_of("").find("there is no model or file ''"), std::string::npos);
  EXPECT_NE(error_of("nowhere/model.gguf").find("there is no model or file"), std::string::npos);
  EXPECT_NE(error_of(folder.string()).find("without config.json"), std::string::npos);
  EXPECT_NE(error_of(written(folder / "a.gguf", "GGUF").string()).find("a.gguf"), std::string::npos);
  EXPECT_NE(error_of(written(folder / "config.json", "{").string()).find("not a JSON object"),
            std::string::npos);
}

}  // namespace
}  // namespace areia::apps
