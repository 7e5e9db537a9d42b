// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The machinery of the hart: budgets, traps, blocking, code that changes, sharing, CSRs. What single
// instructions compute is held against other simulators in tests/conformance.
#include "sim/hart/hart.h"

#include <gtest/gtest.h>

#include "sim/hart/code_cache.h"
#include "sim/hart/test_tile.h"

namespace areia::sim {
namespace {

constexpr std::uint64_t kBase = TestTile::kBase;

class HartTest : public ::testing::Test {
 protected:
  HartTest() { hart.reset(kBase); }

  /// A loop that counts a1 down from `rounds` and mixes memory, calls and branches; ends by halt.
  void write_loop(int rounds) {
    tile.write(
        kBase,
        {
            code::addi(11, 0, rounds), code::add(12, 0, 0), 0x80001537,  // lui a0, 0x80001 (sign)
            0x02051513, 0x02055513,                                      // zero-extend a0
            code::store(3, 12, 10, 0),                                   // loop: (kBase + 20)
            code::load(3, 13, 10, 0), code::add(12, 12, 11), code::branch(4, 12, 0, 8), code::addi(12, 12, 1),
            code::jal(1, 20), code::addi(11, 11, -1), code::branch(1, 11, 0, -28), code::kHalt,
            code::kIllegal, code::addi(14, 14, 3), code::jalr(0, 1, 0),  // function (kBase + 60)
        });
  }

  TestTile tile;
  Hart hart{tile, 7, 256};
};

TEST_F(HartTest, RunsExactlyTheBudgetHoweverItIsCut) {
  tile.outcome = PortOutcome::kHalted;
  write_loop(200);
  ASSERT_EQ(hart.run(UINT64_MAX), StopReason::kHalted);
  const std::uint64_t total = hart.counters().total();
  EXPECT_GT(total, 1000u);
  for (const std::uint64_t piece : {1u, 2u, 63u, 64u, 65u, 100u, 777u}) {
    Hart other(tile, 7, 256);
    other.reset(kBase);
    std::uint64_t executed = 0;
    while (other.run(piece) == StopReason::kBudget) {
      executed += piece;
      ASSERT_EQ(other.counters().total(), executed);
    }
    EXPECT_EQ(other.counters().total(), total) << piece;
    EXPECT_EQ(other.x, hart.x) << piece;
    EXPECT_EQ(other.pc(), hart.pc()) << piece;
  }
}

TEST_F(HartTest, CountsByKind) {
  tile.write(kBase, {code::addi(10, 0, 5), code::kTmma, code::kSemWait, code::addi(10, 0, 6)});
  EXPECT_EQ(hart.run(4), StopReason::kBudget);
  const HartCounters counters = hart.counters();
  EXPECT_EQ(counters.scalar, 2u);
  EXPECT_EQ(counters.tensor, 1u);
  EXPECT_EQ(counters.movement, 1u);
  hart.reset_counters();
  EXPECT_EQ(hart.counters().total(), 0u);
}

TEST_F(HartTest, XareiaOperandsReachTheTile) {
  tile.write(kBase, {code::addi(10, 0, 5), code::addi(11, 0, -1), code::kTmma});
  EXPECT_EQ(hart.run(3), StopReason::kBudget);
  ASSERT_EQ(tile.seen.size(), 1u);
  EXPECT_EQ(tile.seen[0].raw, code::kTmma);
  EXPECT_EQ(tile.seen[0].rs1, 5u);
  EXPECT_EQ(tile.seen[0].rs2, UINT64_MAX);
}

TEST_F(HartTest, BlocksAtAnInstructionAndExecutesItAgain) {
  tile.outcome = PortOutcome::kBlocked;
  tile.write(kBase, {code::addi(10, 0, 5), code::kSemWait, code::addi(10, 10, 1)});
  EXPECT_EQ(hart.run(100), StopReason::kBlocked);
  EXPECT_EQ(hart.pc(), kBase + 4);
  EXPECT_EQ(hart.counters().total(), 1u);
  EXPECT_EQ(hart.run(100), StopReason::kBlocked);
  tile.outcome = PortOutcome::kDone;
  EXPECT_EQ(hart.run(2), StopReason::kBudget);
  EXPECT_EQ(hart.x[10], 6u);
  EXPECT_EQ(hart.counters().total(), 3u);
}

TEST_F(HartTest, BlocksInTheMiddleOfABlock) {
  tile.remote = 77;
  tile.remote_blocks = 1;
  tile.write(kBase, {0x00900593 /* li a1, 9 */, 0x01c59593 /* slli a1, a1, 28 */, code::load(3, 10, 11, 0),
                     code::addi(10, 10, 1)});
  EXPECT_EQ(hart.run(1000), StopReason::kBlocked);
  EXPECT_EQ(hart.pc(), kBase + 8);
  EXPECT_EQ(hart.counters().total(), 2u);
  EXPECT_EQ(hart.run(2), StopReason::kBudget);
  EXPECT_EQ(hart.x[10], 78u);
}

TEST_F(HartTest, HaltStaysUntilReset) {
  tile.outcome = PortOutcome::kHalted;
  tile.write(kBase, {code::kHalt, code::addi(10, 0, 1)});
  EXPECT_EQ(hart.run(100), StopReason::kHalted);
  EXPECT_EQ(hart.run(100), StopReason::kHalted);
  EXPECT_EQ(hart.x[10], 0u);
  EXPECT_EQ(hart.counters().movement, 1u);
}

TEST_F(HartTest, TrapWithoutHandlerIsAFault) {
  tile.write(kBase, {code::addi(10, 0, 1), code::load(3, 11, 0, 0x10), code::addi(10, 0, 2)});
  EXPECT_EQ(hart.run(1000), StopReason::kFault);
  ASSERT_TRUE(hart.fault());
  EXPECT_EQ(hart.fault()->pc, kBase + 4);
  EXPECT_EQ(hart.fault()->cause, TrapCause::kLoadAccessFault);
  EXPECT_EQ(hart.fault()->value, 0x10u);
  EXPECT_EQ(hart.x[10], 1u);
  EXPECT_EQ(hart.counters().total(), 1u);
  EXPECT_EQ(hart.run(1000), StopReason::kFault);
}

TEST_F(HartTest, TrapEntersTheHandlerAndMretReturns) {
  tile.write(kBase, {
                        code::jal(5, 12),          // t0 = handler
                        code::addi(10, 10, 1),     // handler: counts,
                        code::jal(0, 20),          //   goes on below
                        code::csrrw(0, 0x305, 5),  // mtvec = t0
                        code::kEcall,              // (kBase + 16)
                        code::addi(11, 0, 9),      // (kBase + 20)
                        code::jal(0, 0),
                        code::csrrs(12, 0x341, 0),  // a2 = mepc (kBase + 28)
                        code::addi(12, 12, 4),
                        code::csrrw(0, 0x341, 12),
                        code::kMret,
                    });
  EXPECT_EQ(hart.run(50), StopReason::kBudget);
  EXPECT_EQ(hart.x[10], 1u);
  EXPECT_EQ(hart.x[11], 9u);
  EXPECT_EQ(hart.pc(), kBase + 24);
  EXPECT_EQ(hart.machine.mcause, 11u);
  EXPECT_EQ(hart.machine.mepc, kBase + 20);
}

TEST_F(HartTest, IllegalInstructionLeavesItsEncodingInMtval) {
  tile.write(kBase, {0xffffffff});
  EXPECT_EQ(hart.run(10), StopReason::kFault);
  EXPECT_EQ(hart.fault()->cause, TrapCause::kIllegalInstruction);
  EXPECT_EQ(hart.fault()->value & 0xffff, 0xffffu);
}

TEST_F(HartTest, FetchOutsideMemoryIsAFault) {
  hart.set_pc(0x100);
  EXPECT_EQ(hart.run(10), StopReason::kFault);
  EXPECT_EQ(hart.fault()->cause, TrapCause::kInstructionAccessFault);
  EXPECT_EQ(hart.fault()->pc, 0x100u);
}

TEST_F(HartTest, HandlerThatCannotBeFetchedUsesUpTheBudget) {
  hart.machine.mtvec = 0x100;
  hart.set_pc(0x200);
  EXPECT_EQ(hart.run(1000), StopReason::kBudget);
  EXPECT_EQ(hart.counters().total(), 0u);
}

TEST_F(HartTest, FallsOffTheEndOfMemory) {
  const std::uint64_t last = kBase + tile.memory.size() - 4;
  tile.write(last, {code::addi(10, 0, 3)});
  hart.set_pc(last);
  EXPECT_EQ(hart.run(1000), StopReason::kFault);
  EXPECT_EQ(hart.fault()->pc, last + 4);
  EXPECT_EQ(hart.x[10], 3u);
}

TEST_F(HartTest, AccessesUpToTheLastByteOfAWindow) {
  const std::uint64_t end = kBase + tile.memory.size();
  hart.x[10] = end;
  tile.memory.back() = 0x80;
  tile.write(kBase, {code::load(0, 11, 10, -1), code::load(3, 12, 10, -8), code::load(3, 13, 10, -7)});
  EXPECT_EQ(hart.run(10), StopReason::kFault);
  EXPECT_EQ(hart.x[11], static_cast<std::uint64_t>(-128));
  EXPECT_EQ(hart.x[12], std::uint64_t{0x80} << 56);
  EXPECT_EQ(hart.fault()->pc, kBase + 8);
  EXPECT_EQ(hart.fault()->value, end - 7);
}

TEST_F(HartTest, MisalignedAccessesWorkButAtomicsTrap) {
  hart.x[10] = kBase + 0x101;
  hart.x[11] = 0x1122334455667788;
  tile.write(kBase, {code::store(3, 11, 10, 0), code::load(3, 12, 10, 0),
                     code::r(0x2f, 3, 0, 13, 10, 11)});  // amoadd.d
  EXPECT_EQ(hart.run(10), StopReason::kFault);
  EXPECT_EQ(hart.x[12], hart.x[11]);
  EXPECT_EQ(hart.fault()->cause, TrapCause::kStoreMisaligned);
}

TEST_F(HartTest, ZeroRegisterStaysZero) {
  tile.write(kBase, {code::addi(0, 0, 5), code::load(3, 0, 10, 0), code::csrrs(0, 0xf14, 0), code::jal(0, 4),
                     code::add(11, 0, 0)});
  hart.x[10] = kBase;
  hart.x[11] = 1;
  EXPECT_EQ(hart.run(5), StopReason::kBudget);
  EXPECT_EQ(hart.x[0], 0u);
  EXPECT_EQ(hart.x[11], 0u);
}

TEST_F(HartTest, FenceIMakesChangedCodeSeen) {
  tile.write(kBase, {
                        code::jal(1, 28),            // call (kBase + 28)
                        code::store(2, 11, 12, 28),  // overwrite it
                        code::kFenceI,
                        code::jal(1, 16),
                        code::jal(0, 0),
                        0,
                        0,
                        code::addi(10, 10, 1),  // (kBase + 28)
                        code::jalr(0, 1, 0),
                    });
  hart.x[11] = code::addi(10, 10, 100);
  hart.x[12] = kBase;
  EXPECT_EQ(hart.run(20), StopReason::kBudget);
  EXPECT_EQ(hart.x[10], 101u);
}

TEST_F(HartTest, ForgetCodeSeesANewProgram) {
  tile.write(kBase, {code::addi(10, 0, 1), code::jal(0, 0)});
  EXPECT_EQ(hart.run(10), StopReason::kBudget);
  tile.write(kBase, {code::addi(10, 0, 2), code::jal(0, 0)});
  hart.forget_code();
  hart.reset(kBase);
  EXPECT_EQ(hart.run(10), StopReason::kBudget);
  EXPECT_EQ(hart.x[10], 2u);
}

/// A shared cache of the words at kBase in `tile`.
std::shared_ptr<CodeCache> share(const TestTile& tile, std::size_t words) {
  ProgramImage::Segment segment{kBase, std::vector<std::byte>(4 * words), 4 * words};
  std::memcpy(segment.bytes.data(), tile.memory.data(), 4 * words);
  return std::make_shared<CodeCache>(std::vector{std::move(segment)});
}

TEST_F(HartTest, HartsShareCodeAndGoOnAloneAfterFenceI) {
  TestTile tiles[2];
  for (TestTile& one : tiles) {
    one.write(kBase, {code::csrrs(10, 0xf14, 0), code::addi(11, 11, 1), code::branch(1, 10, 11, -4),
                      code::store(2, 12, 13, 20), code::kFenceI, code::addi(14, 0, 1), code::jal(0, 0)});
  }
  const auto shared = share(tiles[0], 7);
  Hart first(tiles[0], 0, 256, shared), second(tiles[1], 1, 256, shared);
  std::uint64_t value = 2;
  for (Hart* one : {&first, &second}) {
    one->reset(kBase);
    one->x[11] = static_cast<std::uint64_t>(-50);
    one->x[12] = code::addi(14, 0, static_cast<int>(value++));
    one->x[13] = kBase;
    EXPECT_EQ(one->run(300), StopReason::kBudget);
  }
  EXPECT_EQ(first.x[11], 0u);
  EXPECT_EQ(second.x[11], 1u);
  EXPECT_EQ(first.x[14], 2u);
  EXPECT_EQ(second.x[14], 3u);
}

TEST_F(HartTest, SharedCodeIsThatOfTheLaunchWhoeverComesFirst) {
  tile.write(kBase, {code::addi(10, 0, 1), code::jal(0, 0)});
  const auto shared = share(tile, 2);
  tile.write(kBase, {code::addi(10, 0, 2)});  // changed, and no fence.i
  Hart other(tile, 0, 256, shared);
  other.reset(kBase);
  EXPECT_EQ(other.run(10), StopReason::kBudget);
  EXPECT_EQ(other.x[10], 1u);
}

TEST_F(HartTest, CodeOutsideTheSharedProgramComesFromMemory) {
  tile.write(kBase, {code::addi(10, 10, 1), code::jal(0, 8), 0, code::addi(10, 10, 2), code::jal(0, -16)});
  Hart other(tile, 0, 256, share(tile, 2));
  other.reset(kBase);
  EXPECT_EQ(other.run(400), StopReason::kBudget);
  EXPECT_EQ(other.x[10], 300u);
}

TEST_F(HartTest, InstretIsExact) {
  tile.write(kBase, {code::addi(0, 0, 0), code::addi(0, 0, 0), code::csrrs(10, 0xc02, 0), code::addi(0, 0, 0),
                     code::csrrs(11, 0xb02, 0), code::csrrwi(0, 0xb02, 5), code::csrrs(12, 0xb02, 0),
                     code::csrrs(13, 0xb00, 0)});
  EXPECT_EQ(hart.run(8), StopReason::kBudget);
  EXPECT_EQ(hart.x[10], 2u);
  EXPECT_EQ(hart.x[11], 4u);
  EXPECT_EQ(hart.x[12], 5u);
  EXPECT_EQ(hart.x[13], 7u);
}

TEST_F(HartTest, CsrsThatAreAbsentOrReadOnlyTrap) {
  for (const std::uint32_t instruction : {code::csrrs(10, 0x180, 0), code::csrrs(10, 0x3a0, 0),
                                          code::csrrw(0, 0xf14, 0), code::csrrw(0, 0xc22, 10)}) {
    hart.reset(kBase);
    hart.forget_code();
    tile.write(kBase, {instruction});
    EXPECT_EQ(hart.run(1), StopReason::kFault) << std::hex << instruction;
  }
  EXPECT_EQ(hart.read_csr(0xf14), 7u);
  EXPECT_EQ(hart.read_csr(0xc22), 32u);
  EXPECT_EQ(hart.read_csr(0x301), 0x800000000020112fu);
  EXPECT_FALSE(hart.read_csr(0x180));
}

TEST_F(HartTest, FloatingPointNeedsFsAndMakesItDirty) {
  const std::uint32_t fadd = code::r(0x53, 7, 1, 1, 0, 0);  // fadd.d f1, f0, f0
  tile.write(kBase, {fadd, code::csrrw(0, 0x300, 0), fadd});
  EXPECT_EQ(hart.machine.mstatus >> 13 & 3, 1u);
  EXPECT_EQ(hart.run(1), StopReason::kBudget);
  EXPECT_EQ(hart.machine.mstatus >> 13 & 3, 3u);
  EXPECT_EQ(hart.read_csr(0x300).value() >> 63, 1u);
  EXPECT_EQ(hart.run(5), StopReason::kFault);
  EXPECT_EQ(hart.fault()->pc, kBase + 8);
}

TEST_F(HartTest, FlagsAreTheGuestsAndTheHostsStayAsTheyWere) {
  tile.write(kBase, {code::r(0x53, 7, 0x0d, 1, 2, 3), code::csrrs(10, 0x001, 0)});  // fdiv.d f1, f2, f3
  hart.f[2] = 0x3ff0000000000000;                                                   // 1.0
  hart.f[3] = 0x4008000000000000;                                                   // 3.0
  hart.floats.set_frm(3);
  EXPECT_EQ(hart.run(2), StopReason::kBudget);
  EXPECT_EQ(hart.f[1], 0x3fd5555555555556u);  // rounded up
  EXPECT_EQ(hart.x[10], 1u);
  volatile double three = 3;
  EXPECT_EQ(1 / three, 0x1.5555555555555p-2);
}

TEST_F(HartTest, ReservedRoundingModesAreIllegal) {
  for (const unsigned funct7 : {0x01u, 0x61u, 0x69u}) {  // fadd.d, fcvt.w.d, fcvt.d.w
    for (const unsigned rm : {5u, 6u, 7u}) {
      hart.reset(kBase);
      hart.forget_code();
      hart.floats.set_frm(rm == 7 ? 5 : 0);
      tile.write(kBase, {code::addi(0, 0, 0), code::r(0x53, 0, funct7, 1, 0, 0),
                         code::r(0x53, rm, funct7, 1, 0, 0)});
      EXPECT_EQ(hart.run(100), StopReason::kFault);
      EXPECT_EQ(hart.fault()->pc, kBase + 8);
      EXPECT_EQ(hart.counters().scalar, 2u);
      hart.reset_counters();
    }
  }
}

TEST_F(HartTest, StoreConditionalNeedsItsReservation) {
  hart.x[10] = kBase + 0x200;
  hart.x[11] = 42;
  tile.write(kBase, {code::r(0x2f, 3, 0x0c, 12, 10, 11),  // sc.d without a reservation
                     code::r(0x2f, 3, 0x08, 13, 10, 0),   // lr.d
                     code::r(0x2f, 3, 0x0c, 14, 10, 11),  // sc.d
                     code::r(0x2f, 3, 0x0c, 15, 10, 11), code::load(3, 16, 10, 0)});
  EXPECT_EQ(hart.run(5), StopReason::kBudget);
  EXPECT_EQ(hart.x[12], 1u);
  EXPECT_EQ(hart.x[13], 0u);
  EXPECT_EQ(hart.x[14], 0u);
  EXPECT_EQ(hart.x[15], 1u);
  EXPECT_EQ(hart.x[16], 42u);
}

}  // namespace
}  // namespace areia::sim
