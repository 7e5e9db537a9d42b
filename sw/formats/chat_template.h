// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Chat templates: a conversation as the text that an assistant was trained on. A model file carries a Jinja
// program (tokenizer.chat_template); areia does not run it but recognises its family by its markers, and
// reads the family's variable parts (spacing, default system prompt) from the program's string literals.
// A template that is not recognised is an error, never a guess.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sw/formats/gguf.h"
#include "sw/formats/tokenizer.h"

namespace areia::sw {

enum class ChatRole : std::uint8_t { kSystem, kUser, kAssistant };

struct ChatMessage {
  ChatRole role;
  std::string text;
};

/// "system", "user" or "assistant".
std::string_view chat_role_name(ChatRole role);

/// What a prompt depends on beside the conversation. Only some templates use it.
struct ChatOptions {
  std::chrono::year_month_day date;  ///< "today", for templates that tell the model (Llama 3.2, gpt-oss)
  std::string reasoning = "medium";  ///< gpt-oss: low, medium or high
};

/// A part of a prompt: text of the template, in which control tokens count, or text of a message, which can
/// never spell one.
struct ChatSegment {
  std::string text;
  bool is_template = false;
};

/// Where the text of the system message goes.
enum class SystemPlace : std::uint8_t { kOwnTurn, kFirstUser, kLastUser };

/// What stands around messages. "{bos}" and "{eos}" are the vocabulary's tokens, "{date}" and "{iso_date}"
/// the date as "23 Nov 2026" and "2026-11-23", "{reasoning}" the reasoning level.
struct ChatStyle {
  std::string family;  ///< as --template has it
  std::string begin;   ///< before everything
  std::string system_begin, system_end;
  std::string user_begin, user_end;
  std::string assistant_begin, assistant_end;
  std::string answer;  ///< after everything: asks for the answer
  SystemPlace system_place = SystemPlace::kOwnTurn;
  bool trim_system = false, trim_user = false, trim_assistant = false;
  bool trim_behind_system = true;  ///< the start of a user's text too that follows the system text
  bool skip_empty_system = false;
  bool drop_thoughts = false;                 ///< of an answer, keep what follows "</think>"
  std::optional<std::string> default_system;  ///< where there is no system message; may have "{iso_date}"
};

class ChatTemplate {
 public:
  /// Recognises the model file's template. Without one, or with an unknown one, an error that says what to
  /// do.
  static Result<ChatTemplate> from_gguf(const Gguf& gguf);
  /// The template of a family by name, whatever the file says; it takes only BOS and EOS from the file.
  static Result<ChatTemplate> named(std::string_view family, const Gguf& gguf);
  /// The style of a template's text; nothing if it is not recognised.
  static std::optional<ChatStyle> recognise(std::string_view jinja);
  /// The families that `named` takes.
  static std::vector<std::string> families();

  ChatTemplate(ChatStyle style, std::string_view bos, std::string_view eos);

  const std::string& family() const { return style_.family; }

  /// The prompt for the next answer. The conversation is at most one system message, then user and assistant
  /// in turn, the last a user's; anything else is an error.
  Result<std::vector<ChatSegment>> render(std::span<const ChatMessage> conversation,
                                          const ChatOptions& options) const;

 private:
  class Renderer;

  ChatStyle style_;
};

/// All segments joined.
std::string chat_text(std::span<const ChatSegment> segments);

/// The one token that the text spells, such as "<|channel|>"; nothing if the vocabulary has none.
std::optional<TokenId> control_token(const Tokenizer& tokenizer, std::string_view text);

/// The ids of a rendered prompt: those of the whole text with its control tokens, except that nothing in a
/// message counts as one. One BOS, also where both template and vocabulary put one.
std::vector<TokenId> encode_chat(const Tokenizer& tokenizer, std::span<const ChatSegment> segments);

}  // namespace areia::sw
