// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Cutting texts at special tokens.
#include "sw/formats/tokenizer_specials.h"

#include <algorithm>

namespace areia::sw {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_control(const Vocabulary& vocabulary, TokenId token) {
  return vocabulary.is(token, TokenAttribute::kControl) || vocabulary.is(token, TokenAttribute::kUnknown);
}

}  // namespace

SpecialTokens::SpecialTokens(const Vocabulary& vocabulary) : order_(vocabulary.size(), UINT32_MAX) {
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    if (is_control(vocabulary, id) || vocabulary.is(id, TokenAttribute::kUserDefined))
      longest_first_.push_back(id);
  }
  std::stable_sort(longest_first_.begin(), longest_first_.end(), [&](TokenId a, TokenId b) {
    return vocabulary.text(a).size() > vocabulary.text(b).size();
  });
  for (std::uint32_t place = 0; place < longest_first_.size(); ++place) {
    const TokenId token = longest_first_[place];
    const std::string_view text = vocabulary.text(token);
    order_[token] = place;
    std::vector<std::size_t>& lengths = lengths_by_start_[static_cast<unsigned char>(text[0])];
    if (lengths.empty() || lengths.back() != text.size()) lengths.push_back(text.size());
  }
}

std::vector<TokenId> SpecialTokens::occurring(const Vocabulary& vocabulary, std::string_view text,
                                              bool controls) const {
  std::vector<std::uint32_t> places;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const std::size_t length : lengths_by_start_[static_cast<unsigned char>(text[at])]) {
      if (length > text.size() - at) continue;
      const auto token = vocabulary.find(text.substr(at, length));
      if (token && order_[*token] != UINT32_MAX && (controls || !is_control(vocabulary, *token))) {
        places.push_back(order_[*token]);
      }
    }
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  for (std::uint32_t& place : places) place = longest_first_[place];
  return places;
}

/// Cuts fragments of one text at one token.
class SpecialTokens::Cutter {
 public:
  Cutter(const Vocabulary& vocabulary, TokenId token, std::string_view whole,
         std::span<const TextRange> quoted)
      : vocabulary_(vocabulary), token_(token), name_(vocabulary.text(token)), whole_(whole) {
    const bool tagged = name_.starts_with("<|") && name_.ends_with("|>");
    if (tagged || is_control(vocabulary, token)) quoted_ = quoted;
  }

  /// Appends `text` cut at every occurrence that counts.
  void cut(std::string_view text, std::vector<Fragment>& fragments) const {
    for (std::size_t at; (at = find(text)) != std::string_view::npos;) {
      std::string_view before = text.substr(0, at);
      text.remove_prefix(at + name_.size());
      if (vocabulary_.is(token_, TokenAttribute::kStripsLeft)) {
        while (!before.empty() && is_space(before.back())) before.remove_suffix(1);
      }
      if (vocabulary_.is(token_, TokenAttribute::kStripsRight)) {
        while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
      }
      if (!before.empty()) fragments.push_back({{}, before});
      fragments.push_back({token_, {}});
    }
    if (!text.empty()) fragments.push_back({{}, text});
  }

 private:
  std::size_t find(std::string_view text) const {
    std::size_t at = text.find(name_);
    while (at != std::string_view::npos && is_quoted(text.data() + at - whole_.data())) {
      at = text.find(name_, at + 1);
    }
    return at;
  }

  /// Whether any byte of an occurrence is quoted.
  bool is_quoted(std::ptrdiff_t offset) const {
    const auto begin = static_cast<std::size_t>(offset), end = begin + name_.size();
    const auto range = std::ranges::upper_bound(quoted_, begin, {}, &TextRange::end);
    return range != quoted_.end() && range->begin < end;
  }

  const Vocabulary& vocabulary_;
  TokenId token_;
  std::string_view name_, whole_;
  std::span<const TextRange> quoted_;
};

std::vector<SpecialTokens::Fragment> SpecialTokens::split(const Vocabulary& vocabulary, std::string_view text,
                                                          bool controls,
                                                          std::span<const TextRange> quoted) const {
  std::vector<Fragment> fragments;
  if (!text.empty()) fragments.push_back({{}, text});
  for (const TokenId token : occurring(vocabulary, text, controls)) {
    const Cutter cutter(vocabulary, token, text, quoted);
    std::vector<Fragment> split;
    for (const Fragment& fragment : fragments) {
      if (fragment.token) {
        split.push_back(fragment);
      } else {
        cutter.cut(fragment.text, split);
      }
    }
    fragments = std::move(split);
  }
  return fragments;
}

}  // namespace areia::sw
