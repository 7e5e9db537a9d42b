// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// MappedFile by POSIX mmap.
#include "sw/formats/mapped_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace areia::sw {
namespace {

Error cannot(const std::filesystem::path& path, const char* what) {
  return bad_input(fmt::format("{}: {}: {}", path.string(), what, std::strerror(errno)));
}

/// Closes a file descriptor when it goes out of scope.
struct Descriptor {
  int number;
  explicit Descriptor(int opened) : number(opened) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

}  // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a pipe that nobody writes must fail below, not wait for ever.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.number < 0) return cannot(path, "cannot open the file");
  struct stat facts = {};
  if (::fstat(file.number, &facts) != 0) return cannot(path, "cannot read the file's size");
  if (!S_ISREG(facts.st_mode)) return bad_input(path.string() + ": not a regular file");
  if (facts.st_size == 0) return bad_input(path.string() + ": the file is empty");
  const auto size = static_cast<std::size_t>(facts.st_size);
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number, 0);
  if (address == MAP_FAILED) return cannot(path, "cannot map the file");
  return MappedFile(std::span(static_cast<const std::byte*>(address), size));
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

void MappedFile::release(std::span<const std::byte> part) const {
  if (bytes_.empty() || part.data() < bytes_.data() || part.data() >= bytes_.data() + bytes_.size()) return;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto offset = static_cast<std::size_t>(part.data() - bytes_.data());  // the mapping begins on a page
  // The first page too: what lies in it before the part has been read by now, or is read again.
  const std::size_t begin = offset / page * page, end = (offset + part.size()) / page * page;
  if (begin < end) ::madvise(const_cast<std::byte*>(bytes_.data()) + begin, end - begin, MADV_DONTNEED);
}

MappedFile::~MappedFile() {
  // munmap takes a plain pointer; the mapping was never writable.
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace areia::sw
