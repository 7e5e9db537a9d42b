// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Independent items on all of the host's cores.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace areia {

/// Calls body(i) for every i below `count`, each once, on any thread; returns when all are done. Results are
/// the same for any number of threads if item i writes only what is its own. `body` must not throw.
template <typename Body>
void parallel_for(std::size_t count, const Body& body) {
  const std::size_t piece =
      std::clamp<std::size_t>(count / 256, 1, 16);  // items that a thread claims at once
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t begin = next.fetch_add(piece); begin < count; begin = next.fetch_add(piece)) {
      for (std::size_t i = begin; i < std::min(count, begin + piece); ++i) body(i);
    }
  };
  const std::size_t pieces = (count + piece - 1) / piece;
  const std::size_t threads =
      std::min<std::size_t>(std::max(1u, std::thread::hardware_concurrency()), pieces);
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
}

}  // namespace areia
