// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A conversation: the whole history is rendered and evaluated again for each answer.
#include "apps/cli/run_chat.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "sw/formats/chat_template.h"

namespace areia::apps {
namespace {

constexpr std::size_t kLongestLine = std::size_t{1} << 20;

/// "2026-11-23"; empty is today.
Result<std::chrono::year_month_day> read_date(const std::string& text) {
  using namespace std::chrono;
  if (text.empty()) return year_month_day(floor<days>(system_clock::now()));
  unsigned year = 0, month = 0, day = 0;
  const auto number = [&](std::size_t at, std::size_t size, unsigned& value) {
    const char *from = text.data() + at, *to = from + size;
    return std::from_chars(from, to, value).ptr == to;
  };
  const bool shaped = text.size() == 10 && text[4] == '-' && text[7] == '-' && number(0, 4, year) &&
                      number(5, 2, month) && number(8, 2, day);
  const year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                            std::chrono::day(day)};
  if (shaped && date.ok()) return date;
  return bad_input(fmt::format("--date {} is no date: write it as 2026-11-23", text));
}

bool is_blank(const std::string& text) { return text.find_first_not_of(" \t\r\n\v\f") == std::string::npos; }

enum class Line { kText, kEnd, kTooLong };

/// Reads a line of any bytes, without its end.
Line read_line(std::string& line) {
  line.clear();
  int c = 0;
  while ((c = std::getchar()) != EOF && c != '\n') {
    if (line.size() >= kLongestLine) return Line::kTooLong;
    line += static_cast<char>(c);
  }
  if (line.ends_with('\r')) line.pop_back();
  return c == EOF && line.empty() ? Line::kEnd : Line::kText;
}

class Chat {
 public:
  static Result<Chat> begin(const RunSetup& setup, const RunOptions& options) {
    auto date = read_date(options.date);
    if (!date) return date.error();
    auto format = options.template_name.empty()
                      ? sw::ChatTemplate::from_gguf(setup.model.file)
                      : sw::ChatTemplate::named(options.template_name, setup.model.file);
    if (!format) return format.error();
    sw::ChatOptions chat_options{*date};
    if (!options.reasoning.empty()) chat_options.reasoning = options.reasoning;
    auto responder = Responder::create(setup.model, setup.chip,
                                       {.fidelity = options.fidelity, .threads = options.threads});
    if (!responder) return responder.error();
    Chat chat(setup, options, std::move(*responder), std::move(*format), std::move(chat_options));
    chat.forget();
    return chat;
  }

  /// Forgets all but the system message.
  void forget() {
    messages_.clear();
    if (options_->system) messages_.push_back({sw::ChatRole::kSystem, *options_->system});
  }

  /// Answers; a turn that fails leaves the conversation as it was.
  Result<RunReport> turn(const std::string& text) {
    messages_.push_back({sw::ChatRole::kUser, text});
    auto report = answer();
    if (!report) {
      messages_.pop_back();
      return report.error();
    }
    messages_.push_back({sw::ChatRole::kAssistant, report->text});
    report->messages = messages_;
    return report;
  }

 private:
  Chat(const RunSetup& setup, const RunOptions& options, Responder responder, sw::ChatTemplate format,
       sw::ChatOptions chat_options)
      : setup_(&setup),
        options_(&options),
        responder_(std::move(responder)),
        format_(std::move(format)),
        chat_options_(std::move(chat_options)) {}

  Result<RunReport> answer() {
    const auto prompt = format_.render(messages_, chat_options_);
    if (!prompt) return prompt.error();
    auto ids = sw::encode_chat(setup_->model.tokenizer, *prompt);
    const std::uint32_t most = setup_->model.graph.facts.context_length;
    const std::uint32_t context = options_->context.value_or(most);
    if (ids.size() >= context) {
      return bad_input(fmt::format(
          "the conversation has {} tokens, which leaves no room for an answer in a context of {}: "
          "begin a new one{}",
          ids.size(), context, context < most ? fmt::format(", or use --context up to {}", most) : ""));
    }
    auto report = run_turn(*setup_, *options_, responder_, std::move(ids), format_.family() == "gpt-oss");
    if (report) warn_of_cut(*report);
    return report;
  }

  static void warn_of_cut(const RunReport& report) {
    if (report.answer.finish == sw::FinishReason::kContextFull) {
      fmt::print(stderr,
                 "areia: the context of {} tokens is full: the answer is cut, the next one needs a new "
                 "conversation\n",
                 report.context);
    } else if (report.answer.finish == sw::FinishReason::kTokenLimit && isatty(STDERR_FILENO) == 1) {
      fmt::print(stderr, "(cut after {} tokens; -n allows more)\n", report.answer.tokens.size());
    }
  }

  const RunSetup* setup_;
  const RunOptions* options_;
  Responder responder_;
  sw::ChatTemplate format_;
  sw::ChatOptions chat_options_;
  std::vector<sw::ChatMessage> messages_;
};

Result<void> one_line(Chat& chat, const RunOptions& options, const std::string& line) {
  AREIA_RETURN_IF_ERROR(check_utf8("the line", line));
  const auto report = chat.turn(line);
  if (!report) return report.error();
  if (options.json) fmt::print("{}\n", to_json_line(*report));
  std::fflush(stdout);
  return {};
}

Result<void> all_lines(Chat& chat, const RunOptions& options) {
  const bool terminal = isatty(STDIN_FILENO) == 1;
  if (terminal) fmt::print(stderr, "One line is one message. /new forgets the conversation, /exit ends.\n");
  std::string line;
  for (;;) {
    if (terminal) fmt::print(stderr, "\n> ");
    const Line got = read_line(line);
    if (got == Line::kTooLong) return bad_input("a line has more than a megabyte: send less at a time");
    if (got == Line::kEnd || line == "/exit") break;
    if (is_blank(line)) continue;
    if (line == "/new") {
      chat.forget();
      continue;
    }
    const auto done = one_line(chat, options, line);
    if (done.ok()) continue;
    // A person may go on after a message that did not fit; a program must hear of it.
    if (!terminal || done.error().kind != ErrorKind::kBadInput) return done.error();
    fmt::print(stderr, "areia: {}\n", done.error().message);
  }
  if (terminal) fmt::print(stderr, "\n");
  return {};
}

}  // namespace

Result<void> run_chat(const RunSetup& setup, const RunOptions& options) {
  auto chat = Chat::begin(setup, options);
  if (!chat) return chat.error();
  if (!options.prompt) return all_lines(*chat, options);
  auto report = chat->turn(*options.prompt);
  if (!report) return report.error();
  print_report(setup, options, std::move(*report));
  return {};
}

}  // namespace areia::apps
