// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Renders a conversation in a style. Which style a file has is decided in chat_styles.cpp.
#include "sw/formats/chat_template.h"

#include <fmt/format.h>

#include <utility>

namespace areia::sw {
namespace {

constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

/// White space as Jinja's trim filter has it (Python's str.strip), as UTF-8.
constexpr std::string_view kWhiteSpace[] = {
    " ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\x1c",   "\x1d",   "\x1e",   "\x1f",
    "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
    "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

std::string_view trim_end(std::string_view text) {
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view space : kWhiteSpace) {
      if (!text.ends_with(space)) continue;
      text.remove_suffix(space.size());
      more = true;
    }
  }
  return text;
}

std::string_view trim(std::string_view text) {
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view space : kWhiteSpace) {
      if (!text.starts_with(space)) continue;
      text.remove_prefix(space.size());
      more = true;
    }
  }
  return trim_end(text);
}

/// What follows the last "</think>", without the line ends before it.
std::string_view without_thoughts(std::string_view text) {
  constexpr std::string_view kEnd = "</think>";
  const std::size_t end = text.rfind(kEnd);
  if (end == std::string_view::npos) return text;
  text.remove_prefix(end + kEnd.size());
  while (text.starts_with('\n')) text.remove_prefix(1);
  return text;
}

/// Writes segments; neighbours of one kind are joined.
class Writer {
 public:
  explicit Writer(const ChatOptions& options) : options_(options) {}

  void template_text(std::string text) {
    const auto [year, month, day] =
        std::tuple(static_cast<int>(options_.date.year()), static_cast<unsigned>(options_.date.month()),
                   static_cast<unsigned>(options_.date.day()));
    replace_all(text, "{date}", fmt::format("{:02} {} {:04}", day, kMonths[(month - 1) % 12], year));
    replace_all(text, "{iso_date}", fmt::format("{:04}-{:02}-{:02}", year, month, day));
    replace_all(text, "{reasoning}", options_.reasoning);
    add(text, true);
  }
  void message_text(std::string_view text) { add(text, false); }
  std::vector<ChatSegment> take() { return std::move(segments_); }

 private:
  void add(std::string_view text, bool is_template) {
    if (text.empty()) return;
    if (segments_.empty() || segments_.back().is_template != is_template) {
      segments_.push_back({"", is_template});
    }
    segments_.back().text += text;
  }

  const ChatOptions& options_;
  std::vector<ChatSegment> segments_;
};

Result<void> check_conversation(std::span<const ChatMessage> turns) {
  for (std::size_t i = 0; i < turns.size(); ++i) {
    if (turns[i].role != (i % 2 == 0 ? ChatRole::kUser : ChatRole::kAssistant)) {
      return bad_input(
          "a conversation is at most one system message, then user and assistant in turn, beginning with "
          "the user");
    }
  }
  if (turns.size() % 2 == 0) return bad_input("a conversation must end with a message of the user");
  return {};
}

}  // namespace

std::string_view chat_role_name(ChatRole role) {
  switch (role) {
    case ChatRole::kSystem:
      return "system";
    case ChatRole::kUser:
      return "user";
    case ChatRole::kAssistant:
      return "assistant";
  }
  return "";
}

ChatTemplate::ChatTemplate(ChatStyle style, std::string_view bos, std::string_view eos)
    : style_(std::move(style)) {
  for (std::string* text :
       {&style_.begin, &style_.system_begin, &style_.system_end, &style_.user_begin, &style_.user_end,
        &style_.assistant_begin, &style_.assistant_end, &style_.answer}) {
    replace_all(*text, "{bos}", bos);
    replace_all(*text, "{eos}", eos);
  }
}

/// Writes a conversation that has been checked.
class ChatTemplate::Renderer {
 public:
  Renderer(const ChatStyle& style, const ChatOptions& options) : style_(style), out_(options) {}

  std::vector<ChatSegment> render(const ChatMessage* system, std::span<const ChatMessage> turns) {
    system_ = system;
    has_system_ = system != nullptr ? !(style_.skip_empty_system && system->text.empty())
                                    : style_.default_system.has_value();
    out_.template_text(style_.begin);
    if (has_system_ && style_.system_place == SystemPlace::kOwnTurn) put_system();
    const std::size_t holder = style_.system_place == SystemPlace::kFirstUser ? 0 : turns.size() - 1;
    const bool in_turn = has_system_ && style_.system_place != SystemPlace::kOwnTurn;
    for (std::size_t i = 0; i < turns.size(); ++i) {
      if (turns[i].role == ChatRole::kUser) {
        put_user(turns[i].text, in_turn && i == holder);
      } else {
        put_assistant(turns[i].text);
      }
    }
    out_.template_text(style_.answer);
    return out_.take();
  }

 private:
  void put_system() {
    out_.template_text(style_.system_begin);
    if (system_ != nullptr) {
      out_.message_text(style_.trim_system ? trim(system_->text) : system_->text);
    } else {
      out_.template_text(*style_.default_system);
    }
    out_.template_text(style_.system_end);
  }

  void put_user(std::string_view text, bool with_system) {
    out_.template_text(style_.user_begin);
    if (with_system) put_system();
    if (style_.trim_user) text = with_system && !style_.trim_behind_system ? trim_end(text) : trim(text);
    out_.message_text(text);
    out_.template_text(style_.user_end);
  }

  void put_assistant(std::string_view text) {
    if (style_.drop_thoughts) text = without_thoughts(text);
    out_.template_text(style_.assistant_begin);
    out_.message_text(style_.trim_assistant ? trim(text) : text);
    out_.template_text(style_.assistant_end);
  }

  const ChatStyle& style_;
  Writer out_;
  const ChatMessage* system_ = nullptr;  ///< nullptr: none was given
  bool has_system_ = false;
};

Result<std::vector<ChatSegment>> ChatTemplate::render(std::span<const ChatMessage> conversation,
                                                      const ChatOptions& options) const {
  const bool given = !conversation.empty() && conversation[0].role == ChatRole::kSystem;
  const auto turns = conversation.subspan(given ? 1 : 0);
  AREIA_RETURN_IF_ERROR(check_conversation(turns));
  return Renderer(style_, options).render(given ? conversation.data() : nullptr, turns);
}

std::string chat_text(std::span<const ChatSegment> segments) {
  std::string text;
  for (const ChatSegment& segment : segments) text += segment.text;
  return text;
}

std::optional<TokenId> control_token(const Tokenizer& tokenizer, std::string_view text) {
  const std::vector<TokenId> around = tokenizer.encode("", SpecialText::kParse);  // BOS and EOS
  const std::vector<TokenId> ids = tokenizer.encode(text, SpecialText::kParse);
  if (ids.size() != around.size() + 1) return {};
  const bool begins = !around.empty() && tokenizer.bos() == around.front();
  const TokenId id = ids[begins ? 1 : 0];
  return tokenizer.piece(id).empty() || tokenizer.piece(id) == text ? std::optional(id) : std::nullopt;
}

std::vector<TokenId> encode_chat(const Tokenizer& tokenizer, std::span<const ChatSegment> segments) {
  std::string text;
  std::vector<TextRange> messages;
  for (const ChatSegment& segment : segments) {
    const std::size_t begin = text.size();
    text += segment.text;
    if (!segment.is_template && !segment.text.empty()) messages.push_back({begin, text.size()});
  }
  std::vector<TokenId> ids = tokenizer.encode_quoting(text, messages);
  const auto bos = tokenizer.bos();
  if (bos && ids.size() > 1 && ids[0] == *bos && ids[1] == *bos) ids.erase(ids.begin());
  return ids;
}

}  // namespace areia::sw
