// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What tokens are for. Files seldom say all of it, so llama.cpp goes by the tokens' texts; these names and
// exceptions are its (github.com/ggml-org/llama.cpp, src/llama-vocab.cpp).
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>

#include "sw/formats/tokenizer_specials.h"

namespace areia::sw {
namespace {

using Names = std::span<const std::string_view>;

/// Names that end an answer wherever they are.
constexpr std::string_view kEnds[] = {"<|eot_id|>",
                                      "<|im_end|>",
                                      "<|end|>",
                                      "<|return|>",
                                      "<|call|>",
                                      "<|flush|>",
                                      "<|calls|>",
                                      "<end_of_turn>",
                                      "<|endoftext|>",
                                      "</s>",
                                      "<|eom_id|>",
                                      "<EOT>",
                                      "_<EOT>",
                                      "[EOT]",
                                      "[EOS]",
                                      "<|end_of_text|>",
                                      "<end_of_utterance>",
                                      "<eos>",
                                      "<turn|>",
                                      "<|tool_response>",
                                      "<｜end▁of▁sentence｜>",
                                      "[e~["};
/// End of turn, where no key names one.
constexpr std::string_view kEndsOfTurn[] = {
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>",         "<|endoftext|>",     "<|end_of_text|>",
    "<EOT>",      "_<EOT>",     "[EOT]",   "<｜end▁of▁sentence｜>", "<end_of_utterance>"};
constexpr std::string_view kEndsOfMessage[] = {"<|eom_id|>"};
// Filling in the middle: what begins the prefix, suffix and middle; the others end an answer, too.
constexpr std::string_view kPrefixes[] = {"<|fim_prefix|>",  "<fim-prefix>", "<fim_prefix>",
                                          "<｜fim▁begin｜>", "<PRE>",        "▁<PRE>",
                                          "<|code_prefix|>", "<|prefix|>"};
constexpr std::string_view kSuffixes[] = {"<|fim_suffix|>",  "<fim-suffix>", "<fim_suffix>",
                                          "<｜fim▁hole｜>",  "<SUF>",        "▁<SUF>",
                                          "<|code_suffix|>", "<|suffix|>"};
constexpr std::string_view kMiddles[] = {"<|fim_middle|>", "<fim-middle>", "<fim_middle>",    "<｜fim▁end｜>",
                                         "<MID>",          "▁<MID>",       "<|code_middle|>", "<|middle|>"};
constexpr std::string_view kPaddings[] = {"<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"};
constexpr std::string_view kRepositories[] = {"<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>",
                                              "<reponame>"};
constexpr std::string_view kFileSeparators[] = {"<|file_sep|>"};
/// gpt-oss's, which belong to the text.
constexpr std::string_view kHarmony[] = {"<|channel|>", "<|message|>", "<|start|>", "<|constrain|>"};

class RoleFinder {
 public:
  RoleFinder(const Gguf& gguf, Vocabulary& vocabulary) : gguf_(gguf), vocabulary_(vocabulary) {}

  Result<void> read(const char* name, std::optional<TokenId>& token) const {
    if (token && *token >= vocabulary_.size()) token.reset();
    const std::string key = fmt::format("tokenizer.ggml.{}_token_id", name);
    if (gguf_.find(key) == nullptr) return {};
    const auto id = gguf_.unsigned_integer(key, 0, vocabulary_.size() - 1);
    if (!id) return id.error();
    token = static_cast<TokenId>(*id);
    return {};
  }

  /// The key's token, or else the first name that there is, which becomes a control token.
  Result<std::optional<TokenId>> read_or_find(std::span<const char* const> keys, Names names) {
    std::optional<TokenId> token;
    for (const char* key : keys) AREIA_RETURN_IF_ERROR(read(key, token));
    if (token) return token;
    for (const std::string_view name : names) {
      if (token) break;
      token = vocabulary_.find(name);
      if (token) vocabulary_.set(*token, TokenAttribute::kControl);
    }
    return token;
  }

 private:
  const Gguf& gguf_;
  Vocabulary& vocabulary_;
};

class Stops {
 public:
  explicit Stops(Vocabulary& vocabulary) : vocabulary_(vocabulary) {}
  void add(std::optional<TokenId> token) {
    if (token && std::find(tokens_.begin(), tokens_.end(), *token) == tokens_.end())
      tokens_.push_back(*token);
  }
  bool has(std::string_view name) const {
    return std::any_of(tokens_.begin(), tokens_.end(),
                       [&](TokenId token) { return vocabulary_.text(token) == name; });
  }
  void drop(std::string_view name, TokenAttribute becomes) {
    const auto token = vocabulary_.find(name);
    if (!token || std::erase(tokens_, *token) == 0) return;
    vocabulary_.set_only(*token, becomes);
  }
  std::vector<TokenId> tokens() && { return std::move(tokens_); }

 private:
  Vocabulary& vocabulary_;
  std::vector<TokenId> tokens_;
};

/// Tokens that, against their names, do not end an answer in the models that have them.
void drop_exceptions(Stops& stops) {
  const bool calls = stops.has("<|call|>") || stops.has("<|calls|>");
  if (calls && (stops.has("<|return|>") || stops.has("<|flush|>"))) {
    stops.drop("<|end|>", TokenAttribute::kUserDefined);
  }
  if (stops.has("<|tool_response>")) stops.drop("</s>", TokenAttribute::kNormal);
}

bool contains_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

/// White space beside special tokens goes with them in a few models, known by their names.
Result<void> set_strips(const Gguf& gguf, Vocabulary& vocabulary) {
  const auto name = gguf.text("general.name", ""), pre = gguf.text("tokenizer.ggml.pre", ""),
             architecture = gguf.text("general.architecture", "");
  for (const auto* text : {&name, &pre, &architecture}) {
    if (!*text) return text->error();
  }
  std::string lower(*name);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  const auto set = [&](std::string_view token, TokenAttribute attribute, bool value) {
    if (const auto id = vocabulary.find(token)) vocabulary.set(*id, attribute, value);
  };
  if (contains_any(*pre, {"jina-v2-de", "jina-v2-es", "jina-v2-code"}) ||
      contains_any(*architecture, {"nomic-bert-moe", "jina-bert-v3"})) {
    set("<mask>", TokenAttribute::kStripsLeft, true);
  } else if (contains_any(lower, {"phi-3", "phi3"})) {
    for (TokenId id = 0; id < vocabulary.size(); ++id) {
      const bool special = vocabulary.is(id, TokenAttribute::kControl) ||
                           vocabulary.is(id, TokenAttribute::kUserDefined) ||
                           vocabulary.is(id, TokenAttribute::kUnknown);
      if (special) vocabulary.set(id, TokenAttribute::kStripsRight);
    }
    set("</s>", TokenAttribute::kStripsRight, true);
    for (const char* token : {"<unk>", "<s>", "<|endoftext|>"})
      set(token, TokenAttribute::kStripsRight, false);
  } else if (contains_any(lower, {"modern-bert"})) {
    set("[MASK]", TokenAttribute::kStripsLeft, true);
  }
  return {};
}

}  // namespace

Result<TokenRoles> find_roles(const Gguf& gguf, TokenRoles roles, Vocabulary& vocabulary) {
  RoleFinder finder(gguf, vocabulary);
  AREIA_RETURN_IF_ERROR(finder.read("bos", roles.bos));
  AREIA_RETURN_IF_ERROR(finder.read("eos", roles.eos));
  AREIA_RETURN_IF_ERROR(finder.read("unknown", roles.unknown));
  struct Search {
    std::vector<const char*> keys;
    Names names;
    bool stops;
  };
  const Search searches[] = {{{"eot"}, kEndsOfTurn, true},
                             {{"eom"}, kEndsOfMessage, true},
                             {{"fim_pre", "prefix"}, kPrefixes, false},
                             {{"fim_suf", "suffix"}, kSuffixes, false},
                             {{"fim_mid", "middle"}, kMiddles, false},
                             {{"fim_pad"}, kPaddings, true},
                             {{"fim_rep"}, kRepositories, true},
                             {{"fim_sep"}, kFileSeparators, true}};
  Stops stops(vocabulary);
  stops.add(roles.eos);
  for (const Search& search : searches) {
    const auto token = finder.read_or_find(search.keys, search.names);
    if (!token) return token.error();
    if (search.stops) stops.add(*token);
  }
  for (const std::string_view name : kEnds) {
    const auto token = vocabulary.find(name);
    if (token) vocabulary.set(*token, TokenAttribute::kControl);
    stops.add(token);
  }
  for (const std::string_view name : kHarmony) {
    if (const auto token = vocabulary.find(name)) vocabulary.set_only(*token, TokenAttribute::kUserDefined);
  }
  drop_exceptions(stops);
  AREIA_RETURN_IF_ERROR(set_strips(gguf, vocabulary));
  roles.stops = std::move(stops).tokens();
  return roles;
}

}  // namespace areia::sw
