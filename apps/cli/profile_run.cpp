// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Runs, and writes what was seen.
#include "apps/cli/profile_run.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "apps/cli/run_turn.h"
#include "apps/page/page.h"
#include "apps/profile/page.h"
#include "apps/profile/perfetto.h"
#include "apps/profile/tables.h"

namespace areia::apps {
namespace {

using Json = nlohmann::ordered_json;

Json cost_json(const OperatorCost& cost) {
  Json states, energy;
  for (std::size_t i = 0; i < kHartStates; ++i)
    states[state_name(static_cast<HartState>(i))] = cost.states[i];
  for (const auto& [name, joules] : energy_parts(cost.energy)) energy[name] = joules;
  return {{"name", cost.name},
          {"kind", cost.kind},
          {"cycles", cost.cycles},
          {"barrier_cycles", cost.barrier},
          {"macs", cost.macs},
          {"vector_elements", cost.vector_elements},
          {"dram_bytes", cost.dram_bytes},
          {"hart_cycles", states},
          {"joules", energy}};
}

Json phase_json(const PhaseCost& phase) {
  Json operators = Json::array();
  for (const OperatorCost& cost : phase.operators) operators.push_back(cost_json(cost));
  return {{"cycles", phase.cycles},
          {"seconds", phase.seconds},
          {"joules", phase.total.energy.total()},
          {"total", cost_json(phase.total)},
          {"operators", operators}};
}

void print_json(const RunReport& report, const TimeReport& whole) {
  const Json json = {{"model", report.model},
                     {"chip", report.chip},
                     {"text", report.text},
                     {"cycles", whole.cycles},
                     {"events", whole.events},
                     {"host_seconds", report.host_seconds},
                     {"prefill", phase_json(report.cost->prefill)},
                     {"decode", phase_json(report.cost->decode)},
                     {"link_bytes", whole.link_bytes},
                     {"channel_bytes", whole.channel_bytes}};
  fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

void print_tables(const RunReport& report, const ChipDescription& chip, std::size_t most) {
  fmt::print("{}", phase_tables(fmt::format("Prefill: {} tokens", report.prompt_tokens.size()),
                                report.cost->prefill, chip, most));
  if (report.answer.tokens.size() > 1) {
    fmt::print("{}", phase_tables(fmt::format("Decode: {} tokens", report.answer.tokens.size() - 1),
                                  report.cost->decode, chip, most));
  }
  fmt::print("{}", summary(report));
}

Result<void> write_page(const ProfileOptions& options, const RunSetup& setup, const RunReport& report) {
  PageFacts facts;
  facts.model = setup.model.graph.facts.name.empty() ? setup.model_path : setup.model.graph.facts.name;
  facts.chip_summary = setup.chip.summary;
  facts.prompt = *options.run.prompt;
  facts.prompt_tokens = report.prompt_tokens.size();
  facts.new_tokens = report.answer.tokens.size();
  auto page = profile_page(facts, *report.cost, *report.answer.whole_time, setup.chip);
  if (!page) return page.error();
  return write_report(options.html, *page);
}

}  // namespace

Result<void> run_profile(const ProfileOptions& options) {
  RunOptions run = options.run;
  run.fidelity = "timed";
  AREIA_RETURN_IF_ERROR(check_prompt(run));
  const auto setup = open_run(run);
  if (!setup) return setup.error();
  std::unique_ptr<PerfettoTrace> trace;
  if (!options.trace.empty()) {
    auto created = PerfettoTrace::create(options.trace, setup->chip);
    if (!created) return created.error();
    trace = std::move(*created);
  }
  auto prompt = setup->model.tokenizer.encode(*run.prompt, sw::SpecialText::kPlain);
  if (prompt.empty()) return bad_input("the prompt is empty: give -p text");
  auto responder =
      Responder::create(setup->model, setup->chip, {.fidelity = run.fidelity, .threads = run.threads});
  if (!responder) return responder.error();
  if (trace) {
    trace->set_operators(operator_names(*setup, run, prompt));
    responder->set_trace(trace.get());
  }
  run.json = true;  // the text is not shown while it comes
  auto report = run_turn(*setup, run, *responder, std::move(prompt), false);
  if (!report) return report.error();
  if (trace) AREIA_RETURN_IF_ERROR(trace->finish());
  if (!options.html.empty()) AREIA_RETURN_IF_ERROR(write_page(options, *setup, *report));
  if (options.run.json) {
    print_json(*report, *report->answer.whole_time);
  } else {
    print_tables(*report, setup->chip, options.operators);
  }
  return {};
}

}  // namespace areia::apps
