// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// DMA transfers against a byte-by-byte reading of the descriptor, and the checks before them.
#include "sim/dma/transfer.h"

#include <gtest/gtest.h>

#include <random>

#include "spec/abi/memory_map.h"

namespace areia::sim {
namespace {

constexpr std::uint64_t kScratchpad = 8192, kDram = 16384;
constexpr std::uint32_t kTiles = 4;
using Kind = TransferCheck::Kind;

class TransferTest : public testing::Test {
 protected:
  TransferTest() {
    chip_.mesh.columns = chip_.mesh.rows = 2;
    chip_.scratchpad.bytes = kScratchpad;
    chip_.dram.bytes = kDram;
    chip_.dram.channels = 2;
    chip_.dram.interleave_bytes = 64;
    std::mt19937 random(7);
    for (auto& byte : scratchpads_) byte = static_cast<std::uint8_t>(random());
    for (auto& byte : dram_) byte = static_cast<std::uint8_t>(random());
    fabric_ = std::make_unique<Fabric>(chip_, scratchpads_.data(), dram_.data());
  }

  TransferCheck check(const abi::DmaDescriptor& d, std::uint32_t tile = 0) {
    return check_transfer(d, *fabric_, tile);
  }
  void run(const abi::DmaDescriptor& d, std::uint32_t tile = 0) {
    const TransferCheck checked = check(d, tile);
    ASSERT_EQ(checked.kind, Kind::kDone) << checked.detail;
    carry_out(checked.transfer, *fabric_, tile, traffic_);
  }
  std::uint8_t& byte_at(std::uint64_t address, std::uint32_t tile = 0) {
    return *fabric_->map.locate(address, 1, tile).host;
  }
  std::uint32_t semaphore(std::uint32_t tile, std::uint64_t offset) {
    std::uint32_t value;
    std::memcpy(&value, fabric_->map.scratchpad(tile).data() + offset, sizeof value);
    return value;
  }

  ChipDescription chip_;
  std::vector<std::uint8_t> scratchpads_ = std::vector<std::uint8_t>(kTiles * kScratchpad);
  std::vector<std::uint8_t> dram_ = std::vector<std::uint8_t>(kDram);
  std::unique_ptr<Fabric> fabric_;
  Traffic traffic_;
};

// The definition, one byte at a time, on copies of the memories.
void reference(const abi::DmaDescriptor& d, const AddressMap& map) {
  for (std::uint32_t k = 0; k < d.count[2]; ++k) {
    for (std::uint32_t j = 0; j < d.count[1]; ++j) {
      for (std::uint32_t i = 0; i < d.count[0]; ++i) {
        for (std::uint32_t b = 0; b < d.run_bytes; ++b) {
          const auto at = [&](std::uint64_t base, const std::int64_t(&s)[3]) {
            return map.locate(base + static_cast<std::uint64_t>(i * s[0] + j * s[1] + k * s[2]) + b, 1, 0)
                .host;
          };
          *at(d.destination, d.destination_stride) = *at(d.source, d.source_stride);
        }
      }
    }
  }
}

TEST_F(TransferTest, RandomStridedCopiesEqualTheDefinition) {
  std::mt19937 random(11);
  const auto pick = [&](int low, int high) { return low + static_cast<int>(random() % (high - low + 1)); };
  int copied = 0;
  for (int round = 0; round < 5000; ++round) {
    abi::DmaDescriptor d;
    d.source = (pick(0, 1) ? abi::kDramBase : abi::kScratchpadBase) + pick(0, 8000);
    d.destination = (pick(0, 2) ? abi::kScratchpadBase : abi::kDramBase) + pick(0, 8000);
    if (pick(0, 3) == 0) d.destination = d.source + pick(-40, 40);  // overlap
    d.run_bytes = pick(0, 50);
    for (int i = 0; i < 3; ++i) {
      d.count[i] = pick(0, 4) ? pick(1, 5) : 1;
      d.source_stride[i] = pick(0, 2) ? pick(-300, 300) : d.run_bytes;
      d.destination_stride[i] = pick(0, 2) ? pick(-300, 300) : d.run_bytes;
    }
    const TransferCheck checked = check(d);
    if (checked.kind != Kind::kDone) continue;
    auto scratchpads = scratchpads_;
    auto dram = dram_;
    reference(d, AddressMap(chip_, scratchpads.data(), dram.data()));
    run(d);
    ASSERT_EQ(scratchpads, scratchpads_) << round;
    ASSERT_EQ(dram, dram_) << round;
    ++copied;
  }
  EXPECT_GT(copied, 1000);
}

TEST_F(TransferTest, OverlappingRunsCopyAscending) {
  abi::DmaDescriptor d;
  byte_at(abi::kScratchpadBase) = 42;
  d.source = abi::kScratchpadBase;
  d.destination = abi::kScratchpadBase + 1;
  d.run_bytes = 100;
  run(d);
  for (int i = 0; i <= 100; ++i) EXPECT_EQ(byte_at(abi::kScratchpadBase + i), 42);
}

TEST_F(TransferTest, MulticastReachesTheRectangleAndPostsThere) {
  abi::DmaDescriptor d;
  d.source = abi::kDramBase + 64;
  d.destination = 512;
  d.run_bytes = 64;
  d.multicast = 1;
  d.first_column = d.last_column = 1;
  d.last_row = 1;  // tiles 1 and 3
  d.semaphore = abi::kScratchpadBase + 256;
  d.post_value = 3;
  const std::uint32_t before[kTiles] = {semaphore(0, 256), semaphore(1, 256), semaphore(2, 256),
                                        semaphore(3, 256)};
  run(d);
  for (std::uint32_t tile : {1u, 3u}) {
    EXPECT_EQ(std::memcmp(fabric_->map.scratchpad(tile).data() + 512, dram_.data() + 64, 64), 0);
    EXPECT_EQ(semaphore(tile, 256), before[tile] + 3);
  }
  for (std::uint32_t tile : {0u, 2u}) EXPECT_EQ(semaphore(tile, 256), before[tile]);
  EXPECT_EQ(traffic_.dram_read_bytes, 64u);
  EXPECT_EQ(traffic_.noc_bytes, 64u);
}

TEST_F(TransferTest, TrafficCountsWhatLeavesATileOrAController) {
  abi::DmaDescriptor d;
  d.run_bytes = 100;
  d.source = abi::kScratchpadBase;
  d.destination = abi::kScratchpadBase + 1000;
  run(d);
  EXPECT_EQ(traffic_.noc_bytes, 0u);
  d.destination = abi::tile_address(3, 0);
  run(d);
  EXPECT_EQ(traffic_.noc_bytes, 100u);
  EXPECT_EQ(traffic_.noc_hop_bytes, 200u);
  d.destination = abi::kDramBase;  // 64 bytes in channel 0 (west, 1 link), 36 in channel 1 (east, 2 links)
  run(d);
  EXPECT_EQ(traffic_.dram_write_bytes, 100u);
  EXPECT_EQ(traffic_.noc_bytes, 200u);
  EXPECT_EQ(traffic_.noc_hop_bytes, 200u + 64 + 72);
}

TEST_F(TransferTest, ChecksTheWholeExtentFirst) {
  abi::DmaDescriptor good;
  good.source = abi::kDramBase;
  good.destination = abi::kScratchpadBase;
  good.run_bytes = 16;
  EXPECT_EQ(check(good).kind, Kind::kDone);
  auto d = good;
  d.source = abi::kDramBase + kDram - 15;
  EXPECT_EQ(check(d).kind, Kind::kLoadFault);
  EXPECT_EQ(check(d).address, abi::kDramBase + kDram);
  d = good;
  d.count[2] = 3;
  d.destination_stride[2] = -8;
  EXPECT_EQ(check(d).kind, Kind::kStoreFault);
  EXPECT_EQ(check(d).address, abi::kScratchpadBase - 16);
  d = good;  // ends in another tile's window
  d.source = abi::tile_address(0, 0);
  d.count[0] = 2;
  d.source_stride[0] = static_cast<std::int64_t>(abi::kScratchpadWindow);
  EXPECT_EQ(check(d).kind, Kind::kLoadFault);
  d = good;
  d.count[0] = UINT32_MAX;
  d.source_stride[0] = INT64_MAX;
  EXPECT_EQ(check(d).kind, Kind::kIllegal);  // more than an engine may copy
  d.run_bytes = 1;
  EXPECT_EQ(check(d).kind, Kind::kLoadFault);
  d.source_stride[0] = INT64_MIN;
  EXPECT_EQ(check(d).kind, Kind::kLoadFault);
  d = good;
  d.source = std::uint64_t{1} << abi::kChipShift;
  EXPECT_EQ(check(d).kind, Kind::kLoadFault);
  d = good;
  d.destination = abi::kHostDoorbell;
  d.run_bytes = 4;
  EXPECT_EQ(check(d).kind, Kind::kStoreFault);
}

TEST_F(TransferTest, RefusesBadRectanglesReservedBitsAndSemaphores) {
  abi::DmaDescriptor good;
  good.source = abi::kDramBase;
  good.destination = abi::kScratchpadBase;
  good.run_bytes = 16;
  auto d = good;
  d.reserved = 1;
  EXPECT_EQ(check(d).kind, Kind::kIllegal);
  d = good;
  d.multicast = 2;
  EXPECT_EQ(check(d).kind, Kind::kIllegal);
  d = good;
  d.multicast = 1;
  d.destination = 0;
  d.last_column = 2;
  EXPECT_EQ(check(d).kind, Kind::kIllegal);
  d.last_column = 1;
  d.first_column = 1;
  d.first_row = 1;
  EXPECT_EQ(check(d).kind, Kind::kIllegal);  // first row after last row
  d = good;
  d.semaphore = abi::kScratchpadBase + 2;
  EXPECT_EQ(check(d).kind, Kind::kStoreFault);
  d.semaphore = abi::kDramBase;
  EXPECT_EQ(check(d).kind, Kind::kStoreFault);
  d.semaphore = abi::kHostDoorbell;
  EXPECT_EQ(check(d).kind, Kind::kDone);
}

TEST_F(TransferTest, NothingToCopyStillPosts) {
  abi::DmaDescriptor d;  // addresses of nowhere: nothing is read or written there
  d.run_bytes = 16;
  d.count[1] = 0;
  d.semaphore = abi::kHostDoorbell;
  d.post_value = 5;
  run(d);
  EXPECT_EQ(fabric_->doorbell, 5u);
}

TEST_F(TransferTest, KnowsWhatStaysWithTheTile) {
  abi::DmaDescriptor d;
  d.source = abi::kDramBase;
  d.destination = abi::kScratchpadBase;
  d.run_bytes = 16;
  EXPECT_TRUE(check(d, 2).transfer.stays_with(2));
  d.semaphore = abi::kScratchpadBase;
  EXPECT_TRUE(check(d, 2).transfer.stays_with(2));
  d.semaphore = abi::tile_address(1, 0);
  EXPECT_FALSE(check(d, 2).transfer.stays_with(2));
  d.semaphore = 0;
  d.source = abi::tile_address(1, 0);
  EXPECT_FALSE(check(d, 2).transfer.stays_with(2));
  d.source = abi::kScratchpadBase;
  d.destination = abi::kDramBase;
  EXPECT_FALSE(check(d, 2).transfer.stays_with(2));
}

}  // namespace
}  // namespace areia::sim
