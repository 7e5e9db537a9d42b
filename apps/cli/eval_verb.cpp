// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// `areia eval`: how well a model predicts a text.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "apps/cli/model_path.h"
#include "apps/cli/perplexity.h"
#include "apps/cli/run_turn.h"
#include "apps/cli/verbs.h"
#include "sw/formats/mapped_file.h"

namespace areia::apps {
namespace {

struct EvalOptions {
  std::string model, text, chip = "areia-1";
  std::uint32_t context = 512, chunks = 0;
  unsigned threads = 0;
  bool json = false;
};

/// A text file's characters, without the line end that an editor puts after the last line.
Result<std::string> read_text(const std::string& path) {
  const auto file = sw::MappedFile::open(path);
  if (!file) return file.error();
  std::string text(reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size());
  AREIA_RETURN_IF_ERROR(check_utf8(path, text));
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

void show_progress(const Perplexity& so_far) {
  fmt::print(stderr, "\r{} of {} chunks: perplexity {:.4f} ", so_far.chunks, so_far.chunks_in_all,
             so_far.perplexity);
  std::fflush(stderr);
}

void print_result(const EvalOptions& options, const std::string& model, const Perplexity& result,
                  double seconds) {
  if (options.json) {
    nlohmann::ordered_json json = {{"model", model},
                                   {"chip", options.chip},
                                   {"text", options.text},
                                   {"perplexity", result.perplexity},
                                   {"uncertainty", result.uncertainty},
                                   {"context", options.context},
                                   {"chunks", result.chunks},
                                   {"tokens", result.tokens},
                                   {"host_seconds", seconds}};
    fmt::print("{}\n", json.dump());
    return;
  }
  fmt::print("perplexity {:.4f} +/- {:.4f}\n", result.perplexity, result.uncertainty);
  fmt::print(stderr, "{} tokens predicted in {} chunks of {}, {:.1f} s\n", result.tokens, result.chunks,
             options.context, seconds);
}

Result<void> evaluate(const EvalOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  const auto chip = load_chip(options.chip);
  if (!chip) return chip.error();
  const auto text = read_text(options.text);
  if (!text) return text.error();
  const auto path = find_model(options.model);
  if (!path) return path.error();
  const auto model = sw::Model::open(*path);
  if (!model) return model.error();
  auto responder = Responder::create(*model, *chip, {.threads = options.threads});
  if (!responder) return responder.error();
  const bool shows = isatty(STDERR_FILENO) == 1;
  const auto result = measure_perplexity(*responder, *model, *text, options.context, options.chunks,
                                         [&](const Perplexity& so_far) {
                                           if (shows) show_progress(so_far);
                                         });
  if (shows) fmt::print(stderr, "\r\033[K");
  if (!result) return result.error();
  print_result(options, *path, *result,
               std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  return {};
}

}  // namespace

void add_eval_verb(CLI::App& app, int& status) {
  CLI::App* verb = app.add_subcommand("eval", "How well a model predicts a text, on the chip");
  auto options = std::make_shared<EvalOptions>();
  verb->add_option("model", options->model,
                   "Model file, folder or name; without it, the one that comes with areia")
      ->option_text("[MODEL]");
  verb->add_option("--perplexity", options->text, "The text: its perplexity, as llama.cpp computes it")
      ->option_text("FILE")
      ->required();
  verb->add_option("--context", options->context, "Tokens of a chunk; the second half of each counts")
      ->capture_default_str();
  verb->add_option("--chunks", options->chunks, "At most so many chunks; 0: all")->capture_default_str();
  verb->add_option("--chip", options->chip, "A chip's name (areia chip list) or description file")
      ->option_text("NAME|FILE")
      ->capture_default_str();
  verb->add_option("--threads", options->threads, "Host threads; 0: all. No result depends on it")
      ->check(CLI::Range(0u, 4096u))
      ->capture_default_str();
  verb->add_flag("--json", options->json, "One JSON object on stdout");
  verb->footer(
      "Lower is better: a perplexity of 6 means that the model hesitates as among 6 equally likely tokens.\n"
      "Example\n"
      "  areia eval smollm2 --perplexity book.txt --chunks 4");
  verb->callback([options, &status] {
    const auto done = evaluate(*options);
    if (!done) status = report(done.error());
  });
}

}  // namespace areia::apps
