// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Loads segments and fills in launch blocks.
#include "sim/launch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "sim/mem/host_memory.h"
#include "spec/abi/launch.h"
#include "spec/abi/memory_map.h"

namespace areia::sim {
namespace {

constexpr std::uint64_t kHeapAlignment = 64;

bool in_scratchpad_window(const ProgramImage::Segment& segment) {
  return segment.address - abi::kScratchpadBase < abi::kScratchpadWindow;
}
std::uint64_t memory_bytes(const ProgramImage::Segment& segment) {
  return std::max<std::uint64_t>(segment.memory_bytes, segment.bytes.size());
}

void load(const ProgramImage::Segment& segment, std::uint8_t* to) {
  if (!segment.bytes.empty()) std::memcpy(to, segment.bytes.data(), segment.bytes.size());
  make_zero(to + segment.bytes.size(), memory_bytes(segment) - segment.bytes.size());
}

}  // namespace

Error outside(std::uint64_t address, std::uint64_t bytes) {
  return work_failed(
      fmt::format("{} bytes at {:#x} are not all within one memory of the chip", bytes, address));
}

Launch::Launch(const ChipDescription& chip, const AddressMap& map, const ProgramImage& program,
               std::uint32_t tiles)
    : chip_(chip), map_(map), program_(program), tiles_(tiles) {}

std::uint64_t Launch::block_address() const {
  return abi::kScratchpadBase + chip_.scratchpad.bytes - abi::kLaunchBlockBytes;
}

Result<void> Launch::check() const {
  const std::uint64_t limit = block_address() - abi::kStackBytes;
  for (const auto& segment : program_.segments) {
    const std::uint64_t bytes = memory_bytes(segment);
    if (bytes == 0) continue;
    if (!map_.locate(segment.address, bytes, 0).host && !in_scratchpad_window(segment)) {
      return bad_input(
          fmt::format("the program's segment of {} bytes at {:#x} is not within a memory of {}; DRAM is "
                      "{} MiB at {:#x}",
                      bytes, segment.address, chip_.name, chip_.dram.bytes >> 20, abi::kDramBase));
    }
    if (in_scratchpad_window(segment) && (bytes > limit || segment.address > limit - bytes)) {
      return bad_input(fmt::format(
          "the program does not fit {}'s scratchpad of {} KiB: its segment at {:#x} ends {} "
          "bytes above what stack and launch block leave free",
          chip_.name, chip_.scratchpad.bytes >> 10, segment.address, segment.address + bytes - limit));
    }
  }
  return {};
}

void Launch::load_segments() const {
  for (const auto& segment : program_.segments) {
    if (memory_bytes(segment) == 0) continue;
    const std::uint32_t copies = in_scratchpad_window(segment) ? tiles_ : 1;
    for (std::uint32_t tile = 0; tile < copies; ++tile) {
      load(segment, map_.locate(segment.address, memory_bytes(segment), tile).host);
    }
  }
}

std::uint64_t Launch::write_block(std::uint32_t tile, std::uint64_t argument) const {
  abi::LaunchBlock block;
  block.tile = tile;
  block.tile_count = chip_.tile_count();
  block.columns = chip_.mesh.columns;
  block.rows = chip_.mesh.rows;
  block.scratchpad_bytes = static_cast<std::uint32_t>(chip_.scratchpad.bytes);
  block.vlen_bits = chip_.hart.vlen_bits;
  block.tensor_rows = chip_.tensor.rows;
  block.tensor_columns = chip_.tensor.columns;
  block.accumulator_sets = chip_.tensor.accumulator_sets;
  block.dma_channels = chip_.dma.channels;
  block.dram_base = abi::kDramBase;
  block.dram_bytes = chip_.dram.bytes;
  block.heap_begin = abi::kScratchpadBase;
  for (const auto& segment : program_.segments) {
    if (!in_scratchpad_window(segment)) continue;
    block.heap_begin = std::max(block.heap_begin, segment.address + memory_bytes(segment));
  }
  block.heap_begin = (block.heap_begin + kHeapAlignment - 1) / kHeapAlignment * kHeapAlignment;
  block.heap_end = block_address() - abi::kStackBytes;
  block.argument = argument;
  std::memcpy(map_.locate(block_address(), sizeof block, tile).host, &block, sizeof block);
  return block_address();
}

}  // namespace areia::sim
