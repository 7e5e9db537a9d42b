// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Tokenizer: text to token ids and back, for the vocabularies of GGUF files. Gives the ids that llama.cpp
// gives. One file has each kind, by tokenizer.ggml.model:
//   "llama"   SentencePiece BPE: tokenizer_sentence_piece.h
//   "gpt2"    byte-level BPE: byte_pair.h, its words by pre_tokenizer.h ("gemma4": the same, without bytes)
//   "t5"      SentencePiece unigram: unigram.h
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sw/formats/gguf.h"
#include "sw/formats/tokenizer_encoder.h"
#include "sw/formats/tokenizer_specials.h"
#include "sw/formats/tokenizer_vocabulary.h"
#include "sw/formats/utf8.h"

namespace areia::sw {

/// Whether control tokens that are spelled out in a text ("</s>") count as such, or as plain characters.
enum class SpecialText { kPlain, kParse };

class Tokenizer {
 public:
  /// Reads the vocabulary and its rules from the file's metadata; keeps no view of the file.
  /// `areia.pre_tokenizer.patterns` (texts) and `.ignore_merges` (boolean, false where missing), which a
  /// Hugging Face folder's reader sets, stand for tokenizer.ggml.pre.
  static Result<Tokenizer> from_gguf(const Gguf& gguf);

  std::uint32_t size() const { return vocabulary_->size(); }

  /// The ids of a prompt, with BOS and EOS where the vocabulary asks for them. Bytes that the vocabulary
  /// cannot express become the unknown token, or vanish where there is none.
  std::vector<TokenId> encode(std::string_view text, SpecialText special = SpecialText::kPlain) const;
  /// The same with control tokens parsed, except in `quoted` ranges (ascending, each not empty): nothing in
  /// them steers the model.
  std::vector<TokenId> encode_quoting(std::string_view text, std::span<const TextRange> quoted) const;

  /// The bytes that a token stands for; none for control and unknown tokens. May be part of a character.
  std::string piece(TokenId token) const;

  /// The text of tokens that were generated: the leading space of the first is dropped where the
  /// vocabulary puts one before every text. Always valid UTF-8.
  std::string decode(std::span<const TokenId> tokens) const;

  std::optional<TokenId> bos() const { return roles_.bos; }
  /// Tokens that end an answer: EOS, end of turn, and others that llama.cpp knows by their text.
  std::vector<TokenId> stop_tokens() const { return roles_.stops; }

 private:
  friend class PieceStream;
  std::vector<TokenId> encode_fragments(std::span<const SpecialTokens::Fragment> fragments) const;
  struct Kind;
  Tokenizer() = default;
  static Result<Kind> kind_of(const Gguf& gguf);
  static Result<Kind> byte_pair_kind(const Gguf& gguf, bool gemma);
  Result<void> read_flags(const Gguf& gguf, const Kind& kind);

  std::unique_ptr<const Vocabulary> vocabulary_;
  std::unique_ptr<const TextEncoder> encoder_;
  std::unique_ptr<const SpecialTokens> specials_;
  TokenRoles roles_;
  bool byte_level_ = false;  ///< characters of a piece stand for bytes; else U+2581 for spaces
  bool add_bos_ = true, add_eos_ = false, add_space_prefix_ = true;
};

/// Decodes token after token, as they are generated; the parts joined are decode() of all.
class PieceStream {
 public:
  explicit PieceStream(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}
  /// The text that this token completes.
  std::string push(TokenId token);
  std::string finish() { return joiner_.finish(); }

 private:
  const Tokenizer& tokenizer_;
  Utf8Joiner joiner_;
  bool first_ = true;
};

}  // namespace areia::sw
