// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Programs of random instructions, from every row of the tables: nothing that a program does may harm the
// host, and threads, steps and budgets of any size must lead to the same state.
#include <gtest/gtest.h>

#include <random>
#include <span>
#include <thread>

#include "sim/hart/code_cache.h"
#include "sim/hart/test_tile.h"

namespace areia::sim {
namespace {

struct Encoding {
  unsigned bytes;
  std::uint32_t match, mask;
};
constexpr Encoding kEncodings[] = {
#define AREIA_ENCODING(mnemonic, extension, bytes, match, mask) {bytes, match, mask},
#include "spec/isa/encodings.inc"
};

using Random = std::mt19937_64;
constexpr std::uint64_t kBase = TestTile::kBase;
constexpr std::size_t kProgramBytes = 512;

/// Fills the start of the memory with instructions, and the rest with noise.
void write_program(TestTile& tile, Random& random) {
  for (std::uint8_t& byte : tile.memory) byte = static_cast<std::uint8_t>(random());
  for (std::size_t at = 0; at < kProgramBytes;) {
    const Encoding& encoding = kEncodings[random() % std::size(kEncodings)];
    auto bits = encoding.match | (static_cast<std::uint32_t>(random()) & ~encoding.mask);
    if (random() % 64 == 0) bits = static_cast<std::uint32_t>(random());
    std::memcpy(&tile.memory[at], &bits, encoding.bytes);
    at += encoding.bytes;
  }
}

/// Registers that mostly point into memory, vector state that is mostly legal, a handler in the program.
void set_state(Hart& hart, Random& random) {
  hart.reset(kBase);
  for (unsigned reg = 1; reg < 32; ++reg) {
    hart.x[reg] = random() % 4 == 0 ? random() : kBase + random() % (1 << 16);
    hart.f[reg] = random() % 2 == 0 ? random() : random() | 0xffffffff00000000;
  }
  hart.floats.set_frm(static_cast<std::uint8_t>(random() % 8));
  hart.vector.set_type(random() % 256);
  hart.vector.vl = hart.vector.vlmax() == 0 ? 0 : random() % (hart.vector.vlmax() + 1);
  hart.machine.mtvec = kBase + random() % kProgramBytes / 4 * 4;
}

void expect_same_state(Hart& a, Hart& b, const TestTile& memory_a, const TestTile& memory_b) {
  EXPECT_EQ(a.pc(), b.pc());
  for (unsigned reg = 0; reg < 32; ++reg) {  // not the sink
    EXPECT_EQ(a.x[reg], b.x[reg]) << reg;
    EXPECT_EQ(a.f[reg], b.f[reg]) << reg;
  }
  EXPECT_EQ(a.x[0], 0u);
  EXPECT_EQ(a.floats.fflags(), b.floats.fflags());
  EXPECT_EQ(a.machine.mepc, b.machine.mepc);
  EXPECT_EQ(a.machine.mcause, b.machine.mcause);
  EXPECT_EQ(a.machine.mstatus, b.machine.mstatus);
  EXPECT_EQ(a.counters().scalar, b.counters().scalar);
  EXPECT_EQ(a.counters().vector, b.counters().vector);
  EXPECT_EQ(a.vector.vl, b.vector.vl);
  EXPECT_EQ(a.vector.vtype, b.vector.vtype);
  EXPECT_EQ(std::memcmp(a.vector.reg(0), b.vector.reg(0), 32 * a.vector.vlen_bytes), 0);
  EXPECT_EQ(memory_a.memory, memory_b.memory);
}

/// Executes `instructions` (traps included) in runs of at most `piece`; again where one blocks.
void execute(Hart& hart, std::uint64_t instructions, std::uint64_t piece) {
  for (std::uint64_t done = 0; done < instructions; done += piece) hart.run(piece);
}

TEST(HartFuzz, AnyProgramRunsTheSameInPiecesOfAnySize) {
  for (unsigned seed = 0; seed < 600 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    const std::uint32_t vlen = 128u << seed % 4;
    TestTile tile, stepped_tile;
    Hart hart(tile, 3, vlen), stepped(stepped_tile, 3, vlen);
    Random random(seed), again(seed);
    write_program(tile, random);
    set_state(hart, random);
    write_program(stepped_tile, again);
    set_state(stepped, again);
    execute(hart, 480, 160);
    execute(stepped, 480, 1);
    expect_same_state(hart, stepped, tile, stepped_tile);
  }
}

/// Two host threads extend and use one cache; each hart must do what it does alone.
TEST(HartFuzz, HartsOnTwoHostThreadsShareACache) {
  for (unsigned seed = 0; seed < 12 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    TestTile tiles[3];
    Random writer(seed);
    write_program(tiles[0], writer);
    const auto bytes = std::as_bytes(std::span(tiles[0].memory));
    const auto shared = std::make_shared<CodeCache>(
        std::vector{ProgramImage::Segment{kBase, {bytes.begin(), bytes.end()}, bytes.size()}});
    Hart first(tiles[0], 0, 128, shared), second(tiles[1], 0, 128, shared), alone(tiles[2], 0, 128);
    for (auto& [hart, tile] : {std::pair{&first, &tiles[0]}, {&second, &tiles[1]}, {&alone, &tiles[2]}}) {
      Random random(seed);
      write_program(*tile, random);
      set_state(*hart, random);
    }
    std::thread other([&] { execute(second, 20000, 1000); });
    execute(first, 20000, 1000);
    other.join();
    execute(alone, 20000, 1000);
    expect_same_state(first, alone, tiles[0], tiles[2]);
    expect_same_state(second, alone, tiles[1], tiles[2]);
  }
}

}  // namespace
}  // namespace areia::sim
