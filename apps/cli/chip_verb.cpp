// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// `areia chip list | show | check`: chip descriptions.
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "apps/cli/chip_sheet.h"
#include "apps/cli/verbs.h"
#include "spec/chip/chip.h"

namespace areia::apps {
namespace {

struct ChipOptions {
  std::string name = "areia-1";
  bool json = false;
};

int list(bool json) {
  auto chips = nlohmann::ordered_json::array();
  for (const auto& name : chip_presets()) {
    const auto chip = load_chip(name);
    if (!chip.ok()) return report(chip.error());
    if (!json) fmt::print("{:<12} {}\n", name, chip->summary);
    chips.push_back({{"name", name}, {"summary", chip->summary}});
  }
  if (chips.empty())
    return report(work_failed("no chip descriptions in the data folder; is AREIA_DATA right?"));
  if (json) fmt::print("{}\n", nlohmann::ordered_json{{"chips", chips}}.dump());
  return 0;
}

int show(const ChipOptions& options) {
  const auto chip = load_chip(options.name);
  if (!chip.ok()) return report(chip.error());
  fmt::print("{}\n", options.json ? chip_json(*chip) : chip_sheet(*chip));
  return 0;
}

int check(const ChipOptions& options) {
  const auto chip = load_chip(options.name);
  if (!chip.ok()) {
    if (options.json) {
      fmt::print("{}\n", nlohmann::ordered_json{{"valid", false}, {"error", chip.error().message}}.dump());
    }
    return report(chip.error());
  }
  if (options.json) {
    fmt::print("{}\n", nlohmann::ordered_json{{"valid", true}, {"name", chip->name}}.dump());
  } else {
    fmt::print("{}: valid, describes {}\n", options.name, chip->name);
  }
  return 0;
}

}  // namespace

void add_chip_verb(CLI::App& app, int& status) {
  const auto options = std::make_shared<ChipOptions>();
  CLI::App* verb = app.add_subcommand("chip", "List, show and check chip descriptions");
  verb->require_subcommand(1);
  verb->footer(
      "A description is a TOML file. To make your own, start from another and say what differs:\n"
      "  printf 'base = \"areia-1\"\\nname = \"mine\"\\n[mesh]\\nrows = 4\\n' > mine.toml\n"
      "  areia chip check mine.toml && areia chip show mine.toml\n"
      "  areia run -p \"ROMEO:\" --chip mine.toml");
  CLI::App* list_verb = verb->add_subcommand("list", "The descriptions that come with areia");
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
