// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What the tiles of a chip share: memories, mesh, DRAM channels and the host's doorbell.
#pragma once

#include <cstdint>
#include <cstring>

#include "sim/dram/dram_channels.h"
#include "sim/mem/address_map.h"
#include "sim/noc/mesh.h"
#include "spec/chip/chip.h"

namespace areia::sim {

/// Bytes moved; a tile counts what it causes.
struct Traffic {
  std::uint64_t dram_read_bytes = 0, dram_write_bytes = 0;
  std::uint64_t noc_bytes = 0;      ///< bytes that left a tile or a DRAM controller
  std::uint64_t noc_hop_bytes = 0;  ///< the same, each times the links it crossed

  Traffic& operator+=(const Traffic& other) {
    dram_read_bytes += other.dram_read_bytes;
    dram_write_bytes += other.dram_write_bytes;
    noc_bytes += other.noc_bytes;
    noc_hop_bytes += other.noc_hop_bytes;
    return *this;
  }
};

struct Fabric {
  Fabric(const ChipDescription& chip, std::uint8_t* scratchpads, std::uint8_t* dram)
      : map(chip, scratchpads, dram), mesh(chip.mesh.columns, chip.mesh.rows), channels(chip) {}

  AddressMap map;
  Mesh mesh;
  DramChannels channels;

  /// Only one tile runs: its effects on the rest of the chip need not wait for a serial phase.
  bool lone_tile = false;
  /// Sum of the posts since the host last looked. Written in serial phases, or by a lone tile.
  std::uint64_t doorbell = 0;
  /// Stores into [watched, watched + watched_bytes) of DRAM stop the chip (HTIF's tohost).
  std::uint64_t watched = 0, watched_bytes = 0;
  bool watch_hit = false;

  bool is_watched(std::uint64_t address, std::uint64_t bytes) const {
    return watched_bytes != 0 && address < watched + watched_bytes && watched < address + bytes;
  }

  /// Adds `value` to the semaphore at `place`, or rings the doorbell.
  void post(const Place& place, std::uint32_t value) {
    if (place.kind == MemoryKind::kDoorbell) {
      doorbell += value;
      return;
    }
    std::uint32_t semaphore;
    std::memcpy(&semaphore, place.host, sizeof semaphore);
    semaphore += value;
    std::memcpy(place.host, &semaphore, sizeof semaphore);
  }
};

}  // namespace areia::sim
