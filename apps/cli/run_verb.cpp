// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// `areia run`, from options to answer.
#include "apps/cli/run_verb.h"

#include <fmt/format.h>

#include <utility>

#include "apps/cli/run_chat.h"
#include "apps/cli/run_turn.h"

namespace areia::apps {
namespace {

Result<void> check_chat_options(const RunOptions& options) {
  if (options.prompt && options.prompt->find_first_not_of(" \t\r\n\v\f") == std::string::npos) {
    return bad_input("the prompt is empty: ask something, as in -p \"Why is the sky blue?\"");
  }
  if (options.system) AREIA_RETURN_IF_ERROR(check_utf8("the system message", *options.system));
  if (options.parse_special) {
    return bad_input("--parse-special does not go with --chat, where only the template sets control tokens");
  }
  return {};
}

Result<void> check_options(const RunOptions& options) {
  if (options.fidelity != "functional" && options.fidelity != "timed") {
    return bad_input(fmt::format("--fidelity {} is not known: use timed or functional", options.fidelity));
  }
  if (options.prompt) AREIA_RETURN_IF_ERROR(check_utf8("the prompt", *options.prompt));
  if (options.chat) return check_chat_options(options);
  if (options.system)
    return bad_input("--system needs --chat: without it a model only goes on from a prompt");
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
  auto responder = Responder::create(setup->model, setup->chip,
                                     {.fidelity = options.fidelity, .threads = options.threads});
  if (!responder) return responder.error();
  auto report = run_turn(*setup, options, *responder, std::move(prompt), false);
  if (!report) return report.error();
  print_report(*setup, options, std::move(*report));
  return {};
}

}  // namespace areia::apps
