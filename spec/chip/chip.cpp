// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads and writes chip descriptions: TOML text, an optional base, then key by key by the rows of fields.h.
#include "spec/chip/chip.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>

#include "base/data_files.h"
#include "base/nearest_name.h"
#include "base/text_file.h"
#include "base/toml.h"
#include "spec/chip/fields.h"

namespace areia {
namespace {

constexpr int kMaxBases = 8;

Result<ChipDescription> parse(std::string_view toml, const std::string& origin, int depth);

bool is_path(const std::string& name) {
  return name.find('/') != std::string::npos || name.ends_with(".toml");
}

Error unknown_preset(const std::string& name) {
  if (!find_data_file("rivals/" + name + ".toml").empty()) {
    return bad_input(
        fmt::format("'{}' is another maker's chip, known by its data sheet only: nothing runs on "
                    "it; areia predict tells how fast it would be",
                    printable(name)));
  }
  const auto presets = chip_presets();
  return bad_input(fmt::format(
      "no chip description named '{}'{}; there are: {}; or give a path that ends in .toml", printable(name),
      did_you_mean(name, presets),
      presets.empty() ? "none (is AREIA_DATA right?)" : fmt::format("{}", fmt::join(presets, ", "))));
}

Result<ChipDescription> load(const std::string& name, const std::filesystem::path& folder, int depth) {
  std::filesystem::path path;
  if (is_path(name)) {
    path = folder / name;  // an absolute `name` replaces the folder
  } else if (path = find_data_file("chip/" + name + ".toml"); path.empty()) {
    return unknown_preset(name);
  }
  auto text = read_text_file(path, "a chip description");
  if (!text.ok()) return text.error();
  return parse(*text, path.string(), depth);
}

// Reads one file key by key into a description.
class Reader {
 public:
  Reader(ChipDescription& chip, std::string origin) : chip_(chip), origin_(std::move(origin)) {}

  Result<void> read(const toml::table& document) {
    for (const auto& [key, node] : document) {
      if (key == "base") continue;
      if (node.is_table() && is_table(key.str())) {
        for (const auto& [inner, value] : *node.as_table()) {
          AREIA_RETURN_IF_ERROR(read_key(key.str(), inner.str(), value));
        }
      } else {
        AREIA_RETURN_IF_ERROR(read_key("", key.str(), node));
      }
    }
    return {};
  }

  Result<void> nothing_missing() const {
    for (const auto& field : chip_fields()) {
      if (seen_.contains(field.full_name())) continue;
      return bad_input(fmt::format(
          "{}: {} is missing; allowed: {} (or take all that is missing from a preset: base = \"areia-1\")",
          origin_, field.full_name(), field.allowed()));
    }
    return {};
  }

 private:
  static bool is_table(std::string_view key) {
    return std::ranges::any_of(chip_fields(), [&](const Field& field) { return field.table == key; });
  }

  Result<void> read_key(std::string_view table, std::string_view key, const toml::node& node) {
    const auto line = node.source().begin.line;
    const auto fields = chip_fields();
    const auto field =
        std::ranges::find_if(fields, [&](const Field& f) { return f.table == table && f.key == key; });
    if (field == fields.end()) return unknown_key(table, key, line);
    const bool fits = std::visit([&](auto* slot) { return assign(*field, *slot, node); }, field->slot(chip_));
    if (!fits) {
      return bad_input(fmt::format("{}:{}: {} has the wrong type; allowed: {}", origin_, line,
                                   field->full_name(), field->allowed()));
    }
    if (const auto offence = field_offence(*field, chip_)) {
      return bad_input(fmt::format("{}:{}: {} {}", origin_, line, field->full_name(), *offence));
    }
    seen_.insert(field->full_name());
    return {};
  }

  Error unknown_key(std::string_view table, std::string_view key, toml::source_index line) const {
    std::vector<std::string> names = {"base"};
    for (const auto& field : chip_fields()) names.push_back(field.full_name());
    const std::string name = table.empty() ? std::string(key) : fmt::format("{}.{}", table, key);
    return bad_input(
        fmt::format("{}:{}: unknown key '{}'{}", origin_, line, printable(name), did_you_mean(name, names)));
  }

  static bool assign(const Field&, std::string& slot, const toml::node& node) {
    const auto text = node.value_exact<std::string>();
    if (text) slot = *text;
    return text.has_value();
  }
  static bool assign(const Field&, double& slot, const toml::node& node) {
    if (!node.is_number()) return false;
    // Not node.value<double>(): it gives nothing for whole numbers that no double holds exactly.
    slot =
        node.is_integer() ? static_cast<double>(node.as_integer()->get()) : node.as_floating_point()->get();
    return true;
  }
  template <typename Integer>
  static bool assign(const Field& field, Integer& slot, const toml::node& node) {
    std::optional<std::uint64_t> value;
    if (const auto number = node.value_exact<std::int64_t>(); number && *number >= 0) {
      value = static_cast<std::uint64_t>(*number);
    } else if (const auto text = node.value_exact<std::string_view>(); text && field.is_size) {
      value = parse_size(*text);
    }
    if (!value || *value > std::numeric_limits<Integer>::max()) return false;
    slot = static_cast<Integer>(*value);
    return true;
  }

  ChipDescription& chip_;
  std::string origin_;
  std::set<std::string> seen_;
};

Result<ChipDescription> parse(std::string_view text, const std::string& origin, int depth) {
  const std::string shown_origin = printable(origin);
  if (depth > kMaxBases) {
    return bad_input(fmt::format("{}: more than {} bases one upon another; does a base name itself?",
                                 shown_origin, kMaxBases));
  }
  const auto document = parse_toml(text, origin);
  if (!document.ok()) return document.error();
  ChipDescription chip;
  const toml::node* base = document->get("base");
  if (base) {
    const auto name = base->value_exact<std::string>();
    if (!name) {
      return bad_input(fmt::format("{}:{}: base must be the name or path of a chip description, as text",
                                   shown_origin, base->source().begin.line));
    }
    auto loaded = load(*name, std::filesystem::path(origin).parent_path(), depth + 1);
    if (!loaded.ok()) {
      return bad_input(
          fmt::format("{}:{}: base: {}", shown_origin, base->source().begin.line, loaded.error().message));
    }
    chip = *std::move(loaded);
  }
  Reader reader(chip, shown_origin);
  AREIA_RETURN_IF_ERROR(reader.read((*document)));
  if (!base) AREIA_RETURN_IF_ERROR(reader.nothing_missing());
  return chip;
}

std::string toml_value(const Field& field, ChipDescription& chip) {
  const auto slot = field.slot(chip);
  if (const auto* text = std::get_if<std::string*>(&slot)) {
    std::string quoted = "\"";
    for (const char c : **text) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    return quoted + '"';
  }
  if (const auto* number = std::get_if<double*>(&slot)) return fmt::format("{}", **number);
  const std::uint64_t value = std::holds_alternative<std::uint32_t*>(slot) ? *std::get<std::uint32_t*>(slot)
                                                                           : *std::get<std::uint64_t*>(slot);
  const std::string size = size_text(value);
  return field.is_size && size.ends_with('B') ? '"' + size + '"' : fmt::format("{}", value);
}

}  // namespace

Result<ChipDescription> parse_chip(std::string_view toml, const std::string& origin) {
  return parse(toml, origin, 0);
}

Result<ChipDescription> load_chip(const std::string& name_or_path) { return load(name_or_path, {}, 0); }

std::vector<std::string> chip_presets() {
  std::set<std::string> names;
  for (const auto& folder : data_folders()) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "chip", error)) {
      if (entry.path().extension() == ".toml") names.insert(entry.path().stem().string());
    }
  }
  return {names.begin(), names.end()};
}

std::string to_toml(const ChipDescription& chip) {
  ChipDescription copy = chip;  // slots are not const
  std::string text, table;
  for (const auto& field : chip_fields()) {
    if (field.table != table) {
      table = field.table;
      text += fmt::format("\n[{}]\n", table);
    }
    text += fmt::format("{} = {}", field.key, toml_value(field, copy));
    text += field.unit.empty() ? "\n" : fmt::format("  # {}\n", field.unit);
  }
  return text;
}

}  // namespace areia
