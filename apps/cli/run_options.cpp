// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The options of `areia run`, from the command line to RunOptions.
#include <memory>

#include "apps/cli/run_verb.h"
#include "apps/cli/verbs.h"

namespace areia::apps {

void add_run_verb(CLI::App& app, int& status) {
  const auto options = std::make_shared<RunOptions>();
  CLI::App* verb = app.add_subcommand("run", "Answer a prompt on the chip");
  verb->add_option("model", options->model,
                   "Model file (GGUF); without one, the small model that comes with areia");
  verb->add_option("-p,--prompt", options->prompt, "What the model shall go on from")->required();
  verb->add_option("-n,--tokens", options->tokens, "New tokens at most")->capture_default_str();
  verb->add_option("--chip", options->chip, "Name or TOML file of the chip")->capture_default_str();
  verb->add_option("--fidelity", options->fidelity, "Level of the simulation: functional")
      ->capture_default_str();
  verb->add_option("--context", options->context, "Positions to keep; default: what prompt and tokens need");
  verb->add_option("--temperature", options->sampling.temperature, "0: the likeliest token")
      ->capture_default_str();
  verb->add_option("--top-k", options->sampling.top_k, "Pick from the k likeliest; 0: from all")
      ->capture_default_str();
  verb->add_option("--top-p", options->sampling.top_p, "Pick from the likeliest that sum to p")
      ->capture_default_str();
  verb->add_option("--seed", options->sampling.seed, "Of the random numbers")->capture_default_str();
  verb->add_option("--threads", options->threads, "Host threads, 0: all; no result depends on it")
      ->capture_default_str();
  verb->add_flag("--ignore-eos", options->ignore_eos, "Go on after the model's end of text");
  verb->add_flag("--parse-special", options->parse_special,
                 "Read names of special tokens in the prompt as such");
  verb->add_flag("--json", options->json, "One JSON object on stdout");
  verb->footer(
      "The text goes to stdout, a summary to stderr.\n"
      "  areia run -p \"ROMEO:\"\n"
      "  areia run model.gguf -p \"Once upon a time\" -n 64 --chip areia-edge --json");
  verb->callback([options, &status] {
    const auto ran = run_prompt(*options);
    status = ran.ok() ? 0 : report(ran.error());
  });
}

}  // namespace areia::apps
