// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What events cost by process node, from spec/energy/energy.toml, where every value has its source.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "spec/abi/timing.h"

namespace areia {

/// Picojoules, for one process node and one kind of DRAM.
struct EnergyTable {
  std::array<double, kMacKinds> mac{};               ///< a multiply-accumulate in its processing element
  double instruction = 0;                            ///< fetched, decoded and executed, its operands aside
  double vector_bit = 0;                             ///< of an element computed
  double scratchpad_base = 0, scratchpad_slope = 0;  ///< 8 bytes: base + slope * sqrt(scratchpad's bytes)
  double wire = 0;                                   ///< a bit and mm
  double router = 0;                                 ///< a bit and router
  double dram_byte = 0, dram_host_byte = 0, dram_activate_kib = 0;
  double clock_watts_per_mm2_ghz = 0;
  double logic_leakage_watts_per_mm2 = 0, sram_leakage_watts_per_mib = 0;
  // Square micrometres:
  double mac_area = 0, accumulator_bit_area = 0, sram_bit_area = 0, hart_area = 0, vector_lane_bit_area = 0,
         router_byte_area = 0;
};

/// The table for a node from 2 to 45 nm and a kind of DRAM. Bad input for others; the error names what there
/// is.
Result<EnergyTable> load_energy_table(double process_nm, const std::string& dram_kind);
/// The same from TOML text; `origin` names it in errors.
Result<EnergyTable> parse_energy_table(std::string_view toml, const std::string& origin, double process_nm,
                                       const std::string& dram_kind);

}  // namespace areia
