// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// GgufBuilder: a Gguf that no file has: other containers of models are read into it, under GGUF's names.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sw/formats/gguf.h"

namespace areia::sw {

class GgufBuilder {
 public:
  /// `origin` names the model in errors. `files` stay mapped as long as the result.
  GgufBuilder(std::string origin, std::vector<std::shared_ptr<const MappedFile>> files);

  // Metadata; a later value of a key replaces an earlier one.
  void set(std::string_view key, std::uint64_t value);
  void set(std::string_view key, double value);
  void set(std::string_view key, bool value);
  void set(std::string_view key, std::string_view value);
  void set(std::string_view key, const std::vector<std::string>& values);
  void set(std::string_view key, const std::vector<float>& values);
  void set(std::string_view key, const std::vector<std::int32_t>& values);
  void set(std::string_view key, const std::vector<bool>& values);
  /// An array of bytes.
  void set_bytes(std::string_view key, std::vector<std::byte> values);
  bool has(std::string_view key) const;

  /// A tensor [rows][columns] of a GGUF type. The bytes are those of a mapped file, or `keep` owns them.
  void add(std::string_view name, num::Format format, std::uint64_t rows, std::uint64_t columns,
           std::span<const std::byte> bytes);
  void add(std::string_view name, num::Format format, std::uint64_t rows, std::uint64_t columns,
           std::shared_ptr<const TensorSource> source);
  /// A vector, or rows of them, of fp32, which the result owns.
  void add(std::string_view name, std::uint64_t rows, const std::vector<float>& values);

  Gguf finish();

 private:
  std::string_view keep(std::string_view text);
  std::span<const std::byte> keep(std::vector<std::byte> bytes);
  GgufTensor& append(std::string_view name, num::Format format, std::uint64_t rows, std::uint64_t columns);
  void set_numbers(std::string_view key, GgufValueType type, std::uint64_t count,
                   std::vector<std::byte> bytes);

  Gguf gguf_;
  std::shared_ptr<GgufStorage> storage_;
};

}  // namespace areia::sw
