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

std::vector<TokenId> find_specials(const Vocabulary& vocabulary) {
  std::vector<TokenId> specials;
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    if (is_control(vocabulary, id) || vocabulary.is(id, TokenAttribute::kUserDefined)) specials.push_back(id);
  }
  return specials;
}

std::size_t bytes_of(const Vocabulary& vocabulary, const std::vector<TokenId>& tokens) {
  std::size_t bytes = 0;
  for (const TokenId token : tokens) bytes += vocabulary.text(token).size();
  return bytes;
}

}  // namespace

SpecialTokens::SpecialTokens(const Vocabulary& vocabulary)
    : longest_first_(find_specials(vocabulary)), places_(bytes_of(vocabulary, longest_first_)) {
  std::stable_sort(longest_first_.begin(), longest_first_.end(), [&](TokenId a, TokenId b) {
    return vocabulary.text(a).size() > vocabulary.text(b).size();
  });
  for (std::uint32_t place = 0; place < longest_first_.size(); ++place) {
    places_.add(vocabulary.text(longest_first_[place]), place);
  }
}

/// The special tokens whose texts stand anywhere in `text`, the longest first.
std::vector<TokenId> SpecialTokens::occurring(const Vocabulary& vocabulary, std::string_view text,
                                              bool controls) const {
  std::vector<bool> found(longest_first_.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    PieceTrie::Node node = PieceTrie::kRoot;
    for (std::size_t end = at; end < text.size(); ++end) {
      node = places_.child(node, text[end]);
      if (node == PieceTrie::kNone) break;
      if (const auto place = places_.token(node)) found[*place] = true;
    }
  }
  std::vector<TokenId> tokens;
  for (std::size_t place = 0; place < found.size(); ++place) {
    const TokenId token = longest_first_[place];
    if (found[place] && (controls || !is_control(vocabulary, token))) tokens.push_back(token);
  }
  return tokens;
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
