// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// `areia run`, from options to answer.
#include "apps/cli/run_verb.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "apps/cli/run_chat.h"
#include "apps/cli/run_turn.h"

namespace areia::apps {
namespace {

Result<void> check_options(const RunOptions& options) {
  if (options.fidelity == "timed") {
    return bad_input("--fidelity timed does not exist yet: use --fidelity functional");
  }
  if (options.fidelity != "functional") {
    return bad_input(fmt::format("--fidelity {} is not known: use functional", options.fidelity));
  }
  if (options.prompt) AREIA_RETURN_IF_ERROR(check_utf8("the prompt", *options.prompt));
  if (options.chat) {
    if (options.parse_special) {
      return bad_input("--parse-special does not go with --chat, where the template sets the control tokens");
    }
    return {};
  }
  if (options.system)
    return bad_input("--system needs --chat: without it the model just goes on from the prompt");
  if (!options.template_name.empty()) return bad_input("--template needs --chat");
  if (!options.date.empty()) return bad_input("--date needs --chat");
  if (!options.reasoning.empty()) return bad_input("--reasoning needs --chat");
  if (!options.prompt) {
    return bad_input("--prompt is missing: say what to go on from, as in -p \"ROMEO:\", or --chat to talk");
  }
  return {};
}

}  // namespace

Result<void> run_prompt(const RunOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  AREIA_RETURN_IF_ERROR(check_options(options));
  const auto setup = open_run(options);
  if (!setup) return setup.error();
  if (options.chat) return run_chat(*setup, options);

  const sw::Tokenizer& tokenizer = setup->model.tokenizer;
  auto prompt = tokenizer.encode(*options.prompt,
                                 options.parse_special ? sw::SpecialText::kParse : sw::SpecialText::kPlain);
  if (prompt.empty()) {
    return bad_input(
        "the prompt is empty, and this model begins no text with a token of its own: give -p text");
  }
  auto report = run_turn(*setup, options, std::move(prompt), false);
  if (!report) return report.error();
  report->host_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (options.json) {
    fmt::print("{}\n", to_json(*report));
  } else {
    fmt::print(stderr, "\n{}", summary(*report));
  }
  return {};
}

}  // namespace areia::apps
