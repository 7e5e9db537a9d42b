// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Heads move by events, a link at a time; a link is a cycle from which on it is free.
#include "sim/noc/network.h"

#include <algorithm>
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
      links_(std::size_t{plane_links_} * 2) {
  for (std::uint32_t tile = 0; tile < chip.tile_count(); ++tile) positions_.push_back(mesh_.position(tile));
  next_[kEast] = 1 << kRouterShift;
  next_[kSouth] = static_cast<std::int32_t>(mesh_.columns() << kRouterShift);
  next_[kWest] = -next_[kEast];
  next_[kNorth] = -next_[kSouth];
  reset();
}

void Network::reset() {
  for (Link& link : links_) link.free = events_.now();
  packets_.clear();
  areas_.clear();
  unused_.clear();
}

std::vector<std::uint64_t> Network::link_bytes() const {
  std::vector<std::uint64_t> bytes;
  for (std::uint32_t tile = 0; tile < positions_.size(); ++tile) {
    for (std::uint32_t direction = 0; direction < kDirections; ++direction)
      bytes.push_back(links_[links_of(Plane::kData) + tile * kRouterLinks + direction].bytes);
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

std::uint32_t Network::add(Plane plane, std::uint32_t bytes, std::uint64_t tag) {
  if (unused_.empty()) {
    unused_.push_back(static_cast<std::uint32_t>(packets_.size()));
    packets_.emplace_back();
    areas_.emplace_back();
  }
  const std::uint32_t index = unused_.back();
  unused_.pop_back();
  Packet& packet = packets_[index];
  packet.tag = tag;
  packet.to = Node::tile(0);
  packet.receivers = 1;
  packet.data_bytes = plane == Plane::kData ? bytes : 0;
  packet.cycles = std::max(1u, (packet.data_bytes + noc_.link_bytes - 1) / noc_.link_bytes);
  return index;
}

/// The leg from a router to its tile.
Network::Leg Network::way_out(const Packet& packet, std::int32_t plane) const {
  return {plane + static_cast<std::int32_t>(kToTile), 0, packet.cycles + noc_.interface_cycles};
}

std::uint32_t Network::send(Plane plane, Node from, Node to, std::uint32_t bytes, std::uint64_t tag,
                            Cycle cycle) {
  const std::uint32_t index = add(plane, bytes, tag);
  Packet& packet = packets_[index];
  packet.to = to;
  const Position begin = router(from), end = router(to);
  const auto base = static_cast<std::int32_t>(links_of(plane));
  const Direction along_row = begin.column < end.column ? kEast : kWest;
  const Direction along_column = begin.row < end.row ? kSouth : kNorth;
  Stop first = distance(begin.column, end.column), second = distance(begin.row, end.row);
  const auto links = static_cast<std::uint32_t>(first + second) + (from.is_controller() ? 1 : 0) +
                     (to.is_controller() ? 1 : 0);
  packet.legs[0] = {base + along_row, next_[along_row], noc_.hop_cycles};
  packet.legs[1] = {base + along_column, next_[along_column], noc_.hop_cycles};
  if (to.is_controller()) {
    std::swap(packet.legs[0], packet.legs[1]);
    std::swap(first, second);
  }
  packet.legs[0].change -= 1 << kFirstShift;
  packet.legs[1].change -= 1 << kSecondShift;
  packet.legs[2] = way_out(packet, base);
  if (to.is_controller()) {
    packet.legs[2].link =
        base + static_cast<std::int32_t>(to_controller(to.channel()) - mesh_.tile(end) * kRouterLinks);
    packet.legs[2].wait += noc_.hop_cycles;
  }
  inject(Stop{index} << kPacketShift | first << kFirstShift | second << kSecondShift, plane, from, cycle);
  return links;
}

void Network::multicast(Plane plane, Node from, const Rectangle& area, std::uint32_t bytes, std::uint64_t tag,
                        Cycle cycle) {
  const std::uint32_t index = add(plane, bytes, tag);
  Packet& packet = packets_[index];
  packet.receivers = area.tiles();
  packet.legs[2] = way_out(packet, static_cast<std::int32_t>(links_of(plane)));
  areas_[index] = area;
  inject(Stop{index} << kPacketShift | static_cast<Stop>(Step::kTree), plane, from, cycle);
}

void Network::inject(Stop stop, Plane plane, Node from, Cycle cycle) {
  const std::uint32_t first = mesh_.tile(router(from));
  const std::uint32_t link =
      from.is_controller() ? from_controller(from.channel()) : first * kRouterLinks + kFromTile;
  const Cycle begin = take(links_of(plane) + link, packets_[packet_of(stop)], cycle);
  const Cycle wire = from.is_controller() ? noc_.hop_cycles : 0;
  events_.schedule(begin + wire + noc_.interface_cycles, *this, stop | Stop{first} << kRouterShift);
}

// --- From router to router, and out -----------------------------------------------------------------------

void Network::tree(Stop stop) {
  const Packet& packet = packets_[packet_of(stop)];
  const Position now = positions_[router_of(stop)];
  const Rectangle area = areas_[packet_of(stop)];
  const auto step = static_cast<Step>(stop & kStepMask);
  const auto forward = [&](Direction direction, Step next) {
    const std::int32_t change = static_cast<std::int32_t>(next) - static_cast<std::int32_t>(step);
    const std::int32_t plane = packet.legs[2].link - static_cast<std::int32_t>(kToTile);
    pass(stop, packet, {plane + direction, next_[direction] + change, noc_.hop_cycles}, *this);
  };
  const bool on_row = step == Step::kTree || step == Step::kTreeEast || step == Step::kTreeWest;
  if ((step == Step::kTree || step == Step::kTreeEast) && now.column < area.last.column)
    forward(kEast, Step::kTreeEast);
  if ((step == Step::kTree || step == Step::kTreeWest) && now.column > area.first.column)
    forward(kWest, Step::kTreeWest);
  if (now.column < area.first.column || now.column > area.last.column) return;
  if ((on_row || step == Step::kTreeSouth) && now.row < area.last.row) forward(kSouth, Step::kTreeSouth);
  if ((on_row || step == Step::kTreeNorth) && now.row > area.first.row) forward(kNorth, Step::kTreeNorth);
  if (now.row < area.first.row || now.row > area.last.row) return;
  pass(stop, packet, packet.legs[2], arrivals_);
}

void Network::deliver(Stop stop) {
  Packet& packet = packets_[packet_of(stop)];
  const std::uint64_t tag = packet.tag;
  const Node at = packet.to.is_controller() ? packet.to : Node::tile(router_of(stop));
  if (--packet.receivers == 0) unused_.push_back(packet_of(stop));
  client_.delivered(at, tag);
}

}  // namespace areia::sim
