// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Blocks: decoding and keeping them.
#include "sim/hart/code_cache.h"

#include <cstring>
#include <utility>

#include "sim/hart/dispatch.h"
#include "sim/hart/executors.h"
#include "sim/hart/memory_windows.h"
#include "spec/isa/decode.h"

namespace areia::sim {
namespace {

const std::uint8_t* fetch_pointer(std::uint64_t address, MemoryWindows& windows, TilePort& port) {
  if (const std::uint8_t* host = windows.find(address, 2)) return host;
  const MemoryWindow window = port.window(address, 2, AccessKind::kFetch);
  if (window.host == nullptr) return nullptr;
  windows.remember(window);
  return window.host + (address - window.base);
}

/// Reads the 16-bit parcel at `address`; false where nothing can be fetched.
bool fetch_parcel(std::uint64_t address, MemoryWindows& windows, TilePort& port, std::uint32_t& parcel) {
  const std::uint8_t* host = fetch_pointer(address, windows, port);
  if (host == nullptr) return false;
  parcel = static_cast<std::uint32_t>(host[0] | host[1] << 8);
  return true;
}

/// Reads an instruction; false where not all of it can be fetched, at `fault` then.
bool fetch(std::uint64_t pc, MemoryWindows& windows, TilePort& port, std::uint32_t& bits,
           std::uint64_t& fault) {
  fault = pc;
  if (!fetch_parcel(pc, windows, port, bits)) return false;
  if ((bits & 3) != 3) return true;
  std::uint32_t upper = 0;
  fault = pc + 2;
  if (!fetch_parcel(pc + 2, windows, port, upper)) return false;
  bits |= upper << 16;
  return true;
}

Instruction prepare(std::uint64_t pc, std::uint32_t bits, std::size_t position) {
  const isa::Decoded decoded = isa::decode(bits);
  const ExecutorEntry& entry = executor_entry(decoded.opcode);
  Instruction i;
  i.threaded = entry.threaded;
  i.pc = pc;
  i.immediate = decoded.immediate;
  i.raw = decoded.raw;
  i.opcode = static_cast<std::uint16_t>(decoded.opcode);
  i.rd = entry.writes_x && decoded.rd == 0 ? kSinkRegister : decoded.rd;
  i.rs1 = decoded.rs1;
  i.rs2 = decoded.rs2;
  i.rs3 = decoded.rs3;
  i.length = decoded.length;
  i.rm = decoded.rm;
  i.masked = decoded.masked;
  i.position = static_cast<std::uint8_t>(position);
  return i;
}

Instruction block_end(std::uint64_t pc, std::size_t position) {
  Instruction i;
  i.threaded = Dispatch::fall_through;
  i.pc = pc;
  i.length = 0;
  i.position = static_cast<std::uint8_t>(position);
  return i;
}

}  // namespace

std::vector<Instruction> decode_block(std::uint64_t pc, MemoryWindows& windows, TilePort& port) {
  std::vector<Instruction> block;
  bool ended = false;
  while (!ended && block.size() < kMaxBlockLength) {
    std::uint32_t bits = 0;
    std::uint64_t fault = 0;
    if (!fetch(pc, windows, port, bits, fault)) {
      if (block.empty()) throw Trap{TrapCause::kInstructionAccessFault, fault};
      break;
    }
    const Instruction& i = block.emplace_back(prepare(pc, bits, block.size()));
    pc += i.length;
    ended = executor_entry(static_cast<isa::Opcode>(i.opcode)).ends_block;
  }
  block.push_back(block_end(pc, block.size()));
  return block;
}

CodeCache::~CodeCache() {
  for (const std::atomic<Block*>& head : buckets_) {
    for (Block* block = head.load(); block != nullptr;) delete std::exchange(block, block->next);
  }
}

const Instruction* CodeCache::find(std::uint64_t pc) const {
  const Block* block = buckets_[bucket(pc)].load(std::memory_order_acquire);
  while (block != nullptr && block->instructions.front().pc != pc) block = block->next;
  return block == nullptr ? nullptr : block->instructions.data();
}

const Instruction* CodeCache::add(std::vector<Instruction> instructions) {
  const std::lock_guard lock(adding_);
  const std::uint64_t pc = instructions.front().pc;
  if (const Instruction* present = find(pc)) return present;
  std::atomic<Block*>& head = buckets_[bucket(pc)];
  instructions_.fetch_add(instructions.size(), std::memory_order_relaxed);
  instructions.shrink_to_fit();
  Block* block = new Block{std::move(instructions), head.load(std::memory_order_relaxed)};
  head.store(block, std::memory_order_release);
  return block->instructions.data();
}

}  // namespace areia::sim
