// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What a hart asks of its tile: memory beyond the fast path, and the Xareia instructions.
// The hart knows nothing of chips; a test can stand in for a tile.
#pragma once

#include <cstdint>

namespace areia::sim {

/// A piece of memory that the hart may load from and store to directly.
struct MemoryWindow {
  std::uint64_t base = 0;
  std::uint64_t bytes = 0;
  std::uint8_t* host = nullptr;
};

/// How a Xareia instruction or a slow memory access went.
enum class PortOutcome : std::uint8_t {
  kDone,
  kBlocked,     ///< not now: the hart stops at this instruction and executes it again when resumed
  kHalted,      ///< the program ended
  kIllegal,     ///< raise an illegal-instruction trap
  kLoadFault,   ///< raise a load access fault, tval = *fault_address
  kStoreFault,  ///< raise a store access fault, tval = *fault_address
};

enum class AccessKind : std::uint8_t { kLoad, kStore, kFetch };

class TilePort {
 public:
  virtual ~TilePort() = default;

  /// The window that holds all of [address, address + bytes) for this kind of access, or one with
  /// host == nullptr when the access must go through slow_access(). The hart may keep a window as long
  /// as it lives: windows never move. A tile gives its own scratchpad, and DRAM for loads and fetches (for
  /// stores too where it is the only tile that runs).
  virtual MemoryWindow window(std::uint64_t address, std::uint64_t bytes, AccessKind kind) = 0;

  /// A load or store of 1 to 8 bytes (atomics: two of them) outside the windows: another tile's scratchpad,
  /// say. kBlocked asks the hart to stop and try again when resumed.
  virtual PortOutcome slow_access(std::uint64_t address, unsigned bytes, AccessKind kind,
                                  std::uint64_t& value) = 0;

  /// Executes a Xareia instruction: `raw` is its encoding, the values those of x[rs1] and x[rs2]. The host's
  /// floating-point environment is the guest's (changing it takes longer than most of these instructions):
  /// what uses floating point brings its own and puts back what it found, as the tensor engine does.
  virtual PortOutcome xareia(std::uint32_t raw, std::uint64_t rs1, std::uint64_t rs2,
                             std::uint64_t* fault_address) = 0;

  /// The time CSR: ticks of the chip's clock. Functional level: retired instructions of this hart.
  virtual std::uint64_t time() const { return 0; }

  /// The program wrote the CSR `marker`.
  virtual void mark(std::uint32_t) {}
};

}  // namespace areia::sim
