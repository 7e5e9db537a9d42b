// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads the constants of classes and of measured devices.
#include <fmt/format.h>

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "base/data_files.h"
#include "base/text_file.h"
#include "perf/device.h"

namespace areia::perf {
namespace {

constexpr std::array<std::string_view, 4> kClasses = {"gpu", "systolic", "tile", "dataflow"};

/// Sets the constants that `table` names; `complete`: all must be there.
Result<void> read_constants(const toml::table& table, const std::string& where, bool complete,
                            Constants& constants) {
  for (std::size_t i = 0; i < kConstantCount; ++i) {
    const auto* node = table.get(kConstantNames[i]);
    if (node == nullptr && !complete) continue;
    const auto value = node != nullptr ? node->value<double>() : std::nullopt;
    if (!value || !(*value >= 0 && *value <= 1)) {
      return bad_input(fmt::format("{}: {} must be a number from 0 to 1", where, kConstantNames[i]));
    }
    constants.*kConstantMembers[i] = *value;
  }
  return {};
}

Result<toml::table> parse(std::string_view text, const std::string& origin) {
  toml::parse_result parsed = toml::parse(text);
  if (!parsed)
    return bad_input(
        fmt::format("{}:{}: {}", origin, parsed.error().source().begin.line, parsed.error().description()));
  return std::move(parsed).table();
}

}  // namespace

Result<Calibration> parse_calibration(std::string_view classes, std::string_view devices) {
  Calibration calibration;
  auto class_table = parse(classes, "classes.toml");
  if (!class_table.ok()) return class_table.error();
  for (std::size_t i = 0; i < kClasses.size(); ++i) {
    const toml::table* table = class_table->get_as<toml::table>(kClasses[i]);
    if (table == nullptr) return bad_input(fmt::format("classes.toml: [{}] is missing", kClasses[i]));
    AREIA_RETURN_IF_ERROR(
        read_constants(*table, fmt::format("classes.toml: [{}]", kClasses[i]), true, calibration.classes[i]));
  }
  auto device_table = parse(devices, "devices.toml");
  if (!device_table.ok()) return device_table.error();
  for (const auto& [device, formats] : *device_table) {
    if (!formats.is_table())
      return bad_input(fmt::format("devices.toml: {} must be a table of formats", device.str()));
    for (const auto& [format, node] : *formats.as_table()) {
      const std::string where = fmt::format("devices.toml: [{}.{}]", device.str(), format.str());
      const auto precision = precision_of(format.str());
      if (!precision || !node.is_table()) return bad_input(where + ": no format of that name");
      Calibration::Entry entry = {std::string(device.str()), *precision, {}};
      AREIA_RETURN_IF_ERROR(read_constants(*node.as_table(), where, true, entry.constants));
      calibration.devices.push_back(entry);
    }
  }
  return calibration;
}

Result<Calibration> load_calibration() {
  auto classes = read_text_file(find_data_file("perf/calibration/classes.toml"), "constants of classes");
  if (!classes.ok()) return classes.error();
  auto devices = read_text_file(find_data_file("perf/calibration/devices.toml"), "constants of devices");
  if (!devices.ok()) return devices.error();
  return parse_calibration(*classes, *devices);
}

}  // namespace areia::perf
