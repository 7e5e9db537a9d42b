// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Writes data sheets.
#include "apps/cli/rival_sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "apps/cli/chip_sheet.h"

namespace areia::apps {
namespace {

struct Row {
  std::string key;
  std::string_view unit;
  const Fact* fact;
};

/// Every fact that is published, in the order of the file: silicon, units, peaks, memory, links, money.
std::vector<Row> rows_of(const Accelerator& chip) {
  std::vector<Row> rows;
  bool peaks_done = false;
  for (const AcceleratorField& field : accelerator_fields()) {
    if (field.key.starts_with("memory.") && !peaks_done) {
      peaks_done = true;
      for (std::size_t i = 0; i < kPrecisionCount; ++i) {
        const bool whole = kPrecisions[i].name.starts_with("int");
        if (const Known& fact = chip.matrix_peak[i])
          rows.push_back({fmt::format("matrix.{}", kPrecisions[i].name), whole ? "OP/s" : "FLOP/s", &*fact});
      }
    }
    if (const Known& fact = chip.*(field.member))
      rows.push_back({std::string(field.key), field.unit, &*fact});
  }
  return rows;
}

/// "3.35 TB/s", "814 mm2", "2022": rates and sizes with a decimal prefix, other things as they are.
std::string value_text(const Row& row) {
  const double value = row.fact->value;
  if (row.unit.empty() && value >= 1e9) return fmt::format("{} billion", value * 1e-9);
  if (row.unit.ends_with("/s") || row.unit == "B" || row.unit == "Hz")
    return fmt::format("{}{}", scaled(value), row.unit);
  return row.unit.empty() ? fmt::format("{}", value) : fmt::format("{} {}", value, row.unit);
}

std::string_view class_name(AcceleratorClass kind) {
  constexpr std::string_view kNames[] = {"GPU", "systolic arrays", "tiles", "dataflow"};
  return kNames[static_cast<std::size_t>(kind)];
}
std::string_view topology_name(Topology topology) {
  constexpr std::string_view kNames[] = {"none", "switch", "mesh", "ring", "2D torus", "3D torus"};
  return kNames[static_cast<std::size_t>(topology)];
}

}  // namespace

std::string rival_summary(const Accelerator& chip) {
  std::vector<std::string> parts;
  for (const Precision precision : {Precision::kBf16, Precision::kFp16, Precision::kFp8, Precision::kFp4}) {
    if (const Known& peak = chip.peak(precision)) {
      parts.push_back(fmt::format("{}FLOP/s {}", scaled(peak->value), name_of(precision)));
      break;
    }
  }
  if (chip.memory_bytes) parts.push_back(scaled(chip.memory_bytes->value) + "B");
  if (chip.memory_bandwidth) parts.push_back(scaled(chip.memory_bandwidth->value) + "B/s");
  return parts.empty() ? "peaks and memory not published" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string rival_sheet(const Accelerator& chip) {
  std::string sheet =
      fmt::format("{}: {} ({}, {})\n\n", chip.name, chip.label, chip.vendor, class_name(chip.kind));
  std::vector<std::string_view> sources;
  bool guesses = false;
  for (const Row& row : rows_of(chip)) {
    auto source = std::ranges::find(sources, row.fact->source);
    if (source == sources.end()) source = sources.insert(sources.end(), row.fact->source);
    std::string date;
    if (row.key == "price.purchase_usd") date = " in " + chip.price_date;
    if (row.key == "price.rent_usd_hour") date = " in " + chip.rent_date;
    sheet += fmt::format("  {:<22} {:<20} [{}]{}\n", row.key, value_text(row) + date,
                         source - sources.begin() + 1, row.fact->guess ? " guess" : "");
    guesses = guesses || row.fact->guess;
  }
  if (!chip.memory_kind.empty()) sheet += fmt::format("  {:<22} {}\n", "memory", chip.memory_kind);
  if (chip.link_bandwidth) sheet += fmt::format("  {:<22} {}\n", "topology", topology_name(chip.topology));
  if (!chip.note.empty()) sheet += fmt::format("\n{}\n", chip.note);
  sheet += "\nPeaks are dense; links are each way, all of one chip together. ";
  sheet += guesses ? "A guess is somebody's estimate, not the maker's word.\n" : "\n";
  for (std::size_t i = 0; i < sources.size(); ++i) sheet += fmt::format("  [{}] {}\n", i + 1, sources[i]);
  sheet.pop_back();
  return sheet;
}

std::string rival_json(const Accelerator& chip) {
  nlohmann::ordered_json json = {{"name", chip.name},
                                 {"label", chip.label},
                                 {"vendor", chip.vendor},
                                 {"class", class_name(chip.kind)},
                                 {"aliases", chip.aliases},
                                 {"memory_kind", chip.memory_kind},
                                 {"topology", topology_name(chip.topology)},
                                 {"note", chip.note},
                                 {"price_date", chip.price_date},
                                 {"rent_date", chip.rent_date}};
  auto& facts = json["facts"] = nlohmann::ordered_json::object();
  for (const Row& row : rows_of(chip)) {
    facts[row.key] = {{"value", row.fact->value},
                      {"unit", row.unit},
                      {"source", row.fact->source},
                      {"guess", row.fact->guess}};
  }
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace areia::apps
