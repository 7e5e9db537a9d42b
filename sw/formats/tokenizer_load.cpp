// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads a tokenizer from GGUF metadata. Defaults for missing keys are llama.cpp's for each kind of
// vocabulary.
#include <fmt/format.h>

#include "sw/formats/byte_pair.h"
#include "sw/formats/tokenizer.h"
#include "sw/formats/tokenizer_sentence_piece.h"
#include "sw/formats/unigram.h"

namespace areia::sw {
namespace {

constexpr std::string_view kPatternsKey = "areia.pre_tokenizer.patterns";

Result<PreTokenizer> own_pre_tokenizer(const Gguf& gguf) {
  const auto patterns = gguf.texts(kPatternsKey);
  if (!patterns) return patterns.error();
  const auto ignore_merges = gguf.boolean("areia.pre_tokenizer.ignore_merges", false);
  if (!ignore_merges) return ignore_merges.error();
  auto made = PreTokenizer::from_patterns(*patterns);
  if (!made) return bad_input(fmt::format("{}: {}: {}", gguf.origin(), kPatternsKey, made.error().message));
  made->set_rules({.ignore_merges = *ignore_merges});
  return made;
}

Result<PreTokenizer> pre_tokenizer_of(const Gguf& gguf, bool gemma) {
  constexpr std::string_view kNameKey = "tokenizer.ggml.pre";
  if (gguf.find(kPatternsKey) != nullptr) return own_pre_tokenizer(gguf);
  const auto name = gguf.text(kNameKey, "");
  if (!name) return name.error();
  auto made = PreTokenizer::by_name(gemma ? "gemma4" : name->empty() ? "default" : *name);
  if (!made) return bad_input(fmt::format("{}: {}: {}", gguf.origin(), kNameKey, made.error().message));
  return made;
}

}  // namespace

/// What tokenizer.ggml.model decides.
struct Tokenizer::Kind {
  enum class Algorithm { kSentencePiece, kBytePair, kUnigram };
  Algorithm algorithm = Algorithm::kSentencePiece;
  PreTokenizerRules rules = {};  ///< kBytePair's
  std::unique_ptr<const TextEncoder> byte_pair = {};
  TokenRoles roles = {};  ///< where the file names none
  bool add_bos = false, add_eos = false, add_space_prefix = false;
};

Result<Tokenizer::Kind> Tokenizer::byte_pair_kind(const Gguf& gguf, bool gemma) {
  auto pre_tokenizer = pre_tokenizer_of(gguf, gemma);
  if (!pre_tokenizer) return pre_tokenizer.error();
  Kind kind{.algorithm = Kind::Algorithm::kBytePair, .rules = pre_tokenizer->rules()};
  auto encoder = BytePairEncoder::from_gguf(gguf, std::move(*pre_tokenizer));
  if (!encoder) return encoder.error();
  kind.byte_pair = std::make_unique<const BytePairEncoder>(std::move(*encoder));
  kind.add_bos = kind.rules.adds_bos;
  if (kind.rules.has_bos && !gemma) kind.roles.bos = 11;
  if (!gemma) kind.roles.eos = 11;
  return kind;
}

Result<Tokenizer::Kind> Tokenizer::kind_of(const Gguf& gguf) {
  const auto model = gguf.text("tokenizer.ggml.model");
  if (!model) return model.error();
  if (*model == "llama") {
    return Kind{.roles = {.bos = 1, .eos = 2, .unknown = 0}, .add_bos = true, .add_space_prefix = true};
  }
  if (*model == "gpt2" || *model == "gemma4") return byte_pair_kind(gguf, *model == "gemma4");
  if (*model == "t5") {
    return Kind{.algorithm = Kind::Algorithm::kUnigram,
                .roles = {.bos = {}, .eos = 1, .unknown = 2},
                .add_eos = true};
  }
  return bad_input(
      fmt::format("{}: tokenizer '{}' is not supported; supported are 'llama' (SentencePiece BPE), 'gpt2' "
                  "(byte-level BPE), 'gemma4' (BPE) and 't5' (SentencePiece unigram)",
                  gguf.origin(), model->substr(0, 40)));
}

Result<void> Tokenizer::read_flags(const Gguf& gguf, const Kind& kind) {
  const auto read = [&](const char* name, bool missing, bool& flag) -> Result<void> {
    const auto value = gguf.boolean(fmt::format("tokenizer.ggml.{}", name), missing);
    if (!value) return value.error();
    flag = *value;
    return {};
  };
  AREIA_RETURN_IF_ERROR(read("add_bos_token", kind.add_bos, add_bos_));
  AREIA_RETURN_IF_ERROR(read("add_eos_token", kind.add_eos, add_eos_));
  AREIA_RETURN_IF_ERROR(read("add_space_prefix", kind.add_space_prefix, add_space_prefix_));
  add_bos_ = add_bos_ || kind.rules.always_bos;
  return {};
}

Result<Tokenizer> Tokenizer::from_gguf(const Gguf& gguf) {
  auto kind = kind_of(gguf);
  if (!kind) return kind.error();
  using Algorithm = Kind::Algorithm;
  auto vocabulary = Vocabulary::from_gguf(gguf, kind->algorithm != Algorithm::kBytePair);
  if (!vocabulary) return vocabulary.error();
  Tokenizer tokenizer;
  AREIA_RETURN_IF_ERROR(tokenizer.read_flags(gguf, *kind));
  std::unique_ptr<UnigramEncoder> unigram;
  if (kind->algorithm == Algorithm::kUnigram) {  // before attributes change: llama.cpp's order, too
    auto made = UnigramEncoder::from_gguf(gguf, *vocabulary);
    if (!made) return made.error();
    unigram = std::make_unique<UnigramEncoder>(std::move(*made));
  }
  auto roles = find_roles(gguf, kind->roles, *vocabulary);
  if (!roles) return roles.error();
  tokenizer.roles_ = std::move(*roles);
  if (unigram) {
    unigram->set_unknown(tokenizer.roles_.unknown);
    tokenizer.encoder_ = std::move(unigram);
  } else if (kind->algorithm == Algorithm::kBytePair) {
    tokenizer.encoder_ = std::move(kind->byte_pair);
  } else {
    tokenizer.encoder_ =
        std::make_unique<const SentencePieceEncoder>(tokenizer.add_space_prefix_, tokenizer.roles_.unknown);
  }
  tokenizer.byte_level_ = kind->algorithm == Algorithm::kBytePair && !kind->rules.marks_spaces;
  tokenizer.specials_ = std::make_unique<const SpecialTokens>(*vocabulary);
  tokenizer.vocabulary_ = std::make_unique<const Vocabulary>(std::move(*vocabulary));
  return tokenizer;
}

}  // namespace areia::sw
