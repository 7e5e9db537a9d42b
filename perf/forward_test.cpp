// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The operators of a pass: their work is what the model's size implies, however it is spread.
#include "perf/forward.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace areia::perf {
namespace {

LanguageModel shape(const std::string& name) {
  auto model = load_language_model(name);
  EXPECT_TRUE(model.ok()) << model.error().message;
  return *model;
}

double product_flops(const std::vector<Operator>& operators) {
  double flops = 0;
  for (const Operator& op : operators) {
    if (const auto* gemm = std::get_if<Gemm>(&op.work))
      flops += 2 * gemm->m * gemm->n * gemm->k * gemm->groups * op.count;
  }
  return flops;
}
double attention_flops(const std::vector<Operator>& operators) {
  double flops = 0;
  for (const Operator& op : operators) {
    if (const auto* a = std::get_if<Attention>(&op.work))
      flops += 2 * a->batch * a->heads * attended_pairs(*a) * (a->head_size + a->value_size) * op.count;
  }
  return flops;
}
/// Times that operators of that name are done.
double count_of(const std::vector<Operator>& operators, std::string_view name) {
  double count = 0;
  for (const Operator& op : operators) count += op.name == name ? op.count : 0;
  return count;
}
template <typename Kind>
Kind find(const std::vector<Operator>& operators, std::string_view name) {
  const auto found = std::ranges::find(operators, name, &Operator::name);
  EXPECT_NE(found, operators.end()) << name;
  return found == operators.end() ? Kind{} : std::get<Kind>(found->work);
}

TEST(Forward, ProductsAreTwoFlopsAnActiveParameterAndToken) {
  for (const std::string& name : language_model_names()) {
    const LanguageModel model = shape(name);
    for (const Pass& pass : {Pass{.sequences = 4, .positions = 512, .context = 512, .logits = 512},
                             Pass{.sequences = 64, .positions = 1, .context = 999}}) {
      const double expected = 2 * pass.sequences * pass.positions * model.active_parameters();
      EXPECT_NEAR(product_flops(forward(model, pass, {})) / expected, 1, 1e-9) << name;
    }
  }
}

TEST(Forward, AttentionSeesTheContext) {
  const LanguageModel llama = shape("llama-3-8b");
  const double size = 32 * 2 * 128.0;  // heads, keys and values
  // A prompt of 100: 1 + 2 + ... + 100 pairs; a token after 99 others: 100.
  EXPECT_EQ(attention_flops(forward(llama, {.sequences = 3, .positions = 100, .context = 100}, {})),
            2 * 3 * 5050 * size * 32);
  EXPECT_EQ(attention_flops(forward(llama, {.sequences = 3, .positions = 1, .context = 100}, {})),
            2 * 3 * 100 * size * 32);
}

TEST(Forward, WindowedLayersSeeTheirWindow) {
  for (const double window : {1.0, 7.0, 40.0, 41.0, 64.0, 100.0, 1000.0}) {
    const Attention attention = {.queries = 60, .context = 100, .window = window};
    double pairs = 0;
    for (int i = 41; i <= 100; ++i) pairs += std::min<double>(i, window);
    EXPECT_EQ(attended_pairs(attention), pairs) << window;
  }
  const auto token = forward(shape("gpt-oss-120b"), {.context = 4096}, {});
  EXPECT_EQ(count_of(token, "attention"), 18);
  EXPECT_EQ(count_of(token, "windowed attention"), 18);
  EXPECT_EQ(cached_positions(find<Attention>(token, "windowed attention")), 128);
  const auto gemma = forward(shape("gemma-3-27b"), {.context = 4096}, {});
  EXPECT_NEAR(count_of(gemma, "windowed attention"), 52, 1e-3);
}

TEST(Forward, LatentAttentionReadsOneVectorAPosition) {
  const auto token = forward(shape("deepseek-v3"), {.context = 1000}, {});
  const Attention attention = find<Attention>(token, "attention");
  EXPECT_EQ(attention.heads, 128);
  EXPECT_EQ(attention.kv_heads * cached_elements(attention), 512 + 64);
  EXPECT_EQ(attention_flops(token), 61 * 2 * 128 * 1000.0 * (576 + 512));
  const auto prompt = forward(shape("deepseek-v3"), {.positions = 1000, .context = 1000}, {});
  EXPECT_EQ(attention_flops(prompt), 61 * 2 * 128 * 500500.0 * (192 + 128));
}

TEST(Forward, SparseAttentionSeesWhatTheIndexerChose) {
  const auto token = forward(shape("glm-5"), {.context = 32768}, {});
  EXPECT_EQ(cached_positions(find<Attention>(token, "attention")), 2048);
  EXPECT_EQ(cached_positions(find<Attention>(token, "index scores")), 32768);
}

TEST(Forward, LinearLayersReadTheirStateOnly) {
  const LanguageModel qwen = shape("qwen3.5-397b-a17b");
  const auto token = forward(qwen, {.context = 100000}, {});
  EXPECT_EQ(count_of(token, "attention"), 15);
  const Attention linear = find<Attention>(token, "linear attention");
  EXPECT_EQ(count_of(token, "linear attention"), 45);
  // Read and written: 64 heads of 128 x 128 elements in fp32.
  EXPECT_EQ(linear.batch * linear.kv_heads * cached_positions(linear) * cached_elements(linear),
            2 * 64 * 128 * 128);
}

TEST(Forward, TensorParallelChipsShareTheWork) {
  const Pass pass = {.sequences = 8, .positions = 64, .context = 64, .logits = 64};
  for (const std::string name : {"llama-3-8b", "gpt-3-175b", "mixtral-8x7b", "gpt-oss-120b"}) {
    const LanguageModel model = shape(name);
    const double router =
        2.0 * 8 * 64 * model.sparse_layers() * model.experts * model.hidden;  // whole on each
    const auto whole = forward(model, pass, {});
    for (const std::uint32_t tensor : {2u, 4u, 8u}) {
      const auto part = forward(model, pass, {.tensor = tensor});
      EXPECT_NEAR((product_flops(part) - router) / ((product_flops(whole) - router) / tensor), 1, 1e-4)
          << name;
      EXPECT_NEAR(attention_flops(part), attention_flops(whole) / tensor, 1e-9 * attention_flops(whole));
    }
  }
}

TEST(Forward, PipelineStagesShareTheLayers) {
  const LanguageModel model = shape("deepseek-v3");
  const Pass pass = {.sequences = 4, .positions = 100, .context = 100};
  EXPECT_NEAR(product_flops(forward(model, pass, {.pipeline = 4})),
              product_flops(forward(model, pass, {})) / 4, 1);
  EXPECT_EQ(stage_send(model, pass, {.pipeline = 4}).bytes, 400 * 7168 * 2);
}

TEST(Forward, ExpertsOfAllCopiesMeetTheirTokens) {
  const LanguageModel model = shape("qwen3-235b-a22b");
  const Pass pass = {.sequences = 16, .positions = 1, .context = 1000};
  const auto expert_flops = [&](const Parallelism& p) {
    double flops = 0;
    for (const Operator& op : forward(model, pass, p)) {
      if (op.name != "experts gate and up" && op.name != "experts down") continue;
      const auto& gemm = std::get<Gemm>(op.work);
      flops += 2 * gemm.m * gemm.n * gemm.k * gemm.groups * op.count;
    }
    return flops;
  };
  const double one = expert_flops({});
  EXPECT_NEAR(expert_flops({.data = 8, .expert = 8, .expert_tensor = 1}), one, 1e-9 * one);
  EXPECT_NEAR(expert_flops({.data = 8, .expert = 1, .expert_tensor = 8}), one, 1e-9 * one);
  EXPECT_NEAR(expert_flops({.tensor = 8, .expert = 8, .expert_tensor = 1}), one / 8, 1e-9 * one);
  EXPECT_NEAR(expert_flops({.tensor = 2, .data = 4, .expert = 4, .expert_tensor = 2}), one / 2, 1e-9 * one);
}

TEST(Forward, ReadsTheExpertsThatTokensChose) {
  const LanguageModel model = shape("gpt-oss-120b");
  const auto touched = [&](double tokens) {
    return find<Gemm>(forward(model, {.sequences = tokens}, {}), "experts down").groups;
  };
  EXPECT_DOUBLE_EQ(touched(1), 4);
  // Popular ones are chosen more often: fewer than if all were alike.
  EXPECT_LT(touched(32), 128 * (1 - std::pow(1 - 4 / 128.0, 32)));
  EXPECT_GT(touched(32), 0.8 * 128 * (1 - std::pow(1 - 4 / 128.0, 32)));
  EXPECT_NEAR(touched(4096), 128, 1e-3);
}

TEST(Forward, ScalesOfRunTimeTakeKernelsAndFp4OfExpertsLeavesTheRestAlone) {
  Pass pass = {.sequences = 8, .context = 1000};
  pass.formats.weight = pass.formats.expert_weight = pass.formats.compute = Precision::kFp8;
  EXPECT_EQ(count_of(forward(shape("minimax-m2"), pass, {}), "rounding"), 0);
  pass.formats.run_time_scales = true;
  // Before the projections, the output, both products of experts: one each in a layer.
  EXPECT_EQ(count_of(forward(shape("minimax-m2"), pass, {}), "rounding"), 4 * 62);
  pass.formats.weight = Precision::kBf16;
  pass.formats.expert_weight = pass.formats.compute = Precision::kFp4;
  const auto list = forward(shape("minimax-m2"), pass, {});
  EXPECT_EQ(count_of(list, "rounding"), 0);
  EXPECT_EQ(find<Gemm>(list, "qkv").compute, Precision::kBf16);
  EXPECT_EQ(find<Gemm>(list, "experts down").compute, Precision::kFp4);
}

TEST(Forward, CollectivesFollowTheParallelism) {
  const Pass pass = {.sequences = 16, .context = 1000};
  const auto dense = forward(shape("llama-3-8b"), pass, {.tensor = 8});
  EXPECT_EQ(count_of(dense, "tensor all-reduce"), 2 * 32 + 1);  // and after the embedding
  EXPECT_EQ(find<Collective>(dense, "tensor all-reduce").bytes, 16 * 4096 * 2);
  EXPECT_EQ(find<Collective>(dense, "logits all-gather").bytes, 16.0 * 128256 * 2);
  const auto sequence = forward(shape("llama-3-8b"), pass, {.tensor = 8, .sequence = true});
  EXPECT_EQ(count_of(sequence, "tensor all-reduce"), 0);
  EXPECT_EQ(count_of(sequence, "tensor reduce-scatter"), 65);
  EXPECT_EQ(count_of(sequence, "tensor all-gather"), 65);
  EXPECT_EQ(find<Elementwise>(sequence, "norm").rows, 2);
  EXPECT_EQ(count_of(forward(shape("gpt-j-6b"), pass, {.tensor = 2}), "tensor all-reduce"), 28 + 1);
  EXPECT_EQ(count_of(forward(shape("llama-3-8b"), pass, {}), "tensor all-reduce"), 0);

  const LanguageModel model = shape("deepseek-v3");
  const auto spread = forward(model, pass, {.data = 32, .expert = 32, .expert_tensor = 1});
  const Collective dispatch = find<Collective>(spread, "expert dispatch");
  EXPECT_EQ(count_of(spread, "expert dispatch"), 58);
  EXPECT_EQ(dispatch.chips, 32);
  // A token's 8 experts lie on fewer than 8 of 32 chips, as two may share one.
  const double chips = dispatch.bytes / (16 * 7168 * 2);
  EXPECT_GT(chips, 7);
  EXPECT_LT(chips, 8);
  const auto sliced = forward(model, pass, {.data = 8, .expert = 1, .expert_tensor = 8});
  EXPECT_EQ(find<Collective>(sliced, "expert all-gather").bytes, 8 * 16 * 7168 * 2);
}

TEST(Forward, NormsFollowTheModel) {
  const auto llama = forward(shape("llama-3-8b"), {}, {});
  EXPECT_TRUE(find<Elementwise>(llama, "norm").adds_residual);
  EXPECT_EQ(count_of(llama, "norm"), 65);
  const auto gpt = forward(shape("gpt-3-175b"), {}, {});
  EXPECT_EQ(find<Elementwise>(gpt, "norm").kind, Elementwise::Kind::kLayerNorm);
  EXPECT_EQ(count_of(gpt, "residual"), 192);
  EXPECT_EQ(count_of(forward(shape("gemma-3-12b"), {}, {}), "norm"), 4 * 48 + 1);
}

TEST(WeightBytes, AreAllParametersInTheirFormats) {
  for (const std::string& name : language_model_names()) {
    const LanguageModel model = shape(name);
    EXPECT_NEAR(weight_bytes(model, {}, {}) / (2 * model.parameters()), 1, 1e-9) << name;
  }
  const LanguageModel oss = shape("gpt-oss-120b");
  const double experts = 36.0 * 128 * 3 * 2880 * 2880;
  EXPECT_NEAR(weight_bytes(oss, {.expert_weight = Precision::kFp4}, {}),
              2 * (oss.parameters() - experts) + experts * bytes_of(Precision::kFp4), 1);
}

TEST(WeightBytes, AreSpreadOverChips) {
  const LanguageModel llama = shape("llama-3-8b");
  EXPECT_NEAR(weight_bytes(llama, {}, {.tensor = 8}), llama.parameters() / 4, 1);
  EXPECT_NEAR(weight_bytes(llama, {}, {.pipeline = 4}), llama.parameters() / 2, 1);
  // Two chips a key-value head: what makes keys and values doubles.
  EXPECT_NEAR(weight_bytes(llama, {}, {.tensor = 16}), (llama.parameters() + 32.0 * 2 * 1024 * 4096) / 8, 1);
  const LanguageModel mixtral = shape("mixtral-8x7b");
  const double experts = 32.0 * 8 * 3 * 4096 * 14336;
  EXPECT_NEAR(weight_bytes(mixtral, {}, {.data = 8, .expert = 8, .expert_tensor = 1}),
              2 * (mixtral.parameters() - experts) + 2 * experts / 8, 1);
}

TEST(CacheBytes, CountWindowsLatentsAndStates) {
  const Pass pass = {.sequences = 2, .context = 10000};
  EXPECT_EQ(cache_bytes(shape("llama-3-8b"), pass, {}), 2 * 10000 * 32 * 2 * 8 * 128.0 * 2);
  EXPECT_EQ(cache_bytes(shape("llama-3-8b"), pass, {.tensor = 16, .pipeline = 2}),
            2 * 10000 * 16 * 2 * 128.0 * 2);
  EXPECT_EQ(cache_bytes(shape("gpt-oss-20b"), pass, {}), 2 * (10000 + 128) * 12 * 2 * 8 * 64.0 * 2);
  EXPECT_EQ(cache_bytes(shape("deepseek-v3"), pass, {.tensor = 8}), 2 * 10000 * 61 * 576.0 * 2);
  EXPECT_EQ(cache_bytes(shape("qwen3.5-397b-a17b"), pass, {}),
            2 * (10000 * 15 * 2 * 2 * 256.0 * 2 + 45 * 64 * 128 * 128 * 4.0));
}

TEST(Parallelism, WhatDoesNotDivideIsAnError) {
  const LanguageModel model = shape("llama-3-8b"), experts = shape("mixtral-8x7b");
  EXPECT_TRUE(check({.tensor = 8, .pipeline = 4}, model).ok());
  EXPECT_TRUE(check({.tensor = 2, .data = 4, .expert = 8, .expert_tensor = 1}, experts).ok());
  const auto why = [](const Parallelism& p, const LanguageModel& m) { return check(p, m).error().message; };
  EXPECT_NE(why({.tensor = 0}, model).find("at least 1"), std::string::npos);
  EXPECT_NE(why({.tensor = 3}, model).find("32 heads"), std::string::npos);
  EXPECT_NE(why({.pipeline = 64}, model).find("32 layers"), std::string::npos);
  EXPECT_NE(why({.expert = 2}, model).find("no experts"), std::string::npos);
  EXPECT_NE(why({.expert = 3}, experts).find("8 experts"), std::string::npos);
  EXPECT_NE(why({.tensor = 4, .expert = 2, .expert_tensor = 1}, experts).find("multiple of tensor"),
            std::string::npos);
}

}  // namespace
}  // namespace areia::perf
