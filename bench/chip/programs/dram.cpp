// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// DRAM: streams, random reads and the latency of one access.
#include "bench/chip/programs/program.h"

namespace areia::bench {
namespace {

volatile uint32_t arrived;

/// Every tile moves its bytes, a descriptor at a time: a region of its own, or the tiles' pieces take turns
/// in one region. Reads have one channel and writes another, as in areia's kernels: more would be more
/// streams. The bytes have no meaning, so buffers are reused without waiting.
void stream(const Request& request) {
  const uint64_t bytes = request.value[1], piece = request.value[2];
  const bool in_turn = request.value[3] != 0;
  const uint64_t region = kDataAddress + launch->tile * (in_turn ? piece : bytes);
  const uint64_t step = in_turn ? piece * request.value[0] : piece;
  const uint64_t buffer = round_up(launch->heap_begin, 4096);
  const bool reads = request.mode != kWriteStream, writes = request.mode != kReadStream;
  abi::DmaDescriptor in = copy_of(region, buffer, piece), out = copy_of(buffer + piece, region, piece);
  const uint64_t begin = cycle();
  for (uint64_t done = 0; done < bytes; done += piece) {
    const bool write = writes && (!reads || done / piece % 2 == 1);
    in.source = out.destination = region + done / piece * step;
    start(write ? out : in, write ? 1 : 0);
  }
  fence_channels(2);
  answer_time(begin, cycle());
}

/// Eight reads a descriptor, at a random place and with a random stride, so that the hart keeps up.
void read_random(const Request& request) {
  constexpr uint64_t kReads = 8, kBytes = 64;
  const uint64_t bytes = request.value[1], span = request.value[2];
  abi::DmaDescriptor in = copy_of(0, round_up(launch->heap_begin, 4096), kBytes);
  in.count[0] = kReads;
  in.destination_stride[0] = kBytes;
  uint64_t random = launch->tile * 0x9e3779b97f4a7c15 + 1;
  uint64_t channel = 0;
  const uint64_t begin = cycle();
  for (uint64_t done = 0; done < bytes; done += kReads * kBytes) {
    random = random * 6364136223846793005 + 1442695040888963407;
    in.source = kDataAddress + ((random >> 20) & (span / 2 - kBytes));
    in.source_stride[0] = static_cast<int64_t>((random >> 34) & (span / 16 - kBytes));
    start(in, channel);
    channel = channel + 1 < launch->dma_channels ? channel + 1 : 0;
  }
  fence_channels(launch->dma_channels);
  answer_time(begin, cycle());
}

void read_once() {
  abi::DmaDescriptor in = copy_of(kDataAddress, round_up(launch->heap_begin, 4096), 64);
  in.semaphore = address_of(&arrived);
  const uint64_t descriptor = ready(address_of(&in)), semaphore = ready(in.semaphore), one = ready(1);
  const uint64_t begin = cycle();
  device::dma_start(descriptor, 0);
  device::sem_wait(semaphore, one);
  answer_time(begin, cycle());
}

void load_once() {
  const uint64_t address = ready(kDataAddress);
  const uint64_t begin = cycle();
  uint64_t value;
  asm volatile("ld %0, 0(%1)" : "=r"(value) : "r"(address) : "memory");
  answer_time(begin, cycle());
}

}  // namespace

void run(const Request& request) {
  if (launch->tile == 0 && request.mode == kReadOnce) return read_once();
  if (launch->tile == 0 && request.mode == kLoadOnce) return load_once();
  if (request.mode == kReadOnce || request.mode == kLoadOnce) return;
  Barrier barrier;
  barrier.wait();
  if (launch->tile >= request.value[0]) return;
  if (request.mode == kReadRandom) return read_random(request);
  stream(request);
}

}  // namespace areia::bench
