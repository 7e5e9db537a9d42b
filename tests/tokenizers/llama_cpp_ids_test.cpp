// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The tokens of 2,691 strings, for every kind of vocabulary and pre-tokenizer, are llama.cpp's
// (make_facts.py). Real vocabularies are checked where AREIA_MODELS names a folder that has them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sw/formats/tokenizer.h"

namespace areia::sw {
namespace {

namespace fs = std::filesystem;

const fs::path kFacts = AREIA_SOURCE_DIR "/tests/tokenizers/facts";
const fs::path kGenerated = AREIA_TOKENIZER_TESTS;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream all;
  all << file.rdbuf();
  return all.str();
}

std::vector<std::string> test_strings() {
  const std::string all = read_file(kGenerated / "strings");
  std::vector<std::string> strings;
  for (std::size_t at = 0; at + 4 <= all.size();) {
    std::uint32_t size = 0;
    std::memcpy(&size, all.data() + at, sizeof size);
    strings.push_back(all.substr(at + 4, size));
    at += 4 + size;
  }
  return strings;
}

struct Facts {
  std::vector<TokenId> stops;
  std::vector<std::uint32_t> hashes;
};

Facts read_facts(const std::string& name) {
  std::istringstream file(read_file(kFacts / (name + ".txt")));
  Facts facts;
  std::string line;
  std::getline(file, line);
  std::istringstream stops(line);
  for (TokenId stop = 0; stops >> stop;) facts.stops.push_back(stop);
  file >> std::hex;
  for (std::uint32_t hash = 0; file >> hash;) facts.hashes.push_back(hash);
  return facts;
}

std::uint32_t hash_of(const Tokenizer& tokenizer, const std::string& text) {
  std::vector<TokenId> ids = tokenizer.encode(text, SpecialText::kPlain);
  ids.push_back(UINT32_MAX);
  const auto parsed = tokenizer.encode(text, SpecialText::kParse);
  ids.insert(ids.end(), parsed.begin(), parsed.end());
  std::uint32_t hash = 0x811c9dc5;
  for (const TokenId id : ids) {
    for (unsigned shift = 0; shift < 32; shift += 8) hash = (hash ^ (id >> shift & 0xff)) * 0x01000193;
  }
  return hash;
}

/// The vocabulary of a facts file; empty where it is a real model's that is not here.
fs::path vocabulary_of(const std::string& name) {
  const fs::path generated = kGenerated / "vocabularies" / (name + ".gguf");
  if (fs::exists(generated)) return generated;
  const char* models = std::getenv("AREIA_MODELS");
  const char* file = name == "smollm2"   ? "smollm2-135m-instruct-q4_1.gguf"
                     : name == "gemma-3" ? "gemma-3-270m-q4_k_m.gguf"
                                         : nullptr;
  EXPECT_NE(file, nullptr) << name;
  if (models == nullptr || file == nullptr || !fs::exists(fs::path(models) / file)) return {};
  return fs::path(models) / file;
}

class LlamaCppIds : public testing::TestWithParam<std::string> {};

TEST_P(LlamaCppIds, AreGiven) {
  const fs::path path = vocabulary_of(GetParam());
  if (path.empty()) GTEST_SKIP() << "the model is not here: set AREIA_MODELS to a folder that has it";
  const auto gguf = Gguf::open(path);
  ASSERT_TRUE(gguf);
  const auto tokenizer = Tokenizer::from_gguf(*gguf);
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  const Facts facts = read_facts(GetParam());
  auto stops = tokenizer->stop_tokens();
  std::sort(stops.begin(), stops.end());
  EXPECT_EQ(stops, facts.stops);
  const auto strings = test_strings();
  ASSERT_GE(strings.size(), 2000u);
  ASSERT_EQ(strings.size(), facts.hashes.size());
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < strings.size(); ++i) {
    if (hash_of(*tokenizer, strings[i]) == facts.hashes[i]) continue;
    if (++wrong <= 5) ADD_FAILURE() << "string " << i << ": " << testing::PrintToString(strings[i]);
  }
  EXPECT_EQ(wrong, 0u) << "of " << strings.size();
}

/// Text that is UTF-8 comes back, whatever it is, from byte-level vocabularies that have all bytes.
TEST_P(LlamaCppIds, DecodeToTheText) {
  const fs::path path = vocabulary_of(GetParam());
  if (path.empty()) GTEST_SKIP() << "the model is not here: set AREIA_MODELS to a folder that has it";
  const auto gguf = Gguf::open(path);
  ASSERT_TRUE(gguf);
  if (*gguf->text("tokenizer.ggml.model") != "gpt2" || GetParam() == "holes" || GetParam() == "smollm2") {
    GTEST_SKIP() << "this vocabulary does not have all bytes";  // SmolLM2's lacks 0x1d, for one
  }
  const auto tokenizer = Tokenizer::from_gguf(*gguf);
  ASSERT_TRUE(tokenizer);
  const std::size_t added = tokenizer->encode("").size();
  std::size_t checked = 0;
  for (const std::string& text : test_strings()) {
    Utf8Joiner joiner;
    if (joiner.push(text) != text || !joiner.finish().empty()) continue;  // no UTF-8
    const auto ids = tokenizer->encode(text);
    const auto own = std::span(ids).subspan(added);  // without BOS
    // Merges that lead to "</s>", which speaks no more, are an accident of vocabularies as small as these.
    if (std::any_of(own.begin(), own.end(), [&](TokenId id) { return tokenizer->piece(id).empty(); }))
      continue;
    EXPECT_EQ(tokenizer->decode(own), text);
    ++checked;
  }
  EXPECT_GE(checked, 2000u);
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& entry : fs::directory_iterator(kFacts)) all.push_back(entry.path().stem().string());
  std::sort(all.begin(), all.end());
  return all;
}

INSTANTIATE_TEST_SUITE_P(Vocabulary, LlamaCppIds, testing::ValuesIn(names()), [](const auto& suite) {
  std::string name = suite.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
});

}  // namespace
}  // namespace areia::sw
