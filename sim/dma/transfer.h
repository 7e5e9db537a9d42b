// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A DMA transfer: a descriptor whose addresses are checked and resolved, so that carrying it out cannot fail.
#pragma once

#include <cstdint>

#include "sim/fabric.h"
#include "spec/abi/dma.h"

namespace areia::sim {

/// One side of a copy, resolved: the first element's host byte, and byte strides of the three outer
/// dimensions.
struct TransferSide {
  Place place;
  std::int64_t stride[3] = {0, 0, 0};
};

struct Transfer {
  TransferSide source, destination;  ///< of a multicast, destination is the one in tile 0
  std::uint64_t run_bytes = 0;
  std::uint64_t count[3] = {0, 0, 0};
  bool multicast = false;
  Rectangle area;  ///< multicast: the receivers
  bool posts = false;
  Place semaphore;  ///< of a multicast, the one in tile 0
  std::uint32_t post_value = 0;

  std::uint64_t bytes() const { return run_bytes * count[0] * count[1] * count[2]; }
  /// Whether it writes nothing but the scratchpad of `tile`, and reads nothing but that and DRAM.
  bool stays_with(std::uint32_t tile) const;
};

/// How checking a descriptor went.
struct TransferCheck {
  enum class Kind : std::uint8_t { kDone, kIllegal, kLoadFault, kStoreFault } kind = Kind::kDone;
  std::uint64_t address = 0;     ///< the byte that lies in no memory, for the faults
  const char* detail = nullptr;  ///< what is wrong, for people
  Transfer transfer;             ///< with kDone
};

/// Checks the whole strided extent of `descriptor`, started by `tile`, before anything is copied.
TransferCheck check_transfer(const abi::DmaDescriptor& descriptor, const Fabric& fabric, std::uint32_t tile);

/// Copies to every receiver, and counts the traffic as that of `tile`.
void copy(const Transfer& transfer, Fabric& fabric, std::uint32_t tile, Traffic& traffic);

/// The semaphore that `receiver` has of a multicast that posts.
Place semaphore_in(const Transfer& transfer, const Fabric& fabric, std::uint32_t receiver);

/// Calls each(tile) for all that a multicast writes to.
template <typename Each>
void for_each_receiver(const Transfer& transfer, const Mesh& mesh, const Each& each) {
  for (std::uint32_t row = transfer.area.first.row; row <= transfer.area.last.row; ++row) {
    for (std::uint32_t column = transfer.area.first.column; column <= transfer.area.last.column; ++column) {
      each(mesh.tile({column, row}));
    }
  }
}

/// copy(), then posts.
void carry_out(const Transfer& transfer, Fabric& fabric, std::uint32_t tile, Traffic& traffic);

}  // namespace areia::sim
