// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What the tiles of a team, which share the positions of an item of attention, tell each other: from
// scratchpad to scratchpad, to the same address there.
#pragma once

#include "sw/kernels/attention_cut.h"

namespace areia::kernels {

enum class Exchange : unsigned { kLargest, kSums, kValues, kCount };

/// Counters for ever: what teammates have sent here, and what of it has been waited for.
inline volatile uint32_t team_arrived[static_cast<unsigned>(Exchange::kCount)];
inline uint32_t team_arrived_before[static_cast<unsigned>(Exchange::kCount)];

class TeamExchange {
 public:
  explicit TeamExchange(const AttentionCut& cut) : team_(cut.team), members_(cut.members) {}

  /// Every member shares `bytes` at `data`, its own part of an array, with all; waits for all.
  void share(Exchange what, const void* data, uint64_t bytes) {
    send(team_, what, data, bytes);
    wait(what);
  }

  /// The same with the first member alone, which waits for all; the others wait until theirs is there.
  void gather(Exchange what, const void* data, uint64_t bytes) {
    AttentionTeam first = team_;
    first.last_column = first.first_column;
    first.last_row = first.first_row;
    send(first, what, data, team_.member == 0 ? 0 : bytes);
    if (team_.member == 0) {
      wait(what);
    } else {
      device::dma_fence(channel());
    }
  }

 private:
  /// Sends to the tiles of a rectangle, and posts there.
  void send(const AttentionTeam& to, Exchange what, const void* data, uint64_t bytes) {
    descriptor_.source = address_of(data);
    descriptor_.destination = address_of(data) - abi::kScratchpadBase;
    descriptor_.run_bytes = static_cast<uint32_t>(bytes);
    descriptor_.count[0] = bytes != 0 ? 1 : 0;
    descriptor_.semaphore = address_of(&team_arrived[static_cast<unsigned>(what)]);
    descriptor_.multicast = 1;
    descriptor_.first_column = to.first_column;
    descriptor_.first_row = to.first_row;
    descriptor_.last_column = to.last_column;
    descriptor_.last_row = to.last_row;
    device::dma_start(address_of(&descriptor_), channel());
  }

  void wait(Exchange what) {
    uint32_t& before = team_arrived_before[static_cast<unsigned>(what)];
    before += static_cast<uint32_t>(members_);
    device::sem_wait(address_of(&team_arrived[static_cast<unsigned>(what)]), before);
  }

  /// Not that of loads, whose transfers would come first, where there is another.
  static uint64_t channel() { return launch->dma_channels > 2 ? 2 : 0; }

  const AttentionTeam& team_;
  uint64_t members_;
  abi::DmaDescriptor descriptor_;
};

}  // namespace areia::kernels
