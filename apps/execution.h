// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Runs a bare-metal program on tile 0 of a chip until it ends, one way or another.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/htif.h"
#include "base/result.h"
#include "spec/abi/device.h"
#include "spec/chip/chip.h"

namespace areia::apps {

/// How it ended: with an exit code, or with what went wrong, in words.
struct Execution {
  std::optional<std::uint64_t> exit_code;
  std::optional<std::string> failure;
  ChipCounters counters;
};

/// Bad input where the file is no program for this chip. `arguments` are argv, the program's name first.
Result<Execution> execute_program(const ChipDescription& chip, const std::string& path,
                                  const std::vector<std::string>& arguments, HtifConsole console,
                                  std::uint64_t max_instructions = UINT64_MAX);

}  // namespace areia::apps
