// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Columns of numbers.
#include "apps/profile/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace areia::apps {
namespace {

double percent(double part, double whole) { return whole > 0 ? 100 * part / whole : 0; }

std::string cost_header(const char* what) {
  return fmt::format("  {:<28} {:>13} {:>6} {:>8} {:>7} {:>6} {:>10}\n", what, "cycles", "%", "barrier%",
                     "tensor%", "DRAM%", "uJ");
}

std::string cost_row(const OperatorCost& cost, const PhaseCost& phase, const ChipDescription& chip) {
  return fmt::format(
      "  {:<28.28} {:>13.0f} {:>6.1f} {:>8.1f} {:>7.1f} {:>6.1f} {:>10.2f}\n", cost.name, cost.cycles,
      percent(cost.cycles, phase.total.cycles), percent(cost.barrier, cost.cycles),
      percent(cost.macs, peak_macs_per_cycle(chip) * cost.cycles),
      percent(cost.dram_bytes, peak_dram_per_cycle(chip) * cost.cycles), cost.energy.total() * 1e6);
}

std::string rule() { return "  " + std::string(84, '-') + "\n"; }

std::string state_table(const PhaseCost& phase) {
  std::string text = fmt::format("  {:<28} {:>13} {:>6}\n", "what harts did", "cycles", "%");
  double sum = 0;
  for (std::size_t i = 0; i < kHartStates; ++i) {
    sum += phase.total.states[i];
    text += fmt::format("  {:<28} {:>13.0f} {:>6.1f}\n", state_name(static_cast<HartState>(i)),
                        phase.total.states[i], percent(phase.total.states[i], phase.total.cycles));
  }
  return text + rule() +
         fmt::format("  {:<28} {:>13.0f} {:>6.1f}\n\n", "sum", sum, percent(sum, phase.total.cycles));
}

std::string energy_table(const PhaseCost& phase) {
  std::string text = fmt::format("  {:<28} {:>13} {:>6}\n", "energy by unit", "uJ", "%");
  const double total = phase.total.energy.total();
  for (const auto& [name, joules] : energy_parts(phase.total.energy))
    text += fmt::format("  {:<28} {:>13.2f} {:>6.1f}\n", name, joules * 1e6, percent(joules, total));
  return text + rule() + fmt::format("  {:<28} {:>13.2f} {:>6.1f}\n\n", "sum", total * 1e6, 100.0);
}

std::string cost_table(const char* what, const std::vector<OperatorCost>& costs, std::size_t most,
                       const PhaseCost& phase, const ChipDescription& chip) {
  std::string text = cost_header(what);
  OperatorCost others;
  others.name = fmt::format("({} others)", costs.size() > most ? costs.size() - most : 0);
  for (std::size_t i = 0; i < costs.size(); ++i) {
    if (i < most) {
      text += cost_row(costs[i], phase, chip);
    } else {
      others += costs[i];
    }
  }
  if (costs.size() > most) text += cost_row(others, phase, chip);
  OperatorCost sum = phase.total;
  sum.name = "sum";
  return text + rule() + cost_row(sum, phase, chip) + "\n";
}

void sort_by_cycles(std::vector<OperatorCost>& costs) {
  std::ranges::stable_sort(costs, std::ranges::greater(), &OperatorCost::cycles);
}

}  // namespace

const char* state_name(HartState state) {
  static constexpr const char* kNames[kHartStates] = {"instructions issue",     "wait for operands or units",
                                                      "fetch after jumps",      "memory beyond the tile",
                                                      "an engine's queue full", "wait for the tensor engine",
                                                      "wait for data or tiles", "halted"};
  return kNames[static_cast<std::size_t>(state)];
}

std::vector<std::pair<const char*, double>> energy_parts(const perf::EnergyBreakdown& e) {
  return {{"hart", e.hart},
          {"vector unit", e.vector},
          {"tensor engine", e.tensor},
          {"scratchpad", e.scratchpad},
          {"network", e.noc},
          {"DRAM", e.dram},
          {"leakage", e.leakage},
          {"clock", e.clock}};
}

std::vector<OperatorCost> by_kind(const PhaseCost& phase) {
  std::map<std::string, OperatorCost> kinds;
  for (const OperatorCost& cost : phase.operators) {
    OperatorCost& kind = kinds[cost.kind];
    kind += cost;
    kind.name = kind.kind = cost.kind;
  }
  std::vector<OperatorCost> costs;
  for (auto& [name, cost] : kinds) {
    if (cost.cycles > 0) costs.push_back(std::move(cost));
  }
  sort_by_cycles(costs);
  return costs;
}

double peak_macs_per_cycle(const ChipDescription& chip) {
  const double rate = std::max({chip.tensor.fp32_rate, chip.tensor.float_rate, chip.tensor.integer_rate});
  return rate * chip.tensor.rows * chip.tensor.columns * chip.tile_count();
}

double peak_dram_per_cycle(const ChipDescription& chip) { return chip.dram.bytes_per_second / chip.clock_hz; }

std::string phase_tables(const std::string& title, const PhaseCost& phase, const ChipDescription& chip,
                         std::size_t most_operators) {
  std::string text = title + "\n\n";
  const std::vector<OperatorCost> kinds = by_kind(phase);
  text += cost_table("by kind of operator", kinds, kinds.size(), phase, chip);
  std::vector<OperatorCost> operators = phase.operators;
  sort_by_cycles(operators);
  text += cost_table("dearest operators", operators, most_operators, phase, chip);
  return text + state_table(phase) + energy_table(phase);
}

}  // namespace areia::apps
