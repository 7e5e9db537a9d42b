// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Bytes of a tensor that do not lie in one piece in a file: made slice by slice when they are asked for, so
// that a model is never in memory twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace areia::sw {

class TensorSource {
 public:
  virtual ~TensorSource() = default;
  /// Fills `out` with the tensor's bytes from `offset` on; all of them exist.
  virtual void read(std::uint64_t offset, std::span<std::byte> out) const = 0;
};

}  // namespace areia::sw
