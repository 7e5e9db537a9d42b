// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reserves host memory with mmap.
#include "sim/mem/host_memory.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace areia::sim {

Result<HostMemory> HostMemory::reserve(std::uint64_t bytes, std::string_view what, HostPages pages) {
  void* data =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED) {
    return work_failed(fmt::format(
        "the host cannot reserve {}: {}; lift the limit on address space (ulimit -v) or take a smaller chip",
        what, std::strerror(errno)));
  }
  // Large pages help what is touched from end to end, and cost where little is. A refusal costs only speed.
  if (pages == HostPages::kLarge) madvise(data, bytes, MADV_HUGEPAGE);
  return HostMemory(static_cast<std::uint8_t*>(data), bytes);
}

HostMemory::~HostMemory() {
  if (data_) munmap(data_, bytes_);
}

void make_zero(std::uint8_t* first, std::uint64_t bytes) {
  constexpr std::uint64_t kLong = 1 << 20;
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  if (bytes < kLong) {
    std::memset(first, 0, bytes);
    return;
  }
  const std::uint64_t before = (page - reinterpret_cast<std::uintptr_t>(first) % page) % page;
  const std::uint64_t pages = (bytes - before) / page * page;
  std::memset(first, 0, before);
  madvise(first + before, pages, MADV_DONTNEED);
  std::memset(first + before + pages, 0, bytes - before - pages);
}

}  // namespace areia::sim
