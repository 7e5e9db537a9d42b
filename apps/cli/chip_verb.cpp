// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// `areia chip list | show | check`: chip descriptions, and data sheets of other makers' chips.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <variant>

#include "apps/cli/chip_sheet.h"
#include "apps/cli/rival_sheet.h"
#include "apps/cli/verbs.h"
#include "base/nearest_name.h"
#include "base/text_file.h"
#include "spec/accelerator/accelerator.h"
#include "spec/chip/chip.h"

namespace areia::apps {
namespace {

struct ChipOptions {
  std::string name = "areia-1";
  bool json = false;
};

using Described = std::variant<ChipDescription, Accelerator>;

/// What a name or path means: an own chip, or another maker's by its data sheet.
Result<Described> described(const std::string& name) {
  if (name.find('/') != std::string::npos || name.ends_with(".toml")) {
    const auto text = read_text_file(name, "a chip description");
    if (text.ok() && is_data_sheet(*text)) {
      auto rival = parse_accelerator(*text, name);
      if (!rival.ok()) return rival.error();
      return Described(*std::move(rival));
    }
  } else if (auto names = chip_presets(); std::ranges::find(names, name) == names.end()) {
    auto rival = load_accelerator(name);
    if (rival.ok()) return Described(*std::move(rival));
    std::ranges::copy(accelerator_names(), std::back_inserter(names));
    return bad_input(
        fmt::format("no chip named '{}'{}; areia chip list shows all, or give a path that ends in .toml",
                    printable(name), did_you_mean(name, names)));
  }
  auto chip = load_chip(name);
  if (!chip.ok()) return chip.error();
  return Described(*std::move(chip));
}

int list(bool json) {
  auto chips = nlohmann::ordered_json::array();
  for (const auto& name : chip_presets()) {
    const auto chip = load_chip(name);
    if (!chip.ok()) return report(chip.error());
    if (!json) fmt::print("{:<18} {}\n", name, chip->summary);
    chips.push_back({{"name", name}, {"summary", chip->summary}});
  }
  if (chips.empty())
    return report(work_failed("no chip descriptions in the data folder; is AREIA_DATA right?"));
  auto rivals = nlohmann::ordered_json::array();
  if (!json) fmt::print("\nOther makers' chips, to compare with by their data sheets:\n");
  for (const auto& name : accelerator_names()) {
    const auto rival = load_accelerator(name);
    if (!rival.ok()) return report(rival.error());
    const std::string summary = rival_summary(*rival);
    if (!json) fmt::print("{:<18} {}: {}\n", name, rival->label, summary);
    rivals.push_back({{"name", name}, {"label", rival->label}, {"summary", summary}});
  }
  if (json) fmt::print("{}\n", nlohmann::ordered_json{{"chips", chips}, {"rivals", rivals}}.dump());
  return 0;
}

int show(const ChipOptions& options) {
  const auto found = described(options.name);
  if (!found.ok()) return report(found.error());
  if (const auto* chip = std::get_if<ChipDescription>(&*found)) {
    fmt::print("{}\n", options.json ? chip_json(*chip) : chip_sheet(*chip));
  } else {
    const auto& rival = std::get<Accelerator>(*found);
    fmt::print("{}\n", options.json ? rival_json(rival) : rival_sheet(rival));
  }
  return 0;
}

int check(const ChipOptions& options) {
  const auto found = described(options.name);
  if (!found.ok()) {
    if (options.json) {
      fmt::print("{}\n", nlohmann::ordered_json{{"valid", false}, {"error", found.error().message}}.dump());
    }
    return report(found.error());
  }
  const std::string name = std::visit([](const auto& chip) { return chip.name; }, *found);
  if (options.json) {
    fmt::print("{}\n", nlohmann::ordered_json{{"valid", true}, {"name", name}}.dump());
  } else {
    fmt::print("{}: valid, describes {}\n", options.name, name);
  }
  return 0;
}

}  // namespace

void add_chip_verb(CLI::App& app, int& status) {
  const auto options = std::make_shared<ChipOptions>();
  CLI::App* verb = app.add_subcommand("chip", "List, show and check chip descriptions and data sheets");
  verb->require_subcommand(1);
  verb->footer(
      "A description is a TOML file. To make your own, start from another and say what differs:\n"
      "  printf 'base = \"areia-1\"\\nname = \"mine\"\\n[mesh]\\nrows = 4\\n' > mine.toml\n"
      "  areia chip check mine.toml && areia chip show mine.toml\n"
      "  areia run -p \"ROMEO:\" --chip mine.toml\n"
      "Other makers' chips are known by their data sheets: areia chip show h100-sxm");
  CLI::App* list_verb =
      verb->add_subcommand("list", "The chips that come with areia, and those to compare with");
  CLI::App* show_verb = verb->add_subcommand("show", "What a chip has, and its peaks");
  show_verb->add_option("chip", options->name, "Name, or path of a TOML file")->capture_default_str();
  CLI::App* check_verb =
      verb->add_subcommand("check", "Whether a description is valid; exit status 2 if not");
  check_verb->add_option("file", options->name, "Path of a TOML file, or a name")->required();
  for (CLI::App* leaf : {list_verb, show_verb, check_verb}) {
    leaf->add_flag("--json", options->json, "One JSON object on stdout");
  }
  list_verb->callback([options, &status] { status = list(options->json); });
  show_verb->callback([options, &status] { status = show(*options); });
  check_verb->callback([options, &status] { status = check(*options); });
}

}  // namespace areia::apps
