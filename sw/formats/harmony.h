// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Harmony, the format of gpt-oss's answers: messages in channels, of which only "final" is meant for the
// user. Source: OpenAI, "OpenAI Harmony Response Format" (cookbook).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sw/formats/tokenizer.h"

namespace areia::sw {

/// Sorts the tokens of an answer into thoughts and the answer proper, as they come.
class HarmonyStream {
 public:
  /// Text that a token completed: at most one of the two is not empty.
  struct Text {
    std::string thoughts;  ///< of any channel but "final"
    std::string answer;
  };

  explicit HarmonyStream(const Tokenizer& tokenizer);

  Text push(TokenId token);
  /// The end. What came without any header at all counts as answer.
  Text finish();

 private:
  Text close_body();
  std::string& side(Text& text) const { return is_final_ ? text.answer : text.thoughts; }

  const Tokenizer& tokenizer_;
  std::optional<TokenId> start_, channel_, message_, end_;
  bool in_body_ = false, is_final_ = true, any_message_ = false, in_channel_ = false;
  std::string header_;        ///< pieces since <|start|>
  std::string channel_name_;  ///< pieces since <|channel|>
  Utf8Joiner joiner_;
};

}  // namespace areia::sw
