// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The clock changes nothing but adds the time: logits to the bit those of the functional level; cycles the
// same in every run and on any number of host threads; times, bytes and joules that add up.
#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "apps/profile/cost.h"
#include "base/data_files.h"
#include "tests/end_to_end/harness.h"

namespace areia::tests {
namespace {

constexpr const char* kPrompt = "ROMEO:";
constexpr std::uint32_t kTokens = 5;

apps::PromptAnswer answer_of(const sw::Model& model, const ChipDescription& chip, const std::string& fidelity,
                             unsigned threads = 1) {
  auto responder = apps::Responder::create(model, chip, {.fidelity = fidelity, .threads = threads});
  EXPECT_TRUE(responder.ok());
  sw::CompileRequest request;
  request.prompt = model.tokenizer.encode(kPrompt);
  request.max_new_tokens = kTokens;
  request.trace_logits = true;
  auto answer = responder->answer(request);
  EXPECT_TRUE(answer.ok());
  return *std::move(answer);
}

class TimedTest : public testing::TestWithParam<const char*> {
 protected:
  TimedTest()
      : model_(*sw::Model::open(find_data_file("models/default.gguf"))), chip_(*load_chip(GetParam())) {}
  sw::Model model_;
  ChipDescription chip_;
};

TEST_P(TimedTest, LogitsAreThoseOfTheFunctionalLevelAndCyclesRepeat) {
  const auto functional = answer_of(model_, chip_, "functional");
  const auto timed = answer_of(model_, chip_, "timed");
  EXPECT_EQ(timed.answer.tokens, functional.answer.tokens);
  ASSERT_EQ(timed.logits.size(), functional.logits.size());
  EXPECT_EQ(std::memcmp(timed.logits.data(), functional.logits.data(), timed.logits.size() * sizeof(float)),
            0);
  EXPECT_EQ(timed.answer.counters.dram_read_bytes, functional.answer.counters.dram_read_bytes);
  EXPECT_EQ(timed.answer.counters.noc_hop_bytes, functional.answer.counters.noc_hop_bytes);

  const auto again = answer_of(model_, chip_, "timed", 3);
  EXPECT_EQ(again.answer.whole_time->cycles, timed.answer.whole_time->cycles);
  EXPECT_EQ(again.answer.whole_time->events, timed.answer.whole_time->events);
  EXPECT_EQ(again.answer.whole_time->link_bytes, timed.answer.whole_time->link_bytes);
}

TEST_P(TimedTest, EveryTilesTimeIsAccountedFor) {
  const auto timed = answer_of(model_, chip_, "timed");
  const TimeReport& whole = *timed.answer.whole_time;
  std::map<std::uint32_t, Cycle> tiles;
  for (const MarkedUsage& marked : whole.usages) tiles[marked.tile] += marked.usage.cycles();
  EXPECT_EQ(tiles.size(), chip_.tile_count());
  for (const auto& [tile, cycles] : tiles) EXPECT_EQ(cycles, whole.cycles) << "tile " << tile;
}

TEST_P(TimedTest, PhasesOperatorsAndUnitsAddUp) {
  const auto timed = answer_of(model_, chip_, "timed");
  const auto cost = apps::cost_of(timed.answer, timed.operators, chip_);
  ASSERT_TRUE(cost.ok() && cost->has_value());
  EXPECT_EQ((*cost)->prefill.cycles + (*cost)->decode.cycles, timed.answer.whole_time->cycles);
  double joules = 0;
  for (const apps::PhaseCost* phase : {&(*cost)->prefill, &(*cost)->decode}) {
    // The tile that rings the doorbell is one instruction ahead of the others.
    EXPECT_NEAR(phase->total.cycles, static_cast<double>(phase->cycles), 1);
    joules += phase->total.energy.total();
  }
  const auto table = load_energy_table(chip_.process_nm, chip_.dram.kind);
  Activity activity;
  for (const MarkedUsage& marked : timed.answer.whole_time->usages) activity += marked.usage.activity;
  const auto all =
      perf::energy_of(activity, timed.answer.whole_time->cycles, chip_.tile_count(), chip_, *table);
  EXPECT_NEAR(joules, all.total(), 1e-9 * joules);
}

TEST_P(TimedTest, ATokenReadsWhatTheModelsSizesImply) {
  const auto timed = answer_of(model_, chip_, "timed");
  const TimeReport decode = timed.answer.whole_time->since(*timed.answer.prefill_time);
  std::uint64_t weights = 0, read = 0;
  for (const sw::OperatorInfo& info : timed.operators) {
    if (info.kind == abi::OpKind::kMatmul) weights += info.weight_bytes;
  }
  for (const MarkedUsage& marked : decode.usages) {
    const auto index = operator_of(marked.marker);
    if (index && timed.operators[*index].kind == abi::OpKind::kMatmul)
      read += marked.usage.activity.dram_read_bytes;
  }
  // Weights once a token. Besides them every tile reads the activations, which are not small beside a small
  // model's weights: so the bound is of one tile's.
  const double tokens = kTokens - 1;
  EXPECT_GE(static_cast<double>(read) / tokens, static_cast<double>(weights));
  if (chip_.tile_count() != 1) return;
  EXPECT_LE(static_cast<double>(read) / tokens, 1.05 * static_cast<double>(weights));
}

INSTANTIATE_TEST_SUITE_P(Presets, TimedTest, testing::Values("areia-1", "areia-edge", "areia-lab"),
                         [](const auto& param) {
                           std::string name = param.param;
                           name.erase(name.find('-'), 1);
                           return name;
                         });

}  // namespace
}  // namespace areia::tests
