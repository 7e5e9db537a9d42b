// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Network: when messages and packets arrive.
//
// Two planes of links, one for messages (requests, posts, answers: one a cycle) and one for data (link_bytes
// a cycle). Between neighbouring routers, from a router to its tile and back, and between an edge router and
// each DRAM controller there is a link each way and plane. Routes are dimension-ordered: along the row, then
// along the column; to a controller along the column first, or all that goes to DRAM would meet in the
// columns at the edges (class-based routing: D. Abts et al., "Achieving Predictable Performance through
// Better Memory Controller Placement in Many-Core CMPs", ISCA 2009). Virtual cut-through: a link takes
// packets in the order in which their heads come to it, is taken for as many cycles as the packet is long,
// and the head is at the next router hop_cycles after it began. Packing and unpacking take interface_cycles
// each. So an undisturbed packet's last byte arrives
//   interface_cycles + hops * hop_cycles + ceil(bytes / link_bytes) + interface_cycles
// after it was sent, where hops counts a controller's link too.
//
// A multicast is a tree: along the row of its sender through the columns of the area, and from there up and
// down each of these columns; each link carries it once. Routers keep what cannot go on: the requests that
// DMA engines may have on their way bound how much that is.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "sim/event/event_queue.h"
#include "sim/noc/mesh.h"
#include "spec/chip/chip.h"

namespace areia::sim {

enum class Plane : std::uint8_t { kRequest, kData };

/// Where messages come from and go to: a tile, or the controller of a DRAM channel.
class Node {
 public:
  static Node tile(std::uint32_t index) { return Node(index); }
  static Node controller(std::uint32_t channel) { return Node(channel | kController); }
  bool is_controller() const { return (value_ & kController) != 0; }
  std::uint32_t tile() const { return value_; }
  std::uint32_t channel() const { return value_ & ~kController; }

 private:
  static constexpr std::uint32_t kController = 0x8000'0000;
  explicit Node(std::uint32_t value) : value_(value) {}
  std::uint32_t value_;
};

class NetworkClient {
 public:
  virtual ~NetworkClient() = default;
  /// All of the packet that was sent with `tag` is at `at` now.
  virtual void delivered(Node at, std::uint64_t tag) = 0;
};

class Network final : public EventTarget {
 public:
  static constexpr std::uint32_t kMessageBytes = 16;
  /// Directions of a router's links, as TimeReport::link_bytes has them.
  enum Direction : std::uint8_t { kEast, kWest, kSouth, kNorth, kDirections };

  /// `controllers` are the routers that the DRAM channels' controllers are attached to.
  Network(const ChipDescription& chip, std::vector<Position> controllers, EventQueue& events,
          NetworkClient& client);

  /// Sends a packet at `cycle`, now or later; the links that it will cross. Messages are of one cycle,
  /// whatever `bytes` says.
  std::uint32_t send(Plane plane, Node from, Node to, std::uint32_t bytes, std::uint64_t tag, Cycle cycle);
  /// To every tile of `area`.
  void multicast(Plane plane, Node from, const Rectangle& area, std::uint32_t bytes, std::uint64_t tag,
                 Cycle cycle);

  /// Links between two nodes.
  std::uint32_t hops(Node from, Node to) const;
  /// Data that each router's links have carried: [tile * 4 + direction].
  std::vector<std::uint64_t> link_bytes() const;
  /// Forgets all packets.
  void reset();

  /// A packet at a router. Nothing beyond the network changes.
  void on_event(std::uint64_t stop) override {
    if ((stop & kStepMask) != static_cast<Stop>(Step::kRoute)) return tree(stop);
    const Packet& packet = packets_[packet_of(stop)];
    // Sums instead of branches, which the host could not foresee.
    const unsigned turned = (stop & kLegMask << kFirstShift) == 0 ? 1 : 0;
    const unsigned there = (stop & (kLegMask << kFirstShift | kLegMask << kSecondShift)) == 0 ? 1 : 0;
    pass(stop, packet, packet.legs[turned + there], *targets_[there]);
  }

 private:
  /// What happens where packets arrive.
  class Arrivals final : public EventTarget {
   public:
    explicit Arrivals(Network& network) : network_(network) {}
    void on_event(std::uint64_t payload) override { network_.deliver(payload); }

   private:
    Network& network_;
  };
  /// What a packet does at a router.
  enum class Step : std::uint8_t { kRoute, kTree, kTreeEast, kTreeWest, kTreeSouth, kTreeNorth };
  /// A packet at a router, as the 64 bits of an event: all that a hop changes, so that it is a sum. From its
  /// lowest bits up: step, links left of the two directions of a route (a mesh has 64 columns and rows at
  /// most), router, packet.
  using Stop = std::uint64_t;
  static constexpr std::uint64_t kStepMask = 7, kLegMask = 63;
  static constexpr unsigned kFirstShift = 3, kSecondShift = 9, kRouterShift = 15, kPacketShift = 32;
  static std::uint32_t packet_of(Stop stop) { return static_cast<std::uint32_t>(stop >> kPacketShift); }
  static std::uint32_t router_of(Stop stop) { return static_cast<std::uint32_t>(stop) >> kRouterShift; }
  /// A part of a route: so many links in one direction, or the one out of the network.
  struct Leg {
    std::int32_t link = 0;    ///< its links, counted from the first of their router
    std::int32_t change = 0;  ///< of the stop, to that behind the link
    std::uint32_t wait = 0;   ///< from when the link begins to carry the packet until that stop
  };
  /// A line of the host's cache, because every hop looks there.
  struct alignas(64) Packet {
    std::uint64_t tag = 0;
    Node to = Node::tile(0);
    std::uint32_t receivers = 1;
    std::uint32_t cycles = 1;      ///< that a link is taken for
    std::uint32_t data_bytes = 0;  ///< that link_bytes() counts: none of a message
    std::array<Leg, 3> legs;       ///< of a route: its two directions, and out
  };

  std::uint32_t add(Plane plane, std::uint32_t bytes, std::uint64_t tag);
  Leg way_out(const Packet& packet, std::int32_t plane) const;
  void inject(Stop stop, Plane plane, Node from, Cycle cycle);
  Position router(Node node) const;
  /// The cycle in which the link begins to carry the packet.
  Cycle take(std::size_t number, const Packet& packet, Cycle cycle) {
    Link& link = links_[number];
    const Cycle begin = std::max(cycle, link.free);
    link.free = begin + packet.cycles;
    link.bytes += packet.data_bytes;
    return begin;
  }
  void tree(Stop stop);
  void pass(Stop stop, const Packet& packet, const Leg& leg, EventTarget& target) {
    const std::int64_t link = std::int64_t{router_of(stop) * kRouterLinks} + leg.link;
    const Cycle begin = take(static_cast<std::size_t>(link), packet, events_.now());
    events_.schedule(begin + leg.wait, target, stop + static_cast<Stop>(std::int64_t{leg.change}));
  }
  void deliver(Stop stop);

  // Links of one plane: of each router the four directions, to its tile, from its tile; then to and from each
  // controller.
  static constexpr std::uint32_t kRouterLinks = 6, kToTile = 4, kFromTile = 5;
  std::uint32_t links_of(Plane plane) const { return plane == Plane::kData ? plane_links_ : 0; }
  std::uint32_t to_controller(std::uint32_t channel) const { return mesh_links_ + channel * 2; }
  std::uint32_t from_controller(std::uint32_t channel) const { return mesh_links_ + channel * 2 + 1; }

  Mesh mesh_;
  ChipDescription::Noc noc_;
  std::vector<Position> controllers_;
  std::vector<Position> positions_;  ///< by tile: a division less for every packet
  EventQueue& events_;
  NetworkClient& client_;
  Arrivals arrivals_{*this};
  std::array<EventTarget*, 2> targets_{this, &arrivals_};  ///< of a packet on its way, or at the end of it
  std::uint32_t mesh_links_, plane_links_;                 ///< of routers; with those of controllers
  std::array<std::int32_t, kDirections> next_{};           ///< by direction: the change of a stop
  struct Link {
    Cycle free = 0;           ///< when it may take the next packet
    std::uint64_t bytes = 0;  ///< data that it has carried
  };
  std::vector<Link> links_;  ///< by plane and link
  std::vector<Packet> packets_;
  std::vector<Rectangle> areas_;  ///< by packet: of multicasts
  std::vector<std::uint32_t> unused_;
};

}  // namespace areia::sim
