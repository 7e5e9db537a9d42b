// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Shapes of the random models: as many parameters as the file has elements in matrices, and the same from
// their folders' config.json.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "apps/predict/model_shape.h"
#include "perf/forward.h"

namespace areia::tests {
namespace {

namespace fs = std::filesystem;
const fs::path kModels = AREIA_RANDOM_MODELS, kFolders = AREIA_RANDOM_FOLDERS;

double matrix_elements(const sw::Gguf& gguf) {
  double elements = 0;
  for (const sw::GgufTensor& tensor : gguf.tensors()) {
    if (tensor.dimensions.size() >= 2 && tensor.name.ends_with(".weight"))
      elements += static_cast<double>(tensor.rows()) * static_cast<double>(tensor.columns());
  }
  return elements;
}

TEST(Shapes, HaveTheElementsOfTheFile) {
  int files = 0;
  for (const auto& entry : fs::directory_iterator(kModels)) {
    if (entry.path().extension() != ".gguf") continue;
    const auto model = apps::language_model_of(entry.path().string());
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_EQ(model->parameters(), matrix_elements(*sw::Gguf::open(entry.path()))) << entry.path();
    ++files;
  }
  EXPECT_GT(files, 30);
}

TEST(Shapes, OfFoldersAreThoseOfTheFiles) {
  std::ifstream list(kFolders / "names");
  int folders = 0;
  for (std::string name; std::getline(list, name); ++folders) {
    const auto folder = apps::language_model_of((kFolders / name).string());
    ASSERT_TRUE(folder.ok()) << folder.error().message;
    const auto file = apps::language_model_of((kModels / (name + ".gguf")).string());
    ASSERT_TRUE(file.ok()) << file.error().message;
    const perf::Pass pass = {.sequences = 2, .positions = 3, .context = 99};
    const auto operators = perf::forward(*folder, pass, {}), expected = perf::forward(*file, pass, {});
    ASSERT_EQ(operators.size(), expected.size()) << name;
    for (std::size_t i = 0; i < operators.size(); ++i) {
      EXPECT_EQ(operators[i].name, expected[i].name) << name;
      EXPECT_EQ(operators[i].count, expected[i].count) << name << ": " << expected[i].name;
    }
    EXPECT_EQ(folder->parameters(), file->parameters()) << name;
    EXPECT_EQ(perf::cache_bytes(*folder, pass, {}), perf::cache_bytes(*file, pass, {})) << name;
  }
  EXPECT_GT(folders, 5);
}

}  // namespace
}  // namespace areia::tests
