// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// From prompt tokens to a report.
#include "apps/cli/run_turn.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "apps/cli/answer_text.h"
#include "apps/cli/model_path.h"
#include "sw/formats/utf8.h"

namespace areia::apps {
namespace {

constexpr std::uint32_t kTokens = 128, kChatTokens = 512;

sw::CompileRequest compile_request(const RunOptions& options, const sw::Tokenizer& tokenizer,
                                   std::vector<std::uint32_t> prompt_tokens) {
  sw::CompileRequest request;
  request.prompt = std::move(prompt_tokens);
  request.max_new_tokens = options.tokens.value_or(options.chat ? kChatTokens : kTokens);
  request.context = options.context;
  if (!options.ignore_eos) request.stop_tokens = tokenizer.stop_tokens();
  if (options.cache == "fp32") request.cache_format = num::Format::kFp32;
  request.sampling = options.sampling;
  return request;
}

bool is_stop(const sw::CompileRequest& request, std::uint32_t token) {
  return std::find(request.stop_tokens.begin(), request.stop_tokens.end(), token) !=
         request.stop_tokens.end();
}

}  // namespace

Result<RunSetup> open_run(const RunOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  auto chip = load_chip(options.chip);
  if (!chip) return chip.error();
  auto path = find_model(options.model);
  if (!path) return path.error();
  auto model = sw::Model::open(*path);
  if (!model) return model.error();
  return RunSetup{begin, std::move(*chip), std::move(*path), std::move(*model)};
}

Result<void> check_utf8(std::string_view what, std::string_view text) {
  sw::Utf8Joiner joiner;
  const std::string valid = joiner.push(text) + joiner.finish();
  if (valid == text) return {};
  const auto differ = std::ranges::mismatch(valid, text);
  return bad_input(fmt::format("{} is no valid UTF-8: byte {} is wrong; convert it, as with iconv -t UTF-8",
                               what, differ.in2 - text.begin() + 1));
}

Result<void> check_prompt(const RunOptions& options) {
  if (!options.prompt) return bad_input("--prompt is missing: say what to go on from, as in -p \"ROMEO:\"");
  return check_utf8("the prompt", *options.prompt);
}

std::vector<std::string> operator_names(const RunSetup& setup, const RunOptions& options,
                                        const std::vector<std::uint32_t>& prompt_tokens) {
  const auto plan = sw::compile(setup.model.graph, setup.chip,
                                compile_request(options, setup.model.tokenizer, prompt_tokens));
  std::vector<std::string> names;
  if (!plan) return names;  // answering will say why
  for (const sw::OperatorInfo& info : plan->operators) names.push_back(info.name);
  return names;
}

Result<RunReport> run_turn(const RunSetup& setup, const RunOptions& options, Responder& responder,
                           std::vector<std::uint32_t> prompt_tokens, bool harmony) {
  const auto begin = std::chrono::steady_clock::now();
  const sw::Tokenizer& tokenizer = setup.model.tokenizer;
  const sw::CompileRequest request = compile_request(options, tokenizer, std::move(prompt_tokens));
  AnswerText text(tokenizer, harmony, !options.json);
  const auto answered = responder.answer(request, [&](std::uint32_t token) {
    if (!is_stop(request, token)) text.push(token);
  });
  if (!answered) return answered.error();
  text.finish();

  RunReport report;
  report.model = setup.model_path;
  report.chip = setup.chip.name;
  report.fidelity = options.fidelity;
  report.prompt_tokens = request.prompt;
  report.tokens = answered->answer.tokens;
  std::erase_if(report.tokens, [&](std::uint32_t token) { return is_stop(request, token); });
  report.text = text.answer();
  report.thoughts = text.thoughts();
  report.answer = answered->answer;
  auto cost = cost_of(report.answer, answered->operators, setup.chip);
  if (!cost) return cost.error();
  report.cost = std::move(*cost);
  report.tdp_watts = setup.chip.power.tdp_watts;
  report.context = answered->context;
  report.load_seconds = answered->load_seconds;
  report.host_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

void print_report(const RunSetup& setup, const RunOptions& options, RunReport report) {
  report.host_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - setup.begin).count();
  if (options.json) {
    fmt::print("{}\n", to_json(report));
  } else {
    fmt::print(stderr, "\n{}", summary(report));
  }
}

}  // namespace areia::apps
