// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reading a small text file that a user may have named, and showing what it holds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace areia {

/// The text of a regular file of at most `most_bytes`. `what` says in errors what was expected: "a chip
/// description".
Result<std::string> read_text_file(const std::filesystem::path& path, std::string_view what,
                                   std::uintmax_t most_bytes = 1 << 20);

/// What a hostile file holds, fit for a terminal: at most 60 characters, none of them a control.
std::string printable(std::string_view text);

}  // namespace areia
