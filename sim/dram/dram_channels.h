// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Which DRAM channel an address belongs to, and where its controller sits at the edge of the mesh.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/noc/mesh.h"
#include "spec/chip/chip.h"

namespace areia::sim {

/// Channels alternate between the west and the east edge, and spread evenly over the rows of each.
class DramChannels {
 public:
  explicit DramChannels(const ChipDescription& chip);

  /// The channel of a DRAM address given as its offset from kDramBase.
  std::uint32_t channel(std::uint64_t offset) const {
    // The sum of the unit's digits to the base of the channels: rows do not begin in the same channel,
    // whatever power of the channels their stride is a multiple of.
    const std::uint64_t channels = controllers_.size();
    if (channels == 1) return 0;
    std::uint64_t unit = offset >> interleave_bits_, sum = unit;
    if (channel_bits_ != 0) {
      while ((unit >>= channel_bits_) != 0) sum += unit;
      return static_cast<std::uint32_t>(sum & (channels - 1));
    }
    while ((unit /= channels) != 0) sum += unit;
    return static_cast<std::uint32_t>(sum % channels);
  }
  /// Where a DRAM address lies in the bytes of its channel.
  std::uint64_t within_channel(std::uint64_t offset) const {
    const std::uint64_t unit = offset >> interleave_bits_;
    const std::uint64_t round = channel_bits_ != 0 ? unit >> channel_bits_ : unit / controllers_.size();
    return (round << interleave_bits_) + (offset & ((std::uint64_t{1} << interleave_bits_) - 1));
  }
  /// The router that the controller of a channel is attached to (by one more link).
  Position controller(std::uint32_t channel) const { return controllers_[channel]; }

  /// Sum over the bytes at `offset` of the links between the router at `tile` and each byte's controller.
  std::uint64_t hop_bytes(Position tile, std::uint64_t offset, std::uint64_t bytes) const;

 private:
  unsigned interleave_bits_;   ///< log2 of the bytes that go to one channel
  unsigned channel_bits_ = 0;  ///< log2 of the channels where they are a power of two, else 0
  std::vector<Position> controllers_;
};

}  // namespace areia::sim
