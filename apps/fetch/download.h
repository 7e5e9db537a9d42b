// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Files and small texts over HTTPS (libcurl).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace areia::apps {

/// Where from, and who asks.
struct Request {
  std::string url;    ///< https, or http of this machine (127.0.0.1, localhost, [::1])
  std::string token;  ///< sent to the URL's own host only; may be empty
};

/// The body of a small answer (at most 64 MiB). Work failed with what the server said and what to do.
Result<std::string> fetch_text(const Request& request);

/// Downloads to `path`. Bytes gather in path + ".part"; what is there from an earlier try is not fetched
/// again if the server still has the same file. `size`: what the file must have in the end, where it is
/// known.
Result<void> download(const Request& request, const std::filesystem::path& path,
                      std::optional<std::uint64_t> size);

}  // namespace areia::apps
