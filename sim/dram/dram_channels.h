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
    // Skewed: rows whose stride is a multiple of all channels' units do not begin in the same channel.
    const std::uint64_t unit = offset >> interleave_bits_, channels = controllers_.size();
    return static_cast<std::uint32_t>((unit + unit / channels) % channels);
  }
  /// The router that the controller of a channel is attached to (by one more link).
  Position controller(std::uint32_t channel) const { return controllers_[channel]; }

  /// Sum over the bytes at `offset` of the links between the router at `tile` and each byte's controller.
  std::uint64_t hop_bytes(Position tile, std::uint64_t offset, std::uint64_t bytes) const;

 private:
  unsigned interleave_bits_;  ///< log2 of the bytes that go to one channel
  std::vector<Position> controllers_;
};

}  // namespace areia::sim
