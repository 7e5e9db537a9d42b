// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The order of events, near and far.
#include "sim/event/event_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <utility>

namespace areia::sim {
namespace {

class Recorder final : public EventTarget {
 public:
  explicit Recorder(EventQueue& queue) : queue_(queue) {}
  void on_event(std::uint64_t payload) override { happened.emplace_back(queue_.now(), payload); }
  std::vector<std::pair<Cycle, std::uint64_t>> happened;

 private:
  EventQueue& queue_;
};

TEST(EventQueueTest, EventsHappenByCycleAndWithinOneInTheOrderScheduled) {
  EventQueue queue;
  Recorder recorder(queue);
  std::vector<std::pair<Cycle, std::uint64_t>> expected;
  std::mt19937_64 random(7);
  std::uint64_t number = 0;
  for (int round = 0; round < 200; ++round) {
    for (int i = 0; i < 20; ++i) {
      const Cycle cycle = queue.now() + (random() % 3 == 0 ? random() % 20'000 : random() % 50);
      expected.emplace_back(cycle, number);
      queue.schedule(cycle, recorder, number++);
    }
    for (int i = 0; i < 15; ++i) queue.step();
  }
  while (queue.step()) {
  }
  // By cycle, then by number: numbers were given in the order of scheduling.
  std::ranges::sort(expected);
  EXPECT_EQ(recorder.happened, expected);
  EXPECT_EQ(queue.count(), expected.size());
  EXPECT_TRUE(queue.empty());
}

TEST(EventQueueTest, AnEventMayScheduleForItsOwnCycle) {
  EventQueue queue;
  class Chain final : public EventTarget {
   public:
    explicit Chain(EventQueue& on) : queue_(on) {}
    void on_event(std::uint64_t left) override {
      if (left != 0) queue_.schedule(queue_.now(), *this, left - 1);
      ++steps;
    }
    int steps = 0;

   private:
    EventQueue& queue_;
  } chain(queue);
  queue.schedule(10'000, chain, 5);
  EXPECT_EQ(queue.next(), 10'000u);
  while (queue.step()) {
  }
  EXPECT_EQ(chain.steps, 6);
  EXPECT_EQ(queue.now(), 10'000u);
  EXPECT_EQ(queue.next(), kNever);
}

}  // namespace
}  // namespace areia::sim
