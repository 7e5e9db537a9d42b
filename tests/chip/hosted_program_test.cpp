// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Programs that talk to the host: console, arguments, exit codes, and how they go wrong.
#include <gtest/gtest.h>

#include "apps/execution.h"

namespace areia::apps {
namespace {

struct Outcome {
  Execution execution;
  std::string output;
};

Outcome run(std::vector<std::string> arguments, std::string input = "", std::uint64_t limit = 10'000'000,
            const char* chip_name = "areia-lab") {
  Outcome outcome;
  arguments.insert(arguments.begin(), "hosted");
  const HtifConsole console{.write = [&](std::string_view text) { outcome.output += text; },
                            .read =
                                [&](std::size_t bytes) {
                                  const std::string text = input.substr(0, bytes);
                                  input.erase(0, bytes);
                                  return text;
                                }};
  auto execution =
      execute_program(*load_chip(chip_name), AREIA_TEST_PROGRAMS "/hosted.elf", arguments, console, limit);
  EXPECT_TRUE(execution.ok()) << execution.error().message;
  if (execution.ok()) outcome.execution = *std::move(execution);
  return outcome;
}

TEST(HostedProgramTest, ArgumentsReachMainAndTextTheConsole) {
  for (const char* chip : {"areia-lab", "areia-edge", "areia-1"}) {
    const Outcome outcome = run({"a", "one", "two words", ""}, "", 10'000'000, chip);
    EXPECT_EQ(outcome.output, "one\ntwo words\n\n");
    EXPECT_EQ(outcome.execution.exit_code, 5u);
    EXPECT_FALSE(outcome.execution.failure);
    EXPECT_GT(outcome.execution.counters.scalar_instructions, 100u);
    EXPECT_LT(outcome.execution.counters.scalar_instructions, 10'000u);  // no time is lost in polling
  }
}

TEST(HostedProgramTest, TheConsoleDeviceWritesCharacters) {
  const Outcome outcome = run({"p"});
  EXPECT_EQ(outcome.output, "put\n");
  EXPECT_EQ(outcome.execution.exit_code, 0u);
}

TEST(HostedProgramTest, ReadsComeFromTheInput) {
  const Outcome outcome = run({"r"}, "Xabc");
  EXPECT_EQ(outcome.output, "Xabc");
  EXPECT_EQ(outcome.execution.exit_code, 3u);
}

TEST(HostedProgramTest, ARequestMayComeInHalves) {
  const Outcome outcome = run({"h"});
  EXPECT_EQ(outcome.output, "!");
  EXPECT_EQ(outcome.execution.exit_code, 3u);
}

TEST(HostedProgramTest, ExitCodesComeByCallAndByRequest) {
  EXPECT_EQ(run({"e"}).execution.exit_code, 41u);
  EXPECT_EQ(run({"b"}).execution.exit_code, 256u);
}

TEST(HostedProgramTest, UnknownCallsAndBadBuffersAreTheProgramsErrors) {
  EXPECT_EQ(run({"n"}).execution.exit_code, 0u);
  EXPECT_EQ(run({"w"}).execution.exit_code, 0u);
}

TEST(HostedProgramTest, ARequestInNowhereFails) {
  const Outcome outcome = run({"x"});
  ASSERT_TRUE(outcome.execution.failure);
  EXPECT_EQ(outcome.execution.failure->find("the program's HTIF request 0x10:"), 0u)
      << *outcome.execution.failure;
}

TEST(HostedProgramTest, ACrashNamesTilePcSymbolAndCause) {
  const Outcome outcome = run({"c"});
  ASSERT_TRUE(outcome.execution.failure);
  const std::string& failure = *outcome.execution.failure;
  EXPECT_EQ(failure.find("tile 0 stopped at pc 0x8"), 0u) << failure;
  EXPECT_NE(failure.find("crash"), std::string::npos) << failure;
  EXPECT_NE(failure.find("access fault (no memory there), address 0x8"), std::string::npos) << failure;
  EXPECT_FALSE(outcome.execution.exit_code);
}

TEST(HostedProgramTest, TheInstructionLimitEndsALoop) {
  const Outcome outcome = run({"-"}, "", 5000);
  ASSERT_TRUE(outcome.execution.failure);
  EXPECT_NE(outcome.execution.failure->find("--max-instructions"), std::string::npos);
  EXPECT_EQ(outcome.execution.counters.scalar_instructions, 5000u);
}

TEST(HostedProgramTest, WhatIsNoProgramIsBadInput) {
  const auto execution = execute_program(*load_chip("areia-lab"), "/etc/passwd", {"x"}, {});
  ASSERT_FALSE(execution.ok());
  EXPECT_EQ(execution.error().kind, ErrorKind::kBadInput);
}

}  // namespace
}  // namespace areia::apps
