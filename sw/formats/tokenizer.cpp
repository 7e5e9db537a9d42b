// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Encoding and decoding. Encoding is SentencePiece's BPE: the text (spaces as U+2581, one in front) is cut
// into characters; again and again the neighbours whose joint piece has the best score merge, the leftmost
// of equals first; characters that are no piece fall back to byte tokens.
#include "sw/formats/tokenizer.h"

#include <queue>
#include <utility>

namespace areia::sw {
namespace {

constexpr std::string_view kSpaceMark = "\xe2\x96\x81";  // U+2581

std::string mark_spaces(std::string_view text) {
  std::string marked;
  for (const char c : text) {
    if (c == ' ') {
      marked += kSpaceMark;
    } else {
      marked += c;
    }
  }
  return marked;
}

std::string unmark_spaces(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const bool mark = text.starts_with(kSpaceMark);
    plain += mark ? ' ' : text.front();
    text.remove_prefix(mark ? kSpaceMark.size() : 1);
  }
  return plain;
}

/// A run of text that is one symbol so far; a doubly linked list in an array. Merged-away ones are empty.
struct Symbol {
  std::size_t begin, size;
  std::ptrdiff_t previous, next;
};

/// Two neighbours that may merge; `size` tells later whether both are still what they were.
struct Bigram {
  std::ptrdiff_t left, right;
  float score;
  std::size_t size;
  bool operator<(const Bigram& other) const {  // the queue's top is the greatest
    return score != other.score ? score < other.score : left > other.left;
  }
};

std::vector<Symbol> characters(std::string_view text) {
  std::vector<Symbol> symbols;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = std::min(utf8_sequence_bytes(text[at]), text.size() - at);
    const auto index = static_cast<std::ptrdiff_t>(symbols.size());
    symbols.push_back({at, size, index - 1, index + 1});
    at += size;
  }
  if (!symbols.empty()) symbols.back().next = -1;
  return symbols;
}

}  // namespace

/// Either a special token, or text between special tokens.
struct Tokenizer::Fragment {
  std::optional<TokenId> token;
  std::string_view text;
};

std::optional<TokenId> Tokenizer::find(std::string_view text) const {
  const auto found = ids_.find(text);
  if (found == ids_.end()) return {};
  return found->second;
}

std::vector<Tokenizer::Fragment> Tokenizer::split_specials(std::string_view text, SpecialText special) const {
  std::vector<Fragment> fragments;
  if (!text.empty()) fragments.push_back({{}, text});
  for (const TokenId token : specials_) {
    const Piece& piece = pieces_[token];
    if (special == SpecialText::kPlain && piece.kind != Kind::kUserDefined) continue;
    if (text.find(piece.text) == std::string_view::npos) continue;
    std::vector<Fragment> split;
    for (Fragment& fragment : fragments) {
      std::string_view rest = fragment.text;
      for (std::size_t at; !fragment.token && (at = rest.find(piece.text)) != std::string_view::npos;) {
        if (at > 0) split.push_back({{}, rest.substr(0, at)});
        split.push_back({token, {}});
        rest.remove_prefix(at + piece.text.size());
      }
      if (fragment.token || !rest.empty()) split.push_back({fragment.token, rest});
    }
    fragments = std::move(split);
  }
  return fragments;
}

void Tokenizer::merge_pieces(const std::string& text, std::vector<TokenId>& ids) const {
  const std::string_view all = text;
  std::vector<Symbol> symbols = characters(all);
  std::priority_queue<Bigram> queue;
  const auto consider = [&](std::ptrdiff_t left, std::ptrdiff_t right) {
    if (left < 0 || right < 0) return;
    const std::size_t size = symbols[left].size + symbols[right].size;
    if (const auto token = find(all.substr(symbols[left].begin, size))) {
      queue.push({left, right, pieces_[*token].score, size});
    }
  };
  for (std::size_t i = 1; i < symbols.size(); ++i) {
    consider(static_cast<std::ptrdiff_t>(i) - 1, static_cast<std::ptrdiff_t>(i));
  }
  while (!queue.empty()) {
    const Bigram best = queue.top();
    queue.pop();
    Symbol& left = symbols[best.left];
    Symbol& right = symbols[best.right];
    if (left.size == 0 || right.size == 0 || left.size + right.size != best.size) continue;
    left.size = best.size;
    right.size = 0;
    left.next = right.next;
    if (right.next >= 0) symbols[right.next].previous = best.left;
    consider(left.previous, best.left);
    consider(best.left, left.next);
  }
  for (std::ptrdiff_t i = symbols.empty() ? -1 : 0; i >= 0; i = symbols[i].next) {
    const std::string_view piece = all.substr(symbols[i].begin, symbols[i].size);
    if (const auto token = find(piece)) {
      ids.push_back(*token);
      continue;
    }
    for (const char byte : piece) {
      const auto token = byte_ids_[static_cast<unsigned char>(byte)];
      if (token || unknown_) ids.push_back(token ? *token : *unknown_);
    }
  }
}

std::vector<TokenId> Tokenizer::encode(std::string_view text, SpecialText special) const {
  std::vector<TokenId> ids;
  if (add_bos_ && bos_) ids.push_back(*bos_);
  bool after_special = true;
  for (const Fragment& fragment : split_specials(text, special)) {
    if (fragment.token) {
      ids.push_back(*fragment.token);
    } else {
      const bool prefix = add_space_prefix_ && after_special;
      std::string marked(prefix ? kSpaceMark : std::string_view());
      marked += mark_spaces(fragment.text);
      merge_pieces(marked, ids);
    }
    after_special = fragment.token.has_value();
  }
  if (add_eos_ && eos_) ids.push_back(*eos_);
  return ids;
}

std::string Tokenizer::piece(TokenId token) const {
  if (token >= pieces_.size()) return {};
  const Piece& piece = pieces_[token];
  switch (piece.kind) {
    case Kind::kNormal:
      return unmark_spaces(piece.text);
    case Kind::kUserDefined:
      return piece.text;
    case Kind::kByte:
      return piece.byte ? std::string(1, static_cast<char>(*piece.byte)) : std::string();
    case Kind::kUnknown:
    case Kind::kControl:
    case Kind::kUnused:
      return {};
  }
  return {};
}

std::string Tokenizer::decode(std::span<const TokenId> tokens) const {
  PieceStream stream(*this);
  std::string text;
  for (const TokenId token : tokens) text += stream.push(token);
  return text + stream.finish();
}

std::vector<TokenId> Tokenizer::stop_tokens() const {
  std::vector<TokenId> tokens;
  if (eos_) tokens.push_back(*eos_);
  if (end_of_turn_ && end_of_turn_ != eos_) tokens.push_back(*end_of_turn_);
  return tokens;
}

std::string PieceStream::push(TokenId token) {
  std::string bytes = tokenizer_.piece(token);
  if (first_ && tokenizer_.add_space_prefix_ && bytes.starts_with(' ')) bytes.erase(0, 1);
  first_ = false;
  return joiner_.push(bytes);
}

}  // namespace areia::sw
