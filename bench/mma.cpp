// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Host speed of the tensor engine: tmma by format and shape, beside this host's own peak of fp32 fused
// multiply-adds, measured in the same run by a loop that stays in registers. One thread.
#include <benchmark/benchmark.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <random>
#include <vector>

#include "sim/tensor/tensor_engine.h"
#include "spec/abi/memory_map.h"
#include "spec/num/element.h"

namespace {

using areia::num::Format;
using Kind = areia::sim::TensorCommand::Kind;

namespace hn = hwy::HWY_NAMESPACE;

/// Runs `rounds` times twelve independent vector fused multiply-adds; returns floating-point operations.
double register_loop(std::uint64_t rounds) {
  const hn::ScalableTag<float> d;
  auto a = hn::Set(d, 0.5f);
  auto s0 = a, s1 = hn::Add(s0, a), s2 = hn::Add(s1, a), s3 = hn::Add(s2, a), s4 = hn::Add(s3, a);
  auto s5 = hn::Add(s4, a), s6 = hn::Add(s5, a), s7 = hn::Add(s6, a), s8 = hn::Add(s7, a);
  auto s9 = hn::Add(s8, a), s10 = hn::Add(s9, a), s11 = hn::Add(s10, a);  // apart, or they would be one
  for (std::uint64_t i = 0; i < rounds; ++i) {
    benchmark::DoNotOptimize(a);
    s0 = hn::MulAdd(a, a, s0), s1 = hn::MulAdd(a, a, s1), s2 = hn::MulAdd(a, a, s2);
    s3 = hn::MulAdd(a, a, s3), s4 = hn::MulAdd(a, a, s4), s5 = hn::MulAdd(a, a, s5);
    s6 = hn::MulAdd(a, a, s6), s7 = hn::MulAdd(a, a, s7), s8 = hn::MulAdd(a, a, s8);
    s9 = hn::MulAdd(a, a, s9), s10 = hn::MulAdd(a, a, s10), s11 = hn::MulAdd(a, a, s11);
  }
  const auto low = hn::Add(hn::Add(hn::Add(s0, s1), hn::Add(s2, s3)), hn::Add(s4, s5));
  const auto high = hn::Add(hn::Add(hn::Add(s6, s7), hn::Add(s8, s9)), hn::Add(s10, s11));
  benchmark::DoNotOptimize(hn::GetLane(hn::Add(low, high)));
  return static_cast<double>(rounds) * 12 * static_cast<double>(hn::Lanes(d)) * 2;
}

/// The host's peak in fp32 floating-point operations a second: the best of five runs.
double peak() {
  static const double value = [] {
    double best = 0;
    for (int i = 0; i < 5; ++i) {
      const std::clock_t begin = std::clock();  // time of this process, as the rates below
      const double operations = register_loop(10'000'000);
      best = std::max(best, operations * CLOCKS_PER_SEC / static_cast<double>(std::clock() - begin));
    }
    return best;
  }();
  return value;
}

struct Case {
  const char* name;
  Format a, b;
  std::uint64_t m, n, k;
  bool transposed = false;
};

/// Bytes that are numbers of ordinary size in every format: no subnormals, whose arithmetic hosts may do in
/// microcode.
void fill(std::vector<std::uint8_t>& bytes, std::uint64_t begin, std::uint64_t end, Format format) {
  std::mt19937 random(1);
  for (std::uint64_t i = begin; i < end; ++i) bytes[i] = static_cast<std::uint8_t>((random() & 0x0b) | 0x30);
  if (!areia::num::is_block(format) || !areia::num::has_e8m0_scale(format)) return;
  for (std::uint64_t i = begin; i < end; i += areia::num::unit_bytes(format)) bytes[i] = 127;
}

/// One tmma from a scratchpad whose rows follow each other without a gap.
void mma(benchmark::State& state, const Case& c) {
  std::vector<std::uint8_t> scratchpad(4 << 20);
  areia::sim::TensorEngine engine(64, 64, 2, scratchpad);
  engine.set_format(areia::num::format_operand(c.a, c.b, Format::kFp32, c.transposed));
  engine.set_shape(c.m | c.n << 16, c.k);
  const std::uint64_t a_stride = areia::num::row_bytes(c.a, c.k);
  const std::uint64_t b_stride = areia::num::row_bytes(c.b, c.transposed ? c.n : c.k);
  engine.set_stride(a_stride, b_stride);
  const std::uint64_t a = areia::abi::kScratchpadBase, b = a + c.m * a_stride;
  fill(scratchpad, 0, c.m * a_stride, c.a);
  fill(scratchpad, c.m * a_stride, scratchpad.size(), c.b);
  for (auto _ : state) {
    if (!engine.run(engine.command(Kind::kMma, 0, a, b)).done()) state.SkipWithError("the command trapped");
  }
  const double operations = 2.0 * static_cast<double>(engine.macs());
  const double bytes =
      static_cast<double>(b_stride * (c.transposed ? c.k : c.n)) * static_cast<double>(state.iterations());
  using benchmark::Counter;
  state.counters["GFLOP/s"] = Counter(operations * 1e-9, Counter::kIsRate);
  state.counters["of_peak"] = Counter(operations / peak(), Counter::kIsRate);
  state.counters["B_GB/s"] = Counter(bytes * 1e-9, Counter::kIsRate);
}

/// A command with hardly any work on a `size` x `size` array: what the engine itself costs.
struct SmallCase {
  const char* name;
  std::uint64_t size;
  Kind kind;
  Format format;
  std::uint64_t m, n, k;
};
void command(benchmark::State& state, const SmallCase& c) {
  std::vector<std::uint8_t> scratchpad(1 << 20);
  areia::sim::TensorEngine engine(static_cast<std::uint32_t>(c.size), static_cast<std::uint32_t>(c.size), 2,
                                  scratchpad);
  const std::uint64_t b = scratchpad.size() / 2;
  const Format memory = c.kind == Kind::kMma ? Format::kFp32 : c.format;
  engine.set_format(areia::num::format_operand(c.format, c.format, memory));
  engine.set_shape(c.m | c.n << 16, c.k);
  const std::uint64_t stride = areia::num::row_bytes(c.format, c.kind == Kind::kMma ? c.k : c.n);
  engine.set_stride(stride, stride);
  fill(scratchpad, 0, b, c.format);
  fill(scratchpad, b, scratchpad.size(), c.format);
  const std::uint64_t base = areia::abi::kScratchpadBase;
  for (auto _ : state) {
    if (!engine.run(engine.command(c.kind, 0, base, c.kind == Kind::kMma ? base + b : stride)).done())
      state.SkipWithError("the command trapped");
  }
}

constexpr SmallCase kSmallCases[] = {
    {"8x8 tclear", 8, Kind::kClear, Format::kFp32, 8, 8, 0},
    {"8x8 tload fp32", 8, Kind::kLoad, Format::kFp32, 8, 8, 0},
    {"8x8 tstore fp32", 8, Kind::kStore, Format::kFp32, 8, 8, 0},
    {"8x8 tmma fp32 1x8x64", 8, Kind::kMma, Format::kFp32, 1, 8, 64},
    {"8x8 tmma fp32 8x8x64", 8, Kind::kMma, Format::kFp32, 8, 8, 64},
    {"8x8 tmma fp32 5x5x63", 8, Kind::kMma, Format::kFp32, 5, 5, 63},
    {"8x8 tmma fp16 1x8x64", 8, Kind::kMma, Format::kFp16, 1, 8, 64},
    {"8x8 tmma block_int8 1x8x64", 8, Kind::kMma, Format::kBlockInt8, 1, 8, 64},
    {"8x8 tmma block_int8 8x8x64", 8, Kind::kMma, Format::kBlockInt8, 8, 8, 64},
    {"64x64 tclear", 64, Kind::kClear, Format::kFp32, 64, 64, 0},
    {"64x64 tload fp32", 64, Kind::kLoad, Format::kFp32, 64, 64, 0},
    {"64x64 tstore fp32", 64, Kind::kStore, Format::kFp32, 64, 64, 0},
    {"64x64 tload fp16", 64, Kind::kLoad, Format::kFp16, 64, 64, 0},
    {"64x64 tstore fp16", 64, Kind::kStore, Format::kFp16, 64, 64, 0},
    {"64x64 tstore bf16", 64, Kind::kStore, Format::kBf16, 64, 64, 0},
    {"64x64 tstore e4m3", 64, Kind::kStore, Format::kFp8E4M3, 64, 64, 0},
    {"64x64 tmma fp32 1x64x64", 64, Kind::kMma, Format::kFp32, 1, 64, 64},
    {"64x64 tmma block_int8 1x64x64", 64, Kind::kMma, Format::kBlockInt8, 1, 64, 64},
};

constexpr Case kCases[] = {
    {"fp32 64x64x512", Format::kFp32, Format::kFp32, 64, 64, 512},
    {"fp32 64x64x4096", Format::kFp32, Format::kFp32, 64, 64, 4096},
    {"fp32 64x64x4096 transposed", Format::kFp32, Format::kFp32, 64, 64, 4096, true},
    {"fp16 64x64x4096", Format::kFp16, Format::kFp16, 64, 64, 4096},
    {"bf16 64x64x4096", Format::kBf16, Format::kBf16, 64, 64, 4096},
    {"e4m3 64x64x4096", Format::kFp8E4M3, Format::kFp8E4M3, 64, 64, 4096},
    {"int8 64x64x4096", Format::kInt8, Format::kInt8, 64, 64, 4096},
    {"block_int8 64x64x4096", Format::kBlockInt8, Format::kBlockInt8, 64, 64, 4096},
    {"block_int8*block_int4 64x64x4096", Format::kBlockInt8, Format::kBlockInt4, 64, 64, 4096},
    {"mxfp8_e4m3 64x64x4096", Format::kMxFp8E4M3, Format::kMxFp8E4M3, 64, 64, 4096},
    {"mxfp8_e5m2 64x64x4096", Format::kMxFp8E5M2, Format::kMxFp8E5M2, 64, 64, 4096},
    {"block_int8*mxfp4 64x64x4096", Format::kBlockInt8, Format::kMxFp4, 64, 64, 4096},
    {"block_int8_sum*block_int4_min 64x64x4096", Format::kBlockInt8Sum, Format::kBlockInt4Min, 64, 64, 4096},
    {"block_int8*block_int5 64x64x4096", Format::kBlockInt8, Format::kBlockInt5, 64, 64, 4096},
    {"block_int8_sum*block_int5_min 64x64x4096", Format::kBlockInt8Sum, Format::kBlockInt5Min, 64, 64, 4096},
    {"super_int8*super_int4 64x64x4096", Format::kSuperInt8, Format::kSuperInt4, 64, 64, 4096},
    {"super_int8*super_int5 64x64x4096", Format::kSuperInt8, Format::kSuperInt5, 64, 64, 4096},
    {"super_int8*super_int6 64x64x4096", Format::kSuperInt8, Format::kSuperInt6, 64, 64, 4096},
    {"fp32 1x64x576", Format::kFp32, Format::kFp32, 1, 64, 576},
    {"fp32 1x64x4096", Format::kFp32, Format::kFp32, 1, 64, 4096},
    {"fp32 8x64x4096", Format::kFp32, Format::kFp32, 8, 64, 4096},
    {"fp16 1x64x4096", Format::kFp16, Format::kFp16, 1, 64, 4096},
    {"bf16 1x64x4096", Format::kBf16, Format::kBf16, 1, 64, 4096},
    {"fp16 1x64x64 transposed", Format::kFp32, Format::kFp16, 1, 64, 64, true},
    {"int8 1x64x4096", Format::kInt8, Format::kInt8, 1, 64, 4096},
    {"block_int8 1x64x576", Format::kBlockInt8, Format::kBlockInt8, 1, 64, 576},
    {"block_int8 1x64x4096", Format::kBlockInt8, Format::kBlockInt8, 1, 64, 4096},
    {"block_int8*block_int4 1x64x4096", Format::kBlockInt8, Format::kBlockInt4, 1, 64, 4096},
    {"block_int8*mxfp4 1x64x4096", Format::kBlockInt8, Format::kMxFp4, 1, 64, 4096},
    {"block_int8_sum*block_int4_min 1x64x4096", Format::kBlockInt8Sum, Format::kBlockInt4Min, 1, 64, 4096},
    {"block_int8*block_int5 1x64x4096", Format::kBlockInt8, Format::kBlockInt5, 1, 64, 4096},
    {"block_int8_sum*block_int5_min 1x64x4096", Format::kBlockInt8Sum, Format::kBlockInt5Min, 1, 64, 4096},
    {"super_int8*super_int4 1x64x4096", Format::kSuperInt8, Format::kSuperInt4, 1, 64, 4096},
    {"super_int8*super_int5 1x64x4096", Format::kSuperInt8, Format::kSuperInt5, 1, 64, 4096},
    {"super_int8*super_int6 1x64x4096", Format::kSuperInt8, Format::kSuperInt6, 1, 64, 4096},
    {"mxfp8_e4m3 1x64x4096", Format::kMxFp8E4M3, Format::kMxFp8E4M3, 1, 64, 4096},
};

}  // namespace

int main(int argc, char** argv) {
  for (const Case& c : kCases)
    benchmark::RegisterBenchmark(c.name, [&c](benchmark::State& state) { mma(state, c); });
  for (const SmallCase& c : kSmallCases) {
    benchmark::RegisterBenchmark(c.name, [&c](benchmark::State& state) { command(state, c); });
  }
  benchmark::Initialize(&argc, argv);
  std::printf("this host's fp32 FMA peak, one thread: %.1f GFLOP/s\n", peak() * 1e-9);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
