// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What all chip programs share: their entry, the request, the answer, a barrier. Device code; a program
// includes it once and defines run().
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bench/chip/request.h"
#include "spec/abi/dma.h"
#include "spec/abi/launch.h"
#include "spec/isa/xareia_intrinsics.h"

namespace areia::bench {

/// The program's work on this tile.
void run(const Request& request);

const abi::LaunchBlock* launch;

inline uint64_t address_of(const volatile void* pointer) { return reinterpret_cast<uint64_t>(pointer); }
inline uint64_t in_tile(uint64_t tile, uint64_t address) {
  return abi::tile_address(tile, address - abi::kScratchpadBase);
}
inline uint64_t round_up(uint64_t value, uint64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

inline uint64_t cycle() {
  uint64_t value;
  asm volatile("rdcycle %0" : "=r"(value) : : "memory");
  return value;
}

/// The value in a register from here on, so that nothing is computed while the clock runs.
inline uint64_t ready(uint64_t value) {
  asm volatile("" : "+r"(value));
  return value;
}

/// Writes a word of this tile's answer.
inline void answer(uint64_t word, uint64_t value) {
  reinterpret_cast<volatile uint64_t*>(kResultsAddress)[launch->tile * kWords + word] = value;
}
inline void answer_time(uint64_t begin, uint64_t end) {
  answer(0, begin);
  answer(1, end);
}

/// A contiguous copy.
inline abi::DmaDescriptor copy_of(uint64_t source, uint64_t destination, uint64_t bytes) {
  abi::DmaDescriptor descriptor;
  descriptor.source = source;
  descriptor.destination = destination;
  descriptor.run_bytes = static_cast<uint32_t>(bytes);
  return descriptor;
}
inline void start(const abi::DmaDescriptor& descriptor, uint64_t channel) {
  device::dma_start(address_of(&descriptor), channel);
}
inline void fence_channels(uint64_t count) {
  for (uint64_t channel = 0; channel < count; ++channel) device::dma_fence(channel);
}

/// The barrier of areia's kernels (sw/kernels/transfer.cpp): arrivals are posted to tile 0 by a DMA channel,
/// which multicasts the release.
class Barrier {
 public:
  Barrier() {
    arrival_.count[0] = release_.count[0] = 0;
    arrival_.source = arrival_.destination = release_.source = abi::kScratchpadBase;
    arrival_.semaphore = in_tile(0, address_of(&arrivals_));
    release_.semaphore = address_of(&releases_);
    release_.multicast = 1;
    release_.last_column = static_cast<uint8_t>(launch->columns - 1);
    release_.last_row = static_cast<uint8_t>(launch->rows - 1);
  }
  void wait() {
    ++count_;
    start(arrival_, 0);
    if (launch->tile == 0) {
      device::sem_wait(address_of(&arrivals_), count_ * launch->tile_count);
      start(release_, 0);
    }
    device::sem_wait(address_of(&releases_), count_);
  }

 private:
  // At the same address in every tile: the program is.
  inline static volatile uint32_t arrivals_, releases_;
  abi::DmaDescriptor arrival_, release_;
  uint64_t count_ = 0;
};

}  // namespace areia::bench

extern "C" [[gnu::section(".text.start"), gnu::used]] void _start(const areia::abi::LaunchBlock* block) {
  using namespace areia::bench;
  launch = block;
  const Request request = *reinterpret_cast<const Request*>(block->argument);
  run(request);
  areia::device::halt(0);
}

// What the compiler may call where it sees fit.
extern "C" [[gnu::used]] inline void* memset(void* to, int value, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) static_cast<volatile char*>(to)[i] = static_cast<char>(value);
  return to;
}
extern "C" [[gnu::used]] inline void* memcpy(void* to, const void* from, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) static_cast<volatile char*>(to)[i] = static_cast<const char*>(from)[i];
  return to;
}
