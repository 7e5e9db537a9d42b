// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Bytes of a tensor that do not lie in one piece in a file: made slice by slice when they are asked for, so
// that a model is never in memory twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

namespace areia::sw {

class TensorSource {
 public:
  virtual ~TensorSource() = default;
  /// Fills `out` with the tensor's bytes from `offset` on; all of them exist.
  virtual void read(std::uint64_t offset, std::span<std::byte> out) const = 0;
};

/// What another source makes from an offset on.
class PartOfSource : public TensorSource {
 public:
  PartOfSource(std::shared_ptr<const TensorSource> whole, std::uint64_t begin)
      : whole_(std::move(whole)), begin_(begin) {}
  void read(std::uint64_t offset, std::span<std::byte> out) const override {
    whole_->read(begin_ + offset, out);
  }

 private:
  std::shared_ptr<const TensorSource> whole_;
  std::uint64_t begin_;
};

}  // namespace areia::sw
