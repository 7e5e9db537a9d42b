// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Htif: the host side of the host-target interface that bare-metal RISC-V programs use, as Spike has it.
//
// A program stores a request into the 64-bit variable `tohost`: bits 63:56 device, 55:48 command, 47:0
// payload. The host clears it, and may answer in `fromhost` once that is zero. Served here:
//   device 0, the system call proxy: an odd payload ends the program with exit code payload >> 1; an even one
//     is the address of eight 64-bit words, number and arguments of a call, whose result replaces the number:
//     read, write, fstat, lseek and close of the console, exit, getmainvars (the arguments of main)
//   device 1, the console: command 0 reads a character, command 1 writes one
//   command 255 of any device: writes the device's name to memory
// Numbers and layouts: fesvr of github.com/riscv-software-src/riscv-isa-sim.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "spec/abi/device.h"

namespace areia::apps {

/// Where the program's console leads.
struct HtifConsole {
  std::function<void(std::string_view)> write;
  /// At most `limit` bytes, at least one; empty at the end of the input.
  std::function<std::string(std::size_t limit)> read;
};

class Htif {
 public:
  /// `arguments` are the program's argv, its name first. What is referred to must outlive the object.
  Htif(Device& device, std::uint64_t tohost, std::uint64_t fromhost, std::vector<std::string> arguments,
       HtifConsole console);

  /// Serves the request in tohost, if there is one, and delivers answers. Fails where a request or the
  /// variables themselves lie outside the chip's memory.
  Result<void> poll();
  /// Whether tohost holds what may be one half of a request: 32-bit code writes it in two stores.
  bool half_written();
  /// Answers are waiting for the program to take an earlier one.
  bool waiting() const { return !replies_.empty(); }
  /// Once the program has ended.
  std::optional<std::uint64_t> exit_code() const { return exit_code_; }

 private:
  Result<std::uint64_t> load(std::uint64_t address);
  Result<void> store(std::uint64_t address, std::uint64_t value);
  Result<void> serve(std::uint64_t request);
  Result<void> serve_console(std::uint64_t request);
  Result<void> identify(std::uint64_t request);
  Result<void> system_call(std::uint64_t words);
  std::int64_t call(const std::uint64_t (&words)[8]);
  std::int64_t call_write(std::uint64_t file, std::uint64_t address, std::uint64_t bytes);
  std::int64_t call_read(std::uint64_t file, std::uint64_t address, std::uint64_t bytes);
  std::int64_t call_fstat(std::uint64_t file, std::uint64_t address);
  std::int64_t call_getmainvars(std::uint64_t address, std::uint64_t limit);
  void reply(std::uint64_t request, std::uint64_t payload);

  Device& device_;
  std::uint64_t tohost_, fromhost_;
  std::vector<std::string> arguments_;
  HtifConsole console_;
  std::deque<std::uint64_t> replies_;
  std::optional<std::uint64_t> exit_code_;
};

}  // namespace areia::apps
