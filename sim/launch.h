// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Puts a program into a chip's memories: segments and launch blocks (spec/abi/launch.h).
#pragma once

#include <cstdint>

#include "base/result.h"
#include "sim/mem/address_map.h"
#include "spec/abi/device.h"

namespace areia::sim {

/// The error of a host access or segment that is not all within one memory.
Error outside(std::uint64_t address, std::uint64_t bytes);

/// One launch of `program` on tiles 0 to `tiles` - 1. What it refers to must outlive it.
class Launch {
 public:
  Launch(const ChipDescription& chip, const AddressMap& map, const ProgramImage& program,
         std::uint32_t tiles);

  /// Whether all segments fit: in DRAM, or in the scratchpad below stack and launch block.
  Result<void> check() const;
  /// Copies segments: those of the scratchpad window into every started tile, those of DRAM once.
  void load_segments() const;
  /// Writes the launch block of a tile and returns its address: also the top of the stack.
  std::uint64_t write_block(std::uint32_t tile, std::uint64_t argument) const;

 private:
  std::uint64_t block_address() const;

  const ChipDescription& chip_;
  const AddressMap& map_;
  const ProgramImage& program_;
  std::uint32_t tiles_;
};

}  // namespace areia::sim
