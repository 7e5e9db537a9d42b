// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Parses TOML text of any origin.
#include "base/toml.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text_file.h"

namespace areia {

Result<toml::table> parse_toml(std::string_view text, const std::string& origin) {
  const auto beyond = std::ranges::find_if(text, [](char c) { return static_cast<unsigned char>(c) > 0x7f; });
  if (beyond != text.end()) {
    return bad_input(fmt::format("{}:{}: a character beyond ASCII; write \\uXXXX in texts", printable(origin),
                                 1 + std::count(text.begin(), beyond, '\n')));
  }
  toml::parse_result parsed = toml::parse(text, origin);
  if (!parsed) {
    return bad_input(fmt::format("{}:{}: not TOML: {}", printable(origin), parsed.error().source().begin.line,
                                 printable(parsed.error().description())));
  }
  return std::move(parsed).table();
}

}  // namespace areia
