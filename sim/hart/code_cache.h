// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// CodeCache: decoded blocks by the address of their first instruction.
//
// Harts whose memory holds the same program at the same addresses share one, which keeps the host's caches
// warm: tiles that a launch started. Who changes code executes fence.i, as the ISA asks, and its hart goes on
// with a cache of its own. Thread-safe: a lookup takes no lock, adding takes one and publishes complete
// blocks; blocks stay until the cache is destroyed, when no hart uses it any more.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "sim/hart/instruction.h"

namespace areia::sim {

class MemoryWindows;
class TilePort;

class CodeCache {
 public:
  CodeCache() = default;
  ~CodeCache();
  CodeCache(const CodeCache&) = delete;
  CodeCache& operator=(const CodeCache&) = delete;

  /// The first instruction of the block at `pc`, or null.
  const Instruction* find(std::uint64_t pc) const;
  /// Adds a block (see decode_block); where there is one at its pc already, that one stays. Returns what
  /// stays.
  const Instruction* add(std::vector<Instruction> block);
  /// Whether so much is held that a hart had better start anew (a program that jumps everywhere).
  bool full() const { return instructions_.load(std::memory_order_relaxed) > kMaxInstructions; }

 private:
  struct Block {
    std::vector<Instruction> instructions;
    Block* next = nullptr;
  };
  static constexpr std::size_t kBuckets = 4096;
  static constexpr std::size_t kMaxInstructions = std::size_t{1} << 21;  // 96 MiB of them
  static std::size_t bucket(std::uint64_t pc) { return (pc >> 1) % kBuckets; }

  std::array<std::atomic<Block*>, kBuckets> buckets_{};
  std::atomic<std::size_t> instructions_ = 0;
  std::mutex adding_;
};

/// Decodes straight on from `pc` to the first instruction that ends a block, the end of the memory that can
/// be fetched, or kMaxBlockLength, and puts a pseudo-instruction of length 0 behind them that leaves the
/// block. Throws Trap (instruction access fault) where nothing can be fetched at `pc`.
std::vector<Instruction> decode_block(std::uint64_t pc, MemoryWindows& windows, TilePort& port);

}  // namespace areia::sim
