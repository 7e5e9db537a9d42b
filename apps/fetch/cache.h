// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The cache folder of models: $AREIA_CACHE, else $XDG_CACHE_HOME/areia, else ~/.cache/areia.
//   models/NAME/     a whole model and its record (areia-model.json): it came here by one rename
//   partial/NAME/    what an interrupted fetch left; the next goes on with it
//   NAME.lock        held while a model is fetched
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace areia::apps {

struct CachedFile {
  std::string path;  ///< in the model's folder
  std::uint64_t bytes = 0;
  std::string sha256;
};

struct CachedModel {
  std::string name;
  std::string source;  ///< where it came from, for people
  std::string main;    ///< what `areia run` opens, in the folder; "" is the folder itself
  std::vector<CachedFile> files;
  std::filesystem::path folder;

  std::filesystem::path path() const { return main.empty() ? folder : folder / main; }
};

/// Work failed where no folder is known (no $HOME).
Result<std::filesystem::path> cache_folder();
/// "owner/name" as the name of one folder.
std::string folder_name(const std::string& name);
/// A model that is there whole: its record is readable and its files have their sizes.
Result<std::optional<CachedModel>> find_cached(const std::string& name);
Result<std::vector<CachedModel>> list_cached();

/// A fetch in progress: the only one of its name until it is destroyed.
class CacheEntry {
 public:
  /// Waits for another fetch of this name to end.
  static Result<CacheEntry> lock(const std::string& name);
  CacheEntry(CacheEntry&& other) noexcept;
  CacheEntry& operator=(CacheEntry&&) = delete;
  ~CacheEntry();

  /// Where files are gathered; exists.
  const std::filesystem::path& partial() const { return partial_; }
  /// Writes the record and makes the partial folder the model's, in the place of an older one.
  Result<CachedModel> finish(CachedModel model);

 private:
  CacheEntry(int lock, std::filesystem::path partial, std::filesystem::path whole);
  int lock_;
  std::filesystem::path partial_, whole_;
};

}  // namespace areia::apps
