// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
#include "sw/compiler/compiler.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <map>

#include "spec/abi/memory_map.h"

namespace areia::sw {
namespace {

using num::Format;

/// A decoder with two layers: width 64, 4 heads of 16 (2 for keys), feed-forward 96, vocabulary 40. The
/// weights have no bytes: the compiler looks at shapes only.
Graph small_graph(Format query_format, Format other_format) {
  Graph graph;
  graph.facts = {"small", "llama", 512, 40};
  const auto matrix = [&](const char* name, Format format, std::uint32_t rows, std::uint32_t columns) {
    return graph.add_weight({name, format, rows, columns, {}, {}});
  };
  const WeightId embedding = matrix("embedding", Format::kFp32, 40, 64);
  const ValueId x = graph.embed(embedding);
  const AttentionShape shape{.heads = 4,
                             .kv_heads = 2,
                             .head_size = 16,
                             .rope = graph.add_rope(make_rope({.size = 16})),
                             .scale = 0.25f};
  for (int layer = 0; layer < 2; ++layer) {
    const ValueId h = graph.rms_norm(x, matrix("norm1", Format::kFp32, 1, 64), 1e-5f);
    const ValueId q = graph.linear(h, matrix("q", query_format, 64, 64));
    const ValueId k = graph.linear(h, matrix("k", other_format, 32, 64));
    const ValueId v = graph.linear(h, matrix("v", other_format, 32, 64));
    graph.add_linear(x, graph.attention(q, k, v, shape), matrix("o", other_format, 64, 64));
    const ValueId f = graph.rms_norm(x, matrix("norm2", Format::kFp32, 1, 64), 1e-5f);
    const ValueId gate = graph.linear(f, matrix("gate", other_format, 96, 64));
    const ValueId up = graph.linear(f, matrix("up", other_format, 96, 64));
    graph.add_linear(x, graph.activate(abi::Activation::kSilu, gate, up),
                     matrix("down", other_format, 64, 96));
  }
  graph.begin_last_row();
  graph.sample(graph.linear(graph.rms_norm(x, matrix("norm", Format::kFp32, 1, 64), 1e-5f), embedding));
  return graph;
}

ChipDescription small_chip(std::uint64_t dram_bytes) {
  ChipDescription chip;
  chip.name = "test";
  chip.dram.bytes = dram_bytes;
  chip.dram.interleave_bytes = 256;
  return chip;
}

CompileRequest small_request(std::size_t prompt = 10) {
  CompileRequest request;
  request.prompt.assign(prompt, 3);
  request.max_new_tokens = 20;
  return request;
}

template <typename T>
T head_value(const CompiledPlan& plan, std::uint64_t address) {
  T value;
  std::memcpy(&value, plan.head.data() + (address - plan.address), sizeof value);
  return value;
}

std::vector<abi::Op> ops_of(const CompiledPlan& plan) {
  const auto header = head_value<abi::PlanHeader>(plan, plan.address);
  std::vector<abi::Op> ops;
  for (std::uint32_t i = 0; i < header.op_count; ++i) {
    ops.push_back(head_value<abi::Op>(plan, header.ops + i * sizeof(abi::Op)));
  }
  return ops;
}

TEST(Compiler, EmitsTheOperatorsOfEachLayerInOrder) {
  const auto plan = compile(small_graph(Format::kFp32, Format::kFp32), small_chip(1 << 20), small_request());
  ASSERT_TRUE(plan) << plan.error().message;
  using enum abi::OpKind;
  const std::vector<abi::OpKind> layer = {kRmsNorm, kMatmul,  kMatmul, kMatmul, kRopeStore,  kAttention,
                                          kMatmul,  kRmsNorm, kMatmul, kMatmul, kActivation, kMatmul};
  std::vector<abi::OpKind> expected = {kEmbed};
  for (int i = 0; i < 2; ++i) expected.insert(expected.end(), layer.begin(), layer.end());
  expected.insert(expected.end(), {kRmsNorm, kMatmul, kSample});
  std::vector<abi::OpKind> kinds;
  for (const abi::Op& op : ops_of(*plan)) kinds.push_back(op.kind);
  EXPECT_EQ(kinds, expected);
}

TEST(Compiler, HeaderSaysWhatWasAsked) {
  CompileRequest request = small_request();
  request.stop_tokens = {2, 7};
  request.sampling = {.temperature = 0.5f, .top_p = 0.9f, .top_k = 40, .seed = 11};
  const auto plan = compile(small_graph(Format::kFp32, Format::kFp32), small_chip(1 << 20), request);
  ASSERT_TRUE(plan);
  const auto header = head_value<abi::PlanHeader>(*plan, plan->address);
  EXPECT_EQ(header.magic, abi::kPlanMagic);
  EXPECT_EQ(header.prompt_tokens, 10u);
  EXPECT_EQ(header.context, 30u);  // prompt and answer: no more can be used
  EXPECT_EQ(header.chunk_rows, 10u);
  EXPECT_EQ(header.stop_count, 2u);
  EXPECT_EQ(header.stop_tokens[1], 7u);
  EXPECT_EQ(header.sampling.top_k, 40u);
  EXPECT_EQ(header.sampling.seed, 11u);
  EXPECT_EQ(header.rope_count, 1u);
  const auto rope = head_value<abi::RopeTable>(*plan, header.ropes);
  EXPECT_EQ(rope.size, 16u);
  EXPECT_EQ(head_value<std::uint32_t>(*plan, header.tokens + 4 * 9), 3u);
  EXPECT_FLOAT_EQ(rope.ratio, 0.31622776f);  // 10000^(-1/8)
  EXPECT_EQ(head_value<float>(*plan, rope.factors + 4), 1.0f);
}

TEST(Compiler, ActivationsFollowTheirConsumersFormat) {
  const auto plan =
      compile(small_graph(Format::kFp16, Format::kBlockInt8), small_chip(1 << 20), small_request());
  ASSERT_TRUE(plan) << plan.error().message;
  const auto ops = ops_of(*plan);
  // q is fp16, k and v are Q8_0: the norm before them comes in both formats.
  EXPECT_EQ(ops[1].kind, abi::OpKind::kRmsNorm);
  EXPECT_EQ(ops[1].output.format, Format::kFp16);
  EXPECT_EQ(ops[2].kind, abi::OpKind::kRmsNorm);
  EXPECT_EQ(ops[2].output.format, Format::kBlockInt8);
  EXPECT_EQ(ops[2].output.row_stride, 128u);  // 2 blocks of 34 bytes, rounded up to 64
  for (const abi::Op& op : ops) {
    if (op.kind != abi::OpKind::kMatmul) continue;
    const bool plain = op.weight.format == Format::kFp32 || op.weight.format == Format::kFp16;
    EXPECT_EQ(op.input.format, plain ? op.weight.format : Format::kBlockInt8);
    EXPECT_EQ(op.output.format, Format::kFp32);
  }
}

TEST(Compiler, KeepsBarriersOnlyWhereTheNextOperatorDepends) {
  const auto plan = compile(small_graph(Format::kFp32, Format::kFp32), small_chip(1 << 20), small_request());
  ASSERT_TRUE(plan);
  const auto ops = ops_of(*plan);
  std::string free;
  for (const abi::Op& op : ops) free += op.flags & abi::kNoBarrier ? '-' : '|';
  // Only q and k (before k and v) and gate (before up) go on without meeting.
  EXPECT_EQ(free,
            "|"
            "|--|||||-|||"
            "|--|||||-|||"
            "|||");
}

TEST(Compiler, LastRowOperatorsHaveOneRow) {
  const auto plan = compile(small_graph(Format::kFp32, Format::kFp32), small_chip(1 << 20), small_request());
  ASSERT_TRUE(plan);
  auto ops = ops_of(*plan);
  const abi::Op norm = ops[ops.size() - 3], logits = ops[ops.size() - 2], sample = ops[ops.size() - 1];
  EXPECT_EQ(norm.input.rows, 10u);
  EXPECT_EQ(norm.output.rows, 1u);
  EXPECT_EQ(logits.input.address, norm.output.address);
  EXPECT_EQ(logits.weight.address, ops[0].weight.address);  // tied: one copy
  EXPECT_EQ(sample.input.columns, 40u);
  for (const abi::Op& op : {norm, logits, sample}) EXPECT_TRUE(op.flags & abi::kLastRowOnly);
}

/// Buffers that are alive at the same time must not overlap: replays the plan on a map of bytes, where each
/// buffer that is written owns its bytes until the last operator that reads it.
TEST(Compiler, LiveBuffersDoNotOverlap) {
  for (const Format format : {Format::kFp32, Format::kBlockInt8}) {
    const auto plan = compile(small_graph(Format::kFp16, format), small_chip(1 << 20), small_request());
    ASSERT_TRUE(plan);
    const auto ops = ops_of(*plan);
    std::map<std::uint64_t, std::pair<std::uint64_t, std::size_t>> spans;  // address -> end, writer
    for (std::size_t i = 0; i < ops.size(); ++i) {
      for (const abi::TensorRef& in : {ops[i].input, ops[i].second}) {
        if (in.address == 0) continue;
        const auto owner = spans.find(in.address);
        ASSERT_NE(owner, spans.end()) << "operator " << i << " reads what was overwritten";
      }
      const abi::TensorRef& out = ops[i].output;
      if (out.address == 0) continue;
      const std::uint64_t end = out.address + out.rows * out.row_stride;
      ASSERT_LE(end, plan->address + plan->dram_bytes);
      std::erase_if(spans, [&](const auto& span) {
        return span.first != out.address && span.first < end && span.second.first > out.address;
      });
      spans[out.address] = {end, i};
      ASSERT_EQ(out.address % 64, 0u);
    }
  }
}

TEST(Compiler, PromptsMustFitModelAndContext) {
  const Graph graph = small_graph(Format::kFp32, Format::kFp32);
  const auto error_of = [&](const CompileRequest& request) {
    const auto plan = compile(graph, small_chip(1 << 20), request);
    return plan ? "" : plan.error().message;
  };
  EXPECT_NE(error_of(small_request(0)).find("no tokens"), std::string::npos);
  EXPECT_NE(error_of(small_request(512)).find("512 tokens"), std::string::npos);
  CompileRequest request = small_request();
  request.prompt[3] = 40;
  EXPECT_NE(error_of(request).find("token 40"), std::string::npos);
  request = small_request();
  request.sampling.temperature = std::numeric_limits<float>::quiet_NaN();
  EXPECT_NE(error_of(request).find("--temperature"), std::string::npos);
  request = small_request();
  request.sampling.top_p = 0;
  EXPECT_NE(error_of(request).find("--top-p"), std::string::npos);
  request = small_request();
  request.context = 10;
  EXPECT_NE(error_of(request).find("--context up to 512"), std::string::npos);
  request.context = 513;
  EXPECT_NE(error_of(request).find("use --context 1 to 512"), std::string::npos);
  request.context = 11;
  EXPECT_EQ(error_of(request), "");
}

TEST(Compiler, SaysHowMuchMemoryIsMissing) {
  const Graph graph = small_graph(Format::kFp32, Format::kFp32);
  const auto whole = compile(graph, small_chip(16 << 20), small_request(200));
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->chunk_rows, 200u);
  // Too little for the whole prompt at once: smaller chunks, same context.
  const auto less = compile(graph, small_chip(whole->dram_bytes - 1), small_request(200));
  ASSERT_TRUE(less);
  EXPECT_EQ(less->chunk_rows, 100u);
  EXPECT_EQ(less->context, 220u);
  // A context that was asked for and does not fit.
  CompileRequest asked = small_request();
  asked.context = 512;
  const auto need = compile(graph, small_chip(16 << 20), asked)->dram_bytes;
  const auto refused = compile(graph, small_chip(need - 100000), asked);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kBadInput);
  EXPECT_NE(refused.error().message.find("bytes are missing; use --context "), std::string::npos);
  // One that nobody asked for shrinks instead.
  asked.context.reset();
  asked.max_new_tokens = 502;
  const auto shrunk = compile(graph, small_chip(need - 100000), asked);
  ASSERT_TRUE(shrunk);
  EXPECT_LT(shrunk->context, 512u);
  // And a model that cannot fit at all.
  const auto hopeless = compile(graph, small_chip(4096), small_request());
  ASSERT_FALSE(hopeless);
  EXPECT_NE(hopeless.error().message.find("the model does not fit the chip"), std::string::npos);
  EXPECT_NE(hopeless.error().message.find("bytes are missing"), std::string::npos);
}

}  // namespace
}  // namespace areia::sw
