// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The hub's list of files, the choice among them, and their download.
#include "apps/fetch/hub.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <system_error>

#include "apps/fetch/download.h"
#include "apps/fetch/sha256.h"

namespace areia::apps {
namespace fs = std::filesystem;
namespace {

constexpr const char* kForm =
    "https://HOST/OWNER/NAME, with @REVISION behind it or /resolve/REVISION/FILE for one file";

struct HubFile {
  std::string path;
  std::optional<std::uint64_t> bytes;
  std::string sha256;  ///< "" where the hub names none
};

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, at);) parts.push_back(part);
  return parts;
}

/// A path that stays inside a folder, of characters that need no escape in a URL.
bool is_tame(const std::string& path) {
  const bool plain = std::all_of(path.begin(), path.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '.' || c == '-' || c == '_' || c == '/' || c == '+' || c == '=';
  });
  const auto parts = split(path, '/');
  return plain && !path.empty() && path.front() != '/' &&
         std::none_of(parts.begin(), parts.end(),
                      [](const std::string& part) { return part.empty() || part == "." || part == ".."; });
}

std::string token() {
  const char* value = std::getenv("HF_TOKEN");
  return value == nullptr ? "" : value;
}

Result<std::vector<HubFile>> list_files(const HubAddress& address) {
  const std::string url = fmt::format("{}/api/models/{}/revision/{}?blobs=true", address.base,
                                      address.repository(), address.revision);
  const auto text = fetch_text({url, token()});
  if (!text) return text.error();
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  std::vector<HubFile> files;
  try {
    for (const auto& entry : json.at("siblings")) {
      HubFile file{entry.at("rfilename").get<std::string>(), {}, ""};
      if (entry.contains("size") && entry["size"].is_number_unsigned())
        file.bytes = entry["size"].get<std::uint64_t>();
      if (entry.contains("lfs") && entry["lfs"].is_object()) file.sha256 = entry["lfs"].value("sha256", "");
      files.push_back(std::move(file));
    }
  } catch (const nlohmann::json::exception&) {
    return work_failed(
        fmt::format("{}: the answer is not a hub's list of files: is this a model's URL?", url));
  }
  for (const HubFile& file : files) {
    if (!is_tame(file.path))
      return work_failed(fmt::format("{}: a file is named '{}': such names are refused", url, file.path));
  }
  return files;
}

bool belongs_to_safetensors(const std::string& path) {
  static constexpr const char* kNames[] = {"config.json",           "tokenizer.json",
                                           "tokenizer_config.json", "generation_config.json",
                                           "chat_template.jinja",   "model.safetensors.index.json"};
  if (path.find('/') != std::string::npos) return false;
  return path.ends_with(".safetensors") ||
         std::any_of(std::begin(kNames), std::end(kNames), [&](const char* name) { return path == name; });
}

/// Which of the files are the model.
Result<std::vector<HubFile>> choose(const HubAddress& address, const std::vector<HubFile>& files) {
  std::vector<HubFile> chosen;
  const auto take = [&](auto&& wanted) {
    std::copy_if(files.begin(), files.end(), std::back_inserter(chosen),
                 [&](const HubFile& file) { return wanted(file.path); });
  };
  if (!address.file.empty()) {
    take([&](const std::string& path) { return path == address.file; });
    if (!chosen.empty()) return chosen;
    return bad_input(fmt::format("{} has no file '{}'", address.repository(), address.file));
  }
  take([](const std::string& path) { return path.ends_with(".gguf"); });
  if (chosen.size() > 1) {
    std::string names;
    for (const HubFile& file : chosen) names += "\n  " + file.path;
    return bad_input(fmt::format("{} has {} GGUF files: choose one with --file NAME{}", address.repository(),
                                 chosen.size(), names));
  }
  if (!chosen.empty()) return chosen;
  take(belongs_to_safetensors);
  const bool whole = std::any_of(chosen.begin(), chosen.end(),
                                 [](const HubFile& file) { return file.path.ends_with(".safetensors"); });
  if (whole) return chosen;
  return bad_input(fmt::format("{} has neither GGUF nor safetensors files: areia reads no other format",
                               address.repository()));
}

Result<CachedFile> fetch_file(const HubAddress& address, const HubFile& file, const fs::path& folder) {
  const fs::path path = folder / file.path;
  std::error_code error;
  const bool there = fs::exists(path, error) && file.bytes && fs::file_size(path, error) == *file.bytes;
  if (!there) {
    if (isatty(STDERR_FILENO) == 1) fmt::print(stderr, "{}\n", file.path);
    const std::string url =
        fmt::format("{}/{}/resolve/{}/{}", address.base, address.repository(), address.revision, file.path);
    AREIA_RETURN_IF_ERROR(download({url, token()}, path, file.bytes));
  }
  const auto sum = sha256_of(path);
  if (!sum) return sum.error();
  if (!file.sha256.empty() && *sum != file.sha256) {
    fs::remove(path, error);
    return work_failed(
        fmt::format("{}: the checksum is {}, the hub says {}: try again", file.path, *sum, file.sha256));
  }
  return CachedFile{file.path, fs::file_size(path, error), *sum};
}

}  // namespace

Result<HubAddress> parse_hub_address(const std::string& url) {
  const auto wrong = [&] {
    return bad_input(fmt::format("{} is no model's URL: it must be {}", url, kForm));
  };
  const std::size_t scheme = url.find("://");
  const std::size_t slash = scheme == std::string::npos ? scheme : url.find('/', scheme + 3);
  if (slash == std::string::npos) return wrong();
  HubAddress address;
  address.base = url.substr(0, slash);
  std::string rest = url.substr(slash + 1);
  rest = rest.substr(0, rest.find_first_of("?#"));
  while (rest.ends_with('/')) rest.pop_back();
  auto parts = split(rest, '/');
  if (parts.size() < 2) return wrong();
  address.owner = parts[0];
  address.name = parts[1];
  if (const std::size_t at = address.name.find('@'); at != std::string::npos) {
    address.revision = address.name.substr(at + 1);
    address.name.resize(at);
  }
  if (parts.size() > 3 && (parts[2] == "resolve" || parts[2] == "blob" || parts[2] == "tree")) {
    address.revision = parts[3];
    for (std::size_t i = 4; i < parts.size(); ++i) address.file += (i > 4 ? "/" : "") + parts[i];
    if (parts[2] == "tree" && !address.file.empty()) return wrong();
  } else if (parts.size() != 2) {
    return wrong();
  }
  const bool tame = is_tame(address.owner) && is_tame(address.name) && is_tame(address.revision) &&
                    (address.file.empty() || is_tame(address.file));
  if (!tame) return wrong();
  return address;
}

std::string cache_name(const HubAddress& address) {
  return address.file.empty() ? address.repository() : address.repository() + "/" + address.file;
}

Result<CachedModel> fetch_from_hub(const HubAddress& address) {
  const auto files = list_files(address);
  if (!files) return files.error();
  const auto chosen = choose(address, *files);
  if (!chosen) return chosen.error();
  const std::string name = cache_name(address);
  auto entry = CacheEntry::lock(name);
  if (!entry) return entry.error();
  CachedModel model;
  model.name = name;
  model.source = fmt::format("{}/{}@{}", address.base, address.repository(), address.revision);
  if (chosen->size() == 1) model.main = chosen->front().path;
  for (const HubFile& file : *chosen) {
    auto fetched = fetch_file(address, file, entry->partial());
    if (!fetched) return fetched.error();
    model.files.push_back(std::move(*fetched));
  }
  return entry->finish(std::move(model));
}

}  // namespace areia::apps
