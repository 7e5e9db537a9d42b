// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Hugging Face folders (make_folders.py) against the GGUF files of the same models: tensors to the bit, ids,
// logits; and damaged folders, which give one clear line.
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include "sw/formats/hugging_face.h"
#include "tests/end_to_end/harness.h"

namespace areia::tests {
namespace {

namespace fs = std::filesystem;
const fs::path kModels = AREIA_RANDOM_MODELS, kFolders = AREIA_RANDOM_FOLDERS;

std::vector<std::string> names() {
  std::vector<std::string> result;
  std::ifstream list(kFolders / "names");
  for (std::string name; std::getline(list, name);) result.push_back(name);
  return result;
}

/// A tensor's bytes, whoever has them, read in pieces that cut rows.
std::vector<std::byte> bytes_of(const sw::GgufTensor& tensor) {
  if (!tensor.source) return {tensor.bytes.begin(), tensor.bytes.end()};
  std::vector<std::byte> bytes(num::row_bytes(*tensor.type->format, tensor.columns()) * tensor.rows());
  constexpr std::size_t kPiece = 1000;
  for (std::size_t at = 0; at < bytes.size(); at += kPiece)
    tensor.source->read(at, std::span(bytes).subspan(at, std::min(kPiece, bytes.size() - at)));
  return bytes;
}

class Folder : public testing::TestWithParam<std::string> {};

TEST_P(Folder, IsTheModelOfTheGgufFile) {
  const auto folder = sw::Model::open(kFolders / GetParam());
  ASSERT_TRUE(folder) << folder.error().message;
  const auto file = sw::Model::open(kModels / (GetParam() + ".gguf"));
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(folder->file.tensors().size(), file->file.tensors().size());
  for (const sw::GgufTensor& expected : file->file.tensors()) {
    const sw::GgufTensor* tensor = folder->file.find_tensor(expected.name);
    ASSERT_NE(tensor, nullptr) << expected.name;
    EXPECT_EQ(tensor->type, expected.type) << expected.name;
    EXPECT_EQ(tensor->columns(), expected.columns()) << expected.name;
    EXPECT_EQ(bytes_of(*tensor), bytes_of(expected)) << expected.name;
  }
  for (const char* text : {"the hero in a house", "", " a  b\n", "h\xc3\xa9llo \xe4\xb8\x96 123"})
    EXPECT_EQ(folder->tokenizer.encode(text), file->tokenizer.encode(text)) << text;
  const auto chip = chip_with("areia-lab", "");
  EXPECT_EQ(greedy(*folder, chip, "the hero in a house", 4).logits,
            greedy(*file, chip, "the hero in a house", 4).logits);
}

INSTANTIATE_TEST_SUITE_P(RandomModels, Folder, testing::ValuesIn(names()), [](const auto& parameters) {
  std::string name = parameters.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(Folders, ThereAreSome) { EXPECT_GE(names().size(), 10u); }

/// A copy of a folder with one file changed.
class DamagedFolder : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("areia_folder_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::copy(kFolders / "qwen3-bf16", folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  static std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void write(const char* name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  std::string error() const {
    const auto model = sw::Model::open(folder_);
    return model ? "" : model.error().message;
  }
  void expect_error(const std::string& word) const {
    EXPECT_NE(error().find(word), std::string::npos) << error();
    EXPECT_EQ(error().find('\n'), std::string::npos) << error();
  }
  void replace(const char* name, const std::string& from, const std::string& to) const {
    std::string text = read(folder_ / name);
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    write(name, text.replace(at, from.size(), to));
  }
  fs::path folder_;
};

TEST_F(DamagedFolder, NamesWhatIsMissing) {
  EXPECT_EQ(error(), "");
  fs::remove(folder_ / "model-00002-of-00002.safetensors");
  expect_error("model-00002-of-00002.safetensors");
  fs::remove(folder_ / "tokenizer.json");
  fs::remove(folder_ / "config.json");
  expect_error("config.json");
}

TEST_F(DamagedFolder, RefusesWhatItDoesNotKnow) {
  replace("config.json", "Qwen3ForCausalLM", "MambaForCausalLM");
  expect_error("MambaForCausalLM");
  replace("config.json", "MambaForCausalLM", "Qwen3ForCausalLM");
  replace("tokenizer.json", "\"BPE\"", "\"WordPiece\"");
  expect_error("WordPiece");
}

TEST_F(DamagedFolder, RefusesHyperparametersThatAreNone) {
  const std::string good = read(folder_ / "config.json");
  for (const char* wrong : {"\"hidden_size\": -1", "\"hidden_size\": \"64\"", "\"hidden_size\": 1e300",
                            "\"hidden_size\": 0", "\"hidden_size\": 63"}) {
    write("config.json", good);
    replace("config.json", "\"hidden_size\": 64", wrong);
    EXPECT_NE(error(), "") << wrong;
  }
  write("config.json", good);
  replace("model.safetensors.index.json", "model-00002", "../model-00002");
  expect_error("no file of the folder");
}

/// Any bytes of the JSON texts and of the safetensors' headers may be anything.
TEST_F(DamagedFolder, MutantsLoadOrGiveOneLine) {
  constexpr int kMutants = 10'000;
  const char* const files[] = {"config.json", "tokenizer.json", "tokenizer_config.json",
                               "model.safetensors.index.json", "model-00001-of-00002.safetensors"};
  std::mt19937 random(7);
  for (int i = 0; i < kMutants; ++i) {
    const char* name = files[random() % std::size(files)];
    const std::string good = read(kFolders / "qwen3-bf16" / name);
    std::string bad = good;
    for (std::size_t changes = 1 + random() % 3; changes > 0; --changes) {
      if (bad.empty()) break;
      const std::size_t most = std::min<std::size_t>(bad.size(), 4000), at = random() % most;
      switch (random() % 4) {
        case 0:
          bad[at] = static_cast<char>(random());
          break;
        case 1:
          bad[at] = "0123456789{}[]\",:-e"[random() % 19];
          break;
        case 2:
          bad.erase(at, 1 + random() % 8);
          break;
        default:
          bad.insert(at, bad, random() % most, random() % 40);
      }
    }
    if (random() % 16 == 0) bad.resize(random() % (bad.size() + 1));
    write(name, bad);
    EXPECT_EQ(error().find('\n'), std::string::npos) << error();
    write(name, good);
  }
}

}  // namespace
}  // namespace areia::tests
