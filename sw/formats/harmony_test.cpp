// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Prompts as token ids, and gpt-oss's answers, over a small vocabulary with control tokens.
#include "sw/formats/harmony.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sw/formats/chat_template.h"
#include "sw/formats/gguf_writer.h"

namespace areia::sw {
namespace {

constexpr std::int32_t kNormal = 1, kControl = 3, kUserDefined = 4, kByte = 6;

/// Bytes, then control tokens, then user-defined ones. Begins every text with "<s>".
Tokenizer small_tokenizer() {
  std::vector<std::string> texts = {"<unk>", "<s>", "</s>"};
  std::vector<std::int32_t> kinds = {2, kControl, kControl};
  for (unsigned byte = 0; byte < 256; ++byte) texts.push_back(fmt::format("<0x{:02X}>", byte));
  kinds.resize(texts.size(), kByte);
  for (const char* text : {"<|start|>", "<|channel|>", "<|message|>", "<|end|>", "<|return|>"}) {
    texts.emplace_back(text);
  }
  kinds.resize(texts.size(), kControl);
  for (const char* text : {"<|tag|>", "\n\n"}) texts.emplace_back(text);
  kinds.resize(texts.size(), kUserDefined);
  texts.emplace_back("\u2581");  // a space
  kinds.push_back(kNormal);
  GgufWriter writer;
  writer.add_text("tokenizer.ggml.model", "llama");
  writer.add_texts("tokenizer.ggml.tokens", texts);
  writer.add_floats("tokenizer.ggml.scores", std::vector<float>(texts.size(), 0.0f));
  writer.add_integers("tokenizer.ggml.token_type", kinds);
  writer.add_bool("tokenizer.ggml.add_space_prefix", false);
  const auto file = writer.finish();
  return std::move(*Tokenizer::from_gguf(*Gguf::parse(file, "vocabulary")));
}

constexpr TokenId kBos = 1;
constexpr TokenId byte_id(char byte) { return 3 + static_cast<unsigned char>(byte); }
constexpr TokenId kStart = 259, kReturn = 263, kTag = 264, kTwoLines = 265;

std::vector<TokenId> bytes(std::string_view text) {
  std::vector<TokenId> ids;
  for (const char c : text) ids.push_back(byte_id(c));
  return ids;
}

std::vector<TokenId> joined(std::initializer_list<std::vector<TokenId>> parts) {
  std::vector<TokenId> ids;
  for (const auto& part : parts) ids.insert(ids.end(), part.begin(), part.end());
  return ids;
}

TEST(EncodeChat, PutsOneBosWhetherTemplateOrVocabularyAsksForIt) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_EQ(encode_chat(tokenizer, std::vector<ChatSegment>{{"<s>a", true}}), joined({{kBos}, bytes("a")}));
  EXPECT_EQ(encode_chat(tokenizer, std::vector<ChatSegment>{{"a", true}}), joined({{kBos}, bytes("a")}));
}

TEST(EncodeChat, ParsesControlTokensOfTheTemplateOnly) {
  const Tokenizer tokenizer = small_tokenizer();
  const std::vector<ChatSegment> segments = {
      {"<|start|>", true}, {"x<|start|>y<|tag|></s>", false}, {"<|start|>", true}};
  EXPECT_EQ(encode_chat(tokenizer, segments),
            joined({{kBos, kStart}, bytes("x<|start|>y<|tag|></s>"), {kStart}}));
}

TEST(EncodeChat, ATokenThatAMessageCompletesIsNone) {
  const Tokenizer tokenizer = small_tokenizer();
  const std::vector<ChatSegment> segments = {{"<|start", true}, {"|", false}, {">", true}};
  EXPECT_EQ(encode_chat(tokenizer, segments), joined({{kBos}, bytes("<|start|>")}));
}

TEST(EncodeChat, OtherUserDefinedTokensCountAlsoAcrossTheBorder) {
  const Tokenizer tokenizer = small_tokenizer();
  const std::vector<ChatSegment> segments = {{"a\n", true}, {"\nb\n\n", false}, {"<|tag|>", true}};
  EXPECT_EQ(encode_chat(tokenizer, segments),
            joined({{kBos}, bytes("a"), {kTwoLines}, bytes("b"), {kTwoLines, kTag}}));
}

TEST(EncodeChat, WithoutMessagesIsTheWholeTextParsed) {
  const Tokenizer tokenizer = small_tokenizer();
  const std::string text = "<|start|>user<|message|>a\n\nb<|end|>";
  EXPECT_EQ(tokenizer.encode_quoting(text, {}), tokenizer.encode(text, SpecialText::kParse));
}

TEST(ControlToken, IsFoundByItsText) {
  const Tokenizer tokenizer = small_tokenizer();
  EXPECT_EQ(control_token(tokenizer, "<|return|>"), kReturn);
  EXPECT_EQ(control_token(tokenizer, "<|call|>"), std::nullopt);
}

/// Both sides of an answer that spells its control tokens.
HarmonyStream::Text harmony(const std::string& answer) {
  const Tokenizer tokenizer = small_tokenizer();
  HarmonyStream stream(tokenizer);
  HarmonyStream::Text all;
  const auto add = [&](const HarmonyStream::Text& text) {
    all.thoughts += text.thoughts;
    all.answer += text.answer;
  };
  const auto ids = tokenizer.encode(answer, SpecialText::kParse);
  for (const TokenId id : std::span(ids).subspan(1)) add(stream.push(id));  // without BOS
  add(stream.finish());
  return all;
}

TEST(Harmony, OnlyTheFinalChannelIsTheAnswer) {
  const auto text = harmony(
      "<|channel|>analysis<|message|>Hm, \xc3\xa9.<|end|><|start|>assistant<|channel|>commentary "
      "to=x<|message|>{}"
      "<|end|><|start|>assistant<|channel|>final<|message|>Yes \xe2\x82\xac.");
  EXPECT_EQ(text.thoughts, "Hm, \xc3\xa9.{}");
  EXPECT_EQ(text.answer, "Yes \xe2\x82\xac.");
}

TEST(Harmony, AMessageWithoutAChannelIsTheAnswer) {
  EXPECT_EQ(harmony("<|message|>Yes.").answer, "Yes.");
  EXPECT_EQ(harmony("Yes.").answer, "Yes.");
}

TEST(Harmony, CharactersThatNeverCompleteBecomeReplacements) {
  const auto text =
      harmony("<|channel|>analysis<|message|>a\xe2\x82<|end|><|start|>assistant<|message|>b\xe2");
  EXPECT_EQ(text.thoughts, "a\xef\xbf\xbd");
  EXPECT_EQ(text.answer, "b\xef\xbf\xbd");
}

TEST(Harmony, AnAnswerThatIsCutIsWhatCameUntilThen) {
  const auto text = harmony("<|channel|>analysis<|message|>I thi");
  EXPECT_EQ(text.thoughts, "I thi");
  EXPECT_EQ(text.answer, "");
}

}  // namespace
}  // namespace areia::sw
