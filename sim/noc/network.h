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

class Network final : public WideTarget {
 public:
  static constexpr std::uint32_t kMessageBytes = 16, kMostBytes = 8191;
  /// Directions of a router's links, as TimeReport::link_bytes has them.
  enum Direction : std::uint8_t { kEast, kWest, kSouth, kNorth, kDirections };

  /// `controllers` are the routers that the DRAM channels' controllers are attached to.
  Network(const ChipDescription& chip, std::vector<Position> controllers, EventQueue& events,
          NetworkClient& client);

  /// Sends a packet at `cycle`, now or later; the links that it will cross. Messages are of one cycle,
  /// whatever `bytes` says; data are of 1 to kMostBytes bytes. `tag` is below 2^61.
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

  /// A packet at a router, where nothing beyond the network changes, or all of it at its receiver.
  bool on_wide_event(std::uint64_t packet, std::uint64_t stop) override {
    switch (static_cast<Kind>(packet & kKindMask)) {
      case Kind::kRoute:
        route(packet, stop);
        return false;
      case Kind::kTree:
        tree(packet, stop);
        return false;
      case Kind::kArrival:
      case Kind::kTreeArrival:
        break;
    }
    arrive(packet, stop);
    return true;
  }

 private:
  // A packet on its way is an event, and its two words all that is known of it: whatever a hop needs is there
  // without a look at memory. The first: kind, tag (of a multicast: its index in trees_).
  enum class Kind : std::uint8_t { kRoute, kArrival, kTree, kTreeArrival };
  static constexpr std::uint64_t kKindMask = 3;
  static constexpr unsigned kKindBits = 2;
  static std::uint64_t packet_of(Kind kind, std::uint64_t tag) {
    return tag << kKindBits | static_cast<std::uint64_t>(kind);
  }
  /// The second. From its lowest bits up: links left of the two directions of a route (a mesh has 64 columns
  /// and rows at most), router, cycles that a link is taken for, bytes (none of a message), the two
  /// directions, the controller's channel and whether there is one. Of a multicast: TreeStep, and the router.
  using Stop = std::uint64_t;
  static constexpr std::uint64_t kLegMask = 63, kRouterMask = 0xfff, kCyclesMask = 0x7ff, kBytesMask = 0x1fff,
                                 kDirectionMask = 3, kChannelMask = 0x3ff;
  static constexpr unsigned kLegBits = 6, kRouterShift = 12, kCyclesShift = 24, kBytesShift = 35,
                            kDirectionShift = 48, kDirectionBits = 2, kChannelShift = 52,
                            kToControllerShift = 62;
  static std::uint32_t router_of(Stop stop) {
    return static_cast<std::uint32_t>(stop >> kRouterShift & kRouterMask);
  }
  static std::uint32_t channel_of(Stop stop) {
    return static_cast<std::uint32_t>(stop >> kChannelShift & kChannelMask);
  }
  enum class TreeStep : std::uint8_t { kBegin, kEast, kWest, kSouth, kNorth };
  struct Tree {
    std::uint64_t tag = 0;
    Rectangle area;
    std::uint32_t receivers = 0;  ///< that it has not reached
    std::uint32_t cycles = 0, bytes = 0;
  };

  std::uint32_t cycles_of(std::uint32_t data_bytes) const;
  void inject(std::uint64_t packet, Stop stop, std::uint32_t cycles, std::uint32_t bytes, Node from,
              Cycle cycle);
  Position router(Node node) const;
  /// The cycle in which a link begins to carry a packet.
  Cycle take(std::size_t number, std::uint64_t cycles, std::uint64_t bytes, Cycle cycle) {
    Link& link = links_[number];
    const Cycle begin = std::max(cycle, link.free);
    link.free = begin + cycles;
    link.bytes += bytes;
    return begin;
  }
  /// Over the next link of a route, or out. Sums instead of branches, which the host could not foresee.
  void route(std::uint64_t packet, Stop stop) {
    const unsigned turned = (stop & kLegMask) == 0 ? 1 : 0;
    const bool out = (stop & (kLegMask << kLegBits | kLegMask)) == 0;
    const std::uint64_t direction = stop >> (kDirectionShift + kDirectionBits * turned) & kDirectionMask;
    const std::uint64_t to_controller = stop >> kToControllerShift & 1;
    const std::uint64_t cycles = stop >> kCyclesShift & kCyclesMask, bytes = stop >> kBytesShift & kBytesMask;
    const std::uint64_t inner = router_of(stop) * kRouterLinks + (out ? kToTile : direction);
    const std::uint64_t link = out && to_controller != 0 ? controller_link(channel_of(stop)) : inner;
    const Cycle begin = take(link + plane_of(bytes), cycles, bytes, events_.now());
    const Stop change = next_[direction] - (Stop{1} << kLegBits * turned);
    const std::uint64_t there =
        static_cast<std::uint64_t>(Kind::kArrival) - static_cast<std::uint64_t>(Kind::kRoute);
    events_.schedule_wide(begin + (out ? cycles + out_wait_[to_controller] : hop_cycles_),
                          packet + (out ? there : 0), stop + (out ? 0 : change));
  }
  void tree(std::uint64_t packet, Stop stop);
  void arrive(std::uint64_t packet, Stop stop);

  // Links of one plane: of each router the four directions, to its tile, from its tile; then to and from each
  // controller.
  static constexpr std::uint32_t kRouterLinks = 6, kToTile = 4, kFromTile = 5;
  std::uint32_t controller_link(std::uint32_t channel) const { return mesh_links_ + channel * 2; }
  std::uint32_t from_controller(std::uint32_t channel) const { return mesh_links_ + channel * 2 + 1; }
  /// The first link of the plane of a packet with so many bytes of data.
  std::uint32_t plane_of(std::uint64_t bytes) const { return bytes != 0 ? plane_links_ : 0; }

  Mesh mesh_;
  ChipDescription::Noc noc_;
  std::vector<Position> controllers_;
  std::vector<Position> positions_;  ///< by tile: a division less for every packet
  EventQueue& events_;
  NetworkClient& client_;
  std::uint32_t mesh_links_, plane_links_;  ///< of routers; with those of controllers
  Cycle hop_cycles_;
  std::array<Cycle, 2> out_wait_;         ///< to a tile, to a controller: beside the packet's cycles
  std::array<Stop, kDirections> next_{};  ///< by direction: the change of a stop's router
  struct Link {
    Cycle free = 0;           ///< when it may take the next packet
    std::uint64_t bytes = 0;  ///< data that it has carried
  };
  std::vector<Link> links_;  ///< by plane and link
  std::vector<Tree> trees_;
  std::vector<std::uint32_t> unused_;  ///< of trees_
};

}  // namespace areia::sim
