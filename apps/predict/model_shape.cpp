// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Tells names from files, and each kind of file from the others.
#include "apps/predict/model_shape.h"

#include <fmt/format.h>

#include <filesystem>
#include <vector>

#include "apps/fetch/cache.h"
#include "apps/fetch/catalog.h"
#include "base/nearest_name.h"
#include "base/text_file.h"
#include "perf/model_lookup.h"

namespace areia::apps {
namespace {

using perf::LanguageModel;

Result<LanguageModel> from_config(const std::filesystem::path& path) {
  const auto text = read_text_file(path, "a model's config.json", std::uintmax_t{16} << 20);
  if (!text.ok()) return text.error();
  auto model = perf::parse_model_config(*text, path.string());
  if (model.ok() && model->name == "config") {
    const auto folder = std::filesystem::absolute(path).parent_path().filename().string();
    if (!folder.empty()) model->name = model->label = printable(folder);
  }
  return model;
}

Result<LanguageModel> from_path(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    if (std::filesystem::exists(path / "config.json", error)) return from_config(path / "config.json");
    return bad_input(fmt::format("{}: a folder without config.json is no model", path.string()));
  }
  const auto extension = path.extension();
  if (extension == ".toml") return perf::load_language_model(path.string());
  if (path.filename() == "model.safetensors.index.json" || extension == ".safetensors")
    return from_config(path.parent_path() / "config.json");
  if (extension == ".json") return from_config(path);
  const auto gguf = sw::Gguf::open(path);
  if (!gguf.ok()) return gguf.error();
  return shape_of_gguf(*gguf);
}

/// The known shape of that name; nothing if no shape has it.
Result<std::optional<LanguageModel>> known_shape(const std::string& name) {
  std::vector<LanguageModel> models;
  for (const std::string& known : perf::language_model_names()) {
    auto model = perf::load_language_model(known);
    if (!model.ok()) return model.error();
    models.push_back(std::move(*model));
  }
  const auto place = perf::ModelIndex(models).find(name);
  if (!place) return std::optional<LanguageModel>();
  return std::optional(std::move(models[*place]));
}

Result<LanguageModel> unknown(const std::string& name) {
  auto names = perf::language_model_names();
  const std::size_t shapes = names.size();
  const auto catalog = load_catalog();
  if (!catalog.ok()) return catalog.error();
  for (const CatalogModel& model : *catalog) {
    if (model.name == name)
      return bad_input(fmt::format("the model {} is not here yet: areia model get {} brings it", name, name));
    names.push_back(model.name);
  }
  return bad_input(fmt::format(
      "there is no model or file '{}'{}{} (areia model list --shapes shows all {} shapes); or give a "
      "GGUF file, a Hugging Face folder, its config.json or a TOML shape",
      printable(name), did_you_mean(name, names), near_names(name, names), shapes));
}

}  // namespace

Result<LanguageModel> language_model_of(const std::string& name_or_path) {
  std::error_code error;
  const bool like_path = name_or_path.find_first_of("/.") != std::string::npos;
  const bool exists = !name_or_path.empty() && std::filesystem::exists(name_or_path, error);
  if (exists && like_path) return from_path(name_or_path);
  auto known = known_shape(name_or_path);
  if (!known.ok()) return known.error();
  if (*known) return std::move(**known);
  if (exists) return from_path(name_or_path);
  const auto cached = find_cached(name_or_path);
  if (!cached.ok()) return cached.error();
  if (*cached) return from_path((*cached)->path());
  return unknown(name_or_path);
}

}  // namespace areia::apps
