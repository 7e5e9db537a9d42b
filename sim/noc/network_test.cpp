// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Arrivals to the cycle: the closed form of an undisturbed packet between all pairs, links that are taken,
// trees.
#include "sim/noc/network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>

namespace areia::sim {
namespace {

class Mailbox final : public NetworkClient {
 public:
  explicit Mailbox(EventQueue& events) : events_(events) {}
  void delivered(Node at, std::uint64_t tag) override {
    arrivals.push_back({tag, at.is_controller() ? 1000 + at.channel() : at.tile(), events_.now()});
  }
  struct Arrival {
    std::uint64_t tag;
    std::uint32_t node;
    Cycle cycle;
    auto operator<=>(const Arrival&) const = default;
  };
  std::vector<Arrival> arrivals;

 private:
  EventQueue& events_;
};

struct Bench {
  Bench(std::uint32_t columns, std::uint32_t rows) : chip(*load_chip("areia-1")) {
    chip.mesh = {columns, rows};
    network =
        std::make_unique<Network>(chip, std::vector<Position>{{0, 0}, {columns - 1, rows - 1}}, events, box);
  }
  void run() {
    while (events.step()) {
    }
  }
  Cycle alone(Node from, Node to, std::uint32_t bytes) const {
    return 2 * chip.noc.interface_cycles + network->hops(from, to) * chip.noc.hop_cycles +
           (bytes + chip.noc.link_bytes - 1) / chip.noc.link_bytes;
  }

  ChipDescription chip;
  EventQueue events;
  Mailbox box{events};
  std::unique_ptr<Network> network;
};

TEST(NetworkTest, AnUndisturbedPacketTakesInterfacesHopsAndItsLength) {
  Bench bench(4, 3);
  std::vector<Node> nodes = {Node::controller(0), Node::controller(1)};
  for (std::uint32_t tile = 0; tile < 12; ++tile) nodes.push_back(Node::tile(tile));
  for (const Node from : nodes) {
    for (const Node to : nodes) {
      if (from.is_controller() && to.is_controller()) continue;
      const Cycle begin = bench.events.now() + 100;
      bench.network->send(Plane::kData, from, to, 300, 7, begin);
      bench.run();
      EXPECT_EQ(bench.box.arrivals.back().cycle, begin + bench.alone(from, to, 300));
    }
  }
}

TEST(NetworkTest, CornerToCornerIsFourteenHops) {
  Bench bench(8, 8);
  EXPECT_EQ(bench.network->hops(Node::tile(0), Node::tile(63)), 14u);
  EXPECT_EQ(bench.network->hops(Node::tile(0), Node::controller(0)), 1u);
  bench.network->send(Plane::kRequest, Node::tile(0), Node::tile(63), Network::kMessageBytes, 1, 0);
  bench.run();
  EXPECT_EQ(bench.box.arrivals.front().cycle, 4u + 14 * 2 + 1 + 4);
}

TEST(NetworkTest, PacketsThatShareALinkFollowEachOtherAndPlanesDoNotMeet) {
  Bench bench(3, 1);
  const std::uint32_t bytes = 4 * bench.chip.noc.link_bytes;
  bench.network->send(Plane::kData, Node::tile(0), Node::tile(2), bytes, 1, 0);
  bench.network->send(Plane::kData, Node::tile(1), Node::tile(2), bytes, 2, 0);
  bench.network->send(Plane::kRequest, Node::tile(0), Node::tile(2), Network::kMessageBytes, 3, 0);
  bench.run();
  std::map<std::uint64_t, Cycle> at;
  for (const auto& arrival : bench.box.arrivals) at[arrival.tag] = arrival.cycle;
  // Tile 1's packet is at the shared link first: the other comes when it has passed, four cycles later.
  EXPECT_EQ(at[2], bench.alone(Node::tile(1), Node::tile(2), bytes));
  EXPECT_EQ(at[1], at[2] + 4);
  EXPECT_EQ(at[3], bench.alone(Node::tile(0), Node::tile(2), 1));
}

TEST(NetworkTest, AHotSpotTakesWhatItsLinkCarries) {
  Bench bench(4, 4);
  std::uint64_t tag = 0;
  for (int round = 0; round < 50; ++round) {
    for (std::uint32_t tile = 1; tile < 16; ++tile)
      bench.network->send(Plane::kData, Node::tile(tile), Node::tile(0), bench.chip.noc.link_bytes, tag++, 0);
  }
  bench.run();
  EXPECT_EQ(bench.box.arrivals.size(), tag);
  EXPECT_NEAR(static_cast<double>(bench.events.now()), static_cast<double>(tag), 40);
}

TEST(NetworkTest, AMulticastReachesEveryTileOnceOverTheLinksOfItsTree) {
  Bench bench(6, 5);
  const Rectangle areas[] = {
      {{0, 0}, {5, 4}}, {{1, 1}, {3, 2}}, {{4, 0}, {4, 4}}, {{0, 3}, {5, 3}}, {{2, 2}, {2, 2}}};
  for (const Rectangle& area : areas) {
    for (std::uint32_t from = 0; from < 30; ++from) {
      bench.box.arrivals.clear();
      const auto before = bench.network->link_bytes();
      const Cycle begin = bench.events.now() + 10;
      bench.network->multicast(Plane::kData, Node::tile(from), area, 128, 9, begin);
      bench.run();
      const auto after = bench.network->link_bytes();
      const auto sum = [](const auto& v) { return std::accumulate(v.begin(), v.end(), std::uint64_t{0}); };
      const Mesh mesh(6, 5);
      EXPECT_EQ(sum(after) - sum(before), 128u * Mesh::multicast_links(mesh.position(from), area));
      std::vector<std::uint32_t> reached;
      for (const auto& arrival : bench.box.arrivals) {
        reached.push_back(arrival.node);
        EXPECT_EQ(arrival.cycle, begin + bench.alone(Node::tile(from), Node::tile(arrival.node), 128));
      }
      std::ranges::sort(reached);
      std::vector<std::uint32_t> expected;
      for (std::uint32_t row = area.first.row; row <= area.last.row; ++row) {
        for (std::uint32_t column = area.first.column; column <= area.last.column; ++column)
          expected.push_back(mesh.tile({column, row}));
      }
      EXPECT_EQ(reached, expected);
    }
  }
}

}  // namespace
}  // namespace areia::sim
