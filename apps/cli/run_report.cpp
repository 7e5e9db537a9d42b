// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The report of an answer.
#include "apps/cli/run_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace areia::apps {
namespace {

using Json = nlohmann::ordered_json;

/// 12345678 as "12,345,678".
std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

double rate(std::size_t tokens, double seconds) {
  return seconds > 0 ? static_cast<double>(tokens) / seconds : 0;
}

/// The first token comes out of the prefill; the decode steps make the others.
std::size_t decode_steps(const sw::Answer& answer) {
  return answer.tokens.empty() ? 0 : answer.tokens.size() - 1;
}

double prefill_rate(const RunReport& report) {
  return rate(report.prompt_tokens.size(), report.answer.prefill_seconds);
}

double decode_rate(const RunReport& report) {
  return rate(decode_steps(report.answer), report.answer.decode_seconds);
}

const char* finish_name(sw::FinishReason reason) {
  switch (reason) {
    case sw::FinishReason::kStopToken:
      return "stop";
    case sw::FinishReason::kTokenLimit:
      return "length";
    case sw::FinishReason::kContextFull:
      return "context";
  }
  return "";
}

/// `steps` tokens were worked on in the time; without a clock, all but `tokens` is null.
Json phase(std::size_t tokens, std::size_t steps, const PhaseCost* cost) {
  if (cost == nullptr) {
    return {{"tokens", tokens},
            {"cycles", nullptr},
            {"seconds", nullptr},
            {"tokens_per_second", nullptr},
            {"joules", nullptr}};
  }
  return {{"tokens", tokens},
          {"cycles", cost->cycles},
          {"seconds", cost->seconds},
          {"tokens_per_second", rate(steps, cost->seconds)},
          {"joules", cost->total.energy.total()}};
}

/// "12.3 us", of a number of seconds.
std::string time_text(double seconds) {
  if (seconds < 1e-3) return fmt::format("{:.1f} us", seconds * 1e6);
  return seconds < 1 ? fmt::format("{:.2f} ms", seconds * 1e3) : fmt::format("{:.2f} s", seconds);
}

std::string phase_line(const char* name, std::size_t steps, const PhaseCost& cost) {
  const double joules = cost.total.energy.total(), share = steps == 0 ? 0 : 1.0 / static_cast<double>(steps);
  return fmt::format("{}: {} cycles, {}, {:.0f} tokens/s, {:.2f} mJ a token, {:.1f} W\n", name,
                     grouped(cost.cycles), time_text(cost.seconds), rate(steps, cost.seconds),
                     joules * share * 1e3, cost.seconds > 0 ? joules / cost.seconds : 0);
}

/// What the chip's clock says; nothing without one.
std::string chip_time(const RunReport& report) {
  if (!report.cost) return {};
  std::string text = phase_line("prefill", report.prompt_tokens.size(), report.cost->prefill);
  if (decode_steps(report.answer) != 0)
    text += phase_line("decode", decode_steps(report.answer), report.cost->decode);
  for (const PhaseCost* cost : {&report.cost->prefill, &report.cost->decode}) {
    const auto warning = perf::tdp_warning(cost->total.energy.total(), cost->seconds, report.tdp_watts);
    if (warning) text += fmt::format("warning: {}\n", *warning);
  }
  return text;
}

}  // namespace

std::string summary(const RunReport& report) {
  const ChipCounters& c = report.answer.counters;
  return fmt::format(
      "chip {} ({}): {} prompt tokens, {} new tokens, end: {}\n"
      "instructions: {} scalar, {} vector, {} tensor\n"
      "bytes moved: {} DRAM, {} NoC\n"
      "{}"
      "host: {:.2f} s; prefill {:.1f} tokens/s, decode {:.1f} tokens/s\n",
      report.chip, report.fidelity, report.prompt_tokens.size(), report.tokens.size(),
      finish_name(report.answer.finish), grouped(c.scalar_instructions), grouped(c.vector_instructions),
      grouped(c.tensor_instructions), grouped(c.dram_read_bytes + c.dram_write_bytes), grouped(c.noc_bytes),
      chip_time(report), report.host_seconds, prefill_rate(report), decode_rate(report));
}

namespace {

void add_chat(Json& json, const RunReport& report) {
  json["chat"] = true;
  Json& messages = json["messages"] = Json::array();
  for (const sw::ChatMessage& message : report.messages) {
    messages.push_back({{"role", sw::chat_role_name(message.role)}, {"content", message.text}});
  }
  if (!report.thoughts.empty()) json["thoughts"] = report.thoughts;
}

std::string dump(const RunReport& report, int indent) {
  const sw::Answer& answer = report.answer;
  const ChipCounters& c = answer.counters;
  Json json = {
      {"model", report.model},
      {"chip", report.chip},
      {"fidelity", report.fidelity},
      {"prompt_tokens", report.prompt_tokens},
      {"tokens", report.tokens},
      {"text", report.text},
      {"finish", finish_name(answer.finish)},
      {"context", report.context},
      {"prefill", phase(report.prompt_tokens.size(), report.prompt_tokens.size(),
                        report.cost ? &report.cost->prefill : nullptr)},
      {"decode",
       phase(report.tokens.size(), decode_steps(answer), report.cost ? &report.cost->decode : nullptr)},
      {"instructions",
       {{"scalar", c.scalar_instructions},
        {"vector", c.vector_instructions},
        {"tensor", c.tensor_instructions},
        {"movement", c.movement_instructions}}},
      {"tensor_macs", c.tensor_macs},
      {"dram_bytes", c.dram_read_bytes + c.dram_write_bytes},
      {"noc_bytes", c.noc_bytes},
      {"host_seconds", report.host_seconds},
      {"host",
       {{"load_seconds", report.load_seconds},
        {"prefill_seconds", answer.prefill_seconds},
        {"decode_seconds", answer.decode_seconds},
        {"prefill_tokens_per_second", prefill_rate(report)},
        {"decode_tokens_per_second", decode_rate(report)}}},
  };
  if (!report.messages.empty()) add_chat(json, report);
  // Names and paths may hold bytes that are no UTF-8.
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string to_json(const RunReport& report) { return dump(report, 2); }

std::string to_json_line(const RunReport& report) { return dump(report, -1); }

}  // namespace areia::apps
