// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Places the controllers, and walks an address range channel by channel.
#include "sim/dram/dram_channels.h"

#include <algorithm>
#include <bit>

namespace areia::sim {

DramChannels::DramChannels(const ChipDescription& chip)
    : interleave_bits_(static_cast<unsigned>(std::countr_zero(chip.dram.interleave_bytes))),
      channel_bits_(std::has_single_bit(chip.dram.channels)
                        ? static_cast<unsigned>(std::countr_zero(chip.dram.channels))
                        : 0) {
  const std::uint32_t channels = chip.dram.channels;
  const std::uint32_t on_an_edge = (channels + 1) / 2;
  for (std::uint32_t channel = 0; channel < channels; ++channel) {
    const bool east = channel % 2 == 1;
    controllers_.push_back({east ? chip.mesh.columns - 1 : 0, channel / 2 * chip.mesh.rows / on_an_edge});
  }
}

std::uint64_t DramChannels::hop_bytes(Position tile, std::uint64_t offset, std::uint64_t bytes) const {
  const auto links = [&](std::size_t index) {
    return Mesh::hops(tile, controllers_[index]) + std::uint64_t{1};
  };
  const std::uint64_t interleave = std::uint64_t{1} << interleave_bits_;
  const std::uint64_t round = interleave * controllers_.size();
  std::uint64_t sum = 0;
  const auto walk = [&](std::uint64_t until) {
    while (offset < until) {
      const std::uint64_t piece = std::min(until - offset, interleave - (offset & (interleave - 1)));
      sum += piece * links(channel(offset));
      offset += piece;
    }
  };
  const std::uint64_t end = offset + bytes, first_round = (offset + round - 1) / round * round;
  if (first_round + round <= end) {
    walk(first_round);
    const std::uint64_t rounds = (end - offset) / round;  // each touches every channel once
    for (std::size_t index = 0; index < controllers_.size(); ++index)
      sum += rounds * interleave * links(index);
    offset += rounds * round;
  }
  walk(end);
  return sum;
}

}  // namespace areia::sim
