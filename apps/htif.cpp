// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Serves HTIF requests. Programs are guests: they get the console, and no file of the host.
#include "apps/htif.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace areia::apps {
namespace {

constexpr std::uint64_t kPayloadMask = (std::uint64_t{1} << 48) - 1;
constexpr std::size_t kPiece = 64 * 1024;

// System call numbers and errors of Linux for RISC-V, which programs for HTIF use.
enum SystemCall : std::uint64_t {
  kClose = 57,
  kLseek = 62,
  kRead = 63,
  kWrite = 64,
  kFstat = 80,
  kExit = 93,
  kGetMainVars = 2011,
};
constexpr std::int64_t kBadFile = -9, kNoMemory = -12, kBadAddress = -14, kIllegalSeek = -29,
                       kNoSuchCall = -38;

constexpr std::uint64_t device_of(std::uint64_t request) { return request >> 56; }
constexpr std::uint64_t command_of(std::uint64_t request) { return request >> 48 & 255; }

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

bool is_console(std::uint64_t file) { return file <= 2; }

}  // namespace

Htif::Htif(Device& device, std::uint64_t tohost, std::uint64_t fromhost, std::vector<std::string> arguments,
           HtifConsole console)
    : device_(device),
      tohost_(tohost),
      fromhost_(fromhost),
      arguments_(std::move(arguments)),
      console_(std::move(console)) {}

Result<std::uint64_t> Htif::load(std::uint64_t address) {
  std::uint64_t value = 0;
  AREIA_RETURN_IF_ERROR(device_.read(address, std::as_writable_bytes(std::span(&value, 1))));
  return value;
}

Result<void> Htif::store(std::uint64_t address, std::uint64_t value) {
  return device_.write(address, std::as_bytes(std::span(&value, 1)));
}

bool Htif::half_written() {
  const auto request = load(tohost_);
  return request.ok() && ((*request & UINT32_MAX) == 0 || *request >> 32 == 0);
}

Result<void> Htif::poll() {
  const auto request = load(tohost_);
  if (!request.ok()) return request.error();
  if (*request != 0) {
    AREIA_RETURN_IF_ERROR(store(tohost_, 0));
    if (const auto served = serve(*request); !served.ok()) {
      return work_failed(
          fmt::format("the program's HTIF request {:#x}: {}", *request, served.error().message));
    }
  }
  if (replies_.empty()) return {};
  const auto taken = load(fromhost_);
  if (!taken.ok()) return taken.error();
  if (*taken != 0) return {};
  AREIA_RETURN_IF_ERROR(store(fromhost_, replies_.front()));
  replies_.pop_front();
  return {};
}

void Htif::reply(std::uint64_t request, std::uint64_t payload) {
  replies_.push_back((request & ~kPayloadMask) | payload);
}

Result<void> Htif::serve(std::uint64_t request) {
  const std::uint64_t payload = request & kPayloadMask;
  if (command_of(request) == 255) return identify(request);
  if (device_of(request) == 1) return serve_console(request);
  if (device_of(request) != 0 || command_of(request) != 0) return {};  // as Spike: no such device, no answer
  if (payload & 1) {
    exit_code_ = payload >> 1;
    return {};
  }
  AREIA_RETURN_IF_ERROR(system_call(payload));
  if (!exit_code_) reply(request, 1);
  return {};
}

Result<void> Htif::serve_console(std::uint64_t request) {
  if (command_of(request) == 1) {
    const char character = static_cast<char>(request & 255);
    console_.write({&character, 1});
  } else if (command_of(request) == 0) {
    // At the end of the input there is no answer: a program that polls goes on without one.
    const std::string character = console_.read(1);
    if (!character.empty()) reply(request, 0x100 | static_cast<unsigned char>(character[0]));
  }
  return {};
}

Result<void> Htif::identify(std::uint64_t request) {
  constexpr std::size_t kNameBytes = 64;
  const std::uint64_t device = device_of(request), what = request & 255,
                      address = (request & kPayloadMask) >> 8;
  std::array<char, kNameBytes> name{};
  std::string_view text;
  if (device == 0) text = what == 255 ? "syscall_proxy" : what == 0 ? "syscall" : "";
  if (device == 1) text = what == 255 ? "bcd" : what == 0 ? "read" : what == 1 ? "write" : "";
  std::ranges::copy(text, name.begin());
  AREIA_RETURN_IF_ERROR(device_.write(address, std::as_bytes(std::span(name))));
  reply(request, 1);
  return {};
}

Result<void> Htif::system_call(std::uint64_t address) {
  std::uint64_t words[8];
  AREIA_RETURN_IF_ERROR(device_.read(address, std::as_writable_bytes(std::span(words))));
  return store(address, static_cast<std::uint64_t>(call(words)));
}

std::int64_t Htif::call(const std::uint64_t (&words)[8]) {
  switch (words[0]) {
    case kExit:
      exit_code_ = words[1];
      return 0;
    case kWrite:
      return call_write(words[1], words[2], words[3]);
    case kRead:
      return call_read(words[1], words[2], words[3]);
    case kFstat:
      return call_fstat(words[1], words[2]);
    case kClose:
      return is_console(words[1]) ? 0 : kBadFile;
    case kLseek:
      return is_console(words[1]) ? kIllegalSeek : kBadFile;
    case kGetMainVars:
      return call_getmainvars(words[1], words[2]);
    default:
      return kNoSuchCall;
  }
}

std::int64_t Htif::call_write(std::uint64_t file, std::uint64_t address, std::uint64_t bytes) {
  if (file != 1 && file != 2) return kBadFile;
  std::string piece;
  for (std::uint64_t done = 0; done < bytes; done += piece.size()) {
    piece.resize(std::min<std::uint64_t>(bytes - done, kPiece));
    if (!device_.read(address + done, std::as_writable_bytes(std::span(piece))).ok()) return kBadAddress;
    console_.write(piece);
  }
  return static_cast<std::int64_t>(bytes);
}

std::int64_t Htif::call_read(std::uint64_t file, std::uint64_t address, std::uint64_t bytes) {
  if (file != 0) return kBadFile;
  if (bytes == 0) return 0;
  const std::string input = console_.read(std::min<std::uint64_t>(bytes, kPiece));
  if (!device_.write(address, bytes_of(input)).ok()) return kBadAddress;
  return static_cast<std::int64_t>(input.size());
}

std::int64_t Htif::call_fstat(std::uint64_t file, std::uint64_t address) {
  if (!is_console(file)) return kBadFile;
  // struct stat of Linux for RISC-V: st_mode at 16, st_nlink at 20, st_blksize at 56; 128 bytes.
  std::uint32_t stat[32] = {};
  constexpr std::uint32_t kCharacterDevice = 0020620;
  stat[4] = kCharacterDevice;
  stat[5] = 1;
  stat[14] = 1024;
  return device_.write(address, std::as_bytes(std::span(stat))).ok() ? 0 : kBadAddress;
}

std::int64_t Htif::call_getmainvars(std::uint64_t address, std::uint64_t limit) {
  // argc, the addresses of the arguments, 0, an empty environment's 0; then the texts.
  std::vector<std::uint64_t> words = {arguments_.size()};
  const std::uint64_t texts_at = address + (arguments_.size() + 3) * sizeof(std::uint64_t);
  std::string texts;
  for (const auto& argument : arguments_) {
    words.push_back(texts_at + texts.size());
    texts += argument;
    texts += '\0';
  }
  words.insert(words.end(), {0, 0});
  if (words.size() * sizeof(std::uint64_t) + texts.size() > limit) return kNoMemory;
  const bool written = device_.write(address, std::as_bytes(std::span(words))).ok() &&
                       device_.write(texts_at, bytes_of(texts)).ok();
  return written ? 0 : kBadAddress;
}

}  // namespace areia::apps
