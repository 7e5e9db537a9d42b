// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads a tokenizer from GGUF metadata. Defaults for missing keys are llama.cpp's for this kind of
// vocabulary.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sw/formats/tokenizer.h"

namespace areia::sw {
namespace {

/// The value of "<0xHL>", if that is what the text is.
std::optional<unsigned char> byte_of(std::string_view text) {
  if (text.size() != 6 || !text.starts_with("<0x") || text[5] != '>') return {};
  unsigned value = 0;
  for (const char c : text.substr(3, 2)) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit && !(c >= 'A' && c <= 'F')) return {};
    value = value * 16 + static_cast<unsigned>(digit ? c - '0' : c - 'A' + 10);
  }
  return static_cast<unsigned char>(value);
}

}  // namespace

Result<Tokenizer> Tokenizer::from_gguf(const Gguf& gguf) {
  const auto model = gguf.text("tokenizer.ggml.model");
  if (!model) return model.error();
  if (*model != "llama") {
    return bad_input(
        fmt::format("{}: tokenizer '{}' is not supported yet; supported is 'llama' (SentencePiece BPE)",
                    gguf.origin(), model->substr(0, 40)));
  }
  Tokenizer tokenizer;
  AREIA_RETURN_IF_ERROR(tokenizer.read_pieces(gguf));
  AREIA_RETURN_IF_ERROR(tokenizer.read_rules(gguf));
  tokenizer.index_pieces();
  return tokenizer;
}

Result<void> Tokenizer::read_pieces(const Gguf& gguf) {
  const auto texts = gguf.texts("tokenizer.ggml.tokens");
  if (!texts) return texts.error();
  const auto scores = gguf.floats("tokenizer.ggml.scores");
  if (!scores) return scores.error();
  std::vector<std::int32_t> kinds(texts->size(), static_cast<std::int32_t>(Kind::kNormal));
  if (gguf.find("tokenizer.ggml.token_type") != nullptr) {
    auto given = gguf.integers("tokenizer.ggml.token_type");
    if (!given) return given.error();
    kinds = std::move(*given);
  }
  const std::size_t count = texts->size();
  if (count == 0 || count > INT32_MAX || scores->size() != count || kinds.size() != count) {
    return bad_input(
        fmt::format("{}: the vocabulary has {} tokens, {} scores and {} token types: they must be as many",
                    gguf.origin(), count, scores->size(), kinds.size()));
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (std::isnan((*scores)[i]) || kinds[i] < 1 || kinds[i] > static_cast<std::int32_t>(Kind::kByte)) {
      return bad_input(
          fmt::format("{}: token {} of the vocabulary has score {} and type {}: a score must be a number, "
                      "a type 1 to 6",
                      gguf.origin(), i, (*scores)[i], kinds[i]));
    }
    std::string text((*texts)[i]);
    // A name that no text contains, as llama.cpp gives it, keeps the empty string out of the index.
    if (text.empty()) text = fmt::format("[EMPTY_{}]", i);
    const auto byte = byte_of(text);
    pieces_.push_back({std::move(text), (*scores)[i], static_cast<Kind>(kinds[i]), byte});
  }
  return {};
}

Result<void> Tokenizer::read_rules(const Gguf& gguf) {
  const auto read_token = [&](const char* name, std::optional<TokenId> missing,
                              std::optional<TokenId>& token) -> Result<void> {
    const std::string key = fmt::format("tokenizer.ggml.{}_token_id", name);
    token = missing && *missing < size() ? missing : std::nullopt;
    if (gguf.find(key) == nullptr) return {};
    const auto id = gguf.unsigned_integer(key, 0, size() - 1);
    if (!id) return id.error();
    token = static_cast<TokenId>(*id);
    return {};
  };
  AREIA_RETURN_IF_ERROR(read_token("bos", 1, bos_));
  AREIA_RETURN_IF_ERROR(read_token("eos", 2, eos_));
  AREIA_RETURN_IF_ERROR(read_token("unknown", 0, unknown_));
  AREIA_RETURN_IF_ERROR(read_token("eot", {}, end_of_turn_));
  const auto read_flag = [&](const char* name, bool& flag) -> Result<void> {
    const auto value = gguf.boolean(fmt::format("tokenizer.ggml.{}", name), flag);
    if (!value) return value.error();
    flag = *value;
    return {};
  };
  AREIA_RETURN_IF_ERROR(read_flag("add_bos_token", add_bos_));
  AREIA_RETURN_IF_ERROR(read_flag("add_eos_token", add_eos_));
  return read_flag("add_space_prefix", add_space_prefix_);
}

void Tokenizer::index_pieces() {
  for (TokenId id = 0; id < size(); ++id) {
    const Piece& piece = pieces_[id];
    ids_[piece.text] = id;  // of two with one text the later counts, as in llama.cpp
    if (piece.kind == Kind::kControl || piece.kind == Kind::kUserDefined || piece.kind == Kind::kUnknown) {
      specials_.push_back(id);
    }
  }
  for (const auto& [text, id] : ids_) {
    if (const auto byte = pieces_[id].byte) byte_ids_[*byte] = id;
  }
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char character = static_cast<char>(byte);
    if (!byte_ids_[byte]) byte_ids_[byte] = find({&character, 1});
  }
  std::stable_sort(specials_.begin(), specials_.end(),
                   [this](TokenId a, TokenId b) { return pieces_[a].text.size() > pieces_[b].text.size(); });
}

}  // namespace areia::sw
