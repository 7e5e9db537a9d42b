// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// CodeCache: decoded blocks by the address of their first instruction.
//
// Tiles that a launch started run the same program, so their harts share a cache, which keeps the host's
// caches warm. A shared cache decodes from a copy of the program as it was launched, not from a hart's
// memory: what a hart executes must not depend on which hart came first. Who changes code executes fence.i,
// as the ISA asks, and its hart goes on with a cache of its own, which decodes from its memory; so does one
// that runs code from outside the program. Thread-safe: a lookup takes no lock, adding takes one and
// publishes complete blocks; blocks stay until the cache is destroyed, when no hart uses it any more.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "sim/hart/instruction.h"
#include "spec/abi/device.h"

namespace areia::sim {

class CodeCache {
 public:
  /// The cache of one hart.
  CodeCache() = default;
  /// A cache to share: of the contents of these segments.
  explicit CodeCache(std::vector<ProgramImage::Segment> program) : program_(std::move(program)) {}
  ~CodeCache();
  CodeCache(const CodeCache&) = delete;
  CodeCache& operator=(const CodeCache&) = delete;

  /// The first instruction of the block at `pc`, or null.
  const Instruction* find(std::uint64_t pc) const;
  /// Whether it is of a program; if not, of one hart's memory.
  bool is_shared() const { return !program_.empty(); }
  /// The two bytes of the program at `address`, or null.
  const std::uint8_t* program_bytes(std::uint64_t address) const;

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

  std::vector<ProgramImage::Segment> program_;
  std::array<std::atomic<Block*>, kBuckets> buckets_{};
  std::atomic<std::size_t> instructions_ = 0;
  std::mutex adding_;
};

/// Host address of the two bytes at an address, or null where nothing can be fetched.
using FetchSource = std::function<const std::uint8_t*(std::uint64_t)>;

/// Decodes straight on from `pc` to the first instruction that ends a block, the end of what can be fetched,
/// or kMaxBlockLength, and puts a pseudo-instruction of length 0 behind them that leaves the block. Empty
/// where the instruction at `pc` cannot be fetched: not the bytes at `fault`.
std::vector<Instruction> decode_block(std::uint64_t pc, const FetchSource& source, std::uint64_t& fault);

}  // namespace areia::sim
