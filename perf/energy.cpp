// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Events times picojoules.
#include "perf/energy.h"

#include <fmt/format.h>

#include <cmath>

namespace areia::perf {
namespace {

constexpr double kPico = 1e-12;
constexpr double kSquareMicrometres = 1e-6;  // in mm2

double tile_pitch_mm(const ChipDescription& chip, const EnergyTable& table) {
  return std::sqrt(area_of(chip, table).total() / chip.tile_count());
}

double count(std::uint64_t events) { return static_cast<double>(events); }

}  // namespace

AreaBreakdown area_of(const ChipDescription& chip, const EnergyTable& table) {
  const double tiles = chip.tile_count() * kSquareMicrometres;
  const double elements = double{1} * chip.tensor.rows * chip.tensor.columns;
  AreaBreakdown area;
  area.tensor =
      tiles * elements * (table.mac_area + 32.0 * chip.tensor.accumulator_sets * table.accumulator_bit_area);
  area.scratchpad = tiles * 8.0 * static_cast<double>(chip.scratchpad.bytes) * table.sram_bit_area;
  area.hart = tiles * (table.hart_area + chip.hart.vector_lane_bits * table.vector_lane_bit_area);
  area.noc = tiles * 5.0 * chip.noc.link_bytes * table.router_byte_area;  // five ports
  return area;
}

EnergyBreakdown& EnergyBreakdown::operator+=(const EnergyBreakdown& other) {
  hart += other.hart;
  vector += other.vector;
  tensor += other.tensor;
  scratchpad += other.scratchpad;
  noc += other.noc;
  dram += other.dram;
  leakage += other.leakage;
  clock += other.clock;
  return *this;
}

EnergyBreakdown energy_of(const Activity& a, Cycle cycles, double tiles, const ChipDescription& chip,
                          const EnergyTable& table) {
  EnergyBreakdown energy;
  energy.hart = count(a.scalar_instructions + a.vector_instructions) * table.instruction * kPico;
  energy.vector = count(a.vector_bits) * table.vector_bit * kPico;
  for (std::size_t i = 0; i < kMacKinds; ++i) energy.tensor += count(a.macs[i]) * table.mac[i] * kPico;
  const double access = (table.scratchpad_base +
                         table.scratchpad_slope * std::sqrt(static_cast<double>(chip.scratchpad.bytes))) /
                        8;
  energy.scratchpad = count(a.fetch_bytes + a.hart_bytes + a.tensor_bytes + a.network_bytes) * access * kPico;
  energy.noc = count(a.noc_hop_bytes) * 8 * (table.wire * tile_pitch_mm(chip, table) + table.router) * kPico;
  const double dram_bytes = count(a.dram_read_bytes + a.dram_write_bytes);
  // A refresh opens and closes a row of a bank, as an activation does.
  energy.dram = (dram_bytes * (table.dram_byte + table.dram_host_byte) +
                 count(a.dram_activations + a.dram_refreshes) * 2 * table.dram_activate_kib) *
                kPico;
  const AreaBreakdown area = area_of(chip, table);
  const double share = tiles / chip.tile_count();
  const double seconds = static_cast<double>(cycles) / chip.clock_hz * share;
  const double mib = static_cast<double>(chip.scratchpad.bytes) * chip.tile_count() / (1 << 20);
  energy.leakage = seconds * ((area.total() - area.scratchpad) * table.logic_leakage_watts_per_mm2 +
                              mib * table.sram_leakage_watts_per_mib);
  energy.clock =
      seconds * (area.total() - area.scratchpad) * table.clock_watts_per_mm2_ghz * chip.clock_hz * 1e-9;
  return energy;
}

std::optional<std::string> tdp_warning(double joules, double seconds, double tdp_watts) {
  if (seconds <= 0 || joules <= tdp_watts * seconds) return std::nullopt;
  return fmt::format("{:.1f} W are more than the chip's {:.1f} W (power.tdp_watts)", joules / seconds,
                     tdp_watts);
}

}  // namespace areia::perf
