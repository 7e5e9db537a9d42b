// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// decode(): every row is found, operands land where they belong, reserved encodings are illegal.
#include "spec/isa/decode.h"

#include <gtest/gtest.h>

#include <random>
#include <string_view>

namespace areia::isa {
namespace {

struct Encoding {
  std::string_view mnemonic, extension;
  unsigned bytes;
  std::uint32_t match, mask;
};
constexpr Encoding kEncodings[] = {
#define AREIA_ENCODING(mnemonic, extension, bytes, match, mask) {mnemonic, extension, bytes, match, mask},
#include "spec/isa/encodings.inc"
};

std::string_view mnemonic(std::uint32_t bits) { return instruction_info(decode(bits).opcode).mnemonic; }

TEST(Decode, FindsEveryWideRowWhateverItsOperands) {
  std::mt19937 random(1);
  for (const Encoding& row : kEncodings) {
    if (row.bytes != 4) continue;
    for (int i = 0; i < 50; ++i) {
      const std::uint32_t bits = row.match | (static_cast<std::uint32_t>(random()) & ~row.mask);
      ASSERT_EQ(mnemonic(bits), row.mnemonic) << std::hex << bits;
      ASSERT_EQ(decode(bits).length, 4);
    }
  }
}

TEST(Decode, IgnoresTheBitsBehindACompressedInstruction) {
  EXPECT_EQ(decode(0xffff'4501).raw, 0x4501u);
  EXPECT_EQ(decode(0xffff'4501).opcode, Opcode::kAddi);
  EXPECT_EQ(decode(0xffff'4501).length, 2);
}

TEST(Decode, GivesIllegalForReservedEncodings) {
  struct {
    std::uint32_t bits;
    const char* what;
  } const kReserved[] = {
      {0x0000'0000, "all zeros"},
      {0xffff'ffff, "all ones"},
      {0x0000'0004, "c.addi4spn without an immediate"},
      {0x2001, "c.addiw to x0"},
      {0x6101, "c.addi16sp of 0"},
      {0x6501, "c.lui of 0"},
      {0x8002, "c.jr x0"},
      {0x4002, "c.lwsp to x0"},
      {0x6002, "c.ldsp to x0"},
      {0x9c41, "reserved in quadrant 1"},
      {0x8000, "reserved in quadrant 0"},
      {0x0000'001f, "a 48-bit encoding"},
      {0x0200'003f, "a 64-bit encoding"},
      {0x0200'5013 | 1u << 31, "a shift with a reserved upper part"},
      {0x0000'7003 | 1u << 7, "a load of reserved width"},
      {0x1200'0073, "sfence.vma, which machine mode alone does not need"},
  };
  for (const auto& reserved : kReserved) {
    EXPECT_EQ(decode(reserved.bits).opcode, Opcode::kIllegal) << reserved.what;
  }
}

TEST(Decode, SignExtendsEveryImmediateFormat) {
  EXPECT_EQ(decode(0xfff5'0513).immediate, -1);             // addi a0, a0, -1
  EXPECT_EQ(decode(0xfea5'bc23).immediate, -8);             // sd a0, -8(a1)
  EXPECT_EQ(decode(0xfe05'08e3).immediate, -16);            // beqz a0, -16
  EXPECT_EQ(decode(0x8000'0537).immediate, -0x80000000LL);  // lui a0, 0x80000
  EXPECT_EQ(decode(0xff1f'f06f).immediate, -16);            // j -16
  EXPECT_EQ(decode(0x03f5'1513).immediate, 63);             // slli a0, a0, 63
  EXPECT_EQ(decode(0x1141).immediate, -16);                 // c.addi sp, -16
  EXPECT_EQ(decode(0x757d).immediate, -4096);               // c.lui a0, 0xfffff
}

TEST(Decode, PutsExpandedOperandsOfCompressedInstructionsInPlace) {
  const Decoded sub = decode(0x8c05);  // c.sub s0, s1
  EXPECT_EQ(sub.opcode, Opcode::kSub);
  EXPECT_EQ(sub.rd, 8);
  EXPECT_EQ(sub.rs1, 8);
  EXPECT_EQ(sub.rs2, 9);
  const Decoded call = decode(0x9502 & ~0x1000u);  // c.jr a0
  EXPECT_EQ(call.opcode, Opcode::kJalr);
  EXPECT_EQ(call.rd, 0);
  EXPECT_EQ(call.rs1, 10);
  EXPECT_EQ(call.immediate, 0);
}

TEST(Decode, CountsInstructionsByKind) {
  EXPECT_EQ(instruction_info(Opcode::kAdd).kind, Kind::kScalar);
  EXPECT_EQ(instruction_info(Opcode::kTmma).kind, Kind::kTensor);
  EXPECT_EQ(instruction_info(Opcode::kSemWait).kind, Kind::kMovement);
  EXPECT_EQ(instruction_info(Opcode::kCount).mnemonic, "illegal");
}

}  // namespace
}  // namespace areia::isa
