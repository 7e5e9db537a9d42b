// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Lazily committed host memory, and what lies where.
#include <gtest/gtest.h>

#include <cstring>

#include "sim/mem/address_map.h"
#include "sim/mem/host_memory.h"
#include "spec/abi/memory_map.h"

namespace areia::sim {
namespace {

TEST(HostMemoryTest, ReservesMoreThanTheHostHasAndIsZero) {
  auto memory = HostMemory::reserve(256ull << 30, "256 GiB of DRAM");
  ASSERT_TRUE(memory.ok()) << memory.error().message;
  std::uint8_t* last = memory->data() + memory->bytes() - 1;
  EXPECT_EQ(*last, 0);
  *last = 7;
  memory->clear();
  EXPECT_EQ(*last, 0);
}

TEST(HostMemoryTest, ZeroesExactlyTheRange) {
  auto memory = HostMemory::reserve(4 << 20, "4 MiB");
  ASSERT_TRUE(memory.ok());
  for (const auto& [first, bytes] :
       {std::pair{5, 100}, {5, (2 << 20) + 3}, {4096, 1 << 20}, {4095, 1 << 20}}) {
    std::memset(memory->data(), 1, memory->bytes());
    make_zero(memory->data() + first, bytes);
    EXPECT_EQ(memory->data()[first - 1], 1);
    for (int i = first; i < first + bytes; ++i)
      ASSERT_EQ(memory->data()[i], 0) << first << ' ' << bytes << ' ' << i;
    EXPECT_EQ(memory->data()[first + bytes], 1);
  }
}

TEST(HostMemoryTest, RefusalIsAnErrorThatNamesWhat) {
  const auto memory = HostMemory::reserve(std::uint64_t{1} << 60, "all of it");
  ASSERT_FALSE(memory.ok());
  EXPECT_EQ(memory.error().kind, ErrorKind::kWorkFailed);
  EXPECT_NE(memory.error().message.find("all of it"), std::string::npos);
}

class AddressMapTest : public testing::Test {
 protected:
  AddressMapTest() {
    chip_.mesh.columns = 2;
    chip_.mesh.rows = 1;
    chip_.scratchpad.bytes = kScratchpad;
    chip_.dram.bytes = kDram;
  }
  static constexpr std::uint64_t kScratchpad = 4096, kDram = 8192;
  ChipDescription chip_;
  std::vector<std::uint8_t> scratchpads_ = std::vector<std::uint8_t>(2 * kScratchpad);
  std::vector<std::uint8_t> dram_ = std::vector<std::uint8_t>(kDram);
  AddressMap map() { return {chip_, scratchpads_.data(), dram_.data()}; }
};

TEST_F(AddressMapTest, EachWindowLeadsToItsMemory) {
  const AddressMap map = this->map();
  EXPECT_EQ(map.locate(abi::kScratchpadBase + 5, 1, 1).host, scratchpads_.data() + kScratchpad + 5);
  EXPECT_EQ(map.locate(abi::tile_address(1, 5), 1, 0).host, scratchpads_.data() + kScratchpad + 5);
  EXPECT_EQ(map.locate(abi::tile_address(1, 5), 1, kHost).tile, 1u);
  EXPECT_EQ(map.locate(abi::kDramBase + 9, 1, 0).host, dram_.data() + 9);
  EXPECT_EQ(map.locate(abi::kHostDoorbell, 4, 0).kind, MemoryKind::kDoorbell);
}

TEST_F(AddressMapTest, NothingReachesAcrossAnEnd) {
  const AddressMap map = this->map();
  EXPECT_TRUE(map.locate(abi::kDramBase, kDram, 0));
  EXPECT_FALSE(map.locate(abi::kDramBase, kDram + 1, 0));
  EXPECT_FALSE(map.locate(abi::kDramBase - 1, 2, 0));
  EXPECT_FALSE(map.locate(abi::kDramBase + kDram, 1, 0));
  EXPECT_FALSE(map.locate(abi::kDramBase + 1, UINT64_MAX, 0));
  EXPECT_FALSE(map.locate(abi::tile_address(0, kScratchpad - 1), 2, 0));
  EXPECT_FALSE(map.locate(abi::tile_address(2, 0), 1, 0));
  EXPECT_FALSE(map.locate(abi::kScratchpadBase, 1, kHost));  // the host has no scratchpad of its own
  EXPECT_FALSE(map.locate(std::uint64_t{1} << abi::kChipShift, 1, 0));
  EXPECT_FALSE(map.locate(UINT64_MAX, 8, 0));
  EXPECT_FALSE(map.locate(abi::kHostDoorbell, 8, 0));
}

}  // namespace
}  // namespace areia::sim
