// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// One answer of `areia run`: what a single prompt and every turn of a chat have in common.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "apps/cli/answer.h"
#include "apps/cli/run_report.h"
#include "apps/cli/run_verb.h"
#include "base/result.h"
#include "spec/chip/chip.h"
#include "sw/runtime/model.h"

namespace areia::apps {

/// What the options name, opened.
struct RunSetup {
  std::chrono::steady_clock::time_point begin;  ///< of the run

  ChipDescription chip;
  std::string model_path;
  sw::Model model;
};
Result<RunSetup> open_run(const RunOptions& options);

/// An error (kBadInput) if the text is no UTF-8. `what` names it.
Result<void> check_utf8(std::string_view what, std::string_view text);

/// The prompt is there, and is text.
Result<void> check_prompt(const RunOptions& options);

/// What the operators of the plan for this prompt are called.
std::vector<std::string> operator_names(const RunSetup& setup, const RunOptions& options,
                                        const std::vector<std::uint32_t>& prompt_tokens);

/// Answers; shows the text as it comes unless the output is JSON. `harmony`: see AnswerText.
Result<RunReport> run_turn(const RunSetup& setup, const RunOptions& options, Responder& responder,
                           std::vector<std::uint32_t> prompt_tokens, bool harmony);

/// Prints the report of a run that was this one answer: JSON to stdout, or a summary to stderr.
void print_report(const RunSetup& setup, const RunOptions& options, RunReport report);

}  // namespace areia::apps
