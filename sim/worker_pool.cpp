// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The worker pool's claiming, spinning and sleeping.
#include "sim/worker_pool.h"

namespace areia::sim {
namespace {

/// Turns before a thread that finds nothing to do sleeps: tens of microseconds.
constexpr int kSpins = 4000;

void pause_briefly() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

WorkerPool::WorkerPool(unsigned threads, std::function<void(std::uint32_t)> body) : body_(std::move(body)) {
  for (unsigned i = 1; i < threads; ++i) threads_.emplace_back([this] { serve(); });
}

WorkerPool::~WorkerPool() {
  stop_ = true;
  ticket_ += Ticket{1} << 32;
  ticket_.notify_all();
  for (auto& thread : threads_) thread.join();
}

bool WorkerPool::claim_and_do() {
  Ticket ticket = ticket_.load(std::memory_order_acquire);
  do {
    if (next_of(ticket) >= count_of(ticket)) return false;
  } while (!ticket_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_acq_rel,
                                          std::memory_order_acquire));
  body_(next_of(ticket));
  done_.fetch_add(1, std::memory_order_release);
  return true;
}

void WorkerPool::run(std::uint32_t count) {
  if (threads_.empty() || count < 2) {
    for (std::uint32_t i = 0; i < count; ++i) body_(i);
    return;
  }
  done_.store(0, std::memory_order_relaxed);
  const Ticket job = (ticket_.load(std::memory_order_relaxed) >> 32) + 1;
  ticket_.store(job << 32 | Ticket{count} << 16, std::memory_order_release);
  ticket_.notify_all();
  while (claim_and_do()) {
  }
  for (int spins = 0; done_.load(std::memory_order_acquire) != count; ++spins) {
    if (spins < kSpins) {
      pause_briefly();
    } else {
      std::this_thread::yield();
    }
  }
}

void WorkerPool::serve() {
  int idle = 0;
  while (!stop_) {
    if (claim_and_do()) {
      idle = 0;
    } else if (++idle < kSpins) {
      pause_briefly();
    } else {
      const Ticket seen = ticket_.load(std::memory_order_acquire);
      if (next_of(seen) >= count_of(seen) && !stop_) ticket_.wait(seen, std::memory_order_acquire);
      idle = 0;
    }
  }
}

}  // namespace areia::sim
