// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Folders, records and locks of the cache.
#include "apps/fetch/cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

namespace areia::apps {
namespace fs = std::filesystem;
namespace {

constexpr const char* kRecord = "areia-model.json";

Error cannot(const fs::path& path, const std::error_code& error) {
  return work_failed(
      fmt::format("{}: {}; AREIA_CACHE names another cache folder", path.string(), error.message()));
}

std::optional<CachedModel> read_record(const fs::path& folder) {
  std::ifstream file(folder / kRecord);
  const auto json = nlohmann::json::parse(file, nullptr, false);
  if (!file || !json.is_object()) return {};
  CachedModel model;
  model.folder = folder;
  try {
    model.name = json.at("name").get<std::string>();
    model.source = json.at("source").get<std::string>();
    model.main = json.at("main").get<std::string>();
    for (const auto& entry : json.at("files")) {
      model.files.push_back({entry.at("path").get<std::string>(), entry.at("bytes").get<std::uint64_t>(),
                             entry.at("sha256").get<std::string>()});
    }
  } catch (const nlohmann::json::exception&) {
    return {};
  }
  for (const CachedFile& entry : model.files) {
    std::error_code error;
    if (fs::file_size(folder / entry.path, error) != entry.bytes || error) return {};
  }
  return model;
}

}  // namespace

Result<fs::path> cache_folder() {
  const auto variable = [](const char* name) -> fs::path {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
  };
  if (const fs::path own = variable("AREIA_CACHE"); !own.empty()) return own;
  if (const fs::path general = variable("XDG_CACHE_HOME"); !general.empty()) return general / "areia";
  if (const fs::path home = variable("HOME"); !home.empty()) return home / ".cache/areia";
  return work_failed("there is no cache folder, since HOME is not set: name one in AREIA_CACHE");
}

std::string folder_name(const std::string& name) {
  std::string result;
  for (const char c : name) {
    if (c == '/') {
      result += "--";
    } else {
      result += c;
    }
  }
  return result;
}

Result<std::optional<CachedModel>> find_cached(const std::string& name) {
  const auto folder = cache_folder();
  if (!folder) return folder.error();
  return read_record(*folder / "models" / folder_name(name));
}

Result<std::vector<CachedModel>> list_cached() {
  const auto folder = cache_folder();
  if (!folder) return folder.error();
  std::vector<CachedModel> models;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(*folder / "models", error)) {
    if (auto model = read_record(entry.path())) models.push_back(std::move(*model));
  }
  std::sort(models.begin(), models.end(),
            [](const CachedModel& a, const CachedModel& b) { return a.name < b.name; });
  return models;
}

CacheEntry::CacheEntry(int lock, fs::path partial, fs::path whole)
    : lock_(lock), partial_(std::move(partial)), whole_(std::move(whole)) {}

CacheEntry::CacheEntry(CacheEntry&& other) noexcept
    : lock_(std::exchange(other.lock_, -1)),
      partial_(std::move(other.partial_)),
      whole_(std::move(other.whole_)) {}

CacheEntry::~CacheEntry() {
  if (lock_ >= 0) ::close(lock_);  // the lock goes with the descriptor
}

Result<CacheEntry> CacheEntry::lock(const std::string& name) {
  const auto folder = cache_folder();
  if (!folder) return folder.error();
  const fs::path partial = *folder / "partial" / folder_name(name);
  std::error_code error;
  fs::create_directories(*folder / "models", error);
  if (!error) fs::create_directories(partial, error);
  if (error) return cannot(partial, error);
  const fs::path path = *folder / (folder_name(name) + ".lock");
  const int lock = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock < 0) return cannot(path, {errno, std::generic_category()});
  while (::flock(lock, LOCK_EX) != 0) {
    if (errno != EINTR) {
      ::close(lock);
      return cannot(path, {errno, std::generic_category()});
    }
  }
  fs::create_directories(partial, error);  // whoever held the lock may have finished with it
  return CacheEntry(lock, partial, *folder / "models" / folder_name(name));
}

Result<CachedModel> CacheEntry::finish(CachedModel model) {
  nlohmann::ordered_json record = {{"name", model.name}, {"source", model.source}, {"main", model.main}};
  record["files"] = nlohmann::json::array();
  for (const CachedFile& file : model.files) {
    record["files"].push_back({{"path", file.path}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  }
  std::ofstream file(partial_ / kRecord);
  file << record.dump(2) << '\n';
  file.close();
  if (!file)
    return work_failed(fmt::format("{}: cannot write the record: is the disk full?", partial_.string()));
  std::error_code error;
  fs::remove_all(whole_, error);
  if (!error) fs::rename(partial_, whole_, error);
  if (error) return cannot(whole_, error);
  model.folder = whole_;
  return model;
}

}  // namespace areia::apps
