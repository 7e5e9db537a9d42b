// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The network and the port of the scratchpad: posts, writes to other tiles, barriers.
#include "bench/chip/programs/program.h"

namespace areia::bench {
namespace {

volatile uint32_t mine;

void ping_pong(const Request& request) {
  const uint64_t rounds = request.value[0], partner = request.value[1];
  if (launch->tile != 0 && launch->tile != partner) return;
  const uint64_t own = address_of(&mine), other = in_tile(launch->tile == 0 ? partner : 0, own);
  if (launch->tile == partner) {
    for (uint64_t round = 1; round <= rounds; ++round) {
      device::sem_wait(own, round);
      device::sem_post(other, 1);
    }
    return;
  }
  const uint64_t one = ready(1);
  const uint64_t begin = cycle();
  device::sem_post(other, one);
  for (uint64_t round = 1; round < rounds; ++round) {
    device::sem_wait(own, round);
    device::sem_post(other, one);
  }
  device::sem_wait(own, rounds);
  answer_time(begin, cycle());
}

void post_to_itself() {
  if (launch->tile != 0) return;
  const uint64_t own = ready(address_of(&mine)), one = ready(1);
  const uint64_t begin = cycle();
  device::sem_post(own, one);
  device::sem_wait(own, one);
  answer_time(begin, cycle());
}

void barriers(Barrier& barrier, uint64_t count) {
  const uint64_t begin = cycle();
  for (uint64_t i = 0; i < count; ++i) barrier.wait();
  answer_time(begin, cycle());
}

/// The copy that this tile makes again and again; none if it has no part.
bool describe(const Request& request, uint64_t piece, abi::DmaDescriptor& copy) {
  const uint64_t buffer = round_up(launch->heap_begin, 4096), tile = launch->tile;
  const uint64_t column = tile % launch->columns;
  copy = copy_of(buffer, buffer + piece, piece);
  if (request.mode == kMirror) {
    copy.destination = in_tile(tile - column + (launch->columns - 1 - column), buffer + piece);
    return 2 * column + 1 != launch->columns;
  }
  if (request.mode == kHotSpot) copy.destination = in_tile(0, buffer + piece);
  if (request.mode == kHotSpot) return tile != 0;
  if (request.mode == kNeighbour) copy.destination = in_tile(request.value[1], buffer + piece);
  if (request.mode == kMulticast) {
    copy.destination = buffer + piece - abi::kScratchpadBase;
    copy.multicast = 1;
    copy.last_column = static_cast<uint8_t>(launch->columns - 1);
    copy.last_row = static_cast<uint8_t>(launch->rows - 1);
  }
  return tile == 0;
}

void copies(const Request& request) {
  constexpr uint64_t kPiece = 16384;
  abi::DmaDescriptor copy;
  if (!describe(request, kPiece, copy)) return;
  const uint64_t begin = cycle();
  for (uint64_t done = 0; done < request.value[0]; done += kPiece) start(copy, done / kPiece % 2);
  fence_channels(2);
  answer_time(begin, cycle());
}

}  // namespace

void run(const Request& request) {
  Barrier barrier;
  barrier.wait();
  if (request.mode == kPingPong) return ping_pong(request);
  if (request.mode == kPostToItself) return post_to_itself();
  if (request.mode == kBarrier) return barriers(barrier, request.value[0]);
  copies(request);
}

}  // namespace areia::bench
