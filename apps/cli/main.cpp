// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// areia: the command line. Registers the verbs and turns errors into exit statuses.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "apps/cli/verbs.h"
#include "base/nearest_name.h"

namespace areia::apps {

int report(const Error& error) {
  std::fprintf(stderr, "areia: %s\n", error.message.c_str());
  return error.kind == ErrorKind::kBadInput ? kBadInputStatus : kWorkFailedStatus;
}

namespace {

/// What to say of a command line whose verb is missing or unknown; "" if the verb is not what is wrong.
std::string verb_error(const CLI::App& app, int argc, char** argv) {
  const CLI::App* at = &app;
  std::string path = "areia";
  for (int i = 1;; ++i) {
    std::vector<std::string> names;
    for (const CLI::App* verb : at->get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(verb->get_name());
    }
    if (names.empty()) return "";
    const std::string typed = i < argc ? argv[i] : "";
    if (std::ranges::find(names, typed) == names.end()) {
      return fmt::format("{}{}; there are: {}. {} --help says more",
                         typed.empty() ? "a verb is missing" : fmt::format("no verb '{}'", typed),
                         did_you_mean(typed, names), fmt::join(names, ", "), path);
    }
    at = at->get_subcommand(typed);
    path += ' ' + typed;
  }
}

int run(int argc, char** argv) {
  int status = 0;
  CLI::App app("An open AI chip that you can run: a RISC-V accelerator for language models.");
  app.name("areia");
  app.footer(
      "Start with\n"
      "  areia run -p \"ROMEO:\"            the chip answers with the model that comes with areia\n"
      "  areia model get smollm2          bring a small assistant here\n"
      "  areia run smollm2 --chat         and talk to it\n"
      "  areia chip show areia-1          what the chip is\n"
      "  areia predict llama-3-8b --chip areia-1 --chips 1   what a model of any size would take on it\n"
      "Exit status: 0 success, 1 the work failed, 2 bad usage or input.");
  app.require_subcommand(1);
  add_run_verb(app, status);
  add_eval_verb(app, status);
  add_model_verb(app, status);
  add_profile_verb(app, status);
  add_exec_verb(app, status);
  add_chip_verb(app, status);
  add_predict_verb(app, status);
  add_compare_verb(app, status);
  add_validate_verb(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForAllHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    const std::string verb = verb_error(app, argc, argv);
    return report(bad_input(verb.empty() ? fmt::format("{}; --help says more", error.what()) : verb));
  }
  return status;
}

}  // namespace
}  // namespace areia::apps

int main(int argc, char** argv) { return areia::apps::run(argc, argv); }
