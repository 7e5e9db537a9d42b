// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Paths first, then the default model, then the cache.
#include "apps/cli/model_path.h"

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <vector>

#include "apps/fetch/cache.h"
#include "apps/fetch/catalog.h"
#include "base/data_files.h"
#include "base/nearest_name.h"

namespace areia::apps {
namespace {

constexpr const char* kDefaultModel = "models/default.gguf";

/// A path as it is; else a name of the cache, or advice to get it.
Result<std::string> find_named(const std::string& named) {
  std::error_code error;
  if (std::filesystem::exists(named, error)) return named;
  const auto cached = find_cached(named);
  if (!cached) return cached.error();
  if (*cached) return (*cached)->path().string();
  const auto catalog = load_catalog();
  if (!catalog) return catalog.error();
  std::vector<std::string> names;
  for (const CatalogModel& model : *catalog) {
    if (model.name == named) {
      return bad_input(
          fmt::format("the model {} is not here yet: areia model get {} brings it", named, named));
    }
    names.push_back(model.name);
  }
  // Anything that looks like a path is left to whoever opens it: the error is about the file.
  if (named.find('/') != std::string::npos || named.find('.') != std::string::npos) return named;
  return bad_input(fmt::format("there is no file or model '{}'{}; models that areia can get: {}", named,
                               did_you_mean(named, names), fmt::join(names, ", ")));
}

}  // namespace

Result<std::string> find_model(const std::string& named) {
  if (!named.empty()) return find_named(named);
  const auto path = find_data_file(kDefaultModel);
  if (!path.empty()) return path.string();
  return bad_input(
      fmt::format("the model that comes with areia ({}) is not in the data folder: name a model, as in "
                  "areia run MODEL.gguf -p PROMPT",
                  kDefaultModel));
}

}  // namespace areia::apps
