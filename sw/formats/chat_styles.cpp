// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The families of chat templates: how each writes a conversation, and how a template's text is recognised.
// Sources: the chat_template of the models' own tokenizer_config.json on Hugging Face, and, for the order of
// the markers, llama.cpp (src/llama-chat.cpp).
#include <fmt/format.h>

#include <algorithm>

#include "base/nearest_name.h"
#include "sw/formats/chat_template.h"
#include "sw/formats/jinja_literals.h"

namespace areia::sw {
namespace {

/// A template's text, with what is asked of it.
class Source {
 public:
  explicit Source(std::string_view text) : text_(text), literals_(jinja_literals(text)) {}

  bool has(std::string_view marker) const { return text_.find(marker) != std::string_view::npos; }
  std::string_view text() const { return text_; }
  const std::vector<JinjaLiteral>& literals() const { return literals_; }

  bool has_literal(std::string_view value) const {
    return std::ranges::any_of(literals_, [&](const JinjaLiteral& l) { return l.text == value; });
  }
  /// The first literal that starts so and lies behind `from`; nullptr if none does.
  const std::string* literal_from(std::size_t from, std::string_view start) const {
    for (const JinjaLiteral& literal : literals_) {
      if (literal.offset >= from && literal.text.starts_with(start)) return &literal.text;
    }
    return nullptr;
  }
  std::string bos() const { return has("bos_token") ? "{bos}" : ""; }

 private:
  std::string_view text_;
  std::vector<JinjaLiteral> literals_;
};

/// Turns that differ only in the role's name.
ChatStyle tagged(std::string family, const std::string& open, const std::string& close,
                 const std::string& end) {
  ChatStyle style;
  style.family = std::move(family);
  style.system_begin = open + "system" + close;
  style.user_begin = open + "user" + close;
  style.assistant_begin = open + "assistant" + close;
  style.system_end = style.user_end = style.assistant_end = end;
  style.answer = style.assistant_begin;
  return style;
}

ChatStyle trimmed(ChatStyle style) {
  style.trim_system = style.trim_user = style.trim_assistant = true;
  return style;
}

ChatStyle chatml() { return tagged("chatml", "<|im_start|>", "\n", "<|im_end|>\n"); }

/// What asks for the answer: the first literal behind the last "add_generation_prompt". Reasoning models may
/// have it begin with a thought; nothing if that hangs on more than a missing `enable_thinking`.
std::optional<std::string> chatml_answer(const Source& source, std::string answer) {
  const std::size_t asks = source.text().rfind("add_generation_prompt");
  if (asks == std::string_view::npos) return answer;
  if (const auto* literal = source.literal_from(asks, "<|im_start|>assistant")) answer = *literal;
  const std::string_view tail = source.text().substr(asks);
  if (tail.find("not enable_thinking") != tail.npos || tail.find("if enable_thinking %}") != tail.npos) {
    return {};
  }
  const bool thinks = tail.find("else %}") != tail.npos && tail.find("enable_thinking") != tail.npos;
  if (thinks) answer += "<think>\n";
  return answer;
}

/// SmolLM2 and Qwen 2.5 spell their default system prompt in one literal with its tokens. One without its end
/// is the beginning of something longer, which is not understood.
std::optional<ChatStyle> recognise_chatml(const Source& source) {
  for (const char* beyond : {"<|im_sep|>", "<end_of_utterance>", "reasoning_mode", "keep_past_thinking",
                             "|trim", "function calling AI model"}) {
    if (source.has(beyond)) return {};
  }
  ChatStyle style = chatml();
  style.begin = source.bos();
  for (const JinjaLiteral& literal : source.literals()) {
    if (!literal.text.starts_with(style.system_begin) || literal.text == style.system_begin) continue;
    const std::size_t end = literal.text.find("<|im_end|>");
    if (end == std::string::npos) return {};
    style.default_system = literal.text.substr(style.system_begin.size(), end - style.system_begin.size());
    break;
  }
  const auto answer = chatml_answer(source, style.answer);
  if (!answer) return {};
  style.answer = *answer;
  style.drop_thoughts = source.has("split('</think>')") || source.has("split(\"</think>\")");
  return style;
}

ChatStyle llama3() {
  ChatStyle style = trimmed(tagged("llama3", "<|start_header_id|>", "<|end_header_id|>\n\n", "<|eot_id|>"));
  style.begin = "{bos}";
  return style;
}

/// Llama 3.1 and later tell dates; 3.1 always the same "today".
std::optional<ChatStyle> recognise_llama3(const Source& source) {
  ChatStyle style = llama3();
  constexpr std::string_view kHeaderEnd = "<|end_header_id|>\n\n";
  for (const JinjaLiteral& literal : source.literals()) {  // one with text of its own is a task's template
    const std::size_t end = literal.text.find(kHeaderEnd);
    if (end != std::string::npos && end + kHeaderEnd.size() < literal.text.size()) return {};
  }
  if (!source.has("Cutting Knowledge Date")) return style;
  const bool knows_today = source.has("strftime_now");
  if (!source.has_literal("26 Jul 2024")) return {};
  style.system_begin += "Cutting Knowledge Date: December 2023\nToday Date: ";
  style.system_begin += knows_today ? "{date}\n\n" : "26 Jul 2024\n\n";
  style.default_system = "";
  return style;
}

ChatStyle gemma() {
  ChatStyle style;
  style.family = "gemma";
  style.begin = "{bos}";
  style.system_end = "\n\n";
  style.system_place = SystemPlace::kFirstUser;
  style.user_begin = "<start_of_turn>user\n";
  style.assistant_begin = style.answer = "<start_of_turn>model\n";
  style.user_end = style.assistant_end = "<end_of_turn>\n";
  style.trim_user = style.trim_assistant = true;
  return style;
}

/// Gemma 1 and 2 refuse a system message; it goes where Gemma 3 puts it. Early Gemma 3 has one line end.
std::optional<ChatStyle> recognise_gemma(const Source& source) {
  ChatStyle style = gemma();
  style.begin = source.bos();
  if (source.has("first_user_prefix") && !source.has_literal("\n\n")) style.system_end = "\n";
  return style;
}

ChatStyle llama2() {
  ChatStyle style;
  style.family = "llama2";
  style.system_begin = "<<SYS>>\n";
  style.system_end = "\n<</SYS>>\n\n";
  style.system_place = SystemPlace::kFirstUser;
  style.user_begin = "{bos}[INST] ";
  style.user_end = " [/INST]";
  style.assistant_begin = " ";
  style.assistant_end = " {eos}";
  style.trim_user = style.trim_assistant = true;
  style.trim_behind_system = false;
  return style;
}

std::optional<ChatStyle> recognise_llama2(const Source& source) {
  if (!source.has("content.strip()") && !source.has("content | trim") && !source.has("content|trim"))
    return {};
  ChatStyle style = llama2();
  if (!source.has("bos_token + '[INST]")) {
    style.begin = source.bos();
    style.user_begin = "[INST] ";
  }
  const std::size_t set = source.text().rfind("set system_message = '");
  if (set != std::string_view::npos) {
    if (const auto* text = source.literal_from(set, "")) style.default_system = *text;
  }
  return style;
}

/// Version 3; the others differ in spaces, and 7 in its system prompt.
ChatStyle mistral() {
  ChatStyle style;
  style.family = "mistral";
  style.begin = "{bos}";
  style.system_end = "\n\n";
  style.system_place = SystemPlace::kLastUser;
  style.user_begin = "[INST] ";
  style.user_end = "[/INST]";
  style.assistant_begin = " ";
  style.assistant_end = "{eos}";
  style.trim_assistant = true;
  return style;
}

/// "set default_system_message = 'a' + today + 'b'": the text, with "{iso_date}" for `today`.
std::optional<std::string> mistral_default_system(const Source& source) {
  constexpr std::string_view kSet = "set default_system_message =";
  const std::size_t set = source.text().find(kSet);
  if (set == std::string_view::npos) return {};
  const std::size_t end = jinja_block_end(source.text(), set);
  std::string text;
  std::size_t at = set + kSet.size();
  for (const JinjaLiteral& literal : source.literals()) {
    if (literal.offset < set || literal.offset >= end) continue;
    if (source.text().substr(at, literal.offset - at).find("today") != std::string_view::npos) {
      text += "{iso_date}";
    }
    text += literal.text;
    at = literal.end;
  }
  return text;
}

std::optional<ChatStyle> recognise_mistral(const Source& source) {
  ChatStyle style = mistral();
  style.begin = source.bos();
  const std::string *open = nullptr, *close = nullptr;
  for (const JinjaLiteral& literal : source.literals()) {
    if (open == nullptr && literal.text.find("[INST]") != std::string::npos) open = &literal.text;
    if (close == nullptr && literal.text.find("[/INST]") != std::string::npos) close = &literal.text;
  }
  if (open == nullptr || close == nullptr) return {};
  style.user_begin = *open;
  style.user_end = *close;
  const bool spaced = source.has("' ' + message['content']") || source.has("\" \" + message[\"content\"]");
  style.assistant_begin = spaced ? " " : "";
  style.trim_assistant = source.has("message[\"content\"]|trim");
  if (source.has("eos_token + ' '")) style.assistant_end += ' ';  // the first of all
  if (source.has("loop.first and system_message")) style.system_place = SystemPlace::kFirstUser;
  if (!source.has("[SYSTEM_PROMPT]")) return style;
  style.system_place = SystemPlace::kOwnTurn;
  const std::string* begin = source.literal_from(0, "[SYSTEM_PROMPT]");
  if (begin == nullptr) return {};
  style.system_begin = *begin;
  style.system_end = "[/SYSTEM_PROMPT]";
  style.default_system = mistral_default_system(source);
  return style;
}

ChatStyle gpt_oss() {
  ChatStyle style = tagged("gpt-oss", "<|start|>", "<|message|>", "<|end|>");
  style.begin =
      "<|start|>system<|message|>You are ChatGPT, a large language model trained by OpenAI.\n"
      "Knowledge cutoff: 2024-06\nCurrent date: {iso_date}\n\nReasoning: {reasoning}\n\n"
      "# Valid channels: analysis, commentary, final. Channel must be included for every message.<|end|>";
  style.system_begin = "<|start|>developer<|message|># Instructions\n\n";
  style.system_end = "\n\n<|end|>";
  style.assistant_begin = "<|start|>assistant<|channel|>final<|message|>";
  style.answer = "<|start|>assistant";
  style.skip_empty_system = true;
  return style;
}

std::optional<ChatStyle> recognise_gpt_oss(const Source& source) {
  for (const char* part :
       {"large language model trained by OpenAI.", "Knowledge cutoff: 2024-06", "strftime_now",
        "# Valid channels: analysis, commentary, final.", "# Instructions"}) {
    if (!source.has(part)) return {};
  }
  return gpt_oss();
}

ChatStyle phi3() { return tagged("phi3", "<|", "|>\n", "<|end|>\n"); }
ChatStyle zephyr() { return tagged("zephyr", "<|", "|>\n", "{eos}\n"); }

std::optional<ChatStyle> recognise_phi3(const Source& source) {
  if (source.has_literal("\n<|end|>\n")) return {};
  ChatStyle style = phi3();
  style.begin = source.bos();
  style.skip_empty_system = source.has("and message['content']");
  return style;
}

struct Family {
  ChatStyle (*style)();
};
constexpr Family kFamilies[] = {{chatml},  {llama2},  {llama3}, {gemma},
                                {mistral}, {gpt_oss}, {phi3},   {zephyr}};

Result<std::pair<std::string, std::string>> bos_and_eos(const Gguf& gguf) {
  const auto texts = gguf.texts("tokenizer.ggml.tokens");
  if (!texts) return texts.error();
  const auto read = [&](const char* key) -> Result<std::string> {
    if (gguf.find(key) == nullptr || texts->empty()) return std::string();
    const auto id = gguf.unsigned_integer(key, 0, texts->size() - 1);
    if (!id) return id.error();
    return std::string((*texts)[*id]);
  };
  const auto bos = read("tokenizer.ggml.bos_token_id");
  if (!bos) return bos.error();
  const auto eos = read("tokenizer.ggml.eos_token_id");
  if (!eos) return eos.error();
  return std::pair(*bos, *eos);
}

Result<ChatTemplate> make(ChatStyle style, const Gguf& gguf) {
  const auto tokens = bos_and_eos(gguf);
  if (!tokens) return tokens.error();
  return ChatTemplate(std::move(style), tokens->first, tokens->second);
}

}  // namespace

std::optional<ChatStyle> ChatTemplate::recognise(std::string_view jinja) {
  const Source source(jinja);
  if (source.has("<|im_start|>")) return recognise_chatml(source);
  if (source.has("[INST]")) {
    const bool is_llama2 = source.has("<<SYS>>") && !source.has("[SYSTEM_PROMPT]");
    return is_llama2 ? recognise_llama2(source) : recognise_mistral(source);
  }
  if (source.has("<|start_header_id|>")) return recognise_llama3(source);
  if (source.has("<start_of_turn>")) return recognise_gemma(source);
  if (source.has("<|start|>") && source.has("<|channel|>")) return recognise_gpt_oss(source);
  if (source.has("<|assistant|>") && source.has("<|end|>")) return recognise_phi3(source);
  if (source.has("<|assistant|>") && source.has("eos_token")) return zephyr();
  return {};
}

std::vector<std::string> ChatTemplate::families() {
  std::vector<std::string> names;
  for (const Family& family : kFamilies) names.push_back(family.style().family);
  return names;
}

Result<ChatTemplate> ChatTemplate::named(std::string_view family, const Gguf& gguf) {
  for (const Family& known : kFamilies) {
    if (known.style().family == family) return make(known.style(), gguf);
  }
  const std::string name(family.substr(0, 40));
  return bad_input(fmt::format("there is no chat template '{}'{}; there are: {}", name,
                               did_you_mean(name, families()), fmt::join(families(), ", ")));
}

Result<ChatTemplate> ChatTemplate::from_gguf(const Gguf& gguf) {
  constexpr const char* kKey = "tokenizer.chat_template";
  constexpr const char* kRemedy =
      "name the one it was trained with, as in --template chatml, or spell the prompt out: -p with "
      "--parse-special";
  if (gguf.find(kKey) == nullptr) {
    return bad_input(
        fmt::format("{} has no chat template, so it may be no assistant: {}", gguf.origin(), kRemedy));
  }
  const auto text = gguf.text(kKey);
  if (!text) return text.error();
  auto style = recognise(*text);
  if (!style) {
    return bad_input(fmt::format("{}: its chat template is of no family that areia knows ({}): {}",
                                 gguf.origin(), fmt::join(families(), ", "), kRemedy));
  }
  return make(std::move(*style), gguf);
}

}  // namespace areia::sw
