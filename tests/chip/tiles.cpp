// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A program for all tiles that exercises what lies between them; device code.
#include "spec/abi/dma.h"
#include "spec/abi/launch.h"
#include "spec/abi/memory_map.h"
#include "spec/isa/xareia_intrinsics.h"
#include "tests/chip/tiles_mode.h"

namespace {

using areia::abi::DmaDescriptor;
using areia::abi::LaunchBlock;
using areia::abi::tile_address;
using namespace areia::device;
using namespace areia::test;

using u32 = unsigned;
using u64 = unsigned long;

// At the same address in every tile: the program is.
volatile u32 semaphore_a, semaphore_b;
volatile u64 cell;
u64 buffer[1024];

u64 own(const volatile void* pointer) { return reinterpret_cast<u64>(pointer); }
u64 in_tile(u64 tile, const volatile void* pointer) {
  return tile_address(tile, own(pointer) - areia::abi::kScratchpadBase);
}

void copy(u64 from, u64 to, u32 bytes, u64 channel, u64 semaphore = 0) {
  DmaDescriptor d;
  d.source = from;
  d.destination = to;
  d.run_bytes = bytes;
  d.semaphore = semaphore;
  dma_start(own(&d), channel);
}

void ring_doorbell(u64 value) { sem_post(areia::abi::kHostDoorbell, value); }

void ring(const LaunchBlock& block) {
  constexpr u32 kRounds = 20;
  const u64 next = (block.tile + 1) % block.tile_count;
  for (u32 round = 1; round <= kRounds; ++round) {
    if (block.tile != 0 || round != 1) sem_wait(own(&semaphore_a), block.tile == 0 ? round - 1 : round);
    cell = cell * 3 + block.tile + 1;
    copy(own(&cell), in_tile(next, &cell), 8, round % block.dma_channels, in_tile(next, &semaphore_a));
    dma_fence(round % block.dma_channels);
  }
  if (block.tile != 0) return;
  sem_wait(own(&semaphore_a), kRounds);
  copy(own(&cell), kResults, 8, 0);
  dma_fence(0);
  ring_doorbell(7);
}

// No order between tiles is asked for, so the outcome is any; but it must be the same each time.
void races(const LaunchBlock& block) {
  u64 random = block.tile + 1;
  const auto pick = [&](u64 limit) {
    random = random * 6364136223846793005ul + 1442695040888963407ul;
    return (random >> 33) % limit;
  };
  auto* dram = reinterpret_cast<volatile u64*>(kResults);
  for (u32 step = 0; step < 300; ++step) {
    const u64 where = pick(kRaceBytes / 8 - 64), other = pick(block.tile_count);
    switch (pick(8)) {
      case 0:
        dram[where] = random;
        break;
      case 1:
        buffer[pick(1024)] += dram[where];
        break;
      case 2:
        __atomic_fetch_add(const_cast<u64*>(dram) + pick(4), 1, __ATOMIC_RELAXED);
        break;
      case 3:
        copy(own(buffer), kResults + where * 8, 512, pick(block.dma_channels));
        break;
      case 4:
        copy(kResults + where * 8, own(buffer) + pick(4096), 512, pick(block.dma_channels));
        break;
      case 5:
        copy(in_tile(other, buffer), own(buffer) + pick(4096), 256, pick(block.dma_channels));
        break;
      case 6:
        sem_post(in_tile(other, &semaphore_b), random & 255);
        break;
      default:
        *reinterpret_cast<volatile u64*>(in_tile(other, &cell)) += random;
        break;
    }
    for (u64 idle = pick(400); idle != 0; --idle) asm volatile("nop");
  }
  for (u64 channel = 0; channel < block.dma_channels; ++channel) dma_fence(channel);
  dram[kRaceBytes / 8 + 2 * block.tile] = cell + semaphore_b;
  dram[kRaceBytes / 8 + 2 * block.tile + 1] = buffer[block.tile];
}

void channel_order(const LaunchBlock& block) {
  const u64 mine = kResults + block.tile * 4096;
  for (u32 i = 0; i < 512; ++i) buffer[i] = block.tile * 1000 + i;
  copy(own(buffer), mine, 4096, 1);
  copy(mine, own(buffer + 512), 4096, 1, own(&semaphore_a));
  sem_wait(own(&semaphore_a), 1);
  u64 wrong = 0;
  for (u32 i = 0; i < 512; ++i) wrong += buffer[512 + i] != block.tile * 1000 + i;
  halt(wrong);
}

void gather(const LaunchBlock& block) {
  if (block.tile == 0) {
    for (u32 i = 0; i < 8; ++i) buffer[i] = i + 5;
    DmaDescriptor d;
    d.source = own(buffer);
    d.destination = own(buffer + 8) - areia::abi::kScratchpadBase;
    d.run_bytes = 64;
    d.multicast = 1;
    d.last_column = static_cast<unsigned char>(block.columns - 1);
    d.last_row = static_cast<unsigned char>(block.rows - 1);
    d.semaphore = own(&semaphore_a);
    dma_start(own(&d), 0);
  }
  sem_wait(own(&semaphore_a), 1);
  u64 sum = 0;
  for (u32 i = 0; i < 8; ++i) sum += buffer[8 + i];
  __atomic_fetch_add(reinterpret_cast<u64*>(kResults), sum + block.tile, __ATOMIC_RELAXED);
  sem_post(in_tile(0, &semaphore_b), 1);
  if (block.tile != 0) return;
  sem_wait(own(&semaphore_b), block.tile_count);
  halt(*reinterpret_cast<volatile u64*>(kResults));
}

[[gnu::noinline]] void wait_for_nothing() { sem_wait(own(&semaphore_b), 5); }
[[gnu::noinline]] void load_from_nowhere() { cell = *reinterpret_cast<volatile u64*>(0x40); }

void fail(const LaunchBlock& block, u64 mode) {
  switch (mode) {
    case kDeadlock:
      if (block.tile == 2 || block.tile_count == 1) {
        semaphore_b = 3;
        wait_for_nothing();
      }
      break;
    case kBadLoad:
      if (block.tile == block.tile_count - 1) load_from_nowhere();
      break;
    case kBadSemaphore:
      sem_post(own(&semaphore_a) + 1, 1);
      break;
    case kBadDma:
      copy(own(buffer), areia::abi::kDramBase + block.dram_bytes - 8, 9, 0);
      break;
    case kBadTensor:
      tmma<0>(0, 0);
      break;
    case kBadDescriptor: {
      DmaDescriptor d;
      d.reserved = 1;
      dma_start(own(&d), 0);
      break;
    }
    default:
      break;
  }
}

}  // namespace

extern "C" [[gnu::section(".text.start")]] void _start(const LaunchBlock* block) {
  switch (block->argument) {
    case kRing:
      ring(*block);
      break;
    case kRaces:
      races(*block);
      break;
    case kChannelOrder:
      channel_order(*block);
      break;
    case kGather:
      gather(*block);
      break;
    case kSpin:
      for (;;) asm volatile("nop");
    case kDoorbells:
      ring_doorbell(1);
      ring_doorbell(block->tile);
      break;
    default:
      fail(*block, block->argument);
  }
  halt(0);
}

// What the compiler may call where it sees fit.
extern "C" void* memset(void* to, int value, u64 bytes) {
  for (u64 i = 0; i < bytes; ++i) static_cast<volatile char*>(to)[i] = static_cast<char>(value);
  return to;
}
extern "C" void* memcpy(void* to, const void* from, u64 bytes) {
  for (u64 i = 0; i < bytes; ++i) static_cast<volatile char*>(to)[i] = static_cast<const char*>(from)[i];
  return to;
}
