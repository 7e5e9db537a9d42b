// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Transfers by DMA, the chip-wide barrier and the doorbell.
#include "sw/kernels/device.h"

namespace areia::kernels {

const abi::LaunchBlock* launch = nullptr;

namespace {

/// Semaphores: what the engines count up. Same address in every tile.
volatile uint32_t loads_done, stores_done;
volatile uint32_t barrier_arrivals;  // used in tile 0
volatile uint32_t barrier_releases;

uint32_t loads_started, stores_started, barriers;
bool parted;  // an operator has begun since the last barrier without one between
uint64_t load_channel;
constexpr uint64_t kStoreChannel = 0;

abi::DmaDescriptor load_descriptor, store_descriptor, arrival_descriptor, release_descriptor;

/// A descriptor that copies nothing and posts 1: on the store channel it posts after all earlier stores.
abi::DmaDescriptor post_descriptor(uint64_t semaphore) {
  abi::DmaDescriptor descriptor;
  descriptor.count[0] = 0;
  descriptor.source = descriptor.destination = abi::kScratchpadBase;
  descriptor.semaphore = semaphore;
  return descriptor;
}

void start(const abi::DmaDescriptor& descriptor, uint64_t channel) {
  device::dma_start(address_of(&descriptor), channel);
}

void set_rows(abi::DmaDescriptor& descriptor, uint64_t destination, uint64_t destination_stride,
              uint64_t source, uint64_t source_stride, uint64_t row_bytes, uint64_t rows) {
  descriptor.source = source;
  descriptor.destination = destination;
  descriptor.run_bytes = static_cast<uint32_t>(row_bytes);
  descriptor.count[0] = static_cast<uint32_t>(rows);
  descriptor.source_stride[0] = static_cast<int64_t>(source_stride);
  descriptor.destination_stride[0] = static_cast<int64_t>(destination_stride);
}

}  // namespace

void start_transfers() {
  load_channel = launch->dma_channels > 1 ? 1 : 0;
  load_descriptor = {};
  store_descriptor = {};
  load_descriptor.semaphore = address_of(&loads_done);
  store_descriptor.semaphore = address_of(&stores_done);
  arrival_descriptor =
      post_descriptor(abi::tile_address(0, address_of(&barrier_arrivals) - abi::kScratchpadBase));
  release_descriptor = post_descriptor(address_of(&barrier_releases));
  release_descriptor.destination = 0;
  release_descriptor.multicast = 1;
  release_descriptor.last_column = static_cast<uint8_t>(launch->columns - 1);
  release_descriptor.last_row = static_cast<uint8_t>(launch->rows - 1);
}

Ticket load_rows(void* destination, uint64_t destination_stride, uint64_t source, uint64_t source_stride,
                 uint64_t row_bytes, uint64_t rows) {
  set_rows(load_descriptor, address_of(destination), destination_stride, source, source_stride, row_bytes,
           rows);
  start(load_descriptor, load_channel);
  return ++loads_started;
}

void wait_load(Ticket ticket) { device::sem_wait(address_of(&loads_done), ticket); }

Ticket store_rows(uint64_t destination, uint64_t destination_stride, const void* source,
                  uint64_t source_stride, uint64_t row_bytes, uint64_t rows) {
  set_rows(store_descriptor, destination, destination_stride, address_of(source), source_stride, row_bytes,
           rows);
  start(store_descriptor, kStoreChannel);
  return ++stores_started;
}

void wait_store(Ticket ticket) { device::sem_wait(address_of(&stores_done), ticket); }

void wait_stores() { wait_store(stores_started); }

void meet() {
  if (parted) barrier();
}

void part() { parted = true; }

void barrier() {
  parted = false;
  ++barriers;
  if (launch->tile_count == 1) return wait_stores();
  // The arrival travels behind this tile's stores on their channel, so it says that they are done.
  start(arrival_descriptor, kStoreChannel);
  if (launch->tile == 0) {
    device::sem_wait(address_of(&barrier_arrivals), static_cast<uint32_t>(barriers * launch->tile_count));
    start(release_descriptor, kStoreChannel);
  }
  device::sem_wait(address_of(&barrier_releases), barriers);
}

void ring_doorbell() {
  wait_stores();
  device::sem_post(abi::kHostDoorbell, 1);
}

uint64_t Arena::begin_, Arena::end_;

void Arena::set_bounds(uint64_t begin, uint64_t end) {
  begin_ = round_up(begin, 64);
  end_ = end;
}

void* Arena::take_bytes(uint64_t bytes) {
  if (bytes > left()) __builtin_trap();
  void* memory = reinterpret_cast<void*>(next_);
  next_ = round_up(next_ + bytes, 64);
  if (next_ > end_) next_ = end_;
  return memory;
}

}  // namespace areia::kernels
