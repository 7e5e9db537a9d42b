// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The chip with real programs: what tiles do to each other is right, the same on any number of host threads,
// and ends in a fault that says what is wrong where it cannot go on.
#include <gtest/gtest.h>

#include "sim/chip.h"
#include "spec/abi/memory_map.h"
#include "sw/formats/elf.h"
#include "tests/chip/tiles_mode.h"

namespace areia {
namespace {

using Reason = RunStatus::Reason;

/// The same tests are built twice: for the functional level and for the one with a clock.
#ifdef AREIA_TEST_TIMED
constexpr bool kTimed = true;
#else
constexpr bool kTimed = false;
#endif

ChipDescription small_chip(std::uint32_t columns, std::uint32_t rows) {
  auto chip = *load_chip("areia-lab");
  chip.mesh.columns = columns;
  chip.mesh.rows = rows;
  return chip;
}

/// A chip with the test program launched on it.
class Machine {
 public:
  Machine(std::uint32_t columns, std::uint32_t rows, test::Mode mode, unsigned threads = 1)
      : elf_(*sw::Elf::load(AREIA_TEST_PROGRAMS "/tiles.elf")),
        chip_(*sim::Chip::create(small_chip(columns, rows), {.threads = threads, .timed = kTimed})) {
    launch(mode);
  }
  void launch(test::Mode mode) {
    const auto launched = chip_->launch(elf_.image(), mode);
    EXPECT_TRUE(launched.ok()) << launched.error().message;
  }

  sim::Chip& chip() { return *chip_; }
  sim::Chip* operator->() { return chip_.get(); }
  std::string symbol(std::uint64_t pc) const { return elf_.describe(pc); }
  std::uint64_t dram_word(std::uint64_t address) {
    std::uint64_t value = 0;
    EXPECT_TRUE(chip_->read(address, std::as_writable_bytes(std::span(&value, 1))).ok());
    return value;
  }
  std::vector<std::byte> memory(std::uint64_t address, std::uint64_t bytes) {
    std::vector<std::byte> data(bytes);
    EXPECT_TRUE(chip_->read(address, data).ok());
    return data;
  }
  ChipFault fault() {
    const RunStatus status = chip_->run();
    EXPECT_EQ(status.reason, Reason::kFault);
    return status.fault.value_or(ChipFault{});
  }

 private:
  sw::Elf elf_;
  std::unique_ptr<sim::Chip> chip_;
};

std::vector<std::uint64_t> values_of(const ChipCounters& c) {
  return {c.scalar_instructions,   c.vector_instructions, c.tensor_instructions,
          c.movement_instructions, c.tensor_macs,         c.dram_read_bytes,
          c.dram_write_bytes,      c.noc_bytes,           c.noc_hop_bytes};
}

TEST(ChipProgramTest, ANumberGoesRoundTheRing) {
  for (const auto& [columns, rows] : {std::pair{1u, 1u}, {2u, 1u}, {3u, 2u}, {8u, 8u}}) {
    Machine machine(columns, rows, test::kRing);
    const RunStatus status = machine->run();
    EXPECT_EQ(status.reason, Reason::kDoorbell);
    EXPECT_EQ(status.doorbell, 7u);
    std::uint64_t expected = 0;
    for (int round = 0; round < 20; ++round) {
      for (std::uint64_t tile = 0; tile < columns * rows; ++tile) expected = expected * 3 + tile + 1;
    }
    EXPECT_EQ(machine.dram_word(test::kResults), expected) << columns << 'x' << rows;
    EXPECT_EQ(machine->run().reason, Reason::kFinished);
    EXPECT_EQ(machine->run().reason, Reason::kFinished);
  }
}

TEST(ChipProgramTest, RacesEndAlikeOnAnyNumberOfThreads) {
  std::vector<std::byte> dram, scratchpad;
  std::vector<std::uint64_t> counters;
  for (const unsigned threads : {1u, 2u, 5u, 2u}) {
    Machine machine(4, 3, test::kRaces, threads);
    ASSERT_EQ(machine->run().reason, Reason::kFinished);
    const auto now = machine.memory(test::kResults, test::kRaceBytes + 4096);
    const auto tile = machine.memory(abi::tile_address(5, 0), 64 * 1024);
    if (counters.empty()) {
      dram = now;
      scratchpad = tile;
      counters = values_of(machine->counters());
    }
    EXPECT_TRUE(now == dram) << threads;
    EXPECT_TRUE(tile == scratchpad) << threads;
    EXPECT_EQ(values_of(machine->counters()), counters) << threads;
  }
  EXPECT_GT(counters[7], 0u);
}

TEST(ChipProgramTest, RacesEndAlikeWhenStoppedInBetween) {
  Machine machine(4, 3, test::kRaces, 2);
  int stops = 0;
  RunStatus status = machine->run(10'000);
  for (; status.reason == Reason::kInstructionLimit; status = machine->run(10'000)) ++stops;
  EXPECT_EQ(status.reason, Reason::kFinished);
  EXPECT_GT(stops, 3);
}

TEST(ChipProgramTest, AnotherLaunchStartsAfresh) {
  Machine machine(3, 2, test::kRing);
  ASSERT_EQ(machine->run().reason, Reason::kDoorbell);
  const std::uint64_t first = machine.dram_word(test::kResults);
  machine.launch(test::kRing);
  ASSERT_EQ(machine->run().reason, Reason::kDoorbell);
  EXPECT_EQ(machine.dram_word(test::kResults), first);
}

TEST(ChipProgramTest, OneChannelKeepsItsOrder) {
  for (const std::uint32_t columns : {1u, 4u}) {
    Machine machine(columns, 1, test::kChannelOrder);
    EXPECT_EQ(machine->run().reason, Reason::kFinished);
    for (std::uint32_t tile = 0; tile < columns; ++tile) EXPECT_EQ(machine->exit_code(tile), 0u) << tile;
  }
}

TEST(ChipProgramTest, MulticastAndAtomicsReachEverybody) {
  for (const unsigned threads : {1u, 3u}) {
    Machine machine(4, 2, test::kGather, threads);
    EXPECT_EQ(machine->run().reason, Reason::kFinished);
    EXPECT_EQ(machine->exit_code(0), 8u * (8 * 5 + 28) + 28);
  }
}

TEST(ChipProgramTest, DoorbellsAddUp) {
  Machine machine(4, 1, test::kDoorbells);
  std::uint64_t sum = 0;
  RunStatus status = machine->run();
  for (; status.reason == Reason::kDoorbell; status = machine->run()) sum += status.doorbell;
  EXPECT_EQ(status.reason, Reason::kFinished);
  EXPECT_EQ(sum, 4u + 0 + 1 + 2 + 3);
}

TEST(ChipProgramTest, TheInstructionLimitStopsAProgramThatSpins) {
  Machine machine(2, 1, test::kSpin);
  EXPECT_EQ(machine->run(100'000).reason, Reason::kInstructionLimit);
  const ChipCounters counters = machine->counters();
  EXPECT_GE(counters.scalar_instructions, 100'000u);
  EXPECT_LE(counters.scalar_instructions, 300'000u);
}

TEST(ChipProgramTest, AProgramThatDoesNotFitIsAnError) {
  auto chip = *sim::Chip::create(small_chip(2, 1), {});
  ProgramImage program;
  program.segments.push_back({abi::kScratchpadBase, {}, 250 * 1024});
  const auto launched = chip->launch(program, 0);
  ASSERT_FALSE(launched.ok());
  EXPECT_NE(launched.error().message.find("does not fit"), std::string::npos) << launched.error().message;
  program.segments[0] = {0x1234, {}, 8};
  EXPECT_FALSE(chip->launch(program, 0).ok());
  program.segments[0] = {abi::tile_address(1, 0), {}, 8};
  EXPECT_TRUE(chip->launch(program, 0).ok());
}

TEST(ChipProgramTest, HostAccessOutsideMemoryIsAnError) {
  Machine machine(1, 1, test::kSpin);
  std::byte bytes[8] = {};
  EXPECT_FALSE(machine->read(0, bytes).ok());
  EXPECT_FALSE(machine->write(abi::kHostDoorbell, std::span(bytes).first(4)).ok());
  EXPECT_FALSE(machine->write(abi::kDramBase + machine->chip().dram.bytes - 4, bytes).ok());
}

// --- Faults -----------------------------------------------------------------------------------------------

TEST(ChipProgramTest, ADeadlockNamesTileSemaphoreAndValues) {
  Machine machine(2, 2, test::kDeadlock);
  const ChipFault fault = machine.fault();
  EXPECT_EQ(fault.tile, 2u);
  EXPECT_TRUE(fault.cause.starts_with("deadlock: 1 of 4 tiles")) << fault.cause;
  EXPECT_NE(fault.cause.find("reaches 5, and it is 3"), std::string::npos) << fault.cause;
  EXPECT_EQ(machine.symbol(fault.pc).find("wait_for_nothing+"), 0u) << machine.symbol(fault.pc);
}

TEST(ChipProgramTest, TheHostCanWakeADeadlockedTile) {
  Machine machine(1, 1, test::kDeadlock);
  const ChipFault fault = machine.fault();
  const std::uint32_t five = 5;
  ASSERT_TRUE(machine
                  ->write(abi::tile_address(0, fault.address - abi::kScratchpadBase),
                          std::as_bytes(std::span(&five, 1)))
                  .ok());
  EXPECT_EQ(machine->run().reason, Reason::kFinished);
}

TEST(ChipProgramTest, ALoadFromNowhereNamesTilePcAndAddress) {
  Machine machine(3, 1, test::kBadLoad, 2);
  const ChipFault fault = machine.fault();
  EXPECT_EQ(fault.tile, 2u);
  EXPECT_EQ(fault.cause, "load access fault (no memory there)");
  EXPECT_EQ(fault.address, 0x40u);
  EXPECT_NE(machine.symbol(fault.pc).find("load_from_nowhere"), std::string::npos)
      << machine.symbol(fault.pc);
  EXPECT_EQ(machine.fault().address, 0x40u);  // and so it stays
}

TEST(ChipProgramTest, BadXareiaInstructionsSayWhatIsWrong) {
  const std::pair<test::Mode, const char*> cases[] = {
      {test::kBadSemaphore,
       "store/AMO access fault (post: no semaphore can be there, or it is not 4-byte aligned)"},
      {test::kBadDma, "store/AMO access fault (dma.start: the destination is not within one memory)"},
      {test::kBadTensor,
       "illegal instruction (tensor command: formats, shape or accumulator set not allowed)"},
      {test::kBadDescriptor,
       "illegal instruction (dma.start: reserved bits set, or a multicast rectangle outside the mesh)"},
  };
  for (const auto& [mode, cause] : cases) {
    Machine machine(2, 1, mode);
    const ChipFault fault = machine.fault();
    EXPECT_EQ(fault.tile, 0u);
    EXPECT_EQ(fault.cause, cause);
  }
}

}  // namespace
}  // namespace areia
