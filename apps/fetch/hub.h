// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Models from a Hugging Face hub, by the URL of a repository or of a file in one.
#pragma once

#include <string>

#include "apps/fetch/cache.h"
#include "base/result.h"

namespace areia::apps {

/// A repository, as its URL names it:
///   https://HOST/OWNER/NAME[@REVISION], .../tree/REVISION, .../resolve/REVISION/FILE, .../blob/REVISION/FILE
struct HubAddress {
  std::string base;  ///< "https://HOST"
  std::string owner, name, revision = "main", file;

  std::string repository() const { return owner + "/" + name; }
};
Result<HubAddress> parse_hub_address(const std::string& url);

/// Its name in the cache: OWNER/NAME, or OWNER/NAME/FILE where a file is named.
std::string cache_name(const HubAddress& address);

/// Brings a model into the cache: the named file, or the one GGUF file of the repository, or its safetensors
/// with what belongs to them. $HF_TOKEN is sent to the hub. A repository of several GGUF files needs a file.
Result<CachedModel> fetch_from_hub(const HubAddress& address);

}  // namespace areia::apps
