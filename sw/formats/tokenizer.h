// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Tokenizer: text to token ids and back, for the SentencePiece-BPE vocabularies of GGUF files
// (tokenizer.ggml.model = "llama"). Gives the ids that llama.cpp gives.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "sw/formats/gguf.h"
#include "sw/formats/utf8.h"

namespace areia::sw {

using TokenId = std::uint32_t;

/// Whether control tokens that are spelled out in a text ("</s>") count as such, or as plain characters.
enum class SpecialText { kPlain, kParse };

class Tokenizer {
 public:
  Tokenizer(Tokenizer&&) = default;
  Tokenizer& operator=(Tokenizer&&) = default;
  Tokenizer(const Tokenizer&) = delete;  // ids_ views pieces_
  Tokenizer& operator=(const Tokenizer&) = delete;
  ~Tokenizer() = default;

  /// Reads the vocabulary and its rules from the file's metadata; keeps no view of the file.
  static Result<Tokenizer> from_gguf(const Gguf& gguf);

  std::uint32_t size() const { return static_cast<std::uint32_t>(pieces_.size()); }

  /// The ids of a prompt, with BOS and EOS where the vocabulary asks for them. Bytes that the vocabulary
  /// cannot express become the unknown token, or vanish where there is none.
  std::vector<TokenId> encode(std::string_view text, SpecialText special = SpecialText::kPlain) const;

  /// The bytes that a token stands for; none for control and unknown tokens. May be part of a character.
  std::string piece(TokenId token) const;

  /// The text of tokens that were generated: the leading space of the first is dropped where the
  /// vocabulary puts one before every text. Always valid UTF-8.
  std::string decode(std::span<const TokenId> tokens) const;

  std::optional<TokenId> bos() const { return bos_; }
  /// Tokens that end an answer: EOS and, where there is one, end of turn.
  std::vector<TokenId> stop_tokens() const;

 private:
  friend class PieceStream;
  /// The codes of tokenizer.ggml.token_type.
  enum class Kind : std::int32_t { kNormal = 1, kUnknown, kControl, kUserDefined, kUnused, kByte };
  struct Piece {
    std::string text;
    float score = 0;
    Kind kind = Kind::kNormal;
    std::optional<unsigned char> byte;  ///< of "<0xHL>"
  };
  struct Fragment;

  Tokenizer() = default;
  Result<void> read_pieces(const Gguf& gguf);
  Result<void> read_rules(const Gguf& gguf);
  void index_pieces();
  std::vector<Fragment> split_specials(std::string_view text, SpecialText special) const;
  void merge_pieces(const std::string& text, std::vector<TokenId>& ids) const;
  std::optional<TokenId> find(std::string_view text) const;

  std::vector<Piece> pieces_;
  std::unordered_map<std::string_view, TokenId> ids_;  ///< by text; views of pieces_
  std::vector<TokenId> specials_;                      ///< control, user-defined, unknown: longest first
  std::optional<TokenId> byte_ids_[256];
  std::optional<TokenId> bos_, eos_, end_of_turn_, unknown_;
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
