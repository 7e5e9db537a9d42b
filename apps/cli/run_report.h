// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What `areia run` reports about an answer: a summary for people, a JSON object for programs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/profile/cost.h"
#include "sw/formats/chat_template.h"
#include "sw/runtime/session.h"

namespace areia::apps {

struct RunReport {
  std::string model, chip, fidelity;
  double tdp_watts = 0;  ///< that the chip may dissipate
  std::vector<std::uint32_t> prompt_tokens;
  std::vector<std::uint32_t> tokens;  ///< without the stop token
  std::string text;
  std::string thoughts;                   ///< what a reasoning model wrote beside its answer
  std::vector<sw::ChatMessage> messages;  ///< of a chat, with this answer; else empty
  sw::Answer answer;
  std::optional<AnswerCost> cost;  ///< of a chip with a clock
  std::uint32_t context = 0;
  double load_seconds = 0, host_seconds = 0;
};

/// A few lines.
std::string summary(const RunReport& report);
/// One object. What needs a clock is null: the functional level has none.
std::string to_json(const RunReport& report);
/// The same on one line.
std::string to_json_line(const RunReport& report);

}  // namespace areia::apps
