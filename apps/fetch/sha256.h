// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 of files (OpenSSL's).
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace areia::apps {

/// 64 lower-case hexadecimal digits. Work failed where the file cannot be read.
Result<std::string> sha256_of(const std::filesystem::path& path);

}  // namespace areia::apps
