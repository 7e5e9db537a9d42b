// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads the data sheet of an accelerator, key by key.
#include "spec/accelerator/accelerator.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/data_files.h"
#include "base/nearest_name.h"
#include "base/text_file.h"
#include "base/toml.h"
#include "spec/accelerator/accelerator_names.h"

namespace areia {
namespace {

constexpr std::array<AcceleratorField, 23> kFields = {{
    {"silicon.year", &Accelerator::year, "", 1990, 2100},
    {"silicon.process_nm", &Accelerator::process_nm, "nm", 1, 1000},
    {"silicon.die_mm2", &Accelerator::die_mm2, "mm2", 1, 1e5},
    {"silicon.transistors", &Accelerator::transistors, "", 1e6, 1e14},
    {"silicon.tdp_watts", &Accelerator::tdp_watts, "W", 0.01, 1e5},
    {"silicon.idle_watts", &Accelerator::idle_watts, "W", 0.001, 1e5},
    {"silicon.clock_hz", &Accelerator::clock_hz, "Hz", 1e6, 1e10},
    {"compute.vector", &Accelerator::vector_peak, "FLOP/s", 1e6, 1e18},
    {"compute.cores", &Accelerator::cores, "", 1, 1e7},
    {"compute.exponentials", &Accelerator::exponentials, "", 1, 4096},
    {"compute.array_rows", &Accelerator::array_rows, "", 1, 4096},
    {"compute.array_columns", &Accelerator::array_columns, "", 1, 4096},
    {"compute.arrays", &Accelerator::arrays, "", 1, 1e6},
    {"memory.bytes", &Accelerator::memory_bytes, "B", 1e6, 1e15},
    {"memory.bandwidth", &Accelerator::memory_bandwidth, "B/s", 1e6, 1e17},
    {"memory.cache_bytes", &Accelerator::cache_bytes, "B", 1e3, 1e12},
    {"memory.core_sram_bytes", &Accelerator::core_sram_bytes, "B", 1e3, 1e12},
    {"memory.cache_bandwidth", &Accelerator::cache_bandwidth, "B/s", 1e6, 1e18},
    {"links.bandwidth", &Accelerator::link_bandwidth, "B/s", 1e6, 1e15},
    {"links.domain", &Accelerator::link_domain, "chips", 1, 1e6},
    {"links.network", &Accelerator::network_bandwidth, "B/s", 1e6, 1e15},
    {"price.purchase_usd", &Accelerator::purchase_usd, "USD", 1, 1e8},
    {"price.rent_usd_hour", &Accelerator::rent_usd_hour, "USD/h", 0.001, 1e5},
}};

constexpr std::array<std::string_view, 4> kClasses = {"gpu", "systolic", "tile", "dataflow"};
constexpr std::array<std::string_view, 6> kTopologies = {"none", "switch", "mesh",
                                                         "ring", "torus2", "torus3"};
constexpr double kLeastPeak = 1e6, kMostPeak = 1e19;

/// Reads the tables of one file; the first thing that is wrong is the error.
class Reader {
 public:
  explicit Reader(std::string origin) : origin_(std::move(origin)) {}

  Result<Accelerator> read(const toml::table& document) {
    for (const auto& [key, node] : document) {
      if (const toml::table* table = node.as_table()) {
        for (const auto& [inner, value] : *table)
          number(std::string(key.str()) + "." + std::string(inner.str()), value);
      } else {
        text(std::string(key.str()), node);
      }
      if (offence_) return *offence_;
    }
    if (chip_.name.empty()) return bad_input(origin_ + ": name is missing; every accelerator has one");
    if (chip_.label.empty()) chip_.label = chip_.name;
    return std::move(chip_);
  }

 private:
  void offend(const toml::node& node, const std::string& why) {
    if (!offence_) offence_ = bad_input(fmt::format("{}:{}: {}", origin_, node.source().begin.line, why));
  }

  void text(const std::string& key, const toml::node& node) {
    const std::map<std::string_view, std::string*> texts = {
        {"name", &chip_.name},          {"label", &chip_.label},
        {"vendor", &chip_.vendor},      {"memory_kind", &chip_.memory_kind},
        {"note", &chip_.note},          {"price_date", &chip_.price_date},
        {"rent_date", &chip_.rent_date}};
    if (key == "aliases") return aliases(node);
    if (key == "class") return choose(key, node, kClasses, chip_.kind);
    if (key == "topology") return choose(key, node, kTopologies, chip_.topology);
    const auto slot = texts.find(key);
    if (slot == texts.end()) return unknown(key, node);
    const auto value = node.value<std::string>();
    if (!value) return offend(node, fmt::format("{} must be text", key));
    if (key == "name" &&
        (value->empty() ||
         value->find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") != std::string::npos)) {
      return offend(node, "name must be lower-case letters, digits, '-' and '.'");
    }
    *slot->second = *value;
  }

  template <typename Enum, std::size_t kCount>
  void choose(const std::string& key, const toml::node& node,
              const std::array<std::string_view, kCount>& names, Enum& slot) {
    const auto value = node.value<std::string>();
    const auto found = value ? std::ranges::find(names, *value) : names.end();
    if (found == names.end())
      return offend(node, fmt::format("{} must be one of {}", key, fmt::join(names, ", ")));
    slot = static_cast<Enum>(found - names.begin());
  }

  void aliases(const toml::node& node) {
    const toml::array* list = node.as_array();
    if (list == nullptr) return offend(node, "aliases must be an array of texts");
    for (const auto& item : *list) {
      const auto value = item.value<std::string>();
      if (!value) return offend(item, "aliases must be an array of texts");
      chip_.aliases.push_back(*value);
    }
  }

  void number(const std::string& key, const toml::node& node) {
    if (key.starts_with("matrix.")) {
      const auto precision = precision_of(std::string_view(key).substr(7));
      if (!precision) return unknown(key, node);
      chip_.matrix_peak[static_cast<std::size_t>(*precision)] = fact(key, node, kLeastPeak, kMostPeak);
      return;
    }
    const auto fields = accelerator_fields();
    const auto field = std::ranges::find(fields, key, &AcceleratorField::key);
    if (field == fields.end()) return unknown(key, node);
    chip_.*(field->member) = fact(key, node, field->least, field->most);
  }

  /// Whole numbers too large for a double to be exact are numbers all the same (toml++ would refuse them).
  static std::optional<double> number_of(const toml::node& node) {
    if (const auto whole = node.value_exact<std::int64_t>()) return static_cast<double>(*whole);
    return node.value_exact<double>();
  }

  Known fact(const std::string& key, const toml::node& node, double least, double most) {
    const toml::array* parts = node.as_array();
    const auto value = parts != nullptr && !parts->empty() ? number_of((*parts)[0]) : std::nullopt;
    const auto source =
        parts != nullptr && parts->size() > 1 ? (*parts)[1].value<std::string>() : std::nullopt;
    const bool guess =
        parts != nullptr && parts->size() == 3 && (*parts)[2].value_or(std::string()) == "guess";
    if (!value || !source || source->empty() || (parts->size() > 2 && !guess)) {
      offend(node, fmt::format("{} must be [number, \"source\"] or [number, \"source\", \"guess\"]", key));
      return std::nullopt;
    }
    if (!(*value >= least && *value <= most)) {
      offend(node, fmt::format("{} is {}; allowed: {} to {}", key, *value, least, most));
      return std::nullopt;
    }
    return Fact{*value, *source, guess};
  }

  void unknown(const std::string& key, const toml::node& node) {
    std::vector<std::string> names = {"name",        "label",    "vendor", "class",      "aliases",
                                      "memory_kind", "topology", "note",   "price_date", "rent_date"};
    for (const auto& field : accelerator_fields()) names.emplace_back(field.key);
    for (const auto& row : kPrecisions) names.push_back("matrix." + std::string(row.name));
    offend(node, fmt::format("unknown key '{}'{}", printable(key), did_you_mean(key, names)));
  }

  std::string origin_;
  Accelerator chip_;
  std::optional<Error> offence_;
};

/// The rival that is called so, if not by its file's name.
Result<Accelerator> load_by_other_name(const std::string& text) {
  const auto names = accelerator_names();
  std::vector<Accelerator> chips;
  for (const std::string& name : names) {
    auto chip = load_accelerator(name);
    if (!chip.ok()) return chip.error();
    chips.push_back(std::move(*chip));
  }
  if (const auto found = AcceleratorNames(chips).find(text)) return std::move(chips[*found]);
  return bad_input(fmt::format("no accelerator named '{}'{}{} (areia chip list shows all {})",
                               printable(text), did_you_mean(text, names), near_names(text, names),
                               names.size()));
}

}  // namespace

std::string_view name_of(AcceleratorClass kind) { return kClasses[static_cast<std::size_t>(kind)]; }

std::span<const AcceleratorField> accelerator_fields() { return kFields; }

Result<Accelerator> parse_accelerator(std::string_view toml, const std::string& origin) {
  const auto table = parse_toml(toml, origin);
  if (!table.ok()) return table.error();
  return Reader(origin).read(*table);
}

bool is_data_sheet(std::string_view toml) {
  const auto table = parse_toml(toml, "");
  return table.ok() && (table->contains("vendor") || table->contains("class"));
}

Result<Accelerator> load_accelerator(const std::string& name_or_path) {
  std::filesystem::path path = name_or_path;
  if (name_or_path.find('/') == std::string::npos && !name_or_path.ends_with(".toml")) {
    path = find_data_file("rivals/" + name_or_path + ".toml");
    if (path.empty()) return load_by_other_name(name_or_path);
  }
  auto text = read_text_file(path, "the data sheet of an accelerator");
  if (!text.ok()) return text.error();
  return parse_accelerator(*text, path.string());
}

std::vector<std::string> accelerator_names() {
  std::set<std::string> names;
  for (const auto& folder : data_folders()) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "rivals", error)) {
      if (entry.path().extension() == ".toml") names.insert(entry.path().stem().string());
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace areia
