// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
#include "sw/formats/gguf.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>

#include "sw/formats/gguf_writer.h"

namespace areia::sw {
namespace {

const std::filesystem::path kModels = AREIA_SOURCE_DIR "/../shared/models";

std::span<const std::byte> bytes_of(const std::vector<float>& values) {
  return std::as_bytes(std::span(values));
}

/// A file with one of everything.
GgufWriter sample() {
  GgufWriter writer;
  writer.add_text("general.architecture", "llama");
  writer.add_uint32("count", 7);
  writer.add_float32("epsilon", 0.5f);
  writer.add_bool("flag", true);
  const std::vector<std::string> words = {"a", "", "bc"};
  writer.add_texts("words", words);
  const std::vector<float> floats = {1, 2, 3};
  writer.add_floats("floats", floats);
  const std::vector<std::int32_t> integers = {-1, 5};
  writer.add_integers("integers", integers);
  writer.add_tensor("matrix", num::Format::kFp32, 2, 3, bytes_of({1, 2, 3, 4, 5, 6}));
  writer.add_tensor("vector", num::Format::kFp32, 0, 4, bytes_of({7, 8, 9, 10}));
  return writer;
}

/// The error of parsing the sample file, whose first `find` is replaced by `replace` (as long).
std::string error_after(std::string_view find, std::string_view replace) {
  auto file = sample().finish();
  auto* text = reinterpret_cast<char*>(file.data());
  const auto at = std::string_view(text, file.size()).find(find);
  EXPECT_NE(at, std::string_view::npos);
  std::memcpy(text + at, replace.data(), replace.size());
  const auto parsed = Gguf::parse(file, "sample");
  return parsed ? "" : parsed.error().message;
}

template <typename T>
std::string raw(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof(T)};
}

TEST(Gguf, ReadsWhatTheWriterWrote) {
  const auto file = sample().finish();
  const auto gguf = Gguf::parse(file, "sample");
  ASSERT_TRUE(gguf) << gguf.error().message;
  EXPECT_EQ(*gguf->text("general.architecture"), "llama");
  EXPECT_EQ(*gguf->unsigned_integer("count", 0, 10), 7u);
  EXPECT_EQ(*gguf->number("epsilon", 0, 1), 0.5);
  EXPECT_TRUE(*gguf->boolean("flag"));
  EXPECT_EQ(gguf->texts("words")->size(), 3u);
  EXPECT_EQ((*gguf->texts("words"))[2], "bc");
  EXPECT_EQ(*gguf->floats("floats"), (std::vector<float>{1, 2, 3}));
  EXPECT_EQ(*gguf->integers("integers"), (std::vector<std::int32_t>{-1, 5}));
  const GgufTensor* matrix = gguf->find_tensor("matrix");
  ASSERT_NE(matrix, nullptr);
  EXPECT_EQ(matrix->rows(), 2u);
  EXPECT_EQ(matrix->columns(), 3u);
  float last = 0;
  std::memcpy(&last, matrix->bytes.data() + 5 * sizeof(float), sizeof(float));
  EXPECT_EQ(last, 6);
  EXPECT_EQ(gguf->find_tensor("vector")->rows(), 1u);
  EXPECT_EQ(gguf->find_tensor("other"), nullptr);
}

TEST(Gguf, TypedAccessNamesFileKeyAndWhatIsAllowed) {
  const auto file = sample().finish();
  const auto gguf = Gguf::parse(file, "sample");
  ASSERT_TRUE(gguf);
  EXPECT_EQ(gguf->unsigned_integer("count", 8, 9).error().message,
            "sample: metadata key 'count' is 7, allowed are 8 to 9");
  EXPECT_NE(gguf->unsigned_integer("absent", 0, 9).error().message.find("'absent' is missing"),
            std::string::npos);
  EXPECT_EQ(*gguf->unsigned_integer("absent", 0, 9, 3), 3u);
  EXPECT_FALSE(gguf->unsigned_integer("epsilon", 0, 9, 3));
  EXPECT_FALSE(gguf->texts("floats"));
  EXPECT_FALSE(gguf->floats("integers"));
}

TEST(Gguf, RefusesWhatIsNotGguf) {
  EXPECT_NE(error_after("GGUF", "ELF!").find("not a GGUF file"), std::string::npos);
  EXPECT_NE(error_after(raw(3u), raw(1u)).find("version 1"), std::string::npos);
  EXPECT_NE(error_after(raw(3u), raw(0x03000000u)).find("big-endian"), std::string::npos);
  EXPECT_NE(Gguf::open("/no/such/file").error().message.find("cannot open"), std::string::npos);
  EXPECT_NE(Gguf::open("/").error().message.find("not a regular file"), std::string::npos);
}

TEST(Gguf, RefusesLyingCountsAndShapes) {
  EXPECT_NE(
      error_after(raw(3u) + raw(std::uint64_t{2}), raw(3u) + raw(std::uint64_t{1} << 60)).find("cannot fit"),
      std::string::npos);
  const std::string shape = raw(2u) + raw(std::uint64_t{3}) + raw(std::uint64_t{2});
  EXPECT_NE(error_after(shape, raw(2u) + raw(std::uint64_t{3}) + raw(std::uint64_t{1} << 40))
                .find("impossible shape"),
            std::string::npos);
  EXPECT_NE(
      error_after(shape, raw(2u) + raw(std::uint64_t{0}) + raw(std::uint64_t{2})).find("impossible shape"),
      std::string::npos);
  EXPECT_NE(error_after(shape, raw(9u)).find("9 dimensions"), std::string::npos);
  EXPECT_NE(error_after(shape, raw(2u) + raw(std::uint64_t{3}) + raw(std::uint64_t{200})).find("truncated"),
            std::string::npos);
  EXPECT_NE(error_after(shape, raw(2u) + raw(std::uint64_t{3}) + raw(std::uint64_t{4})).find("overlap"),
            std::string::npos);
  EXPECT_NE(error_after(shape + raw(0u), shape + raw(8u)).find("multiple of 32"), std::string::npos);
  EXPECT_NE(error_after(shape + raw(0u), shape + raw(77u)).find("unknown type 77"), std::string::npos);
  EXPECT_NE(error_after("vector", "matrix").find("there twice"), std::string::npos);
}

TEST(Gguf, RefusesAbsurdAlignment) {
  for (const std::uint32_t alignment : {0u, 3u, 1u << 31}) {
    GgufWriter writer = sample();
    writer.add_uint32("general.alignment", alignment);
    const auto file = writer.finish();
    const auto gguf = Gguf::parse(file, "sample");
    ASSERT_FALSE(gguf);
    EXPECT_NE(gguf.error().message.find("power of two"), std::string::npos);
  }
}

TEST(Gguf, EveryTruncationIsAnError) {
  const auto file = sample().finish();
  for (std::size_t size = 0; size < file.size(); ++size) {
    EXPECT_FALSE(Gguf::parse(std::span(file).first(size), "sample")) << size;
  }
}

TEST(Gguf, ReadsARealModel) {
  const auto path = kModels / "stories260K-q4_0-mixed.gguf";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here";
  const auto gguf = Gguf::open(path);
  ASSERT_TRUE(gguf) << gguf.error().message;
  EXPECT_EQ(gguf->tensors().size(), 47u);
  EXPECT_EQ(gguf->find_tensor("blk.0.ffn_down.weight")->type->name, "F16");
  EXPECT_EQ(gguf->find_tensor("token_embd.weight")->type->name, "Q4_0");
  EXPECT_EQ(gguf->find_tensor("token_embd.weight")->rows(), 512u);
}

}  // namespace
}  // namespace areia::sw
