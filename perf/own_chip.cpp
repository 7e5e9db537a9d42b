// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Turns a description into a data sheet.
#include "perf/own_chip.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>

#include "base/data_files.h"
#include "base/nearest_name.h"
#include "base/text_file.h"
#include "base/toml.h"
#include "spec/accelerator/accelerator_names.h"

namespace areia::perf {
namespace {

/// Formats by the rate at which the array takes them (spec/chip/chip.h, Tensor).
constexpr std::array kFloats = {Precision::kFp16, Precision::kBf16, Precision::kFp8};
constexpr std::array kIntegers = {Precision::kInt8, Precision::kBfp8, Precision::kFp4, Precision::kInt4};

bool is_path(const std::string& name) {
  return name.find('/') != std::string::npos || name.ends_with(".toml");
}

/// Whether a file describes an own chip: data sheets have none of these keys. Broken files are left to the
/// parser of data sheets, which says what is wrong.
bool describes_own_chip(const std::string& text) {
  const auto table = parse_toml(text, "");
  if (!table.ok()) return false;
  return std::ranges::any_of(std::array{"base", "mesh", "hart", "tensor", "scratchpad", "dram"},
                             [&](const char* key) { return table->contains(key); });
}

Result<Accelerator> load_own(const std::string& name_or_path) {
  const auto chip = load_chip(name_or_path);
  if (!chip.ok()) return chip.error();
  return accelerator_of(*chip);
}

/// A chip as people write it: "NVIDIA H100 SXM".
Result<Accelerator> load_by_alias(const std::string& alias, const std::vector<std::string>& names) {
  std::vector<Accelerator> chips;
  for (const std::string& name : names) {
    auto chip = load_accelerator(name);
    if (!chip.ok()) return chip.error();
    chips.push_back(std::move(*chip));
  }
  if (const auto place = AcceleratorNames(chips).find(alias)) return chips[*place];
  const auto all = any_chip_names();
  return bad_input(fmt::format("no chip named '{}'{}{} (areia chip list shows all {}); or give a TOML file",
                               printable(alias), did_you_mean(alias, all), near_names(alias, all),
                               all.size()));
}

}  // namespace

Accelerator accelerator_of(const ChipDescription& chip) {
  const std::string source = fmt::format("description of {}", chip.name);
  const auto fact = [&](double value) { return Fact{value, source}; };
  Accelerator sheet;
  sheet.name = chip.name;
  sheet.label = fmt::format("Areia {}", chip.name);
  sheet.vendor = "Areia";
  sheet.kind = AcceleratorClass::kTile;
  sheet.memory_kind = chip.dram.kind;
  sheet.design = std::make_shared<const ChipDescription>(chip);
  sheet.note = "a design, simulated; nobody sells it";

  const double tiles = chip.tile_count();
  sheet.process_nm = fact(chip.process_nm);
  sheet.tdp_watts = fact(chip.power.tdp_watts);
  sheet.clock_hz = fact(chip.clock_hz);
  sheet.cores = sheet.arrays = fact(tiles);
  sheet.array_rows = fact(chip.tensor.rows);
  sheet.array_columns = fact(chip.tensor.columns);

  const double rate_one = 2 * tiles * chip.tensor.rows * chip.tensor.columns * chip.clock_hz;
  const auto set_peak = [&](Precision precision, double rate) {
    sheet.matrix_peak[static_cast<std::size_t>(precision)] = fact(rate_one * rate);
  };
  set_peak(Precision::kFp32, chip.tensor.fp32_rate);
  for (const Precision precision : kFloats) set_peak(precision, chip.tensor.float_rate);
  for (const Precision precision : kIntegers) set_peak(precision, chip.tensor.integer_rate);
  constexpr double kFloatBits = 32;
  sheet.vector_peak = fact(2 * tiles * chip.hart.vector_lane_bits / kFloatBits * chip.clock_hz);

  sheet.memory_bytes = fact(static_cast<double>(chip.dram.bytes));
  sheet.memory_bandwidth = fact(chip.dram.bytes_per_second);
  sheet.core_sram_bytes = fact(static_cast<double>(chip.scratchpad.bytes));
  if (chip.links.count > 0 && chip.links.bytes_per_second > 0) {
    sheet.link_bandwidth = fact(chip.links.count * chip.links.bytes_per_second);
    // Nothing stands between chips but their links: a ring, or with four and more of them a torus.
    constexpr std::uint32_t kTorusLinks = 4;
    sheet.topology = chip.links.count >= kTorusLinks ? Topology::kTorus2 : Topology::kRing;
  }
  return sheet;
}

Result<std::vector<Accelerator>> load_own_chips() {
  std::vector<std::string> names = chip_presets();
  for (const auto& folder : data_folders()) {
    const auto own = folder / "perf" / "own";
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(own, error)) {
      if (entry.path().extension() == ".toml") names.push_back(entry.path().string());
    }
    if (!error) break;
  }
  std::ranges::sort(names);
  std::vector<Accelerator> chips;
  for (const std::string& name : names) {
    const auto chip = load_chip(name);
    if (!chip.ok()) return chip.error();
    chips.push_back(accelerator_of(*chip));
  }
  return chips;
}

std::vector<std::string> any_chip_names() {
  std::vector<std::string> names = chip_presets();
  for (std::string& name : accelerator_names()) names.push_back(std::move(name));
  return names;
}

Result<Accelerator> load_any_chip(const std::string& name_or_path) {
  if (is_path(name_or_path)) {
    const auto text = read_text_file(name_or_path, "the description or the data sheet of a chip");
    if (!text.ok()) return text.error();
    return describes_own_chip(*text) ? load_own(name_or_path) : load_accelerator(name_or_path);
  }
  const auto own = chip_presets(), bought = accelerator_names();
  if (std::ranges::find(own, name_or_path) != own.end()) return load_own(name_or_path);
  if (std::ranges::find(bought, name_or_path) != bought.end()) return load_accelerator(name_or_path);
  return load_by_alias(name_or_path, bought);
}

}  // namespace areia::perf
