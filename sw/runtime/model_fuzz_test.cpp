// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Mutated model files: whatever the bytes, loading ends with a model or an error.
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <random>

#include "sw/compiler/compiler.h"
#include "sw/formats/tiny_model.h"
#include "sw/runtime/model.h"

namespace areia::sw {
namespace {

constexpr int kMutations = 10000;

ChipDescription small_chip() {
  ChipDescription chip;
  chip.name = "small";
  chip.dram.bytes = std::uint64_t{1} << 30;
  chip.dram.interleave_bytes = 256;
  return chip;
}

/// Everything that the host does with a model file before a chip runs it: parse, build the graph, encode a
/// prompt, compile a plan, look at every byte that a tensor claims.
void load(std::span<const std::byte> file) {
  const auto model = Model::parse(file, "mutant");
  if (!model) {
    ASSERT_EQ(model.error().kind, ErrorKind::kBadInput);
    ASSERT_LT(model.error().message.size(), 1000u);
    return;
  }
  unsigned sum = 0;
  for (const Weight& weight : model->graph.weights()) {
    sum += static_cast<unsigned>(weight.bytes.front()) + static_cast<unsigned>(weight.bytes.back());
  }
  ASSERT_LT(sum, 1u << 30);
  CompileRequest request;
  request.prompt = model->tokenizer.encode("Once upon a time \xf0\x9f\xa6\x99");
  request.max_new_tokens = 1 << 24;
  request.stop_tokens = model->tokenizer.stop_tokens();
  ASSERT_LT(model->tokenizer.decode(request.prompt).size(), 1u << 20);
  const auto plan = compile(model->graph, small_chip(), request);
  if (!plan) {
    ASSERT_EQ(plan.error().kind, ErrorKind::kBadInput) << plan.error().message;
    return;
  }
  ASSERT_LE(plan->dram_bytes, small_chip().dram.bytes);
  for (const Upload& upload : plan->weights) {
    ASSERT_LE(upload.address + upload.bytes.size(), plan->address + plan->dram_bytes);
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

TEST(ModelFuzz, TinyModelOfPlainFloats) { survive_mutations(make_tiny_model({.layers = 1}), 1); }

TEST(ModelFuzz, TinyModelOfBlocks) {
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
