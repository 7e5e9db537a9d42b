// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// MappedFile: a file's bytes, read-only, paged in by the host when they are touched.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "base/result.h"

namespace areia::sw {

/// Owns one mapping; movable, not copyable. The bytes stay at their address when the object moves.
class MappedFile {
 public:
  /// Maps the whole of a regular file. Fails (kBadInput) where there is none, or it cannot be read.
  static Result<MappedFile> open(const std::filesystem::path& path);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return bytes_; }

  /// Lets go of the memory of whole pages in `part`, where it is of this file; they are read again when
  /// touched.
  void release(std::span<const std::byte> part) const;

 private:
  explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}
  std::span<const std::byte> bytes_;
};

}  // namespace areia::sw
