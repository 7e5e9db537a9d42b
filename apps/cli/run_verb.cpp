// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// `areia run`, from options to answer.
#include "apps/cli/run_verb.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "apps/cli/answer.h"
#include "apps/cli/run_report.h"
#include "base/data_files.h"

namespace areia::apps {
namespace {

constexpr const char* kDefaultModel = "models/default.gguf";

Result<std::string> model_path(const RunOptions& options) {
  if (!options.model.empty()) return options.model;
  const auto path = find_data_file(kDefaultModel);
  if (path.empty()) {
    return bad_input(
        fmt::format("the model that comes with areia ({}) is not in the data folder: name a model, as in "
                    "areia run MODEL.gguf -p PROMPT",
                    kDefaultModel));
  }
  return path.string();
}

Result<void> check_options(const RunOptions& options) {
  if (options.fidelity == "timed") {
    return bad_input("--fidelity timed does not exist yet: use --fidelity functional");
  }
  if (options.fidelity != "functional") {
    return bad_input(fmt::format("--fidelity {} is not known: use functional", options.fidelity));
  }
  return {};
}

sw::CompileRequest compile_request(const RunOptions& options, const sw::Tokenizer& tokenizer) {
  sw::CompileRequest request;
  request.prompt = tokenizer.encode(
      options.prompt, options.parse_special ? sw::SpecialText::kParse : sw::SpecialText::kPlain);
  request.max_new_tokens = options.tokens;
  request.context = options.context;
  if (!options.ignore_eos) request.stop_tokens = tokenizer.stop_tokens();
  request.sampling = options.sampling;
  return request;
}

bool is_stop(const sw::CompileRequest& request, std::uint32_t token) {
  return std::find(request.stop_tokens.begin(), request.stop_tokens.end(), token) !=
         request.stop_tokens.end();
}

/// Gathers text as tokens come, and shows it at once unless the output is JSON.
class TextSink {
 public:
  TextSink(const sw::Tokenizer& tokenizer, bool show) : stream_(tokenizer), show_(show) {}
  void push(std::uint32_t token) { add(stream_.push(token)); }
  std::string finish() {
    add(stream_.finish());
    if (show_) std::fputc('\n', stdout);
    return std::move(text_);
  }

 private:
  void add(const std::string& piece) {
    text_ += piece;
    if (!show_) return;
    std::fwrite(piece.data(), 1, piece.size(), stdout);
    std::fflush(stdout);
  }

  sw::PieceStream stream_;
  bool show_;
  std::string text_;
};

}  // namespace

Result<void> run_prompt(const RunOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  AREIA_RETURN_IF_ERROR(check_options(options));
  const auto chip = load_chip(options.chip);
  if (!chip) return chip.error();
  const auto path = model_path(options);
  if (!path) return path.error();
  const auto model = sw::Model::open(*path);
  if (!model) return model.error();

  const sw::CompileRequest request = compile_request(options, model->tokenizer);
  TextSink sink(model->tokenizer, !options.json);
  const auto answered = answer_prompt(*model, *chip, request, options.threads, [&](std::uint32_t token) {
    if (!is_stop(request, token)) sink.push(token);
  });
  if (!answered) return answered.error();

  RunReport report;
  report.model = *path;
  report.chip = chip->name;
  report.fidelity = options.fidelity;
  report.prompt_tokens = request.prompt;
  report.tokens = answered->answer.tokens;
  std::erase_if(report.tokens, [&](std::uint32_t token) { return is_stop(request, token); });
  report.text = sink.finish();
  report.answer = answered->answer;
  report.context = answered->context;
  report.load_seconds = answered->load_seconds;
  report.host_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (options.json) {
    fmt::print("{}\n", to_json(report));
  } else {
    fmt::print(stderr, "\n{}", summary(report));
  }
  return {};
}

}  // namespace areia::apps
