// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// HTIF requests, one by one, on a device that is only memory.
#include "apps/htif.h"

#include <gtest/gtest.h>

#include <cstring>

namespace areia::apps {
namespace {

constexpr std::uint64_t kBase = 0x8000'0000, kToHost = kBase, kFromHost = kBase + 8, kWords = kBase + 64,
                        kBuffer = kBase + 256;

class MemoryDevice : public Device {
 public:
  const ChipDescription& chip() const override { return chip_; }
  Result<void> write(std::uint64_t address, std::span<const std::byte> data) override {
    if (!holds(address, data.size())) return work_failed("outside");
    std::memcpy(memory_ + (address - kBase), data.data(), data.size());
    return {};
  }
  Result<void> read(std::uint64_t address, std::span<std::byte> data) override {
    if (!holds(address, data.size())) return work_failed("outside");
    std::memcpy(data.data(), memory_ + (address - kBase), data.size());
    return {};
  }
  Result<void> launch(const ProgramImage&, std::uint64_t) override { return {}; }
  RunStatus run(std::uint64_t) override { return {}; }
  ChipCounters counters() const override { return {}; }
  void reset_counters() override {}

  std::uint64_t word(std::uint64_t address) {
    std::uint64_t value;
    std::memcpy(&value, memory_ + (address - kBase), sizeof value);
    return value;
  }
  void set(std::uint64_t address, std::uint64_t value) {
    std::memcpy(memory_ + (address - kBase), &value, sizeof value);
  }
  const char* text(std::uint64_t address) {
    return reinterpret_cast<const char*>(memory_ + (address - kBase));
  }

 private:
  static bool holds(std::uint64_t address, std::uint64_t bytes) {
    return address >= kBase && address - kBase <= sizeof memory_ &&
           bytes <= sizeof memory_ - (address - kBase);
  }
  ChipDescription chip_;
  std::byte memory_[4096] = {};
};

class HtifTest : public testing::Test {
 protected:
  std::int64_t call(std::uint64_t number, std::uint64_t a0 = 0, std::uint64_t a1 = 0, std::uint64_t a2 = 0) {
    const std::uint64_t words[] = {number, a0, a1, a2};
    for (std::uint64_t i = 0; i < 4; ++i) device_.set(kWords + 8 * i, words[i]);
    request(kWords);
    EXPECT_EQ(device_.word(kFromHost), 1u);
    device_.set(kFromHost, 0);
    return static_cast<std::int64_t>(device_.word(kWords));
  }
  void request(std::uint64_t value) {
    device_.set(kToHost, value);
    const auto polled = htif_.poll();
    EXPECT_TRUE(polled.ok()) << polled.error().message;
    EXPECT_EQ(device_.word(kToHost), 0u);
  }

  MemoryDevice device_;
  std::string output_, input_ = "input";
  Htif htif_{device_,
             kToHost,
             kFromHost,
             {"program", "x"},
             {[this](std::string_view text) { output_ += text; },
              [this](std::size_t limit) {
                const std::string text = input_.substr(0, limit);
                input_.erase(0, limit);
                return text;
              }}};
};

TEST_F(HtifTest, AnOddPayloadEnds) {
  request(77 << 1 | 1);
  EXPECT_EQ(htif_.exit_code(), 77u);
}

TEST_F(HtifTest, NothingHappensWithoutARequest) {
  EXPECT_TRUE(htif_.poll().ok());
  EXPECT_FALSE(htif_.exit_code());
  EXPECT_FALSE(htif_.waiting());
}

TEST_F(HtifTest, AnswersWaitUntilTheLastIsTaken) {
  device_.set(kFromHost, 5);
  request(std::uint64_t{1} << 56);
  EXPECT_TRUE(htif_.waiting());
  EXPECT_EQ(device_.word(kFromHost), 5u);
  device_.set(kFromHost, 0);
  EXPECT_TRUE(htif_.poll().ok());
  EXPECT_EQ(device_.word(kFromHost), std::uint64_t{1} << 56 | 0x100 | 'i');
}

TEST_F(HtifTest, AReadAtTheEndOfTheInputGetsNoAnswer) {
  input_.clear();
  request(std::uint64_t{1} << 56);
  EXPECT_FALSE(htif_.waiting());
  EXPECT_EQ(device_.word(kFromHost), 0u);
}

TEST_F(HtifTest, CallsOnTheConsole) {
  EXPECT_EQ(call(63, 0, kBuffer, 3), 3);
  EXPECT_EQ(std::string(device_.text(kBuffer), 3), "inp");
  EXPECT_EQ(call(64, 1, kBuffer, 2), 2);
  EXPECT_EQ(call(64, 2, kBuffer + 2, 1), 1);
  EXPECT_EQ(output_, "inp");
  EXPECT_EQ(call(64, 3, kBuffer, 2), -9);
  EXPECT_EQ(call(63, 1, kBuffer, 2), -9);
  EXPECT_EQ(call(57, 1), 0);
  EXPECT_EQ(call(62, 0), -29);
  EXPECT_EQ(call(80, 1, kBuffer), 0);
  EXPECT_EQ(device_.word(kBuffer + 16) & 0170000, 0020000u);  // st_mode: a character device
  EXPECT_EQ(call(56), -38);
}

TEST_F(HtifTest, HostileLengthsAndAddressesAreErrors) {
  EXPECT_EQ(call(64, 1, kBuffer, UINT64_MAX), -14);
  EXPECT_LE(output_.size(), 4096u);
  EXPECT_EQ(call(64, 1, UINT64_MAX, 8), -14);
  EXPECT_EQ(call(63, 0, 0, 4), -14);
  EXPECT_EQ(call(80, 0, 16), -14);
  EXPECT_EQ(call(2011, kBuffer, 8), -12);
  EXPECT_EQ(call(2011, 16, 4096), -14);
  device_.set(kToHost, 16);
  EXPECT_FALSE(htif_.poll().ok());
}

TEST_F(HtifTest, MainsVariables) {
  EXPECT_EQ(call(2011, kBuffer, 256), 0);
  EXPECT_EQ(device_.word(kBuffer), 2u);
  EXPECT_STREQ(device_.text(device_.word(kBuffer + 8)), "program");
  EXPECT_STREQ(device_.text(device_.word(kBuffer + 16)), "x");
  EXPECT_EQ(device_.word(kBuffer + 24), 0u);
  EXPECT_EQ(device_.word(kBuffer + 32), 0u);
}

TEST_F(HtifTest, DevicesTellTheirNames) {
  request(std::uint64_t{1} << 56 | std::uint64_t{255} << 48 | kBuffer << 8 | 255);
  EXPECT_STREQ(device_.text(kBuffer), "bcd");
}

}  // namespace
}  // namespace areia::apps
