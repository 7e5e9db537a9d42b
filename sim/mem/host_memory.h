// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Host memory behind a chip's memory: reserved in one piece, committed page by page as it is touched.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace areia::sim {

/// Makes bytes of a HostMemory zero; whole pages of a long range go back to the host instead of being
/// committed.
void make_zero(std::uint8_t* first, std::uint64_t bytes);

/// The pages that the host is asked to commit.
enum class HostPages : std::uint8_t { kSmall, kLarge };

/// A zero-filled mapping that never moves. Reserving more than the host has works; touching more does not,
/// and is then the host kernel's to end.
class HostMemory {
 public:
  /// Fails with kWorkFailed, naming `what` ("64 GiB of DRAM"), where the host's address space or limits
  /// refuse.
  static Result<HostMemory> reserve(std::uint64_t bytes, std::string_view what,
                                    HostPages pages = HostPages::kSmall);
  ~HostMemory();
  HostMemory(HostMemory&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  HostMemory& operator=(HostMemory&&) = delete;

  std::uint8_t* data() const { return data_; }
  std::uint64_t bytes() const { return bytes_; }

  void clear() { make_zero(data_, bytes_); }

 private:
  HostMemory(std::uint8_t* data, std::uint64_t bytes) : data_(data), bytes_(bytes) {}

  std::uint8_t* data_ = nullptr;
  std::uint64_t bytes_ = 0;
};

}  // namespace areia::sim
