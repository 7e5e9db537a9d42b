// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Mutated model files: whatever the bytes, loading ends with a model or an error.
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <random>

#include "sw/formats/architecture.h"
#include "sw/formats/tiny_model.h"
#include "sw/formats/tokenizer.h"

namespace areia::sw {
namespace {

constexpr int kMutations = 10000;

/// Everything that loading does with a file, and a look at every byte that a tensor claims.
void load(std::span<const std::byte> file) {
  const auto gguf = Gguf::parse(file, "mutant");
  if (!gguf) {
    ASSERT_EQ(gguf.error().kind, ErrorKind::kBadInput);
    ASSERT_LT(gguf.error().message.size(), 1000u);
    return;
  }
  unsigned sum = 0;
  for (const GgufTensor& tensor : gguf->tensors()) {
    sum += static_cast<unsigned>(tensor.bytes.front()) + static_cast<unsigned>(tensor.bytes.back());
  }
  ASSERT_LT(sum, 1u << 30);
  const auto graph = load_graph(*gguf);
  ASSERT_TRUE(graph || graph.error().kind == ErrorKind::kBadInput);
  const auto tokenizer = Tokenizer::from_gguf(*gguf);
  if (tokenizer) {
    ASSERT_FALSE(tokenizer->decode(tokenizer->encode("Once upon a time \xf0\x9f\xa6\x99")).size() > 1u << 20);
  }
}

/// Where the interesting bytes end: metadata and tensor table, and a little of the data.
std::size_t head_bytes(std::span<const std::byte> file) {
  const auto gguf = Gguf::parse(file, "original");
  EXPECT_TRUE(gguf) << gguf.error().message;
  std::size_t first = file.size();
  for (const GgufTensor& tensor : gguf->tensors()) first = std::min<std::size_t>(first, tensor.offset);
  return std::min(file.size(), first + 64);
}

/// Mutates 1 to 4 places of the head: bits, bytes, whole 64-bit numbers; or cuts the file.
void mutate(std::vector<std::byte>& file, std::size_t head, std::mt19937_64& random) {
  constexpr std::uint64_t kNasty[] = {0,          1,          0x7f,       0xff,       0x7fffffff,
                                      0x80000000, 0xffffffff, 1ull << 62, 1ull << 63, ~0ull};
  const auto places = 1 + random() % 4;
  for (std::uint64_t i = 0; i < places; ++i) {
    // Half of them near the beginning, where counts and keys are.
    const std::size_t range = random() % 2 == 0 ? std::min<std::size_t>(head, 1024) : head;
    const std::size_t at = random() % range;
    const std::uint64_t nasty = kNasty[random() % std::size(kNasty)];
    switch (random() % 4) {
      case 0:
        file[at] ^= static_cast<std::byte>(1u << random() % 8);
        break;
      case 1:
        file[at] = static_cast<std::byte>(random());
        break;
      case 2:
        std::memcpy(&file[at], &nasty, std::min<std::size_t>(8, file.size() - at));
        break;
      default:
        std::memcpy(&file[at], &nasty, std::min<std::size_t>(4, file.size() - at));
        break;
    }
  }
}

void survive_mutations(const std::vector<std::byte>& original, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const std::size_t head = head_bytes(original);
  std::vector<std::byte> file = original;
  for (int i = 0; i < kMutations; ++i) {
    std::memcpy(file.data(), original.data(), head);
    mutate(file, head, random);
    const std::size_t size = random() % 8 == 0 ? random() % file.size() : file.size();
    ASSERT_NO_FATAL_FAILURE(load(std::span(file).first(size))) << "mutation " << i;
  }
}

TEST(GgufFuzz, TinyModelOfPlainFloats) { survive_mutations(make_tiny_model({.layers = 1}), 1); }

TEST(GgufFuzz, TinyModelOfBlocks) {
  survive_mutations(make_tiny_model({.layers = 1, .format = num::Format::kBlockInt8}), 3);
}

class SharedModelFuzz : public testing::TestWithParam<const char*> {};

TEST_P(SharedModelFuzz, Survives) {
  const auto path = std::filesystem::path(AREIA_SOURCE_DIR "/../shared/models") / GetParam();
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here";
  const auto mapped = MappedFile::open(path);
  ASSERT_TRUE(mapped);
  survive_mutations({mapped->bytes().begin(), mapped->bytes().end()}, 2);
}

INSTANTIATE_TEST_SUITE_P(Models, SharedModelFuzz,
                         testing::Values("stories260K-f32.gguf", "stories260K-f16.gguf",
                                         "stories260K-q8_0.gguf", "stories260K-q4_0-mixed.gguf",
                                         "chargpt2-0.8M-Q8_0.gguf"),
                         [](const auto& model) { return "Model" + std::to_string(model.index); });

}  // namespace
}  // namespace areia::sw
