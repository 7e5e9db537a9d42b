// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Sums of usages.
#include "spec/abi/timing.h"

#include <numeric>

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
  dram_bytes_asked += other.dram_bytes_asked;
  activity += other.activity;
  return *this;
}

}  // namespace areia
