// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Seconds of collectives: rings over the slowest link that they cross.
#include <algorithm>

#include "perf/operators.h"

namespace areia::perf {
namespace {

/// What each chip sends of a message of one byte, on a ring of `chips`.
double sent_share(Collective::Kind kind, double chips) {
  switch (kind) {
    case Collective::Kind::kAllReduce:
      return 2 * (chips - 1) / chips;
    case Collective::Kind::kAllGather:
    case Collective::Kind::kReduceScatter:
    case Collective::Kind::kAllToAll:
      return (chips - 1) / chips;
    case Collective::Kind::kSendReceive:
    case Collective::Kind::kBroadcast:
      return 1;
  }
  return 1;
}

}  // namespace

OperatorTime time_of(const Collective& collective, const Device& device) {
  OperatorTime time;
  if (collective.chips <= 1) return time;
  const Constants& constants = device.constants(Precision::kBf16);
  const Accelerator& chip = device.chip();
  const bool crosses = collective.per_node > 0 && collective.per_node < collective.chips;
  const Known& slowest = crosses && chip.network_bandwidth ? chip.network_bandwidth : chip.link_bandwidth;
  const double bandwidth = slowest ? slowest->value * constants.link_efficiency : 0;
  if (bandwidth > 0) time.link = collective.bytes * sent_share(collective.kind, collective.chips) / bandwidth;
  time.overhead = constants.launch_seconds;
  time.seconds = time.link + time.overhead;
  return time;
}

}  // namespace areia::perf
