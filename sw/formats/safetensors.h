// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Safetensors: files of named tensors (github.com/huggingface/safetensors, "Format"): the header's length in
// 8 bytes, the header in JSON, the tensors' bytes. Mapped, not copied; every name, shape and offset is
// checked.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "sw/formats/mapped_file.h"

namespace areia::sw {

/// What a tensor is made of; the types that models' files have and the chip can use.
enum class SafeType : std::uint8_t { kF32, kF16, kBf16, kU8, kOther };

struct SafeTensor {
  SafeType type = SafeType::kOther;
  std::vector<std::uint64_t> shape;  ///< the contiguous dimension last
  std::span<const std::byte> bytes;

  /// Elements of the last dimension, and how many such rows there are.
  std::uint64_t columns() const { return shape.empty() ? 1 : shape.back(); }
  std::uint64_t rows() const;
  /// Bytes of an element; 0 for kOther.
  std::uint32_t element_bytes() const;
};

/// The tensors of one file or of all files of a sharded model.
class SafeTensors {
 public:
  /// Adds a file's tensors. Fails (kBadInput) where it is no safetensors file, or repeats a name.
  Result<void> add(const std::filesystem::path& path);
  /// Adds the tensors of a file's bytes, which the caller keeps alive.
  Result<void> add(std::span<const std::byte> bytes, const std::string& origin);

  const SafeTensor* find(const std::string& name) const;
  const std::map<std::string, SafeTensor>& all() const { return tensors_; }
  const std::vector<std::shared_ptr<const MappedFile>>& files() const { return files_; }

 private:
  std::map<std::string, SafeTensor> tensors_;
  std::vector<std::shared_ptr<const MappedFile>> files_;
};

}  // namespace areia::sw
