// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// `areia run`: answers a prompt on the chip.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "sw/runtime/session.h"

namespace areia::apps {

/// What the user asked for.
struct RunOptions {
  std::string model;  ///< path; empty: the model that comes with areia
  std::optional<std::string> prompt;
  std::optional<std::uint32_t> tokens;  ///< most new ones; without it 128, in a chat 512
  std::string chip = "areia-1";
  std::string fidelity = "timed";
  std::optional<std::uint32_t> context;
  std::string cache = "fp16";
  abi::SamplingParameters sampling;
  unsigned threads = 0;
  bool ignore_eos = false;
  bool parse_special = false;
  bool json = false;
  bool chat = false;
  // Only with `chat`.
  std::optional<std::string> system;
  std::string template_name;  ///< of a family; empty: the model file's own template
  std::string date;           ///< as 2026-11-23; empty: today
  std::string reasoning;      ///< low, medium or high; empty: the template's own
};

/// Runs the verb: text to stdout as it comes and a summary to stderr, or one JSON object to stdout.
Result<void> run_prompt(const RunOptions& options);

}  // namespace areia::apps
