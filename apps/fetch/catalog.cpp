// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads the catalogue.
#include "apps/fetch/catalog.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "base/data_files.h"
#include "base/text_file.h"
#include "base/toml.h"

namespace areia::apps {
namespace {

constexpr const char* kCatalog = "models/catalog.toml";

/// Reads the keys of one table; the first that is missing or of another type is the error.
class Table {
 public:
  Table(std::string file, const toml::table& table) : file_(std::move(file)), table_(table) {}

  std::string text(const char* key) {
    const auto value = table_[key].value<std::string>();
    if (!value || value->empty()) fail(key, "must be a text");
    return value.value_or("");
  }
  std::uint64_t count(const char* key) {
    const auto value = table_[key].value<std::int64_t>();
    if (!value || *value <= 0) fail(key, "must be a positive number");
    return static_cast<std::uint64_t>(value.value_or(0));
  }
  void fail(const char* key, const char* what) {
    if (error_) return;
    error_ = bad_input(fmt::format("{}:{}: {} {}", file_, table_.source().begin.line, key, what));
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  std::string file_;
  const toml::table& table_;
  std::optional<Error> error_;
};

/// A name or path that stays inside a folder.
bool is_tame(const std::string& path) {
  const std::filesystem::path parts(path);
  if (parts.is_absolute()) return false;
  for (const auto& part : parts) {
    if (part == "..") return false;
  }
  return true;
}

Result<CatalogModel> read_model(const std::string& file, const toml::table& table) {
  Table keys(file, table);
  CatalogModel model;
  model.name = keys.text("name");
  model.title = keys.text("title");
  model.licence = keys.text("licence");
  model.assistant = table["assistant"].value_or(false);
  model.file = keys.text("file");
  model.bytes = keys.count("bytes");
  model.sha256 = keys.text("sha256");
  if (model.sha256.size() != 64) keys.fail("sha256", "must have 64 digits");
  if (model.name.find('/') != std::string::npos || !is_tame(model.name)) keys.fail("name", "may have no '/'");
  if (model.file.find('/') != std::string::npos || !is_tame(model.file)) keys.fail("file", "may have no '/'");
  const toml::array* parts = table["part"].as_array();
  if (parts == nullptr || parts->empty()) keys.fail("part", "is missing");
  if (keys.error()) return *keys.error();
  for (const toml::node& node : *parts) {
    if (!node.is_table()) return bad_input(fmt::format("{}: part must be tables", file));
    Table part(file, *node.as_table());
    model.parts.push_back({part.text("package"), part.text("path")});
    if (!is_tame(model.parts.back().path)) part.fail("path", "must stay inside the package");
    if (part.error()) return *part.error();
  }
  return model;
}

}  // namespace

Result<std::vector<CatalogModel>> load_catalog() {
  const char* named = std::getenv("AREIA_CATALOG");
  const std::filesystem::path path =
      named != nullptr && *named != '\0' ? std::filesystem::path(named) : find_data_file(kCatalog);
  if (path.empty()) return std::vector<CatalogModel>{};
  const auto text = read_text_file(path, "the catalog of models");
  if (!text.ok()) return text.error();
  const auto file = parse_toml(*text, path.string());
  if (!file.ok()) return file.error();
  std::vector<CatalogModel> models;
  const toml::array* tables = (*file)["model"].as_array();
  for (std::size_t i = 0; tables != nullptr && i < tables->size(); ++i) {
    const toml::table* table = tables->get(i)->as_table();
    if (table == nullptr) return bad_input(fmt::format("{}: model must be tables", path.string()));
    auto model = read_model(path.string(), *table);
    if (!model) return model.error();
    models.push_back(std::move(*model));
  }
  return models;
}

}  // namespace areia::apps
