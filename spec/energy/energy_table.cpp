// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads the table and scales it to a node.
#include "spec/energy/energy_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/data_files.h"
#include "base/text_file.h"
#include "base/toml.h"

namespace areia {
namespace {

struct Node {
  double nm = 0, factor = 0, area = 0;
};

class Reader {
 public:
  Reader(const toml::table& document, std::string origin) : document_(document), origin_(std::move(origin)) {}

  Result<EnergyTable> read(double nm, const std::string& dram) {
    AREIA_RETURN_IF_ERROR(read_nodes());
    const auto energy = interpolate(nm, &Node::factor), area = interpolate(nm, &Node::area);
    if (!energy || !area) {
      return bad_input(fmt::format("process_nm = {}: {} knows the energies of {} to {} nm", nm, origin_,
                                   nodes_.back().nm, nodes_.front().nm));
    }
    EnergyTable table;
    static constexpr const char* kMacs[] = {"fp32", "fp16", "fp8", "int8", "int4"};
    const double unit = number("unit.overhead") * *energy;
    for (std::size_t i = 0; i < kMacKinds; ++i) table.mac[i] = number(fmt::format("mac.{}", kMacs[i])) * unit;
    table.instruction = number("hart.instruction") * *energy;
    table.vector_bit = number("hart.vector_bit") * unit;
    table.scratchpad_base = number("scratchpad.base") * *energy;
    table.scratchpad_slope = number("scratchpad.slope") * *energy;
    table.wire = number("noc.wire") * *energy;
    table.router = number("noc.router") * *energy;
    table.clock_watts_per_mm2_ghz = number("clock.watts_per_mm2_ghz");
    table.logic_leakage_watts_per_mm2 = number("leakage.logic_watts_per_mm2");
    table.sram_leakage_watts_per_mib = number("leakage.sram_watts_per_mib");
    read_areas(table, *area);
    table.dram_byte = number(fmt::format("dram.{}.byte", dram));
    table.dram_host_byte = number(fmt::format("dram.{}.host_byte", dram));
    table.dram_activate_kib = number(fmt::format("dram.{}.activate_kib", dram));
    if (offence_) return *offence_;
    return table;
  }

 private:
  void read_areas(EnergyTable& table, double scale) {
    table.mac_area = number("area.mac") * scale;
    table.accumulator_bit_area = number("area.accumulator_bit") * scale;
    table.sram_bit_area = number("area.sram_bit") * scale;
    table.hart_area = number("area.hart") * scale;
    table.vector_lane_bit_area = number("area.vector_lane_bit") * scale;
    table.router_byte_area = number("area.router_byte") * scale;
  }

  /// A positive number; the first that is none is the error.
  double number(const std::string& key) {
    const auto node = document_.at_path(key);
    const auto value = node.is_number() ? node.value<double>() : std::nullopt;
    if (value && *value > 0 && std::isfinite(*value)) return *value;
    if (!offence_) {
      const std::string where = node ? fmt::format(":{}", node.node()->source().begin.line) : std::string();
      offence_ = bad_input(fmt::format("{}{}: {} must be a positive number", origin_, where, key));
    }
    return 1;
  }

  Result<void> read_nodes() {
    const toml::array* rows = document_["node"].as_array();
    if (rows == nullptr || rows->size() < 2) return bad_input(origin_ + ": two [[node]] or more are needed");
    for (std::size_t i = 0; i < rows->size(); ++i) {
      const std::string row = fmt::format("node[{}].", i);
      nodes_.push_back({number(row + "nm"), number(row + "factor"), number(row + "area")});
    }
    if (offence_) return *offence_;
    std::ranges::sort(nodes_, std::ranges::greater(), &Node::nm);
    return {};
  }

  /// Geometric between the nodes on either side; nothing outside of them.
  std::optional<double> interpolate(double nm, double Node::* member) const {
    for (std::size_t i = 0; i + 1 < nodes_.size(); ++i) {
      const Node &wide = nodes_[i], &narrow = nodes_[i + 1];
      if (nm > wide.nm || nm < narrow.nm || wide.nm == narrow.nm) continue;
      const double part = std::log(nm / narrow.nm) / std::log(wide.nm / narrow.nm);
      return narrow.*member * std::pow(wide.*member / (narrow.*member), part);
    }
    return std::nullopt;
  }

  const toml::table& document_;
  std::string origin_;
  std::vector<Node> nodes_;
  std::optional<Error> offence_;
};

}  // namespace

Result<EnergyTable> parse_energy_table(std::string_view text, const std::string& origin, double process_nm,
                                       const std::string& dram_kind) {
  const auto document = parse_toml(text, origin);
  if (!document.ok()) return document.error();
  const toml::table* kinds = (*document)["dram"].as_table();
  if (kinds == nullptr || !kinds->contains(dram_kind)) {
    std::vector<std::string> names;
    if (kinds != nullptr) {
      for (const auto& [key, node] : *kinds) names.emplace_back(key.str());
    }
    return bad_input(fmt::format("dram.kind: {} knows the energies of {}", origin, fmt::join(names, ", ")));
  }
  return Reader(*document, origin).read(process_nm, dram_kind);
}

Result<EnergyTable> load_energy_table(double process_nm, const std::string& dram_kind) {
  const auto path = find_data_file("energy/energy.toml");
  if (path.empty())
    return work_failed("energy/energy.toml is not in the data folder: build areia again, or set AREIA_DATA");
  const auto text = read_text_file(path, "a table of energies");
  if (!text.ok()) return text.error();
  return parse_energy_table(*text, path.string(), process_nm, dram_kind);
}

}  // namespace areia
