// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The options of `areia profile`.
#include <memory>

#include "apps/cli/profile_run.h"
#include "apps/cli/verbs.h"

namespace areia::apps {

void add_profile_verb(CLI::App& app, int& status) {
  CLI::App* verb = app.add_subcommand("profile", "Answer a prompt and tell where time and energy went");
  auto options = std::make_shared<ProfileOptions>();
  options->run.tokens = 16;
  add_answer_options(verb, &options->run);
  verb->add_option("--trace", options->trace, "Write a trace for ui.perfetto.dev")->option_text("FILE");
  verb->add_option("--html", options->html, "Write a page with charts: rooflines, time and energy, heat maps")
      ->option_text("FILE");
  verb->add_option("--operators", options->operators, "Operators to show of each phase, the dearest first")
      ->check(CLI::Range(1u, 100'000u))
      ->capture_default_str();
  verb->add_flag("--json", options->run.json, "Print one JSON object and nothing else on stdout");
  verb->footer(
      "Examples\n"
      "  areia profile -p \"ROMEO:\"                           tables of the model that comes with areia\n"
      "  areia profile MODEL.gguf -p \"Hello\" -n 4 --html profile.html --trace profile.perfetto-trace");
  verb->callback([options, &status] {
    const auto done = run_profile(*options);
    if (!done.ok()) status = report(done.error());
  });
}

}  // namespace areia::apps
