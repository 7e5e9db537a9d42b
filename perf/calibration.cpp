// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads the constants of classes and of measured devices.
#include <fmt/format.h>

#include <limits>

#include "base/data_files.h"
#include "base/text_file.h"
#include "base/toml.h"
#include "perf/device.h"

namespace areia::perf {
namespace {

constexpr std::array<std::string_view, 4> kClasses = {"gpu", "systolic", "tile", "dataflow"};

/// Sets the constants of `table`. `links` says whether link_efficiency, which links.toml has by device, must
/// be there.
Result<void> read_constants(const toml::table& table, const std::string& where, bool links,
                            Constants& constants) {
  for (std::size_t i = 0; i < kConstantCount; ++i) {
    const auto* node = table.get(kConstantNames[i]);
    const bool optional = kConstantMembers[i] == &Constants::link_efficiency && !links;
    if (node == nullptr && optional) continue;
    const auto value = node != nullptr ? node->value<double>() : std::nullopt;
    if (!value || !(*value >= 0 && *value <= 1)) {
      return bad_input(fmt::format("{}: {} must be a number from 0 to 1", where, kConstantNames[i]));
    }
    constants.*kConstantMembers[i] = *value;
  }
  return {};
}

/// "[gpu.fp8]", "[gpu.AMD]": what differs from the class for a format or a maker.
Result<void> read_refinements(const toml::table& of_class, AcceleratorClass kind, Calibration& calibration) {
  for (const auto& [key, node] : of_class) {
    const toml::table* table = node.as_table();
    if (table == nullptr) continue;
    constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();
    Calibration::Refinement refinement = {
        kind, precision_of(key.str()), "", {kAbsent, kAbsent, kAbsent, kAbsent, kAbsent}};
    if (!refinement.precision) refinement.vendor = key.str();
    for (std::size_t i = 0; i < kConstantCount; ++i) {
      const auto* constant = table->get(kConstantNames[i]);
      if (constant == nullptr) continue;
      const auto value = constant->value<double>();
      if (!value || !(*value >= 0 && *value <= 1)) {
        return bad_input(fmt::format("classes.toml: [{}.{}]: {} must be a number from 0 to 1",
                                     kClasses[static_cast<std::size_t>(kind)], key.str(), kConstantNames[i]));
      }
      refinement.constants.*kConstantMembers[i] = *value;
    }
    calibration.refinements.push_back(refinement);
  }
  return {};
}

/// Adds the devices of one file whose format is not there yet.
Result<void> read_devices(std::string_view text, const std::string& origin, bool training_only,
                          Calibration& calibration) {
  auto table = parse_toml(text, origin);
  if (!table.ok()) return table.error();
  for (const auto& [device, formats] : *table) {
    if (!formats.is_table())
      return bad_input(fmt::format("{}: {} must be a table of formats", origin, device.str()));
    for (const auto& [format, node] : *formats.as_table()) {
      const std::string where = fmt::format("{}: [{}.{}]", origin, device.str(), format.str());
      const auto precision = precision_of(format.str());
      if (!precision || !node.is_table()) return bad_input(where + ": no format of that name");
      Calibration::Entry entry = {
          std::string(device.str()), *precision, {.link_efficiency = 0}, training_only};
      AREIA_RETURN_IF_ERROR(read_constants(*node.as_table(), where, false, entry.constants));
      if (calibration.find(entry.device, entry.precision) == nullptr) calibration.devices.push_back(entry);
    }
  }
  return {};
}

Result<void> read_links(std::string_view text, Calibration& calibration) {
  auto table = parse_toml(text, "links.toml");
  if (!table.ok()) return table.error();
  for (const auto& [device, node] : *table) {
    const std::string where = fmt::format("links.toml: [{}]", device.str());
    const toml::table* entry = node.as_table();
    if (entry == nullptr) return bad_input(where + " must be a table");
    const auto efficiency = (*entry)["link_efficiency"].value<double>();
    const double sharing = (*entry)["host_sharing"].value_or(0.0);
    if (!efficiency || !(*efficiency > 0 && *efficiency <= 1) || !(sharing >= 0 && sharing <= 4)) {
      return bad_input(where + ": link_efficiency must be above 0 and at most 1, host_sharing from 0 to 4");
    }
    calibration.links.push_back({std::string(device.str()), *efficiency, sharing});
  }
  return {};
}

}  // namespace

Result<Calibration> parse_calibration(std::string_view classes, std::string_view devices,
                                      std::string_view training, std::string_view links) {
  Calibration calibration;
  auto class_table = parse_toml(classes, "classes.toml");
  if (!class_table.ok()) return class_table.error();
  for (std::size_t i = 0; i < kClasses.size(); ++i) {
    const toml::table* table = class_table->get_as<toml::table>(kClasses[i]);
    if (table == nullptr) return bad_input(fmt::format("classes.toml: [{}] is missing", kClasses[i]));
    AREIA_RETURN_IF_ERROR(
        read_constants(*table, fmt::format("classes.toml: [{}]", kClasses[i]), true, calibration.classes[i]));
    AREIA_RETURN_IF_ERROR(read_refinements(*table, static_cast<AcceleratorClass>(i), calibration));
  }
  AREIA_RETURN_IF_ERROR(read_devices(devices, "devices.toml", false, calibration));
  AREIA_RETURN_IF_ERROR(read_devices(training, "devices_training.toml", true, calibration));
  AREIA_RETURN_IF_ERROR(read_links(links, calibration));
  return calibration;
}

Result<Calibration> load_calibration() {
  std::array<std::string, 4> texts;
  constexpr std::array<std::string_view, 4> kFiles = {"classes.toml", "devices.toml", "devices_training.toml",
                                                      "links.toml"};
  for (std::size_t i = 0; i < kFiles.size(); ++i) {
    auto text =
        read_text_file(find_data_file(fmt::format("perf/calibration/{}", kFiles[i])), "calibrated constants");
    if (!text.ok()) return text.error();
    texts[i] = std::move(*text);
  }
  return parse_calibration(texts[0], texts[1], texts[2], texts[3]);
}

}  // namespace areia::perf
