// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Tiny models of every format and odd shape, on small chips: logits against the reference decoder.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "tests/end_to_end/harness.h"

namespace areia::tests {
namespace {

using num::Format;
using sw::TinyModel;

const std::string kPrompt = "the quick brown fox";
// A query or an attention weight on the edge between two fp16 numbers may go either way.
constexpr double kFloatTolerance = 3e-3;
/// An activation next to a tie that is rounded to bf16 the other way moves by 1/256 of itself.
constexpr double kBf16Tolerance = 0.03;
// int8 blocks: a value on the edge between two steps may go either way.
constexpr double kBlockTolerance = 0.1;

void expect_near_reference(const TinyModel& parameters, double tolerance, const ChipDescription& chip,
                           std::uint32_t chunk_rows = 256) {
  const OwnedModel owned = tiny(parameters);
  const auto answer = greedy(owned.model, chip, kPrompt, 12, chunk_rows);
  EXPECT_EQ(answer.answer.tokens.size(), 12u);
  EXPECT_LT(reference_distance(owned.model, kPrompt, answer), tolerance);
}

ChipDescription lab() { return chip_with("areia-lab", ""); }

TEST(TinyModelOnChip, Fp32) { expect_near_reference({}, kFloatTolerance, lab()); }
TEST(TinyModelOnChip, Fp16) { expect_near_reference({.format = Format::kFp16}, kFloatTolerance, lab()); }
TEST(TinyModelOnChip, Bf16) { expect_near_reference({.format = Format::kBf16}, kBf16Tolerance, lab()); }
TEST(TinyModelOnChip, Q8) { expect_near_reference({.format = Format::kBlockInt8}, kBlockTolerance, lab()); }
TEST(TinyModelOnChip, Q4) { expect_near_reference({.format = Format::kBlockInt4}, kBlockTolerance, lab()); }

TEST(TinyModelOnChip, RowsThatAreNoWholeBlocks) {
  expect_near_reference({.feed_forward = 100, .format = Format::kBlockInt8}, kBlockTolerance, lab());
}
TEST(TinyModelOnChip, OddSizes) {
  expect_near_reference({.layers = 1, .embedding = 42, .heads = 3, .kv_heads = 1, .feed_forward = 37},
                        kFloatTolerance, lab());
}
TEST(TinyModelOnChip, OneHead) {
  expect_near_reference({.embedding = 32, .heads = 1, .kv_heads = 1}, kFloatTolerance, lab());
}
TEST(TinyModelOnChip, AllHeadsTheirOwnKeys) {
  expect_near_reference({.kv_heads = 4}, kFloatTolerance, lab());
}
TEST(TinyModelOnChip, PartOfTheHeadTurns) { expect_near_reference({.rope_size = 8}, kFloatTolerance, lab()); }
TEST(TinyModelOnChip, OwnOutputMatrix) { expect_near_reference({.tied = false}, kFloatTolerance, lab()); }
TEST(TinyModelOnChip, WideHeads) {
  expect_near_reference({.layers = 1, .embedding = 256, .heads = 2, .kv_heads = 1}, kFloatTolerance, lab());
}
TEST(TinyModelOnChip, PrefillInChunksOfAnySize) {
  for (const std::uint32_t rows : {1u, 2u, 3u, 7u, 16u, 20u})
    expect_near_reference({}, kFloatTolerance, lab(), rows);
}
TEST(TinyModelOnChip, ManyTiles) {
  expect_near_reference({}, kFloatTolerance, chip_with("areia-edge", "[mesh]\ncolumns = 3\nrows = 2\n"));
}

TEST(TinyModelOnChip, StopsWhenTheContextIsFull) {
  const OwnedModel owned = tiny({.context = 32});
  const auto answer = greedy(owned.model, lab(), kPrompt, 100);
  EXPECT_EQ(answer.answer.finish, sw::FinishReason::kContextFull);
  EXPECT_EQ(answer.answer.tokens.size(), 32 - owned.model.tokenizer.encode(kPrompt).size());
}

TEST(TinyModelOnChip, StopsAtAStopToken) {
  const OwnedModel owned = tiny({});
  const auto all = greedy(owned.model, lab(), kPrompt, 8).answer.tokens;
  sw::CompileRequest request;
  request.prompt = owned.model.tokenizer.encode(kPrompt);
  request.stop_tokens = {all[4]};
  const auto answer = apps::answer_prompt(owned.model, lab(), request, 0);
  ASSERT_TRUE(answer) << answer.error().message;
  const auto first = std::find(all.begin(), all.end(), all[4]);
  EXPECT_EQ(answer->answer.tokens, std::vector<std::uint32_t>(all.begin(), first + 1));
  EXPECT_EQ(answer->answer.finish, sw::FinishReason::kStopToken);
}

TEST(TinyModelOnChip, SamplingFollowsItsSeedAndItsLimits) {
  const OwnedModel owned = tiny({});
  const auto sample = [&](abi::SamplingParameters sampling) {
    sw::CompileRequest request;
    request.prompt = owned.model.tokenizer.encode(kPrompt);
    request.max_new_tokens = 24;
    request.sampling = sampling;
    const auto answer = apps::answer_prompt(owned.model, lab(), request, 0);
    EXPECT_TRUE(answer);
    return answer ? answer->answer.tokens : std::vector<std::uint32_t>();
  };
  const auto greedy_tokens = sample({});
  const auto warm = sample({.temperature = 1.5f, .seed = 1});
  EXPECT_EQ(warm, sample({.temperature = 1.5f, .seed = 1}));
  EXPECT_NE(warm, sample({.temperature = 1.5f, .seed = 2}));
  EXPECT_EQ(greedy_tokens, sample({.temperature = 1.5f, .top_k = 1, .seed = 3}));
  EXPECT_EQ(greedy_tokens, sample({.temperature = 1.5f, .top_p = 1e-6f, .seed = 4}));
}

TEST(TinyModelOnChip, WeightsThatAreNoNumbersStillEnd) {
  sw::TinyModel parameters;
  parameters.keep = [](std::string_view name) { return name != "blk.0.attn_norm.weight"; };
  sw::GgufWriter writer = sw::tiny_model_writer(parameters);
  const std::vector<float> odd(64, std::numeric_limits<float>::quiet_NaN());
  writer.add_tensor("blk.0.attn_norm.weight", Format::kFp32, 0, 64, std::as_bytes(std::span(odd)));
  const auto bytes = writer.finish();
  const auto model = sw::Model::parse(bytes, "odd");
  ASSERT_TRUE(model) << model.error().message;
  for (const float temperature : {0.0f, 1.0f}) {
    sw::CompileRequest request;
    request.prompt = model->tokenizer.encode(kPrompt);
    request.max_new_tokens = 4;
    request.sampling.temperature = temperature;
    const auto answer = apps::answer_prompt(*model, lab(), request, 0);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->answer.tokens.size(), 4u);
  }
}

TEST(TinyModelOnChip, AnswersDoNotDependOnHostThreads) {
  const OwnedModel owned = tiny({});
  sw::CompileRequest request;
  request.prompt = owned.model.tokenizer.encode(kPrompt);
  request.max_new_tokens = 6;
  request.trace_logits = true;
  const auto chip = chip_with("areia-edge", "");
  const auto one = apps::answer_prompt(owned.model, chip, request, 1);
  const auto three = apps::answer_prompt(owned.model, chip, request, 3);
  ASSERT_TRUE(one && three);
  EXPECT_EQ(one->logits, three->logits);
  EXPECT_EQ(one->answer.counters.scalar_instructions, three->answer.counters.scalar_instructions);
  EXPECT_EQ(one->answer.counters.noc_bytes, three->answer.counters.noc_bytes);
}

}  // namespace
}  // namespace areia::tests
