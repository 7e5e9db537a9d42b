// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The text of an answer, gathered and shown while its tokens come.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sw/formats/harmony.h"
#include "sw/formats/tokenizer.h"

namespace areia::apps {

class AnswerText {
 public:
  /// `harmony`: the answer is in gpt-oss's channels; only the last one's text is the answer. `show`: to
  /// stdout as it comes, and thoughts, dimmed, to stderr if that is a terminal.
  AnswerText(const sw::Tokenizer& tokenizer, bool harmony, bool show);

  void push(std::uint32_t token);
  void finish();

  const std::string& answer() const { return answer_; }
  /// What a reasoning model wrote in other channels.
  const std::string& thoughts() const { return thoughts_; }

 private:
  void add(const sw::HarmonyStream::Text& text);

  sw::PieceStream plain_;
  std::optional<sw::HarmonyStream> harmony_;
  bool show_, show_thoughts_;
  std::string answer_, thoughts_;
};

}  // namespace areia::apps
