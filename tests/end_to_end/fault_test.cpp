// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Kernels that go wrong: the error names tile, pc, symbol and cause, and nothing hangs.
#include <gtest/gtest.h>

#include <cstring>

#include "apps/devices.h"
#include "tests/end_to_end/harness.h"

namespace areia::tests {
namespace {

/// The error of running a tiny model with the kernels' first instructions overwritten.
Error run_with_entry(const std::vector<std::uint32_t>& instructions) {
  const OwnedModel owned = tiny({.layers = 1});
  const ChipDescription chip = chip_with("areia-lab", "[mesh]\ncolumns = 2\n");
  auto kernels = apps::load_kernels();
  EXPECT_TRUE(kernels);
  for (ProgramImage::Segment& segment : kernels->image.segments) {
    const std::uint64_t entry = kernels->image.entry;
    if (entry < segment.address || entry >= segment.address + segment.bytes.size()) continue;
    std::memcpy(&segment.bytes[entry - segment.address], instructions.data(), instructions.size() * 4);
  }
  sw::CompileRequest request;
  request.prompt = owned.model.tokenizer.encode("abc");
  auto plan = sw::compile(owned.model.graph, chip, request);
  auto device = apps::make_device(chip);
  EXPECT_TRUE(plan && device);
  if (const auto uploaded = sw::upload_weights(**device, *plan); !uploaded) return uploaded.error();
  auto session = sw::Session::load(**device, std::move(*plan), std::move(*kernels));
  EXPECT_TRUE(session);
  const auto answer = session->run({});
  EXPECT_FALSE(answer);
  return answer ? Error{} : answer.error();
}

void expect_words(const Error& error, const std::vector<std::string>& words) {
  EXPECT_EQ(error.kind, ErrorKind::kWorkFailed);
  for (const std::string& word : words)
    EXPECT_NE(error.message.find(word), std::string::npos) << error.message;
}

TEST(KernelFault, IllegalInstruction) {
  expect_words(run_with_entry({0}), {"tile 0", "pc 0x1000", "(_start)", "illegal instruction"});
}

TEST(KernelFault, LoadFromNowhere) {
  // ld t1, 0(zero)
  expect_words(run_with_entry({0x00003303}), {"tile 0", "_start", "load access fault", "address 0x0"});
}

TEST(KernelFault, Deadlock) {
  // lui t0, 0x10030; li t1, 1; sem.wait t0, t1: a semaphore that nobody posts
  expect_words(run_with_entry({0x100302b7, 0x00100313, 6u << 20 | 5u << 15 | 3u << 12 | 0x2b}),
               {"tile 0", "_start+0x8", "deadlock"});
}

TEST(KernelFault, ProgramsThatEndTooEarly) {
  // halt x0
  expect_words(run_with_entry({4u << 12 | 0x2b}), {"ended before the answer was finished"});
}

}  // namespace
}  // namespace areia::tests
