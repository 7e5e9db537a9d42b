// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// GgufWriter: makes a GGUF v3 file in memory. Tests write their own small models with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spec/num/format.h"

namespace areia::sw {

class GgufWriter {
 public:
  void add_uint32(std::string_view key, std::uint32_t value);
  void add_float32(std::string_view key, float value);
  void add_bool(std::string_view key, bool value);
  void add_text(std::string_view key, std::string_view value);
  void add_texts(std::string_view key, std::span<const std::string> values);
  void add_floats(std::string_view key, std::span<const float> values);
  void add_integers(std::string_view key, std::span<const std::int32_t> values);
  void add_bytes(std::string_view key, std::span<const std::byte> values);

  /// Adds a matrix of rows x columns (or, with rows = 0, a vector of `columns`). `bytes` are its rows in
  /// the format, one after the other.
  void add_tensor(std::string_view name, num::Format format, std::uint64_t rows, std::uint64_t columns,
                  std::span<const std::byte> bytes);

  /// The whole file.
  std::vector<std::byte> finish() const;

 private:
  void begin_value(std::string_view key, std::uint32_t type);

  std::vector<std::byte> metadata_, table_, data_;
  std::uint64_t metadata_count_ = 0, tensor_count_ = 0;
};

}  // namespace areia::sw
