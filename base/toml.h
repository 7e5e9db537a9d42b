// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// TOML text as a table, or what is wrong with it and where: the one place that includes toml++.
#pragma once

#include <string>
#include <string_view>

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "base/result.h"

namespace areia {

/// The table of a TOML text. Text is ASCII, with \\uXXXX for what lies beyond: toml++ 3 has undefined
/// behaviour on some characters beyond it (its test for white space, U+00A1 and on). Errors begin with
/// "origin:line:".
Result<toml::table> parse_toml(std::string_view text, const std::string& origin);

}  // namespace areia
