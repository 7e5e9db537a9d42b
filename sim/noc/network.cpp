// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Heads move by events, a link at a time; a link is a cycle from which on it is free.
#include "sim/noc/network.h"

#include <algorithm>
#include <utility>

namespace areia::sim {

Network::Network(const ChipDescription& chip, std::vector<Position> controllers, EventQueue& events,
                 NetworkClient& client)
    : mesh_(chip.mesh.columns, chip.mesh.rows),
      noc_(chip.noc),
      controllers_(std::move(controllers)),
      events_(events),
      client_(client),
      mesh_links_(chip.tile_count() * kRouterLinks) {
  for (std::uint32_t tile = 0; tile < chip.tile_count(); ++tile) positions_.push_back(mesh_.position(tile));
  link_bytes_.resize(std::size_t{chip.tile_count()} * kDirections);
  reset();
}

void Network::reset() {
  for (auto& plane : free_) plane.assign(mesh_links_ + controllers_.size() * 2, events_.now());
  packets_.clear();
  unused_.clear();
}

Position Network::router(Node node) const {
  return node.is_controller() ? controllers_[node.channel()] : positions_[node.tile()];
}

std::uint32_t Network::hops(Node from, Node to) const {
  return Mesh::hops(router(from), router(to)) + (from.is_controller() ? 1 : 0) + (to.is_controller() ? 1 : 0);
}

// --- Into the network -------------------------------------------------------------------------------------

std::uint32_t Network::add(const Packet& packet) {
  std::uint32_t index;
  if (unused_.empty()) {
    index = static_cast<std::uint32_t>(packets_.size());
    packets_.push_back(packet);
  } else {
    index = unused_.back();
    unused_.pop_back();
    packets_[index] = packet;
  }
  Packet& added = packets_[index];
  if (added.plane == Plane::kData)
    added.cycles = std::max(1u, (added.bytes + noc_.link_bytes - 1) / noc_.link_bytes);
  return index;
}

void Network::send(Plane plane, Node from, Node to, std::uint32_t bytes, std::uint64_t tag, Cycle cycle) {
  Packet packet;
  packet.tag = tag;
  packet.to = to;
  packet.end = router(to);
  packet.bytes = bytes;
  packet.plane = plane;
  inject(add(packet), from, Step::kRoute, cycle);
}

void Network::multicast(Plane plane, Node from, const Rectangle& area, std::uint32_t bytes, std::uint64_t tag,
                        Cycle cycle) {
  Packet packet;
  packet.tag = tag;
  packet.area = area;
  packet.bytes = bytes;
  packet.receivers = (area.last.column - area.first.column + 1) * (area.last.row - area.first.row + 1);
  packet.plane = plane;
  inject(add(packet), from, Step::kTree, cycle);
}

/// The cycle in which the link begins to carry the packet.
Cycle Network::take(std::size_t link, const Packet& packet, Cycle cycle) {
  Cycle& free = free_[static_cast<std::size_t>(packet.plane)][link];
  const Cycle begin = std::max(cycle, free);
  free = begin + packet.cycles;
  return begin;
}

void Network::inject(std::uint32_t index, Node from, Step step, Cycle cycle) {
  const std::uint32_t first = mesh_.tile(router(from));
  const std::size_t link =
      from.is_controller() ? from_controller(from.channel()) : router_link(first, kFromTile);
  const Cycle begin = take(link, packets_[index], cycle);
  at(begin + noc_.interface_cycles + (from.is_controller() ? noc_.hop_cycles : 0), index, first, step);
}

// --- From router to router --------------------------------------------------------------------------------

void Network::at(Cycle cycle, std::uint32_t packet, std::uint32_t router, Step step) {
  const std::uint64_t place = std::uint64_t{router} << 4 | static_cast<std::uint64_t>(step);
  events_.schedule(cycle, *this, std::uint64_t{packet} << 32 | place);
}

void Network::on_event(std::uint64_t payload) {
  const auto packet = static_cast<std::uint32_t>(payload >> 32);
  const auto router = static_cast<std::uint32_t>(payload) >> 4;
  const auto step = static_cast<Step>(payload & 15);
  // Thousands of packets are on their way: the host fetches the next one while it works on this.
  __builtin_prefetch(&packets_[events_.following(*this, payload) >> 32]);
  switch (step) {
    case Step::kRoute:
      return route(packet, router);
    case Step::kDelivered:
      return deliver(packet, router);
    default:
      return tree(packet, router, step);
  }
}

void Network::forward(std::uint32_t index, std::uint32_t router, Direction direction, Step step) {
  const Packet& packet = packets_[index];
  const Cycle begin = take(router_link(router, direction), packet, events_.now());
  if (packet.plane == Plane::kData)
    link_bytes_[std::size_t{router} * kDirections + direction] += packet.bytes;
  const std::uint32_t columns = mesh_.columns();
  const std::uint32_t next = direction == kEast    ? router + 1
                             : direction == kWest  ? router - 1
                             : direction == kSouth ? router + columns
                                                   : router - columns;
  at(begin + noc_.hop_cycles, index, next, step);
}

void Network::route(std::uint32_t index, std::uint32_t here) {
  const Position now = positions_[here], end = packets_[index].end;
  const bool row_first = !packets_[index].to.is_controller();
  if (now.column != end.column && (row_first || now.row == end.row)) {
    return forward(index, here, now.column < end.column ? kEast : kWest, Step::kRoute);
  }
  if (now.row != end.row) return forward(index, here, now.row < end.row ? kSouth : kNorth, Step::kRoute);
  eject(index, here);
}

void Network::tree(std::uint32_t index, std::uint32_t here, Step step) {
  const Position now = positions_[here];
  const Rectangle area = packets_[index].area;
  const bool on_row = step == Step::kTree || step == Step::kTreeEast || step == Step::kTreeWest;
  if ((step == Step::kTree || step == Step::kTreeEast) && now.column < area.last.column)
    forward(index, here, kEast, Step::kTreeEast);
  if ((step == Step::kTree || step == Step::kTreeWest) && now.column > area.first.column)
    forward(index, here, kWest, Step::kTreeWest);
  if (now.column < area.first.column || now.column > area.last.column) return;
  if ((on_row || step == Step::kTreeSouth) && now.row < area.last.row)
    forward(index, here, kSouth, Step::kTreeSouth);
  if ((on_row || step == Step::kTreeNorth) && now.row > area.first.row)
    forward(index, here, kNorth, Step::kTreeNorth);
  if (now.row >= area.first.row && now.row <= area.last.row) eject(index, here);
}

// --- Out of it --------------------------------------------------------------------------------------------

void Network::eject(std::uint32_t index, std::uint32_t here) {
  const Packet& packet = packets_[index];
  const bool controller = packet.to.is_controller();
  const std::size_t link = controller ? to_controller(packet.to.channel()) : router_link(here, kToTile);
  const Cycle begin = take(link, packet, events_.now());
  const Cycle wire = controller ? noc_.hop_cycles : 0;
  at(begin + wire + packet.cycles + noc_.interface_cycles, index, here, Step::kDelivered);
}

void Network::deliver(std::uint32_t index, std::uint32_t here) {
  Packet& packet = packets_[index];
  const std::uint64_t tag = packet.tag;
  const Node at = packet.to.is_controller() ? packet.to : Node::tile(here);
  if (--packet.receivers == 0) unused_.push_back(index);
  client_.delivered(at, tag);
}

}  // namespace areia::sim
