// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Turns a description into a data sheet.
#include "perf/own_chip.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "base/nearest_name.h"
#include "base/text_file.h"

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
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) return false;
  return std::ranges::any_of(std::array{"base", "mesh", "hart", "tensor", "scratchpad", "dram"},
                             [&](const char* key) { return parsed.table().contains(key); });
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
    sheet.topology = Topology::kSwitch;
  }
  return sheet;
}

std::vector<std::string> any_chip_names() {
  std::vector<std::string> names = chip_presets();
  for (std::string& name : accelerator_names()) names.push_back(std::move(name));
  return names;
}

Result<Accelerator> load_any_chip(const std::string& name_or_path) {
  bool own = false;
  if (is_path(name_or_path)) {
    const auto text = read_text_file(name_or_path, "the description or the data sheet of a chip");
    if (!text.ok()) return text.error();
    own = describes_own_chip(*text);
  } else {
    const auto names = any_chip_names();
    if (std::ranges::find(names, name_or_path) == names.end()) {
      return bad_input(fmt::format("no chip named '{}'{}; there are: {}; or give a TOML file",
                                   printable(name_or_path), did_you_mean(name_or_path, names),
                                   fmt::join(names, ", ")));
    }
    const auto presets = chip_presets();
    own = std::ranges::find(presets, name_or_path) != presets.end();
  }
  if (!own) return load_accelerator(name_or_path);
  const auto chip = load_chip(name_or_path);
  if (!chip.ok()) return chip.error();
  return accelerator_of(*chip);
}

}  // namespace areia::perf
