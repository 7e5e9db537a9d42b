// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Prints what every unit of a chip does beside its bound: measured, bound, ratio. Exit status 1 where a ratio
// lies outside what is expected.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "apps/devices.h"
#include "bench/chip/measure.h"

namespace areia::bench {
namespace {

struct Options {
  std::string chip = "areia-1", fidelity = "timed", filter;
  bool json = false;
};

void print(const Measurement& m, double measured) {
  const bool meets = m.meets(measured);
  fmt::print("{:<58} {:>12.2f} {:>12.2f} {:<14} {:>7.4f}", m.name, measured, m.bound, m.unit,
             measured / m.bound);
  if (!meets) fmt::print("  expected {:.4g} to {:.4g}", m.least, m.most);
  fmt::print("\n");
  std::fflush(stdout);
}

Result<int> run(const Options& options) {
  const auto chip = load_chip(options.chip);
  if (!chip.ok()) return chip.error();
  const auto all = measurements(*chip);
  if (!all.ok()) return all.error();
  nlohmann::json rows = nlohmann::json::array();
  int outside = 0;
  if (!options.json)
    fmt::print("{:<58} {:>12} {:>12} {:<14} {:>7}\n", chip->name, "measured", "bound", "", "ratio");
  for (const Measurement& m : *all) {
    if (m.name.find(options.filter) == std::string::npos) continue;
    const auto device = apps::make_device(*chip, {.fidelity = options.fidelity});
    if (!device.ok()) return device.error();
    const auto measured = measure(**device, m);
    if (!measured.ok()) return measured.error();
    const double ratio = *measured / m.bound;
    if (!m.meets(*measured)) outside = 1;
    if (!options.json) print(m, *measured);
    rows.push_back(
        {{"name", m.name}, {"measured", *measured}, {"bound", m.bound}, {"unit", m.unit}, {"ratio", ratio}});
  }
  if (options.json) fmt::print("{}\n", nlohmann::json{{"chip", chip->name}, {"measurements", rows}}.dump(2));
  return outside;
}

}  // namespace
}  // namespace areia::bench

int main(int argc, char** argv) {
  areia::bench::Options options;
  CLI::App app("Measures each unit of a chip against its closed form.");
  app.add_option("--chip", options.chip, "A preset or a description");
  app.add_option("--fidelity", options.fidelity,
                 "functional counts instructions, which checks the programs only");
  app.add_option("--filter", options.filter, "Only measurements whose names have this in them");
  app.add_flag("--json", options.json, "For machines");
  CLI11_PARSE(app, argc, argv);
  const auto status = areia::bench::run(options);
  if (status.ok()) return *status;
  fmt::print(stderr, "bench_chip: {}\n", status.error().message);
  return 2;
}
