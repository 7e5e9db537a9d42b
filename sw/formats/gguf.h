// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Gguf: a model file of the GGUF container (versions 2 and 3, little-endian), opened by mmap.
// Nothing is copied but names; tensors and strings are views of the file's bytes. Every count, length,
// offset and shape of the file is checked before use: a truncated or hostile file gives an Error.
// Layout: github.com/ggml-org/ggml (docs/gguf.md)
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/result.h"
#include "spec/num/format.h"
#include "sw/formats/ggml_type.h"
#include "sw/formats/mapped_file.h"
#include "sw/graph/tensor_source.h"

namespace areia::sw {

/// Codes of metadata values, as the file has them.
enum class GgufValueType : std::uint32_t {
  kUint8 = 0,
  kInt8,
  kUint16,
  kInt16,
  kUint32,
  kInt32,
  kFloat32,
  kBool,
  kString,
  kArray,
  kUint64,
  kInt64,
  kFloat64,
  kCount,
};

/// An array of numbers, booleans or strings. Arrays of arrays are checked and skipped: elements stay empty.
struct GgufArray {
  GgufValueType element = GgufValueType::kUint8;
  std::uint64_t count = 0;
  std::span<const std::byte> numbers;     ///< little-endian elements, where they are numbers or booleans
  std::vector<std::string_view> strings;  ///< elements, where they are strings
};

/// A metadata value; integers of every width are widened.
using GgufValue = std::variant<std::uint64_t, std::int64_t, double, bool, std::string_view, GgufArray>;

struct GgufTensor {
  std::string_view name;
  const GgmlType* type = nullptr;
  std::vector<std::uint64_t> dimensions;  ///< GGUF's order: the contiguous one first; 1 to 4 of them
  std::uint64_t offset = 0;               ///< of its first byte in the file
  std::span<const std::byte> bytes;
  std::shared_ptr<const TensorSource> source;  ///< makes the bytes where no file has them; `bytes` is empty

  std::uint64_t columns() const { return dimensions[0]; }
  std::uint64_t rows() const;
};

/// What a Gguf that was built owns and views.
struct GgufStorage {
  std::deque<std::string> texts;
  std::deque<std::vector<std::byte>> bytes;
};

class Gguf {
 public:
  /// Maps and parses a file.
  static Result<Gguf> open(const std::filesystem::path& path);
  /// Parses bytes that the caller keeps alive. `origin` names them in errors.
  static Result<Gguf> parse(std::span<const std::byte> bytes, std::string origin);

  const std::string& origin() const { return origin_; }
  std::uint32_t version() const { return version_; }
  const std::vector<GgufTensor>& tensors() const { return tensors_; }
  const GgufTensor* find_tensor(std::string_view name) const;
  /// Lets go of the memory of a tensor's bytes that are not needed soon; they are read again when touched.
  void release(std::span<const std::byte> bytes) const {
    for (const auto& file : files_) file->release(bytes);
  }
  /// The value of a key, or nullptr.
  const GgufValue* find(std::string_view key) const;

  // Typed access. A missing key is an error, unless a default is given; a value of another type is always
  // an error, and so is a number outside [minimum, maximum].
  Result<std::uint64_t> unsigned_integer(std::string_view key, std::uint64_t minimum, std::uint64_t maximum,
                                         std::optional<std::uint64_t> missing = {}) const;
  Result<double> number(std::string_view key, double minimum, double maximum,
                        std::optional<double> missing = {}) const;
  Result<bool> boolean(std::string_view key, std::optional<bool> missing = {}) const;
  Result<std::string_view> text(std::string_view key, std::optional<std::string_view> missing = {}) const;
  Result<std::span<const std::string_view>> texts(std::string_view key) const;
  /// An array of fp32, or of (u)int32, copied out.
  Result<std::vector<float>> floats(std::string_view key) const;
  Result<std::vector<std::int32_t>> integers(std::string_view key) const;

 private:
  friend class GgufParser;
  friend class GgufBuilder;
  Gguf() = default;
  Error wrong(std::string_view key, std::string_view what) const;
  const GgufArray* find_array(std::string_view key) const;

  std::string origin_;
  std::vector<std::shared_ptr<const MappedFile>> files_;
  std::shared_ptr<const GgufStorage> storage_;
  std::uint32_t version_ = 0;
  std::unordered_map<std::string_view, GgufValue> metadata_;
  std::vector<GgufTensor> tensors_;
  std::unordered_map<std::string_view, std::size_t> tensor_index_;
};

}  // namespace areia::sw
