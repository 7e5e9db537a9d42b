// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What surrounds the mathematics: configuration, traps, ranges of memory, accumulators in memory.
#include "sim/tensor/tensor_engine.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cfenv>
#include <cstring>
#include <limits>
#include <vector>

#include "spec/abi/memory_map.h"
#include "spec/num/convert.h"

namespace areia::sim {
namespace {

using Kind = TensorCommand::Kind;
using num::Format;
constexpr std::uint64_t kBase = abi::kScratchpadBase;
constexpr std::uint64_t kBytes = 4096;

class TensorEngineTest : public testing::Test {
 protected:
  TensorOutcome run(Kind kind, std::uint64_t rs1 = kBase, std::uint64_t rs2 = kBase, std::uint32_t set = 0) {
    return engine.run(engine.command(kind, set, rs1, rs2));
  }
  void shape(std::uint64_t m, std::uint64_t n, std::uint64_t k) { engine.set_shape(m | n << 16, k); }
  void put_floats(std::uint64_t offset, std::vector<float> values) {
    std::memcpy(memory.data() + offset, values.data(), values.size() * 4);
  }
  float accumulator(std::uint32_t m, std::uint32_t n) {
    return std::bit_cast<float>(engine.accumulators(0)[m * engine.columns() + n]);
  }
  void expect_load_fault(TensorOutcome outcome, std::uint64_t address) {
    EXPECT_EQ(outcome.kind, TensorOutcome::Kind::kLoadFault);
    EXPECT_EQ(outcome.address, address);
  }

  std::vector<std::uint8_t> memory = std::vector<std::uint8_t>(kBytes);
  TensorEngine engine{8, 8, 2, memory};
};

TEST_F(TensorEngineTest, MultipliesRowsOfAWithRowsOfB) {
  put_floats(0, {1, 2, 3, 4});
  put_floats(64, {5, 6, 7, 8, 9, 10});
  shape(2, 3, 2);
  engine.set_stride(8, 8);
  ASSERT_TRUE(run(Kind::kMma, kBase, kBase + 64).done());
  EXPECT_EQ(accumulator(0, 0), 17);
  EXPECT_EQ(accumulator(0, 2), 29);
  EXPECT_EQ(accumulator(1, 1), 53);
  EXPECT_EQ(accumulator(0, 3), 0);
  EXPECT_EQ(engine.macs(), 12u);
}

TEST_F(TensorEngineTest, TransposedBIsStoredByK) {
  put_floats(0, {1, 2, 3, 4});
  put_floats(64, {5, 7, 9, 6, 8, 10});
  ASSERT_TRUE(engine.set_format(1 << 24).done());
  shape(2, 3, 2);
  engine.set_stride(8, 12);
  ASSERT_TRUE(run(Kind::kMma, kBase, kBase + 64).done());
  EXPECT_EQ(accumulator(0, 0), 17);
  EXPECT_EQ(accumulator(1, 2), 67);
}

TEST_F(TensorEngineTest, SetsAreApartAndClearZeroesAllOfOne) {
  std::ranges::fill(engine.accumulators(0), 1u);
  std::ranges::fill(engine.accumulators(1), 2u);
  ASSERT_TRUE(run(Kind::kClear, 0, 0, 1).done());
  EXPECT_EQ(engine.accumulators(0)[63], 1u);
  for (std::uint32_t word : engine.accumulators(1)) EXPECT_EQ(word, 0u);
}

TEST_F(TensorEngineTest, IllegalConfigurations) {
  const auto expect_illegal = [&](TensorOutcome o) { EXPECT_EQ(o.kind, TensorOutcome::Kind::kIllegal); };
  expect_illegal(engine.set_format(1 << 25));
  expect_illegal(engine.set_format(1ull << 63));
  expect_illegal(run(Kind::kMma));  // the shape after reset is empty
  for (auto [m, n] : {std::pair{0, 1}, {1, 0}, {9, 1}, {1, 9}, {65535, 1}}) {
    shape(m, n, 1);
    expect_illegal(run(Kind::kMma));
    expect_illegal(run(Kind::kLoad));
    expect_illegal(run(Kind::kStore));
  }
  shape(1, 1, 1);
  EXPECT_TRUE(run(Kind::kMma).done());
  for (Kind kind : {Kind::kMma, Kind::kClear, Kind::kLoad, Kind::kStore})
    expect_illegal(run(kind, kBase, kBase, 2));
  ASSERT_TRUE(
      engine.set_format(num::format_operand(Format::kBlockInt8, Format::kBlockInt8, Format::kFp32, true))
          .done());
  expect_illegal(run(Kind::kMma));
  EXPECT_EQ(engine.macs(), 1u);
}

TEST_F(TensorEngineTest, EveryPairOfFormatsIsAllowedOrIllegal) {
  shape(1, 1, 1);
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; ++b) {
      const bool floats = a <= 4 && b <= 4, integers = a == 5 && b == 5;
      const bool simple = a >= 8 && a <= 12 && b >= 8 && b <= 12;
      const bool quantised = (a == 8 || a == 19 || a == 20) && (b == 8 || b == 9 || (b >= 12 && b <= 19));
      ASSERT_TRUE(engine.set_format(a | b << 8).done());
      EXPECT_EQ(run(Kind::kMma).done(), floats || integers || simple || quantised) << a << " " << b;
    }
  }
  for (unsigned memory_format = 0; memory_format < 256; ++memory_format) {
    ASSERT_TRUE(engine.set_format(memory_format << 16).done());
    EXPECT_EQ(run(Kind::kLoad, kBase, 0).done(), memory_format <= 6) << memory_format;
    EXPECT_EQ(run(Kind::kStore, kBase, 0).done(), memory_format <= 6) << memory_format;
  }
}

TEST_F(TensorEngineTest, OperandsMayEndAtTheScratchpadsEdge) {
  shape(2, 2, 4);
  engine.set_stride(16, 16);
  EXPECT_TRUE(run(Kind::kMma, kBase + kBytes - 32, kBase).done());
  EXPECT_TRUE(run(Kind::kMma, kBase, kBase + kBytes - 32).done());
  expect_load_fault(run(Kind::kMma, kBase + kBytes - 31, kBase), kBase + kBytes);
  expect_load_fault(run(Kind::kMma, kBase, kBase + kBytes - 16), kBase + kBytes);
  expect_load_fault(run(Kind::kMma, kBase - 1, kBase), kBase - 1);
  expect_load_fault(run(Kind::kMma, 0, kBase), 0);
  expect_load_fault(run(Kind::kMma, kBase, ~0ull), ~0ull);
  engine.set_stride(static_cast<std::uint64_t>(-16), 16);
  EXPECT_TRUE(run(Kind::kMma, kBase + 16, kBase).done());
  expect_load_fault(run(Kind::kMma, kBase + 15, kBase), kBase - 1);
}

TEST_F(TensorEngineTest, AFaultLeavesNoTrace) {
  shape(8, 8, 1);
  engine.set_stride(0, 1024);
  expect_load_fault(run(Kind::kMma), kBase + 4096);
  EXPECT_EQ(engine.macs(), 0u);
  memory[0] = 77;
  std::ranges::fill(engine.accumulators(0), 5u);
  const TensorOutcome outcome = run(Kind::kStore, kBase, 1024);
  EXPECT_EQ(outcome.kind, TensorOutcome::Kind::kStoreFault);
  EXPECT_EQ(outcome.address, kBase + 4096);
  EXPECT_EQ(memory[0], 77);
}

TEST_F(TensorEngineTest, HugeShapesAndStridesFaultAtOnce) {
  shape(8, 8, 0xffff'ffff);
  expect_load_fault(run(Kind::kMma), kBase + kBytes);
  for (std::uint64_t stride : {1ull << 63, ~0ull >> 1, 1ull << 62, 0 - (1ull << 62)}) {
    shape(8, 8, 1);
    engine.set_stride(stride, 0);
    expect_load_fault(run(Kind::kMma), kBase + stride);
    engine.set_stride(0, stride);
    expect_load_fault(run(Kind::kMma), kBase + stride);
    EXPECT_EQ(run(Kind::kStore, kBase, stride).kind, TensorOutcome::Kind::kStoreFault);
    expect_load_fault(run(Kind::kLoad, kBase, stride), kBase + stride);
  }
  ASSERT_TRUE(
      engine.set_format(num::format_operand(Format::kInt8, Format::kInt8, Format::kInt32, true)).done());
  shape(1, 1, 4096);
  engine.set_stride(0, 0);
  EXPECT_TRUE(run(Kind::kMma).done());
  engine.set_stride(0, 2);
  expect_load_fault(run(Kind::kMma), kBase + 4096);
}

TEST_F(TensorEngineTest, KOfZeroTouchesNothing) {
  shape(8, 8, 0);
  engine.accumulators(0)[0] = 0x7fc00001;  // a NaN with a payload stays as it is
  EXPECT_TRUE(run(Kind::kMma, 0, 0).done());
  EXPECT_EQ(engine.accumulators(0)[0], 0x7fc00001u);
  EXPECT_EQ(engine.macs(), 0u);
}

TEST_F(TensorEngineTest, WholeBlocksMustBeInMemory) {
  ASSERT_TRUE(
      engine.set_format(num::format_operand(Format::kBlockInt8, Format::kBlockInt4, Format::kFp32)).done());
  shape(1, 1, 33);
  EXPECT_TRUE(run(Kind::kMma, kBase + kBytes - 68, kBase + kBytes - 36).done());
  expect_load_fault(run(Kind::kMma, kBase + kBytes - 67, kBase), kBase + kBytes);
  expect_load_fault(run(Kind::kMma, kBase, kBase + kBytes - 35), kBase + kBytes);
}

TEST_F(TensorEngineTest, LoadWithStrideZeroGivesEveryRowTheSame) {
  put_floats(3, {1.5f, -2.5f});
  shape(8, 2, 0);
  ASSERT_TRUE(run(Kind::kLoad, kBase + 3, 0).done());
  for (std::uint32_t m = 0; m < 8; ++m) {
    EXPECT_EQ(accumulator(m, 0), 1.5f);
    EXPECT_EQ(accumulator(m, 1), -2.5f);
    EXPECT_EQ(accumulator(m, 2), 0);
  }
}

TEST_F(TensorEngineTest, LoadConvertsEveryFormat) {
  const auto load_byte_pair = [&](Format format, std::uint8_t low, std::uint8_t high) {
    memory[0] = low;
    memory[1] = high;
    EXPECT_TRUE(engine.set_format(num::format_operand(Format::kFp32, Format::kFp32, format)).done());
    shape(1, 1, 0);
    EXPECT_TRUE(run(Kind::kLoad, kBase, 0).done());
    return engine.accumulators(0)[0];
  };
  EXPECT_EQ(load_byte_pair(Format::kFp16, 0x01, 0x80), 0xb3800000u);  // -2^-24
  EXPECT_EQ(load_byte_pair(Format::kFp16, 0x01, 0xfc), num::kCanonicalNan);
  EXPECT_EQ(load_byte_pair(Format::kBf16, 0x01, 0x80), 0x80010000u);
  EXPECT_EQ(load_byte_pair(Format::kFp8E4M3, 0xfe, 0), std::bit_cast<std::uint32_t>(-448.0f));
  EXPECT_EQ(load_byte_pair(Format::kFp8E5M2, 0x7c, 0), 0x7f800000u);
  EXPECT_EQ(load_byte_pair(Format::kInt8, 0x80, 0), 0xffffff80u);
  memory[2] = 0xa0, memory[3] = 0x7f;
  EXPECT_EQ(load_byte_pair(Format::kFp32, 1, 0), 0x7fa00001u);  // a signalling NaN is copied
  EXPECT_EQ(load_byte_pair(Format::kInt32, 1, 0), 0x7fa00001u);
}

TEST_F(TensorEngineTest, StoreConvertsEveryFormat) {
  const auto store = [&](Format format, std::uint32_t word) {
    engine.accumulators(0)[0] = word;
    memory.assign(kBytes, 0xee);
    EXPECT_TRUE(engine.set_format(num::format_operand(Format::kFp32, Format::kFp32, format)).done());
    shape(1, 1, 0);
    EXPECT_TRUE(run(Kind::kStore, kBase, 0).done());
    EXPECT_EQ(memory[num::unit_bytes(format)], 0xee);
    std::uint32_t code = 0;
    std::memcpy(&code, memory.data(), num::unit_bytes(format));
    return code;
  };
  const auto bits = [](float value) { return std::bit_cast<std::uint32_t>(value); };
  EXPECT_EQ(store(Format::kFp16, bits(65519.0f)), 0x7bffu);
  EXPECT_EQ(store(Format::kFp16, bits(-65520.0f)), 0xfc00u);
  EXPECT_EQ(store(Format::kFp16, 0xffc00001u), 0x7e00u);
  EXPECT_EQ(store(Format::kBf16, 0x3f808000u), 0x3f80u);
  EXPECT_EQ(store(Format::kBf16, 0x3f818000u), 0x3f82u);
  EXPECT_EQ(store(Format::kBf16, 0x7fffffffu), 0x7fc0u);
  EXPECT_EQ(store(Format::kFp8E4M3, bits(464.0f)), 0x7eu);
  EXPECT_EQ(store(Format::kFp8E4M3, bits(-465.0f)), 0x7fu);
  EXPECT_EQ(store(Format::kFp8E5M2, bits(-1e9f)), 0xfcu);
  EXPECT_EQ(store(Format::kInt8, 128), 0x7fu);
  EXPECT_EQ(store(Format::kInt8, 0x80000000u), 0x80u);
  EXPECT_EQ(store(Format::kInt8, 0xffffffffu), 0xffu);
  EXPECT_EQ(store(Format::kInt32, 0x80000001u), 0x80000001u);
  EXPECT_EQ(store(Format::kFp32, 0xffa00001u), 0xffa00001u);
}

TEST_F(TensorEngineTest, HostRoundingModeAndFlagsTakeNoPart) {
  put_floats(0, {1.0f, 0x1p-30f});
  put_floats(64, {1.0f, 1.0f});
  shape(1, 1, 2);
  std::feclearexcept(FE_ALL_EXCEPT);
  std::fesetround(FE_UPWARD);
  EXPECT_TRUE(run(Kind::kMma, kBase, kBase + 64).done());
  EXPECT_EQ(std::fegetround(), FE_UPWARD);
  EXPECT_EQ(std::fetestexcept(FE_ALL_EXCEPT), 0);
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(accumulator(0, 0), 1.0f);
  std::feraiseexcept(FE_DIVBYZERO);
  EXPECT_TRUE(run(Kind::kMma, kBase, kBase + 64).done());
  EXPECT_EQ(std::fetestexcept(FE_ALL_EXCEPT), FE_DIVBYZERO);
  std::feclearexcept(FE_ALL_EXCEPT);
}

TEST_F(TensorEngineTest, ResetForgetsEverything) {
  shape(1, 1, 1);
  engine.accumulators(1)[7] = 3;
  engine.reset();
  EXPECT_EQ(engine.accumulators(1)[7], 0u);
  EXPECT_EQ(run(Kind::kMma).kind, TensorOutcome::Kind::kIllegal);
}

}  // namespace
}  // namespace areia::sim
