// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Every item of every job is done exactly once, however many threads there are.
#include "sim/worker_pool.h"

#include <gtest/gtest.h>

#include <chrono>

namespace areia::sim {
namespace {

class WorkerPoolTest : public testing::TestWithParam<unsigned> {};

TEST_P(WorkerPoolTest, DoesEachItemOnce) {
  std::vector<int> done(64, 0);
  WorkerPool pool(GetParam(), [&](std::uint32_t item) { ++done[item]; });
  for (int job = 0; job < 2000; ++job) pool.run(static_cast<std::uint32_t>(job % 65));
  int expected = 0;
  for (int job = 0; job < 2000; ++job) expected += job % 65 > 10 ? 1 : 0;
  EXPECT_EQ(done[10], expected);
  for (std::size_t item = 1; item < done.size(); ++item) EXPECT_LE(done[item], done[item - 1]);
}

TEST_P(WorkerPoolTest, WakesAfterSleeping) {
  std::atomic<int> done = 0;
  WorkerPool pool(GetParam(), [&](std::uint32_t) { ++done; });
  for (int job = 1; job <= 3; ++job) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    pool.run(100);
    EXPECT_EQ(done, 100 * job);
  }
}

INSTANTIATE_TEST_SUITE_P(Threads, WorkerPoolTest, testing::Values(1u, 2u, 5u));

}  // namespace
}  // namespace areia::sim
