// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads a small text file, or says why it cannot be one.
#include "base/text_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <system_error>

namespace areia {

std::string printable(std::string_view text) {
  std::string safe(text.substr(0, 60));
  std::ranges::replace_if(safe, [](char c) { return c < ' ' || c > '~'; }, '?');
  return safe + (text.size() > 60 ? "..." : "");
}

Result<std::string> read_text_file(const std::filesystem::path& path, std::string_view what,
                                   std::uintmax_t most_bytes) {
  const std::string name = printable(path.string());
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return bad_input(fmt::format("{}: no such file (or no regular file); {} was expected", name, what));
  }
  const auto size = std::filesystem::file_size(path, error);
  if (error || size > most_bytes) {
    return bad_input(fmt::format("{}: larger than {} bytes, so not {}", name, most_bytes, what));
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return bad_input(fmt::format("{}: cannot be read", name));
  return std::move(text).str();
}

}  // namespace areia
