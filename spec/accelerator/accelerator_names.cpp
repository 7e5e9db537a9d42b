// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Cuts names of accelerators into words and compares them.
#include "spec/accelerator/accelerator_names.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/text.h"

namespace areia {
namespace {

/// Words that never tell one chip from another.
constexpr std::string_view kFillers[] = {
    // makers
    "nvidia", "amd", "intel", "google", "cloud", "aws", "amazon", "habana", "meta", "microsoft", "azure",
    "tenstorrent", "geforce", "instinct", "tesla",
    // architectures
    "volta", "ampere", "ada", "lovelace", "hopper", "blackwell", "ultra", "grace", "superchip",
    // what it is
    "gpu", "gpus", "accelerator", "accelerators", "ai", "graphics", "card", "chip", "tensor", "core", "r",
    "tm", "server", "edition", "version", "generation", "nvlink", "dgx", "hgx", "module", "spx", "dlc", "cts",
    "ac"};
constexpr std::string_view kForms[] = {"sxm", "pcie", "nvl", "oam"};

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// "750w" with unit "w": digits and then exactly the unit.
bool is_amount(std::string_view word, std::string_view unit) {
  return word.ends_with(unit) && all_digits(word.substr(0, word.size() - unit.size()));
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : lower_case(text)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  // "8 x H100", "8x H100", "8xH100": how many is not what.
  if (words.size() > 2 && all_digits(words[0]) && words[1] == "x")
    words.erase(words.begin(), words.begin() + 2);
  if (!words.empty()) {
    const auto cross = words[0].find('x');
    if (cross != std::string::npos && all_digits(words[0].substr(0, cross))) words[0].erase(0, cross + 1);
    if (words[0].empty()) words.erase(words.begin());
  }
  return words;
}

/// Cuts a form off the end of a word: "h100sxm5" is "h100" and "sxm"; "pcie" alone is a form with nothing
/// left.
std::string_view cut_form(std::string& word) {
  std::string_view bare = word;
  while (!bare.empty() && std::isdigit(static_cast<unsigned char>(bare.back()))) bare.remove_suffix(1);
  for (const std::string_view form : kForms) {
    // "nvl72" counts the chips of a rack and is no form.
    if (!bare.ends_with(form) || (form == "nvl" && bare.size() != word.size())) continue;
    word.resize(bare.size() - form.size());
    return form;
  }
  return {};
}

/// Gigabytes of "80gb", "141gib", "64g"; of "80" if the next word is "gb" (then `used` is 2). 0: it is none.
unsigned gigabytes_at(std::span<const std::string> words, std::size_t& used) {
  used = 1;
  const std::string& word = words[0];
  std::size_t digits = 0;
  while (digits < word.size() && std::isdigit(static_cast<unsigned char>(word[digits]))) ++digits;
  std::string_view unit = std::string_view(word).substr(digits);
  if (digits == 0) return 0;
  if (unit.empty() && words.size() > 1) {
    unit = words[1];
    used = 2;
  }
  unsigned value = 0;
  const bool is_size = unit == "gb" || unit == "gib" || (unit == "g" && used == 1);
  if (!is_size || std::from_chars(word.data(), word.data() + digits, value).ec != std::errc()) return 0;
  return value;
}

bool is_filler(std::string_view word) {
  return std::ranges::find(kFillers, word) != std::end(kFillers) || word.starts_with("hbm") ||
         word.starts_with("gddr") || is_amount(word, "w") || is_amount(word, "xlarge") ||
         (word.size() == 4 && word.starts_with("nps")) ||
         (word.starts_with("nvl") && all_digits(word.substr(3)));
}

}  // namespace

AcceleratorWords accelerator_words(std::string_view text) {
  AcceleratorWords result;
  std::vector<std::string> words = split(text);
  for (std::size_t i = 0; i < words.size();) {
    std::size_t used = 1;
    if (const unsigned size = gigabytes_at(std::span(words).subspan(i), used); size > 0) {
      result.gigabytes = size;
      i += used;
      continue;
    }
    std::string& word = words[i++];
    if (is_filler(word)) continue;
    if (const auto form = cut_form(word); !form.empty()) result.form = form;
    if (!word.empty()) result.model.push_back(std::move(word));
  }
  return result;
}

AcceleratorNames::AcceleratorNames(std::span<const Accelerator> chips) {
  for (const Accelerator& chip : chips) {
    Chip& entry = chips_.emplace_back();
    entry.slices = chip.vendor == "Google";
    std::vector<std::string> names = {chip.name, chip.label};
    names.insert(names.end(), chip.aliases.begin(), chip.aliases.end());
    for (const std::string& name : names) {
      exact_.try_emplace(lower_case(name), chips_.size() - 1);
      const AcceleratorWords words = accelerator_words(name);
      std::string model;
      for (const std::string& word : words.model) {
        model += word;
        entry.words.insert(word);
      }
      if (!words.form.empty()) entry.forms.insert(words.form);
      if (words.gigabytes > 0) entry.gigabytes.insert(words.gigabytes);
      if (!model.empty()) entry.models[model].emplace(words.form, words.gigabytes);
    }
  }
}

std::optional<AcceleratorNames::Fit> AcceleratorNames::fit(const Chip& chip, const AcceleratorWords& words) {
  const auto known = [&](const std::string& word) {
    return chip.words.contains(word) || (chip.slices && all_digits(word));
  };
  Fit best;
  for (std::size_t begin = 0; begin < words.model.size(); ++begin) {
    std::string joined;
    for (std::size_t end = begin; end < words.model.size(); ++end) {
      joined += words.model[end];
      const auto model = chip.models.find(joined);
      if (model == chip.models.end() || joined.size() <= best.letters) continue;
      const auto first = words.model.begin();
      const auto at = [&](std::size_t i) { return first + static_cast<std::ptrdiff_t>(i); };
      if (!std::all_of(first, at(begin), known) || !std::all_of(at(end + 1), words.model.end(), known))
        continue;
      best.letters = joined.size();
      best.plain = std::ranges::any_of(model->second, [&](const auto& stated) {
        return (stated.first.empty() || stated.first == words.form) &&
               (stated.second == 0 || stated.second == words.gigabytes);
      });
    }
  }
  if (best.letters == 0) return std::nullopt;
  if (!words.form.empty()) best.form = chip.forms.contains(words.form) ? 1 : -1;
  if (words.gigabytes > 0) best.memory = chip.gigabytes.contains(words.gigabytes) ? 1 : -1;
  return best;
}

std::optional<std::size_t> AcceleratorNames::find(std::string_view text) const {
  constexpr std::size_t kLongest = 200;  // no name is; what is longer is not worth comparing
  if (text.size() > kLongest) return std::nullopt;
  if (const auto exact = exact_.find(lower_case(text)); exact != exact_.end()) return exact->second;
  const AcceleratorWords words = accelerator_words(text);
  std::optional<Fit> best;
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < chips_.size(); ++i) {
    const auto candidate = fit(chips_[i], words);
    if (!candidate || (best && !(*best < *candidate))) continue;
    best = candidate;
    found = i;
  }
  return found;
}

}  // namespace areia
