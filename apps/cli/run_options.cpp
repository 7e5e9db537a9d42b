// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The options of `areia run`, as the command line has them.
#include <fmt/format.h>

#include <memory>

#include "apps/cli/run_verb.h"
#include "apps/cli/verbs.h"
#include "sw/formats/chat_template.h"

namespace areia::apps {
namespace {

void add_chat_options(CLI::App& verb, RunOptions& options) {
  const char* group = "Chat";
  verb.add_flag("--chat", options.chat,
                "Talk to an assistant in the format it was trained on; without -p, every line of stdin is a "
                "message")
      ->group(group);
  verb.add_option("--system", options.system, "What the assistant is told before the conversation")
      ->option_text("TEXT")
      ->group(group);
  verb.add_option("--template", options.template_name,
                  fmt::format("The format, where the model file's own is missing or not known: {}",
                              fmt::join(sw::ChatTemplate::families(), ", ")))
      ->option_text("FAMILY")
      ->group(group);
  verb.add_option("--date", options.date,
                  "What an assistant that asks is told is the date, as 2026-11-23; without it, today (UTC)")
      ->option_text("DATE")
      ->group(group);
  verb.add_option("--reasoning", options.reasoning, "How much gpt-oss thinks; without it, medium")
      ->check(CLI::IsMember({"low", "medium", "high"}))
      ->group(group);
}

}  // namespace

void add_answer_options(CLI::App* verb, RunOptions* options) {
  verb->add_option("model", options->model,
                   "Model file (GGUF); without it, the small model that comes with areia")
      ->option_text("[MODEL.gguf]");
  verb->add_option("-p,--prompt", options->prompt, "The text to go on from; with --chat, the question")
      ->option_text("PROMPT");
  verb->add_option("-n,--tokens", options->tokens, "Most tokens to generate; 128, with --chat 512")
      ->check(CLI::Range(1u, 1u << 24));
  verb->add_option("--chip", options->chip, "A chip's name (areia chip list) or description file")
      ->option_text("NAME|FILE")
      ->capture_default_str();
  verb->add_option("--context", options->context,
                   "Positions to keep; without it, as many as the answer needs");
  verb->add_option("--cache", options->cache, "Format of keys and values; fp32 is exact, and twice as large")
      ->check(CLI::IsMember({"fp16", "fp32"}))
      ->capture_default_str();
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
}

void add_run_verb(CLI::App& app, int& status) {
  CLI::App* verb = app.add_subcommand("run", "Answer a prompt with a language model on the chip");
  auto options = std::make_shared<RunOptions>();
  add_answer_options(verb, options.get());
  verb->add_option("--fidelity", options->fidelity,
                   "timed: with the cycle of every event; functional: the same bits without a clock, faster")
      ->option_text("timed|functional")
      ->capture_default_str();
  verb->add_flag("--parse-special", options->parse_special,
                 "Control tokens spelled out in the prompt (</s>) count as such");
  verb->add_flag("--json", options->json,
                 "Print one JSON object and nothing else on stdout; in a chat over stdin, one a line");
  add_chat_options(*verb, *options);
  verb->footer(
      "Examples\n"
      "  areia run -p \"ROMEO:\"                                  go on from a text\n"
      "  areia run MODEL.gguf --chat -p \"Why is the sky blue?\"  ask an assistant\n"
      "  areia run MODEL.gguf --chat --system \"Be brief.\"       talk to it, line by line; /exit ends\n"
      "  printf 'Hi\\nAnd you?\\n' | areia run MODEL.gguf --chat --json    two turns, two JSON objects");
  verb->callback([options, &status] {
    const auto done = run_prompt(*options);
    if (!done.ok()) status = report(done.error());
  });
}

}  // namespace areia::apps
