// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads a tokenizer from GGUF metadata. Defaults for missing keys are llama.cpp's for each kind of
// vocabulary.
#include <fmt/format.h>

#include "sw/formats/byte_pair.h"
#include "sw/formats/tokenizer.h"
#include "sw/formats/tokenizer_sentence_piece.h"

namespace areia::sw {
namespace {

Result<PreTokenizer> pre_tokenizer_of(const Gguf& gguf, std::string_view model) {
  constexpr std::string_view kOwnKey = "areia.pre_tokenizer.patterns", kNameKey = "tokenizer.ggml.pre";
  std::string_view key = kNameKey;
  auto made = [&]() -> Result<PreTokenizer> {
    if (gguf.find(kOwnKey) != nullptr) {
      key = kOwnKey;
      const auto patterns = gguf.texts(kOwnKey);
      return patterns ? PreTokenizer::from_patterns(*patterns) : patterns.error();
    }
    if (model == "gemma4") return PreTokenizer::by_name(model);
    const auto name = gguf.text(kNameKey, "default");
    if (!name) return name.error();
    return PreTokenizer::by_name(name->empty() ? "default" : *name);
  }();
  if (!made) return bad_input(fmt::format("{}: {}: {}", gguf.origin(), key, made.error().message));
  return made;
}

}  // namespace

/// What tokenizer.ggml.model decides.
struct Tokenizer::Kind {
  TokenRoles roles = {};  ///< where the file names none
  bool byte_level = false;
  bool add_bos = false, add_eos = false, add_space_prefix = false;
  bool needs_scores = true;
  std::optional<BytePairEncoder> byte_pair = {};  ///< or else SentencePiece's
};

Result<Tokenizer::Kind> Tokenizer::kind_of(const Gguf& gguf) {
  const auto model = gguf.text("tokenizer.ggml.model");
  if (!model) return model.error();
  if (*model == "llama") {
    return Kind{.roles = {.bos = 1, .eos = 2, .unknown = 0}, .add_bos = true, .add_space_prefix = true};
  }
  if (*model == "gpt2" || *model == "gemma4") {
    auto pre_tokenizer = pre_tokenizer_of(gguf, *model);
    if (!pre_tokenizer) return pre_tokenizer.error();
    const PreTokenizerRules rules = pre_tokenizer->rules();
    auto encoder = BytePairEncoder::from_gguf(gguf, std::move(*pre_tokenizer));
    if (!encoder) return encoder.error();
    Kind kind{.byte_level = !rules.marks_spaces, .add_bos = rules.adds_bos, .needs_scores = false};
    if (rules.has_bos && *model == "gpt2") kind.roles.bos = 11;
    if (*model == "gpt2") kind.roles.eos = 11;
    kind.byte_pair.emplace(std::move(*encoder));
    return kind;
  }
  return bad_input(
      fmt::format("{}: tokenizer '{}' is not supported; supported are 'llama' (SentencePiece BPE), 'gpt2' "
                  "(byte-level BPE)",
                  gguf.origin(), model->substr(0, 40)));
}

Result<Tokenizer> Tokenizer::from_gguf(const Gguf& gguf) {
  auto kind = kind_of(gguf);
  if (!kind) return kind.error();
  auto vocabulary = Vocabulary::from_gguf(gguf, kind->needs_scores);
  if (!vocabulary) return vocabulary.error();
  auto roles = find_roles(gguf, kind->roles, *vocabulary);
  if (!roles) return roles.error();
  Tokenizer tokenizer;
  const auto read_flag = [&](const char* name, bool missing, bool& flag) -> Result<void> {
    const auto value = gguf.boolean(fmt::format("tokenizer.ggml.{}", name), missing);
    if (!value) return value.error();
    flag = *value;
    return {};
  };
  AREIA_RETURN_IF_ERROR(read_flag("add_bos_token", kind->add_bos, tokenizer.add_bos_));
  AREIA_RETURN_IF_ERROR(read_flag("add_eos_token", kind->add_eos, tokenizer.add_eos_));
  AREIA_RETURN_IF_ERROR(read_flag("add_space_prefix", kind->add_space_prefix, tokenizer.add_space_prefix_));
  tokenizer.byte_level_ = kind->byte_level;
  if (kind->byte_pair) {
    tokenizer.encoder_ = std::make_unique<const BytePairEncoder>(std::move(*kind->byte_pair));
  } else {
    tokenizer.encoder_ =
        std::make_unique<const SentencePieceEncoder>(tokenizer.add_space_prefix_, roles->unknown);
  }
  tokenizer.roles_ = std::move(*roles);
  tokenizer.specials_ = std::make_unique<const SpecialTokens>(*vocabulary);
  tokenizer.vocabulary_ = std::make_unique<const Vocabulary>(std::move(*vocabulary));
  return tokenizer;
}

}  // namespace areia::sw
