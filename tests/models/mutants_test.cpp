// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A random model of each architecture (make_models.py) with tensors renamed, of another shape or type or full
// of NaN, hyperparameters that are absurd, any bytes of its head changed, or its end missing: one clear line
// or an answer, never a crash, a hang or a huge allocation.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <random>

#include "apps/cli/answer.h"
#include "sw/formats/ggml_type.h"
#include "tests/end_to_end/harness.h"

namespace areia::tests {
namespace {

const std::filesystem::path kModels = AREIA_RANDOM_MODELS;
constexpr int kByteMutants = 2000;

using File = std::vector<std::byte>;

File read(const std::string& name) {
  const auto mapped = sw::MappedFile::open(kModels / (name + ".gguf"));
  if (!mapped) throw std::runtime_error(mapped.error().message);
  return {mapped->bytes().begin(), mapped->bytes().end()};
}

/// Where the text of that length (its own length precedes it, as GGUF has it) ends.
std::size_t end_of_text(const File& file, std::string_view text) {
  const std::uint64_t length = text.size();
  std::string wanted(reinterpret_cast<const char*>(&length), sizeof length);
  wanted += text;
  const std::size_t at =
      std::string_view(reinterpret_cast<const char*>(file.data()), file.size()).find(wanted);
  EXPECT_NE(at, std::string_view::npos) << text;
  return at + wanted.size();
}

template <typename T>
void put(File& file, std::size_t at, T value) {
  std::memcpy(&file[at], &value, sizeof value);
}

/// The error of everything that the host and a small chip do with a file; empty where there is an answer.
std::string outcome(const File& file) {
  static const ChipDescription chip = chip_with("areia-lab", "[dram]\nbytes = '64 MiB'\n");
  const auto model = sw::Model::parse(file, "mutant");
  std::optional<Error> error;
  if (!model) {
    error = model.error();
  } else {
    sw::CompileRequest request;
    request.prompt.assign(12, 7);
    request.max_new_tokens = 2;
    const auto answer = apps::answer_prompt(*model, chip, request, 1);
    if (!answer) error = answer.error();
  }
  if (!error) return "";
  EXPECT_EQ(error->kind, ErrorKind::kBadInput) << error->message;
  EXPECT_LT(error->message.size(), 1500u) << error->message;
  EXPECT_TRUE(std::ranges::none_of(error->message, [](unsigned char c) { return c < ' ' || c == 0x7f; }))
      << error->message;
  return error->message.empty() ? "?" : error->message;
}

class Mutants : public testing::TestWithParam<std::string> {};

TEST_P(Mutants, TensorsOfOtherNames) {
  const File original = read(GetParam());
  ASSERT_EQ(outcome(original), "");
  const auto gguf = sw::Gguf::parse(original, "original");
  for (const sw::GgufTensor& tensor : gguf->tensors()) {
    File file = original;
    file[end_of_text(file, tensor.name) - 3] = std::byte{'!'};
    EXPECT_NE(outcome(file).find("tensor '"), std::string::npos) << tensor.name;
  }
}

TEST_P(Mutants, TensorsOfOtherShapes) {
  const File original = read(GetParam());
  const auto gguf = sw::Gguf::parse(original, "original");
  for (const sw::GgufTensor& tensor : gguf->tensors()) {
    const std::size_t at = end_of_text(original, tensor.name) + sizeof(std::uint32_t);
    for (std::size_t i = 0; i < tensor.dimensions.size(); ++i) {
      const std::size_t place = at + i * sizeof(std::uint64_t);
      for (const std::uint64_t size :
           {std::uint64_t{0}, std::uint64_t{1}, tensor.dimensions[i] / 2, tensor.dimensions[i] - 1,
            tensor.dimensions[i] + 1, std::uint64_t{1} << 24, std::uint64_t{1} << 32,
            std::uint64_t{1} << 62}) {
        if (size == tensor.dimensions[i]) continue;
        File file = original;
        put(file, place, size);
        EXPECT_NE(outcome(file), "") << tensor.name << ", dimension " << i << ": " << size;
      }
      if (i == 0 || tensor.dimensions[i] == tensor.dimensions[i - 1]) continue;
      File file = original;  // as many elements as before
      put(file, place, tensor.dimensions[i - 1]);
      put(file, place - sizeof(std::uint64_t), tensor.dimensions[i]);
      EXPECT_NE(outcome(file), "") << tensor.name << ", dimensions " << i - 1 << " and " << i;
    }
  }
}

TEST_P(Mutants, TensorsOfOtherTypes) {
  const File original = read(GetParam());
  const auto gguf = sw::Gguf::parse(original, "original");
  for (const sw::GgufTensor& tensor : gguf->tensors()) {
    const std::size_t type = end_of_text(original, tensor.name) + sizeof(std::uint32_t) +
                             tensor.dimensions.size() * sizeof(std::uint64_t);
    for (const std::uint32_t code : {0u, 1u, 4u, 8u, 12u, 20u, 28u, 0x7fffffffu, 0xffffffffu}) {
      File file = original;
      put(file, type, code);
      const std::string error = outcome(file);
      const sw::GgmlType* known = sw::find_ggml_type(code);
      if (known != nullptr && known->format) continue;  // an answer, or another error
      EXPECT_NE(error.find(tensor.name), std::string::npos) << code << ": " << error;
    }
  }
}

TEST_P(Mutants, CutFiles) {
  const File original = read(GetParam());
  const auto gguf = sw::Gguf::parse(original, "original");
  std::size_t end = 0;
  for (const sw::GgufTensor& tensor : gguf->tensors())
    end = std::max<std::size_t>(end, tensor.offset + tensor.bytes.size());
  for (std::size_t size = 0; size < end; size += std::max<std::size_t>(1, end / 1000))
    EXPECT_NE(outcome(File(original.begin(), original.begin() + static_cast<std::ptrdiff_t>(size))), "")
        << size;
  EXPECT_NE(outcome(File(original.begin(), original.begin() + static_cast<std::ptrdiff_t>(end - 1))), "");
}

TEST_P(Mutants, WeightsThatAreNoNumbers) {
  const File original = read(GetParam());
  const auto gguf = sw::Gguf::parse(original, "original");
  for (const sw::GgufTensor& tensor : gguf->tensors()) {
    File file = original;  // NaN in every plain format, and as a scale
    std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(tensor.offset), tensor.bytes.size(),
                std::byte{0xff});
    EXPECT_EQ(outcome(file), "") << tensor.name;
  }
}

/// The names of the file's keys that begin with the architecture's.
std::vector<std::string> hyperparameters(const File& file) {
  const auto gguf = sw::Gguf::parse(file, "original");
  const std::string prefix = std::string(*gguf->text("general.architecture")) + ".";
  const std::string_view text(reinterpret_cast<const char*>(file.data()), gguf->tensors()[0].offset);
  std::vector<std::string> keys;
  for (std::size_t at = 0; (at = text.find(prefix, at)) != std::string_view::npos; ++at) {
    std::uint64_t length = 0;
    std::memcpy(&length, &file[at - sizeof length], sizeof length);
    if (length < 100 && gguf->find(text.substr(at, length)) != nullptr)
      keys.emplace_back(text.substr(at, length));
  }
  return keys;
}

TEST_P(Mutants, AbsurdHyperparameters) {
  const File original = read(GetParam());
  const auto keys = hyperparameters(original);
  ASSERT_GT(keys.size(), 6u);
  constexpr std::uint32_t kNasty[] = {0,          1,
                                      2,          3,
                                      7,          255,
                                      256,        4096,
                                      65535,      65536,
                                      1u << 24,   (1u << 24) + 1,
                                      0x7fffffff, 0x80000000,
                                      0xffffffff, 0x7f800000 /* inf */,
                                      0xff800000, 0x7fc00000 /* NaN */,
                                      0x7f7fffff, 0x00000001,
                                      0xbf800000};
  int answered = 0;
  for (const std::string& key : keys) {
    const std::size_t value = end_of_text(original, key) + sizeof(std::uint32_t);
    for (const std::uint32_t nasty : kNasty) {
      File file = original;
      put(file, value, nasty);
      answered += outcome(file).empty();
    }
    File without = original;
    without[value - sizeof(std::uint32_t) - 1] = std::byte{'!'};
    answered += outcome(without).empty();
  }
  EXPECT_GT(answered, 0);
}

TEST_P(Mutants, AnyBytesOfTheHead) {
  const File original = read(GetParam());
  const std::size_t head = sw::Gguf::parse(original, "original")->tensors()[0].offset + 64;
  std::mt19937_64 random(4);
  File file = original;
  for (int i = 0; i < kByteMutants; ++i) {
    std::memcpy(file.data(), original.data(), head);
    for (std::uint64_t places = 1 + random() % 3; places > 0; --places) {
      const std::size_t at = random() % head;
      if (random() % 2 == 0) {
        file[at] ^= static_cast<std::byte>(1u << random() % 8);
      } else {
        constexpr std::uint32_t kOdd[] = {0, 1, 0x7fffffff, 0xffffffff, 0x7fc00000};
        put(file, at, kOdd[random() % std::size(kOdd)]);
      }
    }
    outcome(file);
  }
}

INSTANTIATE_TEST_SUITE_P(Architectures, Mutants,
                         testing::Values("llama-q8_0", "gpt2-q8_0", "qwen2-q5_0", "qwen3-q8_0",
                                         "gemma3-pattern-f32", "mixtral-q5_0", "qwen3moe-q4_0",
                                         "gpt-oss-odd-mxfp4"),
                         [](const auto& parameters) {
                           std::string name = parameters.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace areia::tests
