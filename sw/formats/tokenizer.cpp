// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Encoding and decoding, around what the kinds of vocabularies do.
#include "sw/formats/tokenizer.h"

#include "sw/formats/byte_pair.h"
#include "sw/formats/tokenizer_sentence_piece.h"

namespace areia::sw {

std::vector<TokenId> Tokenizer::encode(std::string_view text, SpecialText special) const {
  return encode_fragments(specials_->split(*vocabulary_, text, special == SpecialText::kParse));
}

std::vector<TokenId> Tokenizer::encode_quoting(std::string_view text,
                                               std::span<const TextRange> quoted) const {
  return encode_fragments(specials_->split(*vocabulary_, text, true, quoted));
}

std::vector<TokenId> Tokenizer::encode_fragments(std::span<const SpecialTokens::Fragment> fragments) const {
  std::vector<TokenId> ids;
  if (add_bos_ && roles_.bos) ids.push_back(*roles_.bos);
  bool opens = true;
  for (const auto& fragment : fragments) {
    if (fragment.token) {
      ids.push_back(*fragment.token);
    } else {
      encoder_->encode(*vocabulary_, fragment.text, opens, ids);
    }
    opens = fragment.token.has_value();
  }
  if (add_eos_ && roles_.eos) ids.push_back(*roles_.eos);
  return ids;
}

std::string Tokenizer::piece(TokenId token) const {
  if (token >= size()) return {};
  const auto is = [&](TokenAttribute attribute) { return vocabulary_->is(token, attribute); };
  const std::string_view text = vocabulary_->text(token);
  if (is(TokenAttribute::kControl) || is(TokenAttribute::kUnknown)) return {};
  if (is(TokenAttribute::kUserDefined)) return std::string(text);
  if (is(TokenAttribute::kNormal)) return byte_level_ ? byte_level_bytes(text) : unmark_spaces(text);
  const auto byte = is(TokenAttribute::kByte) ? Vocabulary::byte_of(text) : std::nullopt;
  return byte ? std::string(1, static_cast<char>(*byte)) : std::string();
}

std::string Tokenizer::decode(std::span<const TokenId> tokens) const {
  PieceStream stream(*this);
  std::string text;
  for (const TokenId token : tokens) text += stream.push(token);
  return text + stream.finish();
}

std::string PieceStream::push(TokenId token) {
  std::string bytes = tokenizer_.piece(token);
  if (first_ && tokenizer_.add_space_prefix_ && bytes.starts_with(' ')) bytes.erase(0, 1);
  first_ = false;
  return joiner_.push(bytes);
}

}  // namespace areia::sw
