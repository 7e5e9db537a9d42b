// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The options that `areia predict` and `areia compare` share.
#include <fmt/format.h>

#include <charconv>

#include "apps/cli/verbs.h"
#include "apps/predict/workload.h"
#include "base/text_file.h"

namespace areia::apps {

CLI::Validator number_from(double least, double most) {
  return CLI::Validator(
      [least, most](const std::string& text) {
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool is_number = error == std::errc() && end == text.data() + text.size();
        return is_number && value >= least && value <= most
                   ? std::string()
                   : fmt::format("'{}' is no number from {} to {}", printable(text), least, most);
      },
      "NUMBER");
}

void add_workload_options(CLI::App* verb, WorkloadOptions* options) {
  constexpr double kMostTokens = 1e7, kMostMilliseconds = 1e9;
  const char* group = "Workload";
  verb->add_option(
          "model", options->model,
          "A known shape, a GGUF file, a Hugging Face folder or its config.json, a shape's TOML file")
      ->required();
  verb->add_option("--precision", options->precision,
                   "Format of weights and products (bf16, fp8, fp4, int8 ...); without it, as published")
      ->option_text("FORMAT")
      ->group(group);
  verb->add_option("--cache", options->cache, "Format of keys and values; without it, like activations")
      ->option_text("FORMAT")
      ->group(group);
  verb->add_option("--batch", options->batch,
                   "Requests in flight on all chips together; best: as many as give the most tokens a second")
      ->option_text("N|best")
      ->capture_default_str()
      ->group(group);
  verb->add_option("--input", options->input, "Tokens of a prompt")
      ->check(number_from(1, kMostTokens))
      ->capture_default_str()
      ->group(group);
  verb->add_option("--output", options->output, "Tokens of an answer")
      ->check(number_from(1, kMostTokens))
      ->capture_default_str()
      ->group(group);
  verb->add_option("--max-ttft", options->most_ttft_ms,
                   "Only plans whose first token comes within so many ms")
      ->check(number_from(1e-3, kMostMilliseconds))
      ->option_text("MS")
      ->group(group);
  verb->add_option("--max-tpot", options->most_tpot_ms,
                   "Only plans whose further tokens take at most so many ms")
      ->check(number_from(1e-3, kMostMilliseconds))
      ->option_text("MS")
      ->group(group);
  verb->add_option("--stack", options->stack,
                   "Serving software whose overheads are counted (vllm, trtllm ...)")
      ->option_text("NAME")
      ->group(group);
  verb->add_flag("--zero-shot", options->zero_shot,
                 "Use the constants of the chip's class even where its own were measured")
      ->group(group);
}

}  // namespace areia::apps
