// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The options of `areia run`, as the command line has them.
#include <memory>

#include "apps/cli/run_verb.h"
#include "apps/cli/verbs.h"

namespace areia::apps {

void add_run_verb(CLI::App& app, int& status) {
  CLI::App* verb = app.add_subcommand("run", "Answer a prompt with a language model on the chip");
  auto options = std::make_shared<RunOptions>();
  verb->add_option("model", options->model,
                   "Model file (GGUF); without it, the small model that comes with areia")
      ->option_text("[MODEL.gguf]");
  verb->add_option("-p,--prompt", options->prompt, "The text to go on from")
      ->required()
      ->option_text("PROMPT");
  verb->add_option("-n,--tokens", options->tokens, "Most tokens to generate")
      ->check(CLI::Range(1u, 1u << 24))
      ->capture_default_str();
  verb->add_option("--chip", options->chip, "A chip's name (areia chip list) or description file")
      ->option_text("NAME|FILE")
      ->capture_default_str();
  verb->add_option("--fidelity", options->fidelity, "functional: every architectural bit. (timed: not yet)")
      ->capture_default_str();
  verb->add_option("--context", options->context,
                   "Positions to keep; without it, as many as the answer needs");
  verb->add_option("--temperature", options->sampling.temperature, "0 takes the likeliest token always")
      ->check(CLI::Range(0.0, 1000.0))
      ->capture_default_str();
  verb->add_option("--top-k", options->sampling.top_k, "Sample among the K likeliest tokens only; 0: all")
      ->capture_default_str();
  verb->add_option("--top-p", options->sampling.top_p,
                   "Sample among the likeliest tokens that make up P; 1: all")
      ->check(CLI::Range(1e-6, 1.0))
      ->capture_default_str();
  verb->add_option("--seed", options->sampling.seed, "Of the sampling: the same seed gives the same text")
      ->capture_default_str();
  verb->add_option("--threads", options->threads, "Host threads; 0: all. No result depends on it")
      ->check(CLI::Range(0u, 4096u))
      ->capture_default_str();
  verb->add_flag("--ignore-eos", options->ignore_eos, "Go on past the end-of-text token");
  verb->add_flag("--parse-special", options->parse_special,
                 "Control tokens spelled out in the prompt (</s>) count as such");
  verb->add_flag("--json", options->json, "Print one JSON object and nothing else on stdout");
  verb->callback([options, &status] {
    const auto done = run_prompt(*options);
    if (!done.ok()) status = report(done.error());
  });
}

}  // namespace areia::apps
