// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The network's closed forms: messages to the cycle, and how much goes through a link, the middle of the
// mesh, one tile, the port of a scratchpad.
#include <fmt/format.h>

#include <algorithm>

#include "bench/chip/measure.h"

namespace areia::bench {
namespace {

/// A message's way through the network: in, over the links, a cycle of its own, out.
double message_cycles(const ChipDescription& chip, double hops) {
  return 2.0 * chip.noc.interface_cycles + hops * chip.noc.hop_cycles + 1;
}

double hops_to(const ChipDescription& chip, std::uint64_t tile) {
  return static_cast<double>(tile % chip.mesh.columns + tile / chip.mesh.columns);
}

/// Each way is the message's and the cycle in which sem.wait issues before sem.post does; the clock is read a
/// cycle before the first post.
Measurement ping_pong(const ChipDescription& chip, const std::string& name, std::uint64_t partner) {
  constexpr std::uint64_t kRounds = 16;
  return cycles_of(name, "network", {kPingPong, {kRounds, partner}},
                   2 * kRounds * (message_cycles(chip, hops_to(chip, partner)) + 1) + 1);
}

Measurement copies(const std::string& name, NetworkMode mode, std::uint64_t senders, double bound,
                   double least, std::uint64_t partner = 0) {
  constexpr std::uint64_t kBytes = 1 << 20;
  return rate_of(name, "network", "B/cycle", {mode, {kBytes, partner}}, static_cast<double>(kBytes * senders),
                 bound, least);
}

void add_pairs(const ChipDescription& chip, std::vector<Measurement>& all) {
  const std::uint64_t corner = chip.tile_count() - 1;
  const std::uint64_t neighbour = 1;
  const double link = std::min(chip.noc.link_bytes, chip.scratchpad.network_bytes);
  all.push_back(ping_pong(chip, "16 rounds of posts, to the next tile and back", neighbour));
  if (corner != neighbour)
    all.push_back(ping_pong(chip, "16 rounds of posts, from corner to corner and back", corner));
  all.push_back(copies("writes to the next tile", kNeighbour, 1, link, 0.98, neighbour));
}

void add_many(const ChipDescription& chip, std::vector<Measurement>& all) {
  const double port = chip.scratchpad.network_bytes, link = chip.noc.link_bytes;
  const std::uint64_t tiles = chip.tile_count(), columns = chip.mesh.columns, rows = chip.mesh.rows;
  if (columns > 1) {
    // Every byte crosses the middle; and a tile's port reads and writes as much.
    const double middle = 2.0 * static_cast<double>(rows) * link;
    const std::uint64_t senders = tiles - columns % 2 * rows;
    all.push_back(copies("writes to the mirrored column", kMirror, senders,
                         std::min(middle, static_cast<double>(senders) * port / 2), 0.95));
  }
  all.push_back(copies("writes of all to tile 0", kHotSpot, tiles - 1, std::min(link, port), 0.98));
  // The sender's own port reads each byte, and writes it.
  all.push_back(copies("multicast to all, bytes sent", kMulticast, 1, std::min(link, port / 2), 0.95));
}

/// Two messages, each started by a descriptor, to the farthest tile and back, with nothing in their way. The
/// harts' instructions, and messages that meet before tile 0, come on top.
Measurement barrier(const ChipDescription& chip) {
  constexpr std::uint64_t kBarriers = 16;
  const double one_way =
      message_cycles(chip, hops_to(chip, chip.tile_count() - 1)) + chip.dma.descriptor_cycles;
  return cycles_of(fmt::format("16 barriers of {} tiles", chip.tile_count()), "network",
                   {kBarrier, {kBarriers}}, kBarriers * 2 * one_way, 1.3);
}

}  // namespace

std::vector<Measurement> network_measurements(const ChipDescription& chip) {
  std::vector<Measurement> all;
  // The port reads each byte and writes it.
  all.push_back(
      copies("DMA within the scratchpad", kLocalCopy, 1, chip.scratchpad.network_bytes / 2.0, 0.98));
  // The clock, the post and the wait each issue in a cycle of their own.
  all.push_back(cycles_of("a post to itself, waited for", "network", {kPostToItself, {}}, 3));
  if (chip.tile_count() == 1) return all;
  add_pairs(chip, all);
  add_many(chip, all);
  all.push_back(barrier(chip));
  return all;
}

}  // namespace areia::bench
