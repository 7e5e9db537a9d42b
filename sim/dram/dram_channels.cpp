// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Places the controllers, and walks an address range channel by channel.
#include "sim/dram/dram_channels.h"

namespace areia::sim {

DramChannels::DramChannels(const ChipDescription& chip) : interleave_(chip.dram.interleave_bytes) {
  const std::uint32_t channels = chip.dram.channels;
  const std::uint32_t on_an_edge = (channels + 1) / 2;
  for (std::uint32_t channel = 0; channel < channels; ++channel) {
    const bool east = channel % 2 == 1;
    controllers_.push_back({east ? chip.mesh.columns - 1 : 0, channel / 2 * chip.mesh.rows / on_an_edge});
  }
}

std::uint64_t DramChannels::hop_bytes(Position tile, std::uint64_t offset, std::uint64_t bytes) const {
  const auto links = [&](std::uint32_t index) {
    return Mesh::hops(tile, controllers_[index]) + std::uint64_t{1};
  };
  const std::uint64_t round = interleave_ * controllers_.size();
  std::uint64_t sum = 0;
  if (const std::uint64_t rounds = bytes / round; rounds != 0) {
    for (std::uint32_t index = 0; index < controllers_.size(); ++index)
      sum += rounds * interleave_ * links(index);
    bytes -= rounds * round;  // whole rounds touch every channel alike, wherever they begin
  }
  while (bytes != 0) {
    const std::uint64_t piece = std::min(bytes, interleave_ - offset % interleave_);
    sum += piece * links(channel(offset));
    offset += piece;
    bytes -= piece;
  }
  return sum;
}

}  // namespace areia::sim
