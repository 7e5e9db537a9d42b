// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Channels of addresses, controllers at the edges, and hops against a byte-by-byte count.
#include "sim/dram/dram_channels.h"

#include <gtest/gtest.h>

#include <set>

namespace areia::sim {
namespace {

ChipDescription small_chip(std::uint32_t channels) {
  ChipDescription chip;
  chip.mesh.columns = 5;
  chip.mesh.rows = 3;
  chip.dram.channels = channels;
  chip.dram.interleave_bytes = 64;
  return chip;
}

TEST(DramChannelsTest, AddressesInterleave) {
  const DramChannels channels(small_chip(3));
  EXPECT_EQ(channels.channel(0), 0u);
  EXPECT_EQ(channels.channel(63), 0u);
  EXPECT_EQ(channels.channel(64), 1u);
  EXPECT_EQ(channels.channel(128), 2u);
  EXPECT_EQ(channels.channel(192), 1u);  // the next round begins one channel further
  EXPECT_EQ(channels.channel(320), 0u);
}

TEST(DramChannelsTest, EveryRunOfAlignedUnitsVisitsEveryChannelOnce) {
  for (const std::uint32_t count : {2u, 3u, 4u, 7u, 16u}) {
    const DramChannels channels(small_chip(count));
    for (const std::uint64_t first : {0ull, 5ull, 64ull, 1000ull, 123456ull}) {
      std::set<std::uint32_t> seen;
      for (std::uint64_t i = 0; i < count; ++i) seen.insert(channels.channel((first * count + i) * 64));
      EXPECT_EQ(seen.size(), count) << count << ' ' << first;
    }
  }
}

TEST(DramChannelsTest, RowsAPowerOfTheChannelsApartBeginInDifferentChannels) {
  for (const std::uint32_t count : {3u, 4u, 16u}) {
    const DramChannels channels(small_chip(count));
    for (std::uint64_t stride = 64 * count; stride < (1u << 24); stride *= count) {
      std::set<std::uint32_t> seen;
      for (std::uint64_t row = 0; row < count; ++row) seen.insert(channels.channel(row * stride));
      EXPECT_EQ(seen.size(), count) << count << ' ' << stride;
    }
  }
}

TEST(DramChannelsTest, ControllersSitAtTheEdges) {
  const DramChannels channels(small_chip(6));
  for (std::uint32_t channel = 0; channel < 6; ++channel) {
    EXPECT_EQ(channels.controller(channel).column, channel % 2 == 0 ? 0u : 4u);
    EXPECT_EQ(channels.controller(channel).row, channel / 2);
  }
}

TEST(DramChannelsTest, HopBytesEqualTheCountByteByByte) {
  for (const std::uint32_t count : {1u, 2u, 7u, 16u}) {
    const DramChannels channels(small_chip(count));
    const Position tile{2, 1};
    for (const std::uint64_t offset : {0ull, 1ull, 63ull, 700ull}) {
      for (const std::uint64_t bytes : {0ull, 1ull, 64ull, 65ull, 3000ull}) {
        std::uint64_t expected = 0;
        for (std::uint64_t i = offset; i < offset + bytes; ++i) {
          expected += Mesh::hops(tile, channels.controller(channels.channel(i))) + 1;
        }
        EXPECT_EQ(channels.hop_bytes(tile, offset, bytes), expected)
            << count << ' ' << offset << ' ' << bytes;
      }
    }
  }
}

TEST(MeshTest, MulticastTreeHasARowAndItsColumns) {
  EXPECT_EQ(Mesh::hops({0, 0}, {3, 2}), 5u);
  EXPECT_EQ(Mesh::multicast_links({1, 1}, {{1, 1}, {1, 1}}), 0u);  // to itself
  EXPECT_EQ(Mesh::multicast_links({0, 0}, {{0, 0}, {2, 2}}), 2u + 3 * 2u);
  EXPECT_EQ(Mesh::multicast_links({0, 0}, {{2, 1}, {3, 2}}), 3u + 2 * 2u);
  EXPECT_EQ(Mesh::multicast_links({1, 1}, {{0, 0}, {2, 2}}), 2u + 3 * 2u);
}

}  // namespace
}  // namespace areia::sim
