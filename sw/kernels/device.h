// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The device header: what kernels know of their tile and how they move data. Start here to read sw/kernels.
//
// One program runs on every tile, in the tile's own scratchpad, so that globals are one per tile and lie at
// the same address everywhere. Loads (DRAM to scratchpad) go through one DMA channel and stores (scratchpad
// to DRAM) through another where there are two; each transfer gets a number, and waiting is for a number.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "spec/abi/dma.h"
#include "spec/abi/launch.h"
#include "spec/abi/marker.h"
#include "spec/abi/memory_map.h"
#include "spec/abi/plan.h"
#include "spec/isa/xareia_intrinsics.h"
#include "spec/num/format.h"

namespace areia::kernels {

/// This tile and this chip; set once by main.cpp.
extern const abi::LaunchBlock* launch;

inline uintptr_t address_of(const volatile void* pointer) { return reinterpret_cast<uintptr_t>(pointer); }
template <typename T>
constexpr T smaller(T a, T b) {
  return a < b ? a : b;
}
template <typename T>
constexpr T larger(T a, T b) {
  return a > b ? a : b;
}
constexpr uint64_t divide_up(uint64_t value, uint64_t divisor) { return (value + divisor - 1) / divisor; }
constexpr uint64_t round_up(uint64_t value, uint64_t multiple) {
  return divide_up(value, multiple) * multiple;
}

/// Tells profiles what this tile works on from now on (spec/abi/marker.h): an operator's index, or
/// its barrier.
inline void mark(Marker marker) {
  asm volatile("csrw 0x800, %0" ::"r"(static_cast<uint64_t>(marker)) : "memory");
}

// ---- Moving data (transfer.cpp) --------------------------------------------------------------------

/// The number of a transfer on its channel: later ones are larger, modulo 2^32.
using Ticket = uint32_t;

/// Prepares descriptors and channels; call before any transfer.
void start_transfers();
/// Copies `rows` rows of `row_bytes` bytes from DRAM to the scratchpad; strides in bytes.
Ticket load_rows(void* destination, uint64_t destination_stride, uint64_t source, uint64_t source_stride,
                 uint64_t row_bytes, uint64_t rows);
inline Ticket load(void* destination, uint64_t source, uint64_t bytes) {
  return load_rows(destination, 0, source, 0, bytes, 1);
}
/// Waits until a load and all before it have arrived.
void wait_load(Ticket ticket);

/// Copies rows from the scratchpad to DRAM. Nobody else may read them before a barrier.
Ticket store_rows(uint64_t destination, uint64_t destination_stride, const void* source,
                  uint64_t source_stride, uint64_t row_bytes, uint64_t rows);
inline Ticket store(uint64_t destination, const void* source, uint64_t bytes) {
  return store_rows(destination, 0, source, 0, bytes, 1);
}
/// Waits until a store and all before it are done, so that their source may be overwritten.
void wait_store(Ticket ticket);
/// The same for every store started so far.
void wait_stores();

/// A buffer's last store: wait() before the buffer is written again. What is left when an operator ends, the
/// barrier waits for.
class PendingStore {
 public:
  void operator=(Ticket ticket) {
    ticket_ = ticket;
    pending_ = true;
  }
  void wait() {
    if (pending_) wait_store(ticket_);
    pending_ = false;
  }

 private:
  Ticket ticket_ = 0;
  bool pending_ = false;
};

/// Waits until every tile has come here and all stores that they started are done.
void barrier();
/// The same unless nothing was done since the last barrier: afterwards every tile's scratchpad is free for
/// what others multicast into it.
void meet();
/// Tells that tiles now go into an operator without having met.
void part();
/// Wakes the host. It sees everything stored before.
void ring_doorbell();

// ---- Scratchpad memory -----------------------------------------------------------------------------

/// Hands out the scratchpad between the program and the stack, from the bottom; an operator starts with all
/// of it that is not taken for good.
class Arena {
 public:
  Arena() : next_(begin_) {}
  /// 64-byte aligned memory for `count` Ts, not cleared. Running out is a bug in a kernel's own sizing: halts
  /// by an illegal instruction, which the host reports with this function's name.
  template <typename T>
  T* take(uint64_t count) {
    return static_cast<T*>(take_bytes(count * sizeof(T)));
  }
  /// Bytes left.
  uint64_t left() const { return end_ - next_; }

  /// Sets the bounds for all arenas to come.
  static void set_bounds(uint64_t begin, uint64_t end);

 private:
  void* take_bytes(uint64_t bytes);
  uint64_t next_;
  static uint64_t begin_, end_;
};

// ---- Sharing work ----------------------------------------------------------------------------------

/// The consecutive items of a number of items that are this tile's.
struct Share {
  uint64_t begin, end;
};
/// Splits `items` evenly over the tiles, in order of tiles.
inline Share share_of(uint64_t items) {
  const uint64_t tiles = launch->tile_count, tile = launch->tile;
  const uint64_t each = items / tiles;
  if (each * tiles == items) return {tile * each, (tile + 1) * each};
  return {items * tile / tiles, items * (tile + 1) / tiles};
}

/// Where in the sequence a step stands: the rows that it computes.
struct Step {
  const abi::PlanHeader* plan;
  uint64_t position;  ///< of the first row
  uint64_t rows;      ///< 1 to chunk_rows
  bool last;          ///< the last row's logits are wanted: the prompt's last chunk, or a decode step
};

/// How many rows `op` works on in this step, and which input row is the first.
struct Rows {
  uint64_t count, first_input;
};
inline Rows rows_of(const abi::Op& op, const Step& step) {
  if (!(op.flags & abi::kLastRowOnly)) return {step.rows, 0};
  return {1, op.input.rows == 1 ? 0 : step.rows - 1};
}

// ---- The operators: one file each -------------------------------------------------------------------

void embed(const abi::Op& op, const Step& step);
void rms_norm(const abi::Op& op, const Step& step);
void layer_norm(const abi::Op& op, const Step& step);
void matmul(const abi::Op& op, const Step& step);
void rope_store(const abi::Op& op, const Step& step);
void attention(const abi::Op& op, const Step& step);
void activation(const abi::Op& op, const Step& step);
void route(const abi::Op& op, const Step& step);
void expert_matmul(const abi::Op& op, const Step& step);
void combine(const abi::Op& op, const Step& step);
void sample(const abi::Op& op, const Step& step);
void score(const abi::Op& op, const Step& step);
/// kMatmul by teams of tiles (team_matmul.cpp); false, with nothing done, where matmul() must do it alone.
bool team_matmul(const abi::Op& op, const Rows& rows);
/// Fills a table of (cos, sin) for the positions that this plan can reach.
void make_rope_table(const abi::PlanHeader& plan, const abi::RopeTable& rope);

}  // namespace areia::kernels
