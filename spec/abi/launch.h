// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What a program finds when a tile starts it: the launch block, and the register convention.
#pragma once

#include <cstdint>

namespace areia::abi {

/// The host writes one per tile into the last kLaunchBlockBytes of its scratchpad and starts the hart at
/// the program's entry with a0 = address of the block (in the scratchpad window) and sp just below it,
/// 16-byte aligned. All other registers and CSRs are at their reset values. mtvec is 0: a trap that the
/// program does not handle stops the chip and is reported to the host as a fault.
struct LaunchBlock {
  std::uint32_t tile = 0;        ///< row-major index, also in mhartid
  std::uint32_t tile_count = 0;  ///< columns * rows
  std::uint32_t columns = 0, rows = 0;
  std::uint32_t scratchpad_bytes = 0;
  std::uint32_t vlen_bits = 0;
  std::uint32_t tensor_rows = 0, tensor_columns = 0, accumulator_sets = 0;
  std::uint32_t dma_channels = 0;
  std::uint64_t dram_base = 0, dram_bytes = 0;
  std::uint64_t heap_begin = 0, heap_end = 0;  ///< scratchpad addresses free for the program's use
  std::uint64_t argument = 0;                  ///< for the program: areia's kernels get the plan's address
};
inline constexpr std::uint64_t kLaunchBlockBytes = 128;
static_assert(sizeof(LaunchBlock) <= kLaunchBlockBytes);

/// Stack kept free below the launch block; heap_end is below it.
inline constexpr std::uint64_t kStackBytes = 16 * 1024;

}  // namespace areia::abi
