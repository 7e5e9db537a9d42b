// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Host threads that share out the items of one short job after another (the tiles of a phase).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace areia::sim {

/// Items are claimed one by one from a ticket that holds the job's number, its size and the next item, so a
/// thread that wakes late can never touch a job that is over. Threads spin between jobs, as phases follow
/// each other within microseconds, and sleep when none comes.
class WorkerPool {
 public:
  /// `threads` in all, the caller's included; `body(i)` does item i and must not throw.
  WorkerPool(unsigned threads, std::function<void(std::uint32_t)> body);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Does items 0 to count - 1 (at most 65,535), each once, on any thread; returns when all are done.
  /// A single item stays on the caller's thread.
  void run(std::uint32_t count);

 private:
  /// Bits 63:32 job, 31:16 count, 15:0 next item.
  using Ticket = std::uint64_t;
  static std::uint32_t count_of(Ticket ticket) { return ticket >> 16 & 0xffff; }
  static std::uint32_t next_of(Ticket ticket) { return ticket & 0xffff; }

  bool claim_and_do();
  void serve();

  std::function<void(std::uint32_t)> body_;
  std::atomic<Ticket> ticket_{0};
  std::atomic<std::uint32_t> done_{0};
  std::atomic<bool> stop_{false};
  std::vector<std::thread> threads_;
};

}  // namespace areia::sim
