// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Tiny models with odd hyperparameters and weights: what the loader accepts, the chip answers without a
// fault.
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "tests/end_to_end/harness.h"

namespace areia::tests {
namespace {

constexpr int kMutants = 200;

/// Changes one to three places: numbers among the hyperparameters, or weights (to NaN and infinities too).
void mutate(std::vector<std::byte>& file, std::size_t hyperparameters, std::size_t weights,
            std::mt19937_64& random) {
  for (std::uint64_t places = 1 + random() % 3; places > 0; --places) {
    if (random() % 2 == 0) {
      const std::size_t at = hyperparameters + random() % 500;
      file[at] = random() % 2 == 0 ? file[at] ^ static_cast<std::byte>(1u << random() % 8)
                                   : static_cast<std::byte>(random() % 70);
    } else {
      const std::size_t at = weights + random() % (file.size() - weights - 4);
      constexpr std::uint32_t kOdd[] = {0x7fc00000, 0x7f800000, 0xff800000, 1, 0xffffffff};
      std::memcpy(&file[at], &kOdd[random() % std::size(kOdd)], 4);
    }
  }
}

TEST(Mutants, EndInAnAnswerOrAnInputError) {
  const ChipDescription chip = chip_with("areia-lab", "");
  std::mt19937_64 random(1);
  int answered = 0;
  for (const num::Format format : {num::Format::kFp32, num::Format::kBlockInt8, num::Format::kBlockInt4}) {
    const auto original = sw::make_tiny_model({.layers = 1, .format = format});
    const std::string_view text(reinterpret_cast<const char*>(original.data()), original.size());
    const std::size_t weights = sw::Gguf::parse(original, "tiny")->tensors()[0].offset;
    for (int i = 0; i < kMutants; ++i) {
      auto file = original;
      mutate(file, text.find("llama.context_length"), weights, random);
      const auto model = sw::Model::parse(file, "mutant");
      if (!model) continue;
      sw::CompileRequest request;
      request.prompt = model->tokenizer.encode("abc de");
      request.max_new_tokens = 2;
      request.sampling.temperature = static_cast<float>(random() % 2);
      const auto answer = apps::answer_prompt(*model, chip, request, 1);
      EXPECT_TRUE(answer || answer.error().kind == ErrorKind::kBadInput) << answer.error().message;
      answered += answer.ok();
    }
  }
  EXPECT_GT(answered, kMutants / 2);  // or nothing was tested
}

}  // namespace
}  // namespace areia::tests
