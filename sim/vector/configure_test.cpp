// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// vset{i}vl{i}, and what vector instructions refuse: every rule of checks.h once on each side.
#include "sim/vector/vector_test.h"

namespace areia::sim {
namespace {

class ConfigureTest : public VectorTest {
 protected:
  ConfigureTest() { hart_ = std::make_unique<Hart>(tile, 0, 256); }
  static constexpr std::uint64_t type(unsigned sew, int lmul_log2) {
    return static_cast<std::uint64_t>(std::countr_zero(sew) - 3) << 3 |
           (static_cast<unsigned>(lmul_log2) & 7);
  }
  /// vsetvl rd, rs1, with the type and, where rs1 is not x0, the length asked for.
  std::uint64_t set(unsigned rd, unsigned rs1, std::uint64_t vtype, std::uint64_t length = 0) {
    Instruction i;
    i.rd = static_cast<std::uint8_t>(rd);
    i.rs1 = static_cast<std::uint8_t>(rs1);
    i.rs2 = 12;
    if (rs1 != 0) hart_->x[rs1] = length;
    hart_->x[12] = vtype;
    execute(Opcode::kVsetvl, i);
    return hart_->x[rd];
  }
  bool is_legal(Opcode opcode, unsigned rd, unsigned rs2, unsigned rs1, bool masked = false) {
    Instruction i;
    i.rd = i.rs3 = static_cast<std::uint8_t>(rd);
    i.rs2 = static_cast<std::uint8_t>(rs2);
    i.rs1 = static_cast<std::uint8_t>(rs1);
    i.masked = masked;
    try {
      execute(opcode, i);
      return true;
    } catch (const Trap& trap) {
      EXPECT_EQ(trap.cause, TrapCause::kIllegalInstruction);
      return false;
    }
  }
};

TEST_F(ConfigureTest, LengthIsTheLesserOfAskedAndMaximum) {
  EXPECT_EQ(set(10, 11, type(32, 0), 5), 5u);
  EXPECT_EQ(set(10, 11, type(32, 0), 8), 8u);
  EXPECT_EQ(set(10, 11, type(32, 0), 9), 8u);
  EXPECT_EQ(set(10, 0, type(8, 3)), 256u);
  EXPECT_EQ(set(10, 0, type(8, -3)), 4u);
  Instruction i;  // vsetivli x10, 3, e64, m1
  i.rd = 10;
  i.rs1 = 3;
  i.immediate = static_cast<std::int64_t>(type(64, 0));
  execute(Opcode::kVsetivli, i);
  EXPECT_EQ(hart_->x[10], 3u);
}

TEST_F(ConfigureTest, KeepsTheLengthOnlyWithTheMaximum) {
  set(10, 11, type(32, 0), 5);
  set(0, 0, type(64, 1));  // 8 elements as before
  EXPECT_EQ(hart_->vector.vl, 5u);
  EXPECT_FALSE(hart_->vector.vill);
  set(0, 0, type(64, 0));
  EXPECT_TRUE(hart_->vector.vill);
  EXPECT_EQ(hart_->vector.vl, 0u);
}

TEST_F(ConfigureTest, UnsupportedTypesAreIllegalAndEmpty) {
  for (const std::uint64_t bad :
       {type(64, -1), type(32, -2), type(16, -3), std::uint64_t{4}, std::uint64_t{4} << 3, type(8, 0) | 0x100,
        type(8, 0) | std::uint64_t{1} << 63}) {
    set(10, 11, type(8, 0), 3);
    EXPECT_EQ(set(10, 11, bad, 3), 0u) << bad;
    EXPECT_TRUE(hart_->vector.vill) << bad;
    EXPECT_EQ(hart_->vector.vtype, VectorState::kIllegalType);
    EXPECT_FALSE(is_legal(Opcode::kVaddVv, 1, 2, 3));
  }
}

TEST_F(ConfigureTest, ArithmeticRefusesAVstart) {
  set(10, 0, type(8, 0));
  EXPECT_TRUE(is_legal(Opcode::kVaddVv, 1, 2, 3));
  hart_->vector.vstart = 1;
  EXPECT_FALSE(is_legal(Opcode::kVaddVv, 1, 2, 3));
  set(10, 0, type(8, 0));
  EXPECT_EQ(hart_->vector.vstart, 0u);
}

TEST_F(ConfigureTest, GroupsAreAligned) {
  set(10, 0, type(16, 2));
  EXPECT_TRUE(is_legal(Opcode::kVaddVv, 4, 8, 12));
  EXPECT_FALSE(is_legal(Opcode::kVaddVv, 6, 8, 12));
  EXPECT_FALSE(is_legal(Opcode::kVaddVv, 4, 9, 12));
  EXPECT_FALSE(is_legal(Opcode::kVaddVv, 4, 8, 14));
  EXPECT_FALSE(is_legal(Opcode::kVaddVv, 0, 8, 12, true));  // masked, onto v0
  EXPECT_TRUE(is_legal(Opcode::kVredsumVs, 5, 8, 3));       // scalars of reductions need no alignment
}

TEST_F(ConfigureTest, WideOverlapsOnlyInTheHighestPart) {
  set(10, 0, type(16, 1));
  EXPECT_TRUE(is_legal(Opcode::kVwaddVv, 8, 10, 12));
  EXPECT_FALSE(is_legal(Opcode::kVwaddVv, 8, 8, 12));
  EXPECT_FALSE(is_legal(Opcode::kVwaddVv, 10, 12, 16));  // 10 is no multiple of 4
  EXPECT_TRUE(is_legal(Opcode::kVnsrlWv, 8, 8, 12));
  EXPECT_FALSE(is_legal(Opcode::kVnsrlWv, 10, 8, 12));
  set(10, 0, type(64, 0));
  EXPECT_FALSE(is_legal(Opcode::kVwaddVv, 8, 10, 12));  // no 128 bits
  set(10, 0, type(8, 3));
  EXPECT_FALSE(is_legal(Opcode::kVwaddVv, 0, 16, 24));  // no LMUL 16
  set(10, 0, type(8, -1));
  EXPECT_FALSE(is_legal(Opcode::kVwaddVv, 8, 8, 12));
}

TEST_F(ConfigureTest, MasksOverlapOnlyInTheLowestPart) {
  set(10, 0, type(8, 2));
  EXPECT_TRUE(is_legal(Opcode::kVmseqVv, 8, 8, 12));
  EXPECT_FALSE(is_legal(Opcode::kVmseqVv, 9, 8, 12));
  EXPECT_FALSE(is_legal(Opcode::kVmseqVv, 15, 8, 12));
  EXPECT_TRUE(is_legal(Opcode::kVmseqVv, 7, 8, 12));
}

TEST_F(ConfigureTest, PermutationsRefuseTheirSources) {
  set(10, 0, type(8, 0));
  EXPECT_FALSE(is_legal(Opcode::kVslideupVx, 8, 8, 5));
  EXPECT_TRUE(is_legal(Opcode::kVslidedownVx, 8, 8, 5));
  EXPECT_FALSE(is_legal(Opcode::kVrgatherVv, 8, 9, 8));
  EXPECT_FALSE(is_legal(Opcode::kVcompressVm, 8, 9, 8));
  EXPECT_FALSE(is_legal(Opcode::kViotaM, 8, 8, 0));
  EXPECT_FALSE(is_legal(Opcode::kVmsbfM, 8, 8, 0));
  EXPECT_FALSE(is_legal(Opcode::kVmv4rV, 8, 14, 0));
  EXPECT_FALSE(is_legal(Opcode::kVsextVf2, 8, 9, 0));  // no 4-bit elements
}

TEST_F(ConfigureTest, FloatingPointNeedsItsWidths) {
  set(10, 0, type(8, 0));
  EXPECT_FALSE(is_legal(Opcode::kVfaddVv, 1, 2, 3));
  EXPECT_TRUE(is_legal(Opcode::kVfwcvtFXV, 2, 4, 0));  // int8 to half
  EXPECT_FALSE(is_legal(Opcode::kVfwcvtFFV, 2, 4, 0));
  set(10, 0, type(32, 0));
  EXPECT_FALSE(is_legal(Opcode::kVfwmaccbf16Vv, 2, 4, 6));
  EXPECT_TRUE(is_legal(Opcode::kVfwmaccVv, 2, 4, 6));
}

}  // namespace
}  // namespace areia::sim
