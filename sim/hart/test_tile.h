// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// For tests: a tile with one memory and scripted answers, and words of machine code.
#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <vector>

#include "sim/hart/hart.h"

namespace areia::sim {

class TestTile : public TilePort {
 public:
  static constexpr std::uint64_t kBase = 0x8000'0000, kRemote = 0x9000'0000;

  explicit TestTile(std::size_t bytes = 1 << 16) : memory(bytes) {}

  MemoryWindow window(std::uint64_t address, std::uint64_t bytes, AccessKind) override {
    const std::uint64_t offset = address - kBase;
    if (offset >= memory.size() || bytes > memory.size() - offset) return {};
    return {kBase, memory.size(), memory.data()};
  }
  /// One remote doubleword at kRemote, which blocks while remote_blocks > 0.
  PortOutcome slow_access(std::uint64_t address, unsigned, AccessKind kind, std::uint64_t& value) override {
    if (address != kRemote)
      return kind == AccessKind::kLoad ? PortOutcome::kLoadFault : PortOutcome::kStoreFault;
    if (remote_blocks > 0) return --remote_blocks, PortOutcome::kBlocked;
    (kind == AccessKind::kLoad ? value : remote) = kind == AccessKind::kLoad ? remote : value;
    return PortOutcome::kDone;
  }
  PortOutcome xareia(std::uint32_t raw, std::uint64_t rs1, std::uint64_t rs2, std::uint64_t* fault) override {
    seen.push_back({raw, rs1, rs2});
    *fault = 0x123;
    return outcome;
  }

  void write(std::uint64_t address, std::initializer_list<std::uint32_t> words) {
    for (const std::uint32_t word : words) {
      std::memcpy(&memory[address - kBase], &word, sizeof word);
      address += sizeof word;
    }
  }

  struct Seen {
    std::uint32_t raw;
    std::uint64_t rs1, rs2;
  };
  std::vector<std::uint8_t> memory;
  std::uint64_t remote = 0;
  int remote_blocks = 0;
  PortOutcome outcome = PortOutcome::kDone;
  std::vector<Seen> seen;
};

/// Encodings by format ("The RISC-V Instruction Set Manual", volume I).
namespace code {
constexpr std::uint32_t r(unsigned opcode, unsigned funct3, unsigned funct7, unsigned rd, unsigned rs1,
                          unsigned rs2) {
  return funct7 << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode;
}
constexpr std::uint32_t i(unsigned opcode, unsigned funct3, unsigned rd, unsigned rs1, int immediate) {
  return static_cast<std::uint32_t>(immediate) << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode;
}
constexpr std::uint32_t addi(unsigned rd, unsigned rs1, int immediate) {
  return i(0x13, 0, rd, rs1, immediate);
}
constexpr std::uint32_t add(unsigned rd, unsigned rs1, unsigned rs2) { return r(0x33, 0, 0, rd, rs1, rs2); }
constexpr std::uint32_t load(unsigned funct3, unsigned rd, unsigned rs1, int offset) {
  return i(0x03, funct3, rd, rs1, offset);
}
constexpr std::uint32_t store(unsigned funct3, unsigned rs2, unsigned rs1, int offset) {
  const auto bits = static_cast<std::uint32_t>(offset);
  return r(0x23, funct3, bits >> 5 & 0x7f, bits & 0x1f, rs1, rs2);
}
constexpr std::uint32_t branch(unsigned funct3, unsigned rs1, unsigned rs2, int offset) {
  const auto b = static_cast<std::uint32_t>(offset);
  return r(0x63, funct3, (b >> 12 & 1) << 6 | (b >> 5 & 0x3f), (b >> 1 & 0xf) << 1 | (b >> 11 & 1), rs1, rs2);
}
constexpr std::uint32_t jal(unsigned rd, int offset) {
  const auto b = static_cast<std::uint32_t>(offset);
  return (b >> 20 & 1) << 31 | (b >> 1 & 0x3ff) << 21 | (b >> 11 & 1) << 20 | (b >> 12 & 0xff) << 12 |
         rd << 7 | 0x6f;
}
constexpr std::uint32_t jalr(unsigned rd, unsigned rs1, int offset) { return i(0x67, 0, rd, rs1, offset); }
constexpr std::uint32_t csrrw(unsigned rd, unsigned csr, unsigned rs1) {
  return csr << 20 | rs1 << 15 | 1 << 12 | rd << 7 | 0x73;
}
constexpr std::uint32_t csrrs(unsigned rd, unsigned csr, unsigned rs1) {
  return csr << 20 | rs1 << 15 | 2 << 12 | rd << 7 | 0x73;
}
constexpr std::uint32_t csrrwi(unsigned rd, unsigned csr, unsigned value) {
  return csr << 20 | value << 15 | 5 << 12 | rd << 7 | 0x73;
}
inline constexpr std::uint32_t kEcall = 0x00000073, kMret = 0x30200073, kFenceI = 0x0000100f, kIllegal = 0;
inline constexpr std::uint32_t kHalt = 0x0000402b;     // halt x0
inline constexpr std::uint32_t kSemWait = 0x00b5302b;  // sem.wait a0, a1
inline constexpr std::uint32_t kTmma = 0x00b5110b;     // tmma acc2, a0, a1
}  // namespace code

}  // namespace areia::sim
