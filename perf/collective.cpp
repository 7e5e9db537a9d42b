// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Seconds of collectives. Inside a node, the faster of two protocols, as NCCL has them: one that sends flags
// with its data (short latency, less than half of the bandwidth) and one that synchronises whole chunks (full
// bandwidth, longer steps). Rings and trees between nodes, in-network reduction on switches that add, every
// axis of a torus at once.
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "perf/operators.h"

namespace areia::perf {
namespace {

using Kind = Collective::Kind;

// Constants of the software stack (NCCL 2.27 to 2.29 and those that follow its design), fitted together to
// the calibration rows of all devices with a switch.
constexpr double kFlagStart = 6.1e-6, kFlagStep = 0.62e-6;    ///< seconds: once, and a step of the ring
constexpr double kFlagShare = 0.385;                          ///< of the bandwidth that payload gets
constexpr double kChunkStart = 3.9e-6, kChunkStep = 2.34e-6;  ///< seconds, as above
/// A pipeline cut into the best chunks loses the square root of (this x the time of its bytes).
constexpr double kChunkFill = 9.7e-6;
constexpr double kSendStart = 6e-6;  ///< seconds of one message to one neighbour
/// What a chip keeps is copied too, at this share of the cost of sending it.
constexpr double kOwnShare = 0.48, kOwnShareAllToAll = 0.6, kOwnShareReduce = 0.58;
/// Reduction in the switch (NVLink SHARP, switches of 450 GB/s and faster): each chip sends and receives the
/// message once. From this many chips on it is chosen.
constexpr double kSwitchReduceStart = 40e-6, kSwitchReduceShare = 0.59, kSwitchReduceChips = 8;
constexpr double kSwitchReduceLink = 400e9;
/// Latencies by generation of the switch: the third (300 GB/s), the fourth (450), the fifth (900).
constexpr double kLatencyThird = 1.8, kLatencyFourth = 1.0, kLatencyFifth = 1.5;
/// Between nodes: start and step of a tree, and the share of the adapters' bandwidth that payload gets.
constexpr double kNetworkStart = 20e-6, kNetworkStep = 8e-6, kNetworkShare = 0.75;
constexpr double kNetworkUnknown = 5e9;  ///< bytes per second of a chip where no data sheet says
constexpr double kTorusHop = 1e-6;       ///< seconds from a chip to its neighbour
constexpr double kTorusSide = 4;         ///< chips along an axis before a group takes the next axis

/// What each chip sends of a message of one byte.
double sent_share(Kind kind, double chips) {
  switch (kind) {
    case Kind::kAllReduce:
      return 2 * (chips - 1) / chips;
    case Kind::kAllGather:
    case Kind::kReduceScatter:
    case Kind::kAllToAll:
      return (chips - 1) / chips;
    case Kind::kSendReceive:
    case Kind::kBroadcast:
      return 1;
  }
  return 1;
}

/// What each chip copies to itself or adds, as if sent.
double own_share(Kind kind, double chips) {
  switch (kind) {
    case Kind::kAllReduce:
      return kOwnShareReduce / chips;
    case Kind::kAllGather:
    case Kind::kReduceScatter:
      return kOwnShare / chips;
    case Kind::kAllToAll:
      return kOwnShareAllToAll / chips;
    case Kind::kSendReceive:
    case Kind::kBroadcast:
      return 0;
  }
  return 0;
}

double ring_steps(Kind kind, double chips) {
  if (kind == Kind::kAllReduce) return 2 * (chips - 1);
  return kind == Kind::kAllToAll || kind == Kind::kSendReceive ? 1 : chips - 1;
}

/// `link`: of the data sheet; bridged pairs cross no switch.
double latency_scale(double link, bool pairs) {
  if (pairs) return 1;
  return link < 400e9   ? link > 250e9 ? kLatencyThird : kLatencyFourth
         : link < 600e9 ? kLatencyFourth
                        : kLatencyFifth;
}

struct LinkTime {
  double bytes, latency;  ///< seconds
  double total() const { return bytes + latency; }
};
LinkTime faster(const LinkTime& a, const LinkTime& b) { return a.total() <= b.total() ? a : b; }

/// Among `chips` of one node that a switch, a mesh or the host joins; `link`: what a chip sustains.
LinkTime within_node(Kind kind, double message, double chips, double link, double scale, bool switch_adds) {
  const double bytes = message * (sent_share(kind, chips) + own_share(kind, chips));
  const double steps = ring_steps(kind, chips), streaming = bytes / link;
  if (kind == Kind::kSendReceive) return {streaming, kSendStart};
  const LinkTime flags = {streaming / kFlagShare, scale * (kFlagStart + steps * kFlagStep)};
  const double fill = std::sqrt(scale * kChunkFill * streaming);
  const LinkTime chunks = {streaming, scale * (kChunkStart + steps * kChunkStep) + fill};
  LinkTime best = faster(flags, chunks);
  if (kind == Kind::kAllReduce && switch_adds) {
    best = faster(best, {message / (link * kSwitchReduceShare), scale * kSwitchReduceStart + fill});
  }
  return best;
}

/// On a torus of `axes` dimensions whose links together move `link` bytes per second.
LinkTime on_torus(Kind kind, double message, double chips, double link, double axes, double start) {
  const double used = std::clamp(std::ceil(std::log(chips) / std::log(kTorusSide) - 1e-9), 1.0, axes);
  const double side = std::pow(chips, 1 / used), bandwidth = link * used / axes;
  if (kind == Kind::kSendReceive) return {message / (link / axes / 2), start + kTorusHop};
  if (kind == Kind::kAllToAll) {  // a message crosses a quarter of each ring on its way
    return {message * std::max(used * side / 4, sent_share(kind, chips)) / bandwidth,
            start + used * side / 2 * kTorusHop};
  }
  const double passes = kind == Kind::kAllReduce ? 2 : 1;
  return {message * sent_share(kind, chips) / bandwidth, start + passes * used * side / 2 * kTorusHop};
}

}  // namespace

OperatorTime time_of(const Collective& collective, const Device& device) {
  OperatorTime time;
  const double chips = collective.chips;
  if (chips <= 1 || collective.bytes <= 0) return time;
  const Constants& constants = device.constants(Precision::kBf16);
  const Accelerator& chip = device.chip();
  const double sheet_link = chip.link_bandwidth ? chip.link_bandwidth->value : 0;
  double per_node = collective.per_node > 0 ? collective.per_node : chips;
  if (chip.link_domain) per_node = std::min(per_node, chip.link_domain->value);
  if (sheet_link <= 0) per_node = 1;
  const double inside = std::min(per_node, chips);

  const bool pairs = chip.link_domain && chip.link_domain->value <= 2;

  LinkTime best = {0, 0};
  if (inside > 1) {
    const bool torus = chip.topology == Topology::kTorus2 || chip.topology == Topology::kTorus3;
    const double link = sheet_link * constants.link_efficiency;
    const bool switch_adds = inside >= kSwitchReduceChips && sheet_link >= kSwitchReduceLink &&
                             chip.topology == Topology::kSwitch && bytes_of(collective.precision) >= 2;
    best = torus ? on_torus(collective.kind, collective.bytes, inside, link,
                            chip.topology == Topology::kTorus2 ? 2 : 3, constants.launch_seconds)
                 : within_node(collective.kind, collective.bytes, inside,
                               link * std::pow(2 / inside, device.host_sharing()),
                               latency_scale(sheet_link, pairs), switch_adds);
  }
  if (inside < chips) {
    // Between nodes: all adapters of a node share its traffic, and run beside the links inside.
    double network = collective.network_bandwidth;
    if (network <= 0 && chip.network_bandwidth) network = chip.network_bandwidth->value * kNetworkShare;
    if (network <= 0) network = kNetworkUnknown;
    const double nodes = std::ceil(chips / inside);
    const bool shared = collective.kind != Kind::kAllToAll && collective.kind != Kind::kSendReceive;
    // Bridged pairs meet over PCIe, where a ring leaves a pair by one chip.
    double node = shared && !pairs ? inside * network : network;
    if (collective.node_bandwidth > 0) node = std::min(node, collective.node_bandwidth);
    const double share =
        collective.kind == Kind::kAllToAll ? (chips - inside) / chips : sent_share(collective.kind, chips);
    const double passes = collective.kind == Kind::kAllReduce ? 2 : 1;
    best.bytes = std::max(best.bytes, collective.bytes * share / node);
    best.latency += kNetworkStart + (shared ? passes * std::ceil(std::log2(nodes)) : 1) * kNetworkStep;
  }
  time.link = best.bytes;
  time.overhead = best.latency;
  time.seconds = best.total();
  return time;
}

}  // namespace areia::perf
