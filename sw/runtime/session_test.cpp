// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The session against a device that only pretends: a memory, and a script of what the chip does next.
#include "sw/runtime/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <deque>

#include "spec/abi/memory_map.h"

namespace areia::sw {
namespace {

class FakeDevice : public Device {
 public:
  const ChipDescription& chip() const override { return chip_; }
  Result<void> write(std::uint64_t address, std::span<const std::byte> data) override {
    if (address < abi::kDramBase || address + data.size() > abi::kDramBase + memory.size()) {
      return work_failed("write outside memory");
    }
    std::copy(data.begin(), data.end(),
              memory.begin() + static_cast<std::ptrdiff_t>(address - abi::kDramBase));
    return {};
  }
  Result<void> read(std::uint64_t address, std::span<std::byte> data) override {
    std::memcpy(data.data(), memory.data() + (address - abi::kDramBase), data.size());
    return {};
  }
  Result<void> launch(const ProgramImage&, std::uint64_t argument) override {
    launched_with = argument;
    return {};
  }
  RunStatus run(std::uint64_t) override {
    auto step = script.front();
    script.pop_front();
    return step(*this);
  }
  ChipCounters counters() const override { return {.scalar_instructions = 42}; }
  void reset_counters() override {}

  std::vector<std::byte> memory = std::vector<std::byte>(4096);
  std::deque<std::function<RunStatus(FakeDevice&)>> script;
  std::uint64_t launched_with = 0;

 private:
  ChipDescription chip_;
};

constexpr std::uint64_t kStatus = abi::kDramBase + 256, kTokens = abi::kDramBase + 512;

CompiledPlan small_plan() {
  CompiledPlan plan;
  plan.head.resize(128, std::byte{7});
  plan.address = abi::kDramBase;
  plan.status_address = kStatus;
  plan.tokens_address = kTokens;
  plan.prompt_tokens = 2;
  plan.max_new_tokens = 8;
  plan.vocabulary = 100;
  plan.context = 10;
  return plan;
}

/// The chip picks tokens, sets its status and rings, or halts when it has finished.
auto picks(std::vector<std::uint32_t> tokens, std::uint32_t before, std::uint32_t finished) {
  return [=](FakeDevice& device) {
    const abi::PlanStatus status{.generated = before + static_cast<std::uint32_t>(tokens.size()),
                                 .finished = finished};
    EXPECT_TRUE(device.write(kStatus, std::as_bytes(std::span(&status, 1))));
    EXPECT_TRUE(device.write(kTokens + 4 * (2 + before), std::as_bytes(std::span(tokens))));
    return RunStatus{.reason = finished ? RunStatus::Reason::kFinished : RunStatus::Reason::kDoorbell,
                     .doorbell = 1,
                     .fault = {}};
  };
}

TEST(Session, LoadsLaunchesAndHandsOutTokens) {
  FakeDevice device;
  const std::vector<std::byte> weight(64, std::byte{9});
  CompiledPlan plan = small_plan();
  plan.weights.push_back({abi::kDramBase + 1024, weight.size(), weight, {}});
  ASSERT_TRUE(upload_weights(device, plan));
  auto session = Session::load(device, plan, {});
  ASSERT_TRUE(session);
  EXPECT_EQ(device.memory[0], std::byte{7});
  EXPECT_EQ(device.memory[1024 + 63], std::byte{9});

  device.script = {picks({5}, 0, 0), picks({6, 7}, 1, 0), picks({}, 3, 1)};
  std::vector<std::uint32_t> heard;
  const auto answer = session->run([&](std::uint32_t token) { heard.push_back(token); });
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(device.launched_with, abi::kDramBase);
  EXPECT_EQ(answer->tokens, (std::vector<std::uint32_t>{5, 6, 7}));
  EXPECT_EQ(heard, answer->tokens);
  EXPECT_EQ(answer->finish, FinishReason::kStopToken);
  EXPECT_EQ(answer->counters.scalar_instructions, 42u);
}

TEST(Session, NamesTilePcSymbolAndCauseOfAFault) {
  FakeDevice device;
  KernelProgram program;
  program.symbol = [](std::uint64_t) { return "_ZN5areia7kernels6matmulEv+0x8"; };
  auto session = Session::load(device, small_plan(), program);
  ASSERT_TRUE(session);
  device.script = {[](FakeDevice&) {
    return RunStatus{
        .reason = RunStatus::Reason::kFault,
        .fault = ChipFault{.tile = 3, .pc = 0x10000010, .cause = "load access fault", .address = 0x20}};
  }};
  const auto answer = session->run({});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kWorkFailed);
  EXPECT_EQ(
      answer.error().message,
      "tile 3 stopped at pc 0x10000010 (areia::kernels::matmul()+0x8): load access fault, address 0x20");
}

TEST(Session, DoesNotTrustWhatTheChipReports) {
  const auto error_of = [](auto step) {
    FakeDevice device;
    auto session = Session::load(device, small_plan(), {});
    device.script = {step};
    const auto answer = session->run({});
    return answer ? "" : answer.error().message;
  };
  EXPECT_NE(error_of(picks({1, 2, 3, 4, 5, 6, 7, 8, 9}, 0, 2)).find("9 new tokens"), std::string::npos);
  EXPECT_NE(error_of(picks({100}, 0, 2)).find("token 100 of a vocabulary of 100"), std::string::npos);
  EXPECT_NE(error_of([](FakeDevice&) { return RunStatus{}; }).find("ended before"), std::string::npos);
}

}  // namespace
}  // namespace areia::sw
