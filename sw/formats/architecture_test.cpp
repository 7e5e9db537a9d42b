// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
#include "sw/formats/architecture.h"

#include <gtest/gtest.h>

#include "sw/formats/tiny_model.h"

namespace areia::sw {
namespace {

std::string error_of(const std::vector<std::byte>& file) {
  const auto gguf = Gguf::parse(file, "tiny");
  if (!gguf) return gguf.error().message;
  const auto graph = load_graph(*gguf);
  return graph ? "" : graph.error().message;
}

TEST(LlamaArchitecture, BuildsTheGraphOfATinyModel) {
  const auto file = make_tiny_model({});
  const auto gguf = Gguf::parse(file, "tiny");
  ASSERT_TRUE(gguf);
  const auto graph = load_graph(*gguf);
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_EQ(graph->facts.vocabulary, kTinyVocabulary);
  EXPECT_EQ(graph->facts.context_length, 128u);
  ASSERT_EQ(graph->ropes().size(), 1u);
  EXPECT_FLOAT_EQ(graph->ropes()[0].ratio, 0.31622776f);  // 10000^(-1/8)
  EXPECT_EQ(graph->ropes()[0].factors, std::vector<float>(8, 1.0f));
  EXPECT_EQ(graph->nodes().size(), 1 + 2 * 11 + 3u);
  const Node& attention = graph->nodes()[5];
  EXPECT_EQ(attention.kind, NodeKind::kAttention);
  EXPECT_EQ(attention.attention.head_size, 16u);
  EXPECT_EQ(attention.attention.kv_heads, 2u);
  const Node& head = graph->nodes()[graph->nodes().size() - 2];
  EXPECT_TRUE(head.last_row_only);
  EXPECT_EQ(graph->weights()[head.weight].name, "token_embd.weight");  // tied
}

TEST(LlamaArchitecture, UsesAnOwnOutputMatrix) {
  const auto file = make_tiny_model({.tied = false});
  const auto gguf = Gguf::parse(file, "tiny");
  const auto graph = load_graph(*gguf);
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_EQ(graph->weights()[graph->nodes()[graph->nodes().size() - 2].weight].name, "output.weight");
}

TEST(LlamaArchitecture, NamesWhatIsMissing) {
  TinyModel model;
  model.keep = [](std::string_view name) { return name != "blk.1.ffn_up.weight"; };
  EXPECT_NE(error_of(make_tiny_model(model)).find("'blk.1.ffn_up.weight' is missing"), std::string::npos);
  model.keep = [](std::string_view name) { return name != "token_embd.weight"; };
  EXPECT_NE(error_of(make_tiny_model(model)).find("'token_embd.weight' is missing"), std::string::npos);
}

TEST(LlamaArchitecture, RefusesWhatWouldChangeTheAnswer) {
  const std::vector<float> zeros(64);
  GgufWriter extra = tiny_model_writer({});
  extra.add_tensor("blk.0.attn_rot_embd.weight", num::Format::kFp32, 0, 64, std::as_bytes(std::span(zeros)));
  EXPECT_NE(error_of(extra.finish()).find("'blk.0.attn_rot_embd.weight' is not supported yet"),
            std::string::npos);
  GgufWriter frequencies = tiny_model_writer({});
  frequencies.add_tensor("rope_freqs.weight", num::Format::kFp32, 0, 8,
                         std::as_bytes(std::span(zeros)).first(32));
  EXPECT_NE(error_of(frequencies.finish()).find("has a factor of 0"), std::string::npos);
  GgufWriter scaling = tiny_model_writer({});
  scaling.add_text("llama.rope.scaling.type", "longrope");
  EXPECT_NE(error_of(scaling.finish()).find("RoPE scaling of type 'longrope'"), std::string::npos);
  GgufWriter experts = tiny_model_writer({});
  experts.add_uint32("llama.expert_count", 8);
  EXPECT_NE(error_of(experts.finish()).find("expert_used_count"), std::string::npos);
}

TEST(LlamaArchitecture, RefusesOddShapes) {
  const auto with = [](const char* name, std::uint32_t rows, std::uint32_t columns) {
    TinyModel model;
    model.keep = [=](std::string_view other) { return other != name; };
    GgufWriter writer = tiny_model_writer(model);
    const std::vector<float> zeros(std::size_t{std::max(rows, 1u)} * columns);
    writer.add_tensor(name, num::Format::kFp32, rows, columns, std::as_bytes(std::span(zeros)));
    return error_of(writer.finish());
  };
  EXPECT_NE(with("blk.0.attn_q.weight", 65, 64).find("do not fit the number of heads"), std::string::npos);
  EXPECT_NE(with("blk.0.attn_output.weight", 64, 32).find("'blk.0.attn_output.weight' has the shape 32 x 64"),
            std::string::npos);
  EXPECT_NE(with("blk.1.attn_norm.weight", 0, 63).find("'blk.1.attn_norm.weight' has the shape"),
            std::string::npos);
  EXPECT_NE(with("output_norm.weight", 2, 32).find("has the shape"), std::string::npos);
  EXPECT_EQ(with("blk.0.ffn_down.weight", 64, 96), "");  // the right shape, for once
}

TEST(LlamaArchitecture, RefusesOddNumbersOfHeads) {
  EXPECT_NE(error_of(make_tiny_model({.heads = 4, .kv_heads = 3}))
                .find("multiple of the number of key-value heads"),
            std::string::npos);
  EXPECT_NE(error_of(make_tiny_model({.rope_size = 18})).find("rope.dimension_count"), std::string::npos);
  EXPECT_NE(error_of(make_tiny_model({.rope_size = 7})).find("rope.dimension_count"), std::string::npos);
}

TEST(LlamaArchitecture, NamesTypesThatAreNotSupportedYet) {
  auto file = make_tiny_model({.format = num::Format::kBlockInt4});
  // Q4_0 (2) becomes IQ4_NL (20), which has the same size: the type follows the two dimensions.
  auto* text = reinterpret_cast<char*>(file.data());
  const std::string_view name = "blk.0.attn_k.weight";
  const auto at = std::string_view(text, file.size()).find(name) + name.size() + 4 + 16;
  ASSERT_EQ(text[at], 2);
  text[at] = 20;
  EXPECT_NE(error_of(file).find("type IQ4_NL of tensor 'blk.0.attn_k.weight' is not supported"),
            std::string::npos);
}

TEST(Architecture, NamesArchitecturesThatAreNotSupported) {
  GgufWriter writer;
  writer.add_text("general.architecture", "mamba");
  EXPECT_NE(
      error_of(writer.finish()).find("architecture 'mamba' is not supported; supported are llama, gpt2"),
      std::string::npos);
}

}  // namespace
}  // namespace areia::sw
