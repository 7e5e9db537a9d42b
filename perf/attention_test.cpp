// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Libraries' kernels differ as their sources and the measurements say.
#include <gtest/gtest.h>

#include <string>

#include "perf/operators.h"
#include "perf/questions/harness.h"
#include "perf/validate.h"

namespace areia::perf {
namespace {

const Library& library() {
  static const Library loaded = *load_library();
  return loaded;
}

Device device(const std::string& name) { return {*library().accelerator(name), library().calibration}; }

constexpr double kLong = 16384;

Attention prefill(AttentionLibrary kernels, double positions, double window = 0) {
  return {.queries = positions,
          .context = positions,
          .heads = 4,
          .kv_heads = 1,
          .window = window,
          .library = kernels};
}

Attention decode(AttentionLibrary kernels, double batch, double context, double heads, double kv_heads) {
  return {.batch = batch,
          .queries = 1,
          .context = context,
          .heads = heads,
          .kv_heads = kv_heads,
          .library = kernels};
}

double seconds(const Attention& attention, const Device& on) { return time_of(attention, on).seconds; }

// One long sequence keeps all cores as busy as sixteen do: no block is longer than the window.
TEST(Attention, AWindowBoundsTheLongestBlockOfPrefill) {
  for (const char* name : {"l40s", "h100-sxm", "b200"}) {
    const Device on = device(name);
    Attention attention = prefill(AttentionLibrary::kUsual, 4 * kLong, 128);
    const double one = time_of(attention, on).compute;
    attention.batch = 16;
    EXPECT_GT(time_of(attention, on).compute, 14 * one) << name;
  }
}

TEST(Attention, SomeKernelsComputeWhatLiesBeforeAWindow) {
  const Device on = device("rtx-pro-6000");
  const auto gain = [&](AttentionLibrary kernels) {
    return seconds(prefill(kernels, kLong), on) / seconds(prefill(kernels, kLong, 128), on);
  };
  EXPECT_LT(gain(AttentionLibrary::kTritonExtend), 1.05);
  EXPECT_LT(gain(AttentionLibrary::kXpu), 1.05);
  EXPECT_GT(gain(AttentionLibrary::kTritonUnified), 10);
  EXPECT_GT(gain(AttentionLibrary::kFlashAttention2), 10);
}

TEST(Attention, TritonGainsNothingByLaterMatrixUnits) {
  const auto slower = [](const char* name) {
    return seconds(prefill(AttentionLibrary::kTritonExtend, kLong), device(name)) /
           seconds(prefill(AttentionLibrary::kUsual, kLong), device(name));
  };
  EXPECT_LT(slower("l40s"), 1.5);
  EXPECT_GT(slower("b200"), 4);
}

TEST(Attention, ManyHeadsOfOneKeyLeaveTheMatrixUnits) {
  for (const char* name : {"h200-sxm", "b200"}) {
    const AttentionLibrary kernels =
        std::string(name) == "b200" ? AttentionLibrary::kTrtllmGen : AttentionLibrary::kTensorRt;
    const double shared = seconds(decode(kernels, 32, 2048, 64, 2), device(name));  // 32 heads to a key head
    EXPECT_GT(seconds(decode(kernels, 32, 2048, 64, 1), device(name)), 5 * shared) << name;
  }
}

TEST(Attention, NarrowCachesOfXqaAreSplitOnHopperAlone) {
  const auto of_length = [](const char* name, Precision cache, double context) {
    Attention one = decode(AttentionLibrary::kTensorRt, 1, context, 8, 1);
    one.cache = cache;
    return seconds(one, device(name));
  };
  EXPECT_GT(of_length("l40s", Precision::kFp8, kLong), 6 * of_length("l40s", Precision::kFp8, 1024));
  EXPECT_LT(of_length("l40s", Precision::kBf16, kLong), 3 * of_length("l40s", Precision::kBf16, 1024));
  EXPECT_LT(of_length("h200-sxm", Precision::kFp8, kLong), 3 * of_length("h200-sxm", Precision::kFp8, 1024));
}

TEST(Attention, FlashAttention2SharesKeysWhereThereIsNoWindow) {
  const Device on = device("rtx-pro-6000");
  Attention attention = decode(AttentionLibrary::kFlashAttention2, 256, 1024, 64, 4);
  const double shared = seconds(attention, on);
  attention.window = 1024;  // the very same positions
  EXPECT_GT(seconds(attention, on), 1.5 * shared);
  attention.library = AttentionLibrary::kFlashInfer;
  const double windowed = seconds(attention, on);
  attention.window = 0;
  EXPECT_DOUBLE_EQ(seconds(attention, on), windowed);
}

TEST(Attention, NarrowValuesOfHopperAreTransposedOnTheirWay) {
  const Device on = device("h200-sxm");
  Attention attention = decode(AttentionLibrary::kFlashAttention3, 64, 32768, 32, 8);
  const double wide = seconds(attention, on);
  attention.cache = Precision::kFp8;
  EXPECT_GT(seconds(attention, on), 0.7 * wide);
  attention.library = AttentionLibrary::kUsual;
  EXPECT_LT(seconds(attention, on), 0.6 * wide);
}

struct StackRun {
  const char *stack, *hardware, *text;
  AttentionLibrary expected;
};

AttentionLibrary library_of(const StackRun& run) {
  Measurement row;
  row.source = std::string("aiconfigurator perf DB ") + run.stack;
  row.model_or_op = run.text;
  const std::string text = run.text;
  Attention attention;
  attention.head_size = text.find("head_dim=192") != std::string::npos   ? 192
                        : text.find("head_dim=256") != std::string::npos ? 256
                                                                         : 128;
  if (text.find("window=") != std::string::npos) attention.window = 1024;
  if (text.find("fp8") != std::string::npos) attention.cache = Precision::kFp8;
  return attention_harness(row, attention, device(run.hardware)).attention_library;
}

TEST(Attention, StacksRunTheLibrariesThatTheDatabaseNames) {
  using L = AttentionLibrary;
  constexpr StackRun kRuns[] = {
      {"vllm 0.24.0", "h100-sxm", "attention decode head_dim=192 kv_dtype=fp8", L::kFlashAttention3},
      {"vllm 0.24.0", "b200", "attention decode head_dim=128", L::kFlashInferGen},
      {"vllm 0.24.0", "gb300", "attention decode head_dim=192 kv_dtype=fp8", L::kTritonUnified},
      {"vllm 0.24.0", "l40s", "attention decode head_dim=128 kv_dtype=fp8", L::kFlashInfer},
      {"vllm 0.14.0", "a100-80-sxm", "attention decode head_dim=128", L::kFlashAttention2},
      {"vllm 0.20.0", "arc-pro-b60", "attention prefill head_dim=128", L::kXpu},
      {"trtllm 1.3.0rc20", "b300", "attention prefill head_dim=128", L::kTrtllmGen},
      {"trtllm 1.3.0rc20", "b300", "attention prefill head_dim=256 window=1024", L::kFlashInferGen},
      {"trtllm 1.3.0rc20", "rtx-pro-6000", "attention prefill head_dim=256", L::kTensorRt},
      {"sglang 0.5.14", "h200-sxm", "attention decode head_dim=256 window=1024", L::kTritonExtend},
      {"sglang 0.5.14", "h200-sxm", "attention decode head_dim=256", L::kFlashAttention3},
      {"sglang 0.5.14", "b200", "attention decode head_dim=256 kernel=triton", L::kTritonExtend},
      {"sglang 0.5.14", "b200", "attention decode head_dim=128 kernel=flashinfer", L::kFlashInfer},
      {"sglang 0.5.14", "rtx-pro-6000", "attention decode head_dim=128 window=1024", L::kTritonExtend},
      {"sglang 0.5.10", "a100-80-sxm", "attention decode head_dim=128", L::kFlashAttentionPaged}};
  for (const StackRun& run : kRuns)
    EXPECT_EQ(library_of(run), run.expected) << run.stack << ' ' << run.hardware << ' ' << run.text;
}

}  // namespace
}  // namespace areia::perf
