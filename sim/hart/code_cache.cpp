// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Blocks: decoding and keeping them.
#include "sim/hart/code_cache.h"

#include <utility>

#include "sim/hart/dispatch.h"
#include "sim/hart/executors.h"
#include "spec/isa/decode.h"

namespace areia::sim {
namespace {

/// Reads an instruction; false where not all of it can be fetched, at `fault` then.
bool fetch(std::uint64_t pc, const FetchSource& source, std::uint32_t& bits, std::uint64_t& fault) {
  fault = pc;
  const std::uint8_t* host = source(pc);
  if (host == nullptr) return false;
  bits = static_cast<std::uint32_t>(host[0] | host[1] << 8);
  if ((bits & 3) != 3) return true;
  fault = pc + 2;
  host = source(pc + 2);
  if (host == nullptr) return false;
  bits |= static_cast<std::uint32_t>(host[0] | host[1] << 8) << 16;
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

std::vector<Instruction> decode_block(std::uint64_t pc, const FetchSource& source, std::uint64_t& fault) {
  std::vector<Instruction> block;
  bool ended = false;
  std::uint32_t bits = 0;
  while (!ended && block.size() < kMaxBlockLength && fetch(pc, source, bits, fault)) {
    const Instruction& i = block.emplace_back(prepare(pc, bits, block.size()));
    pc += i.length;
    ended = executor_entry(static_cast<isa::Opcode>(i.opcode)).ends_block;
  }
  if (!block.empty()) block.push_back(block_end(pc, block.size()));
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

const std::uint8_t* CodeCache::program_bytes(std::uint64_t address) const {
  for (const ProgramImage::Segment& segment : program_) {
    const std::uint64_t offset = address - segment.address;
    if (offset < segment.bytes.size() && segment.bytes.size() - offset >= 2) {
      return reinterpret_cast<const std::uint8_t*>(segment.bytes.data()) + offset;
    }
  }
  return nullptr;
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
