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

/// Appends `text` cut at every `token`.
void cut(const Vocabulary& vocabulary, TokenId token, std::string_view text,
         std::vector<SpecialTokens::Fragment>& fragments) {
  const std::string_view name = vocabulary.text(token);
  for (std::size_t at; (at = text.find(name)) != std::string_view::npos;) {
    std::string_view before = text.substr(0, at);
    text.remove_prefix(at + name.size());
    if (vocabulary.is(token, TokenAttribute::kStripsLeft)) {
      while (!before.empty() && is_space(before.back())) before.remove_suffix(1);
    }
    if (vocabulary.is(token, TokenAttribute::kStripsRight)) {
      while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    }
    if (!before.empty()) fragments.push_back({{}, before});
    fragments.push_back({token, {}});
  }
  if (!text.empty()) fragments.push_back({{}, text});
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

std::vector<SpecialTokens::Fragment> SpecialTokens::split(const Vocabulary& vocabulary, std::string_view text,
                                                          bool controls) const {
  std::vector<Fragment> fragments;
  if (!text.empty()) fragments.push_back({{}, text});
  for (const TokenId token : occurring(vocabulary, text, controls)) {
    std::vector<Fragment> split;
    for (const Fragment& fragment : fragments) {
      if (fragment.token) {
        split.push_back(fragment);
      } else {
        cut(vocabulary, token, fragment.text, split);
      }
    }
    fragments = std::move(split);
  }
  return fragments;
}

}  // namespace areia::sw
