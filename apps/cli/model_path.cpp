// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Paths first, then the default model, then the cache.
#include "apps/cli/model_path.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/data_files.h"

namespace areia::apps {
namespace {

constexpr const char* kDefaultModel = "models/default.gguf";

}  // namespace

Result<std::string> find_model(const std::string& named) {
  if (!named.empty()) return named;
  const auto path = find_data_file(kDefaultModel);
  if (!path.empty()) return path.string();
  return bad_input(
      fmt::format("the model that comes with areia ({}) is not in the data folder: name a model, as in "
                  "areia run MODEL.gguf -p PROMPT",
                  kDefaultModel));
}

}  // namespace areia::apps
