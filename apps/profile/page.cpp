// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Gathers the numbers as JSON; page.html draws them.
#include "apps/profile/page.h"

#include <nlohmann/json.hpp>

#include "apps/page/page.h"
#include "apps/profile/tables.h"

namespace areia::apps {
namespace {

using Json = nlohmann::ordered_json;

Json cost_json(const OperatorCost& cost) {
  Json states = Json::array(), energy = Json::array();
  for (const double cycles : cost.states) states.push_back(cycles);
  for (const auto& [name, joules] : energy_parts(cost.energy)) energy.push_back(joules);
  return {{"name", cost.name},       {"kind", cost.kind}, {"cycles", cost.cycles},
          {"barrier", cost.barrier}, {"macs", cost.macs}, {"vector", cost.vector_elements},
          {"dram", cost.dram_bytes}, {"states", states},  {"energy", energy}};
}

Json phase_json(const char* name, const PhaseCost& phase, std::size_t tokens) {
  Json operators = Json::array(), kinds = Json::array();
  for (const OperatorCost& cost : phase.operators) {
    if (cost.cycles > 0) operators.push_back(cost_json(cost));
  }
  for (const OperatorCost& cost : by_kind(phase)) kinds.push_back(cost_json(cost));
  return {{"name", name},     {"cycles", phase.cycles},          {"seconds", phase.seconds},
          {"tokens", tokens}, {"total", cost_json(phase.total)}, {"operators", operators},
          {"kinds", kinds}};
}

Json chip_json(const ChipDescription& chip) {
  return {
      {"name", chip.name},           {"columns", chip.mesh.columns},      {"rows", chip.mesh.rows},
      {"clock", chip.clock_hz},      {"macs", peak_macs_per_cycle(chip)}, {"dram", peak_dram_per_cycle(chip)},
      {"link", chip.noc.link_bytes}, {"tdp", chip.power.tdp_watts}};
}

/// Cycles in which each tile's array took operands, or its hart issued.
Json tiles_json(const TimeReport& whole, const ChipDescription& chip) {
  std::vector<Usage> usages(chip.tile_count());
  for (const MarkedUsage& marked : whole.usages) usages[marked.tile] += marked.usage;
  Json tensor = Json::array(), issue = Json::array();
  for (const Usage& usage : usages) {
    tensor.push_back(usage.tensor_cycles);
    issue.push_back(usage.hart[static_cast<std::size_t>(HartState::kIssue)]);
  }
  return {
      {"tensor", tensor}, {"issue", issue}, {"links", whole.link_bytes}, {"channels", whole.channel_bytes}};
}

}  // namespace

Result<std::string> profile_page(const PageFacts& facts, const AnswerCost& cost, const TimeReport& whole,
                                 const ChipDescription& chip) {
  Json states = Json::array(), units = Json::array();
  for (std::size_t i = 0; i < kHartStates; ++i) states.push_back(state_name(static_cast<HartState>(i)));
  for (const auto& [name, joules] : energy_parts({})) units.push_back(name);
  Json phases = Json::array({phase_json("prefill", cost.prefill, facts.prompt_tokens)});
  if (facts.new_tokens > 1) phases.push_back(phase_json("decode", cost.decode, facts.new_tokens - 1));
  const Json data = {{"model", facts.model},
                     {"prompt", facts.prompt},
                     {"summary", facts.chip_summary},
                     {"chip", chip_json(chip)},
                     {"states", states},
                     {"units", units},
                     {"phases", phases},
                     {"tiles", tiles_json(whole, chip)},
                     {"cycles", whole.cycles}};
  return chart_page("page/profile.html", data);
}

}  // namespace areia::apps
