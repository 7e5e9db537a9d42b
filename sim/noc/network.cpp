// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Heads move by events, a link at a time; a link is a cycle from which on it is free.
#include "sim/noc/network.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace areia::sim {
namespace {

std::uint32_t distance(std::uint32_t a, std::uint32_t b) { return a > b ? a - b : b - a; }

}  // namespace

Network::Network(const ChipDescription& chip, std::vector<Position> controllers, EventQueue& events,
                 NetworkClient& client)
    : mesh_(chip.mesh.columns, chip.mesh.rows),
      noc_(chip.noc),
      controllers_(std::move(controllers)),
      events_(events),
      client_(client),
      mesh_links_(chip.tile_count() * kRouterLinks),
      plane_links_(mesh_links_ + static_cast<std::uint32_t>(controllers_.size()) * 2),
      hop_cycles_(chip.noc.hop_cycles),
      out_wait_{chip.noc.interface_cycles, Cycle{chip.noc.interface_cycles} + chip.noc.hop_cycles},
      links_(std::size_t{plane_links_} * 2) {
  for (std::uint32_t tile = 0; tile < chip.tile_count(); ++tile) positions_.push_back(mesh_.position(tile));
  next_[kEast] = Stop{1} << kRouterShift;
  next_[kSouth] = Stop{mesh_.columns()} << kRouterShift;
  next_[kWest] = -next_[kEast];
  next_[kNorth] = -next_[kSouth];
  events_.set_wide_target(*this);
  reset();
}

void Network::reset() {
  for (Link& link : links_) link.free = events_.now();
  trees_.clear();
  unused_.clear();
}

std::vector<std::uint64_t> Network::link_bytes() const {
  std::vector<std::uint64_t> bytes;
  for (std::uint32_t tile = 0; tile < positions_.size(); ++tile) {
    for (std::uint32_t direction = 0; direction < kDirections; ++direction)
      bytes.push_back(links_[plane_links_ + tile * kRouterLinks + direction].bytes);
  }
  return bytes;
}

Position Network::router(Node node) const {
  return node.is_controller() ? controllers_[node.channel()] : positions_[node.tile()];
}

std::uint32_t Network::hops(Node from, Node to) const {
  return Mesh::hops(router(from), router(to)) + (from.is_controller() ? 1 : 0) + (to.is_controller() ? 1 : 0);
}

// --- Into the network -------------------------------------------------------------------------------------

std::uint32_t Network::cycles_of(std::uint32_t data_bytes) const {
  return std::max(1u, (data_bytes + noc_.link_bytes - 1) / noc_.link_bytes);
}

std::uint32_t Network::send(Plane plane, Node from, Node to, std::uint32_t bytes, std::uint64_t tag,
                            Cycle cycle) {
  const Position begin = router(from), end = router(to);
  std::uint64_t first_direction = begin.column < end.column ? kEast : kWest;
  std::uint64_t second_direction = begin.row < end.row ? kSouth : kNorth;
  Stop first = distance(begin.column, end.column), second = distance(begin.row, end.row);
  Stop stop = 0;
  if (to.is_controller()) {
    std::swap(first_direction, second_direction);
    std::swap(first, second);
    stop = Stop{1} << kToControllerShift | Stop{to.channel()} << kChannelShift;
  }
  const std::uint32_t data_bytes = plane == Plane::kData ? bytes : 0, cycles = cycles_of(data_bytes);
  assert((plane == Plane::kData) == (data_bytes != 0) && data_bytes <= kMostBytes);
  stop |= first | second << kLegBits | Stop{cycles} << kCyclesShift | Stop{data_bytes} << kBytesShift |
          first_direction << kDirectionShift | second_direction << (kDirectionShift + kDirectionBits);
  inject(packet_of(Kind::kRoute, tag), stop, cycles, data_bytes, from, cycle);
  return static_cast<std::uint32_t>(first + second) + (from.is_controller() ? 1 : 0) +
         (to.is_controller() ? 1 : 0);
}

void Network::multicast(Plane plane, Node from, const Rectangle& area, std::uint32_t bytes, std::uint64_t tag,
                        Cycle cycle) {
  if (unused_.empty()) {
    unused_.push_back(static_cast<std::uint32_t>(trees_.size()));
    trees_.emplace_back();
  }
  const std::uint32_t index = unused_.back();
  unused_.pop_back();
  const std::uint32_t data_bytes = plane == Plane::kData ? bytes : 0, cycles = cycles_of(data_bytes);
  trees_[index] = {tag, area, area.tiles(), cycles, data_bytes};
  inject(packet_of(Kind::kTree, index), static_cast<Stop>(TreeStep::kBegin), cycles, data_bytes, from, cycle);
}

void Network::inject(std::uint64_t packet, Stop stop, std::uint32_t cycles, std::uint32_t bytes, Node from,
                     Cycle cycle) {
  const std::uint32_t first = mesh_.tile(router(from));
  const std::uint32_t link =
      from.is_controller() ? from_controller(from.channel()) : first * kRouterLinks + kFromTile;
  const Cycle begin = take(plane_of(bytes) + link, cycles, bytes, cycle);
  const Cycle wire = from.is_controller() ? hop_cycles_ : 0;
  events_.schedule_wide(begin + wire + noc_.interface_cycles, packet, stop | Stop{first} << kRouterShift);
}

// --- From router to router, and out -----------------------------------------------------------------------

void Network::tree(std::uint64_t packet, Stop stop) {
  const Tree& tree = trees_[packet >> kKindBits];
  const Position now = positions_[router_of(stop)];
  const Rectangle& area = tree.area;
  const auto step = static_cast<TreeStep>(stop & kLegMask);
  const auto pass = [&](std::uint32_t port) {
    const std::uint32_t link = plane_of(tree.bytes) + router_of(stop) * kRouterLinks + port;
    return take(link, tree.cycles, tree.bytes, events_.now());
  };
  const auto forward = [&](Direction direction, TreeStep next) {
    const Stop change = static_cast<Stop>(next) - static_cast<Stop>(step);
    events_.schedule_wide(pass(direction) + hop_cycles_, packet, stop + next_[direction] + change);
  };
  const bool on_row = step == TreeStep::kBegin || step == TreeStep::kEast || step == TreeStep::kWest;
  if ((step == TreeStep::kBegin || step == TreeStep::kEast) && now.column < area.last.column)
    forward(kEast, TreeStep::kEast);
  if ((step == TreeStep::kBegin || step == TreeStep::kWest) && now.column > area.first.column)
    forward(kWest, TreeStep::kWest);
  if (now.column < area.first.column || now.column > area.last.column) return;
  if ((on_row || step == TreeStep::kSouth) && now.row < area.last.row) forward(kSouth, TreeStep::kSouth);
  if ((on_row || step == TreeStep::kNorth) && now.row > area.first.row) forward(kNorth, TreeStep::kNorth);
  if (now.row < area.first.row || now.row > area.last.row) return;
  events_.schedule_wide(pass(kToTile) + tree.cycles + out_wait_[0],
                        packet_of(Kind::kTreeArrival, packet >> kKindBits), stop);
}

void Network::arrive(std::uint64_t packet, Stop stop) {
  std::uint64_t tag = packet >> kKindBits;
  if (static_cast<Kind>(packet & kKindMask) == Kind::kTreeArrival) {
    Tree& tree = trees_[tag];
    if (--tree.receivers == 0) unused_.push_back(static_cast<std::uint32_t>(tag));
    tag = tree.tag;
  }
  const bool to_controller = (stop >> kToControllerShift & 1) != 0;
  client_.delivered(to_controller ? Node::controller(channel_of(stop)) : Node::tile(router_of(stop)), tag);
}

}  // namespace areia::sim
