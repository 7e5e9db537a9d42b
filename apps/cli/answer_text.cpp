// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Where text goes.
#include "apps/cli/answer_text.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace areia::apps {

AnswerText::AnswerText(const sw::Tokenizer& tokenizer, bool harmony, bool show)
    : plain_(tokenizer), show_(show), show_thoughts_(show && isatty(STDERR_FILENO) == 1) {
  if (harmony) harmony_.emplace(tokenizer);
}

void AnswerText::push(std::uint32_t token) {
  add(harmony_ ? harmony_->push(token) : sw::HarmonyStream::Text{"", plain_.push(token)});
}

void AnswerText::finish() {
  add(harmony_ ? harmony_->finish() : sw::HarmonyStream::Text{"", plain_.finish()});
  if (show_) std::fputc('\n', stdout);
}

void AnswerText::add(const sw::HarmonyStream::Text& text) {
  constexpr const char *kDim = "\x1b[2m", *kNormal = "\x1b[0m";
  thoughts_ += text.thoughts;
  if (show_thoughts_ && !text.thoughts.empty()) fmt::print(stderr, "{}{}{}", kDim, text.thoughts, kNormal);
  if (show_thoughts_ && answer_.empty() && !text.answer.empty() && !thoughts_.empty())
    std::fputc('\n', stderr);
  answer_ += text.answer;
  if (!show_) return;
  std::fwrite(text.answer.data(), 1, text.answer.size(), stdout);
  std::fflush(stdout);
}

}  // namespace areia::apps
