// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Sums of usages.
#include "spec/abi/timing.h"

#include <map>
#include <numeric>
#include <utility>

namespace areia {
namespace {

/// Calls each(a's member, b's member) for all counts.
template <typename Each>
void for_each_count(Activity& a, const Activity& b, const Each& each) {
  each(a.scalar_instructions, b.scalar_instructions);
  each(a.vector_instructions, b.vector_instructions);
  each(a.vector_bits, b.vector_bits);
  for (std::size_t i = 0; i < kMacKinds; ++i) each(a.macs[i], b.macs[i]);
  each(a.fetch_bytes, b.fetch_bytes);
  each(a.hart_bytes, b.hart_bytes);
  each(a.tensor_bytes, b.tensor_bytes);
  each(a.network_bytes, b.network_bytes);
  each(a.noc_hop_bytes, b.noc_hop_bytes);
  each(a.dram_read_bytes, b.dram_read_bytes);
  each(a.dram_write_bytes, b.dram_write_bytes);
  each(a.dram_activations, b.dram_activations);
  each(a.dram_refreshes, b.dram_refreshes);
}

}  // namespace

Activity& Activity::operator+=(const Activity& other) {
  for_each_count(*this, other, [](std::uint64_t& a, std::uint64_t b) { a += b; });
  return *this;
}

Activity& Activity::operator-=(const Activity& other) {
  for_each_count(*this, other, [](std::uint64_t& a, std::uint64_t b) { a -= b; });
  return *this;
}

Cycle Usage::cycles() const { return std::accumulate(hart.begin(), hart.end(), Cycle{0}); }

Usage& Usage::operator+=(const Usage& other) {
  for (std::size_t i = 0; i < kHartStates; ++i) hart[i] += other.hart[i];
  tensor_cycles += other.tensor_cycles;
  tensor_stalls += other.tensor_stalls;
  activity += other.activity;
  return *this;
}

Usage& Usage::operator-=(const Usage& other) {
  for (std::size_t i = 0; i < kHartStates; ++i) hart[i] -= other.hart[i];
  tensor_cycles -= other.tensor_cycles;
  tensor_stalls -= other.tensor_stalls;
  activity -= other.activity;
  return *this;
}

TimeReport TimeReport::since(const TimeReport& earlier) const {
  TimeReport rest = *this;
  rest.cycles -= earlier.cycles;
  rest.events -= earlier.events;
  std::map<std::pair<std::uint32_t, Marker>, const Usage*> before;
  for (const MarkedUsage& usage : earlier.usages) before[{usage.tile, usage.marker}] = &usage.usage;
  for (MarkedUsage& usage : rest.usages) {
    const auto found = before.find({usage.tile, usage.marker});
    if (found != before.end()) usage.usage -= *found->second;
  }
  const auto subtract = [](auto& from, const auto& what) {
    for (std::size_t i = 0; i < from.size() && i < what.size(); ++i) from[i] -= what[i];
  };
  subtract(rest.link_bytes, earlier.link_bytes);
  subtract(rest.channel_bytes, earlier.channel_bytes);
  subtract(rest.channel_busy, earlier.channel_busy);
  return rest;
}

}  // namespace areia
