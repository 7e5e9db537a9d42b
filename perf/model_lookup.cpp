// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds a shape by its names: words are joined to a key, and the longest known key wins whose remaining words
// say nothing of the shape.
#include "perf/model_lookup.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace areia::perf {
namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// Words before a name that say who publishes it.
constexpr std::string_view kPublishers[] = {"meta", "nvidia", "google", "openai", "amd"};

/// Words after a name that leave the shape as it is: tuning, storage, the benchmark's and the run's manner.
constexpr auto kNeutralWords = std::to_array<std::string_view>(
    {"hf",    "instruct", "chat",      "it",        "pt",        "base",   "thinking", "preview", "lora",
     "sft",   "dynamic",  "quantized", "gguf",      "awq",       "gptq",   "fp32",     "fp16",    "bf16",
     "fp8",   "fp4",      "int8",      "int4",      "nvfp4",     "mxfp4",  "mxfp8",    "ptpc",    "kv",
     "w4a16", "w8a8",     "w4a8",      "4bit",      "8bit",      "decode", "prefill",  "pre",     "training",
     "train", "pretrain", "full",      "selective", "recompute", "seq",    "par",      "+",       "strong",
     "weak",  "scaling",  "maxtext",   "turbo",     "latest",    "99",     "99.9",     "layer"});

bool is_parallelism(std::string_view word) {  // "tp8", "dep2pp1"
  constexpr std::string_view kKinds[] = {"tp", "pp", "dp", "ep", "cp", "dep", "tep", "adp", "fsdp"};
  while (!word.empty()) {
    const auto kind = std::ranges::find_if(kKinds, [&](std::string_view k) { return word.starts_with(k); });
    if (kind == std::end(kKinds)) return false;
    word.remove_prefix(kind->size());
    if (word.empty() || !is_digit(word.front())) return false;
    while (!word.empty() && is_digit(word.front())) word.remove_prefix(1);
  }
  return true;
}

bool is_neutral(std::string_view word) {
  if (std::ranges::find(kNeutralWords, word) != kNeutralWords.end()) return true;
  if (is_parallelism(word)) return true;
  if (word.size() == 4 && std::ranges::all_of(word, is_digit)) return true;  // a date: 2507, 0528
  return word.size() >= 2 && word[0] == 'v' &&
         std::ranges::all_of(word.substr(1), [](char c) { return is_digit(c) || c == '.'; });
}

/// The words of a name in small letters, without organisation and publisher.
std::vector<std::string> words_of(std::string_view name) {
  const std::size_t space = name.find(' '), slash = name.substr(0, space).rfind('/');
  if (slash != std::string_view::npos) {
    name = name.substr(0, space);  // what follows a hub's name is not part of it
    name.remove_prefix(slash + 1);
  }
  const std::size_t equals = name.find('=');  // "TP=8" and all that follows are of the run
  if (equals != std::string_view::npos) name = name.substr(0, name.substr(0, equals).rfind(' '));
  std::vector<std::string> words(1);
  for (const char c : name) {
    if (c == '-' || c == '_' || c == ' ' || c == ',' || c == '(' || c == ')') {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  if (words.back().empty()) words.pop_back();
  if (words.size() > 1 && std::ranges::find(kPublishers, words.front()) != std::end(kPublishers))
    words.erase(words.begin());
  return words;
}

/// Words without what separates them, but for two numbers: "llama2-70b", "gptj6b".
void append(std::string& key, std::string_view word) {
  if (!key.empty() && is_digit(key.back()) && is_digit(word.front())) key += '-';
  key += word;
}

}  // namespace

ModelIndex::ModelIndex(std::span<const LanguageModel> models) {
  const auto add = [&](std::string_view name, std::size_t place) {
    std::string key;
    for (const std::string& word : words_of(name)) append(key, word);
    places_.emplace(std::move(key), place);
  };
  for (std::size_t i = 0; i < models.size(); ++i) {
    add(models[i].name, i), add(models[i].label, i);
    for (const std::string& alias : models[i].aliases) add(alias, i);
  }
}

std::optional<std::size_t> ModelIndex::find(std::string_view name) const {
  const std::vector<std::string> words = words_of(name);
  std::size_t required = words.size();  // words up to the last that is not neutral
  while (required > 0 && is_neutral(words[required - 1])) --required;
  std::string key;
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < words.size(); ++i) {
    append(key, words[i]);
    const auto place = i + 1 < required ? places_.end() : places_.find(key);
    if (place != places_.end()) found = place->second;
  }
  return found;
}

}  // namespace areia::perf
