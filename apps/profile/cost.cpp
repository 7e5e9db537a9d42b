// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Sums usages by operator.
#include "apps/profile/cost.h"

#include <numeric>

namespace areia::apps {
namespace {

double count(std::uint64_t events) { return static_cast<double>(events); }

/// Adds one tile's usage under one marker.
void add(OperatorCost& cost, const MarkedUsage& marked, const ChipDescription& chip,
         const EnergyTable& table) {
  const double tiles = chip.tile_count();
  const Usage& usage = marked.usage;
  const double cycles = count(usage.cycles()) / tiles;
  cost.cycles += cycles;
  if ((marked.marker & kMarkerBarrier) != 0) cost.barrier += cycles;
  for (std::size_t i = 0; i < kHartStates; ++i) cost.states[i] += count(usage.hart[i]) / tiles;
  cost.tensor_cycles += count(usage.tensor_cycles) / tiles;
  const Activity& activity = usage.activity;
  cost.macs += count(std::accumulate(activity.macs.begin(), activity.macs.end(), std::uint64_t{0}));
  cost.vector_elements += count(activity.vector_bits) / 32;
  cost.dram_bytes += count(activity.dram_read_bytes + activity.dram_write_bytes);
  cost.energy += perf::energy_of(activity, usage.cycles(), 1, chip, table);
}

}  // namespace

OperatorCost& OperatorCost::operator+=(const OperatorCost& other) {
  cycles += other.cycles;
  barrier += other.barrier;
  for (std::size_t i = 0; i < kHartStates; ++i) states[i] += other.states[i];
  tensor_cycles += other.tensor_cycles;
  macs += other.macs;
  vector_elements += other.vector_elements;
  dram_bytes += other.dram_bytes;
  energy += other.energy;
  return *this;
}

PhaseCost cost_of(const TimeReport& report, const std::vector<sw::OperatorInfo>& operators,
                  const ChipDescription& chip, const EnergyTable& table) {
  PhaseCost phase;
  phase.cycles = report.cycles;
  phase.seconds = count(report.cycles) / chip.clock_hz;
  phase.operators.resize(operators.size() + 1);
  for (std::size_t i = 0; i < operators.size(); ++i) {
    phase.operators[i].name = operators[i].name;
    phase.operators[i].kind = sw::operator_name(operators[i].kind);
  }
  phase.operators.back().name = "(between operators)";
  phase.operators.back().kind = "other";
  for (const MarkedUsage& marked : report.usages) {
    const auto index = operator_of(marked.marker);
    const bool known = index && *index < operators.size();
    add(known ? phase.operators[*index] : phase.operators.back(), marked, chip, table);
    phase.activity += marked.usage.activity;
  }
  for (const OperatorCost& cost : phase.operators) phase.total += cost;
  return phase;
}

Result<std::optional<AnswerCost>> cost_of(const sw::Answer& answer,
                                          const std::vector<sw::OperatorInfo>& operators,
                                          const ChipDescription& chip) {
  if (!answer.prefill_time || !answer.whole_time) return std::optional<AnswerCost>();
  const auto table = load_energy_table(chip.process_nm, chip.dram.kind);
  if (!table) return Error{table.error().kind, chip.name + ": " + table.error().message};
  AnswerCost cost;
  cost.prefill = cost_of(*answer.prefill_time, operators, chip, *table);
  cost.decode = cost_of(answer.whole_time->since(*answer.prefill_time), operators, chip, *table);
  return std::optional(std::move(cost));
}

}  // namespace areia::apps
