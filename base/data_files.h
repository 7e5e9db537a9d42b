// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Where the program's own files lie (chip descriptions, kernels, the default model), from whatever folder it
// is called: the build tree and an installation have the same layout, bin and share/areia side by side.
#pragma once

#include <filesystem>
#include <vector>

namespace areia {

/// The data folders that exist, best first: $AREIA_DATA; then share/areia beside the running program or
/// beside its folder. The build puts what belongs there into ${CMAKE_BINARY_DIR}/share/areia.
std::vector<std::filesystem::path> data_folders();

/// The first existing data file of this relative name ("chip/areia-1.toml"), or an empty path.
std::filesystem::path find_data_file(const std::filesystem::path& name);

}  // namespace areia
