// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The verbs of the command line, one file each, and what they share.
#pragma once

#include <CLI/CLI.hpp>

#include "base/result.h"

namespace areia::apps {

/// Exit statuses: 0 success, 1 the work failed, 2 bad usage or input.
inline constexpr int kWorkFailedStatus = 1, kBadInputStatus = 2;

/// Prints an error to stderr and returns the exit status that it means.
int report(const Error& error);

struct RunOptions;
/// The options that say what a chip is to answer; `options` must live until the command line is parsed.
void add_answer_options(CLI::App* verb, RunOptions* options);

/// A check for numbers from `least` to `most`; CLI11's own lets "nan" through.
CLI::Validator number_from(double least, double most);

struct WorkloadOptions;
/// The options that say what is to be predicted; `options` must live until the command line is parsed.
void add_workload_options(CLI::App* verb, WorkloadOptions* options);

/// Each adds its verb to `app`; the verb's callback sets `status`.
void add_chip_verb(CLI::App& app, int& status);
void add_compare_verb(CLI::App& app, int& status);
void add_eval_verb(CLI::App& app, int& status);
void add_exec_verb(CLI::App& app, int& status);
void add_model_verb(CLI::App& app, int& status);
void add_predict_verb(CLI::App& app, int& status);
void add_profile_verb(CLI::App& app, int& status);
void add_run_verb(CLI::App& app, int& status);
void add_validate_verb(CLI::App& app, int& status);

}  // namespace areia::apps
