// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Every instruction with an rm field, twice: with the mode in frm, which the host's unit does, and with the
// same mode in the instruction while frm holds another, which integers do. Registers and flags must agree.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "sim/hart/executors.h"
#include "sim/hart/test_tile.h"

namespace areia::sim {
namespace {

struct Outcome {
  std::uint64_t f, x;
  std::uint8_t flags;
  bool operator==(const Outcome&) const = default;
};

class FloatPaths : public ::testing::TestWithParam<isa::Opcode> {
 protected:
  Outcome execute(std::uint8_t frm, std::uint8_t rm) {
    Instruction i;
    i.opcode = static_cast<std::uint16_t>(GetParam());
    i.rd = 10, i.rs1 = 1, i.rs2 = 2, i.rs3 = 3, i.rm = rm;
    hart.f[10] = hart.x[10] = 0;
    hart.floats.set_frm(frm);
    hart.floats.set_fflags(0);
    hart.floats.enter();
    executor_entry(GetParam()).execute(hart, i);
    hart.floats.leave();
    return {hart.f[10], hart.x[10], hart.floats.fflags()};
  }

  /// A value that may be a number of any width, boxed or not.
  std::uint64_t operand() {
    const std::uint64_t bits = random(), choice = random();
    const std::uint64_t exponent = (choice >> 8) % 80;
    switch (choice % 8) {
      case 0:
        return bits;
      case 1:
        return bits >> exponent % 64;
      case 2:
        return 0xffff'ffff'0000'0000 | ((bits & 0x807fffff) | (112 + exponent % 56) << 23);
      case 3:
        return 0xffff'ffff'0000'0000 | (bits & 0xffffffff);
      case 4:
        return 0xffff'ffff'ffff'0000 | (bits & 0xffff);
      case 5:
        return (bits & 0x800fffffffffffff) | (1008 + exponent) << 52;
      case 6:
        return 0xffff'ffff'0000'0000 | (bits & 0x80000000) | (bits >> 40 & 0xff) << 23;
      default:
        return (bits & 0x8000000000000000) | (bits & 0x7ff) << 52;
    }
  }

  TestTile tile;
  Hart hart{tile, 0, 128};
  std::mt19937_64 random{7};
};

TEST_P(FloatPaths, Agree) {
  for (int round = 0; round < 10000; ++round) {
    for (const int reg : {1, 2, 3}) hart.f[reg] = operand();
    hart.x[1] = operand();
    for (std::uint8_t mode = 0; mode < 4; ++mode) {
      const Outcome dynamic = execute(mode, kDynamicRounding), fixed = execute(mode ^ 1, mode);
      ASSERT_EQ(dynamic, fixed) << std::hex << "f1 " << hart.f[1] << " f2 " << hart.f[2] << " f3 "
                                << hart.f[3] << " x1 " << hart.x[1] << " mode " << +mode << ": " << dynamic.f
                                << ' ' << dynamic.x << ' ' << +dynamic.flags << " but " << fixed.f << ' '
                                << fixed.x << ' ' << +fixed.flags;
    }
  }
}

std::vector<isa::Opcode> rounding_opcodes() {
  std::vector<isa::Opcode> found;
  for (std::size_t index = 1; index < isa::kOpcodeCount; ++index) {
    const auto opcode = static_cast<isa::Opcode>(index);
    const isa::InstructionInfo& info = isa::instruction_info(opcode);
    if (info.kind == isa::Kind::kScalar && info.operands.find(", rm") != std::string_view::npos) {
      found.push_back(opcode);
    }
  }
  return found;
}

INSTANTIATE_TEST_SUITE_P(Instructions, FloatPaths, ::testing::ValuesIn(rounding_opcodes()),
                         [](const auto& parameter) {
                           std::string name(isa::instruction_info(parameter.param).mnemonic);
                           for (char& letter : name) letter = letter == '.' ? '_' : letter;
                           return name;
                         });

}  // namespace
}  // namespace areia::sim
