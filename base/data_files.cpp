// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds data folders relative to the running program.
#include "base/data_files.h"

#include <cstdlib>
#include <system_error>

namespace areia {

std::vector<std::filesystem::path> data_folders() {
  std::error_code error;
  std::vector<std::filesystem::path> candidates;
  if (const char* override_path = std::getenv("AREIA_DATA"); override_path && *override_path) {
    candidates.emplace_back(override_path);
  }
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) {
    candidates.push_back(program.parent_path() / "share/areia");
    candidates.push_back(program.parent_path().parent_path() / "share/areia");
  }
  std::erase_if(candidates,
                [&](const auto& folder) { return !std::filesystem::is_directory(folder, error); });
  return candidates;
}

std::filesystem::path find_data_file(const std::filesystem::path& name) {
  for (const auto& folder : data_folders()) {
    std::error_code error;
    if (std::filesystem::is_regular_file(folder / name, error)) return folder / name;
  }
  return {};
}

}  // namespace areia
