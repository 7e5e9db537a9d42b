// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What the clock says of many operators on a chip, as rows of measurements (perf/measurements/README.md): the
// closed form is held against them.
//   bench_own_chip CHIP [gemm | attention | ROWS DEPTH COLUMNS]
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "bench/kernel_time.h"
#include "spec/chip/chip.h"

namespace {

using namespace areia;
using bench::AttentionShape;
using bench::Product;

void row(const ChipDescription& chip, const std::string& what, const std::string& lengths, const char* format,
         double cycles) {
  fmt::print("areia timed,{},1,{},op,{},{},latency,{:.6g},us,bench/own_chip.cpp\n", chip.name, what, lengths,
             format, cycles / chip.clock_hz * 1e6);
  std::fflush(stdout);
}

/// The second of two products with weights of their own: a tile works out how it cuts a product when it first
/// meets the shape.
void product(const ChipDescription& chip, const Product& p, num::Format format, const char* name) {
  tests::Scene scene;
  scene.tokens.assign(p.rows, 0);
  for (int i = 0; i < 2; ++i) scene.ops.push_back(bench::product_op(scene, p, format));
  const double cycles = bench::cycles_of(scene, chip, 1);
  row(chip, fmt::format("gemm M={} N={} K={}", p.rows, p.columns, p.depth),
      fmt::format("{},{},{}", p.rows, p.depth, p.columns), name, cycles);
}

void products(const ChipDescription& chip) {
  struct Weights {
    std::uint32_t columns, depth;
  };
  // Of SmolLM2 135M, Llama 3.2 1B, Llama 3 8B (their config.json), and squares.
  constexpr Weights kWeights[] = {{576, 576},   {1536, 576},  {576, 1536},  {1024, 1024}, {2048, 2048},
                                  {8192, 2048}, {2048, 8192}, {4096, 4096}, {1024, 4096}};
  constexpr std::uint32_t kRows[] = {1, 4, 16, 32, 64, 128, 256, 512};
  for (const Weights& weights : kWeights) {
    for (const std::uint32_t rows : kRows) {
      product(chip, {rows, weights.depth, weights.columns}, num::Format::kBf16, "bf16");
      product(chip, {rows, weights.depth, weights.columns}, num::Format::kBlockInt8, "int8");
    }
  }
}

void attentions(const ChipDescription& chip) {
  struct Heads {
    std::uint32_t heads, kv_heads, size;
  };
  constexpr Heads kHeads[] = {{9, 3, 64}, {32, 8, 64}, {32, 8, 128}, {16, 16, 128}};
  const auto measure = [&](const char* phase, std::uint32_t rows, std::uint32_t context, const Heads& h) {
    tests::Scene scene = bench::attention_scene({rows, context, h.heads, h.kv_heads, h.size});
    const double cycles = bench::cycles_of(scene, chip, 1);
    row(chip,
        fmt::format("attention {} heads={} kv_heads={} head_dim={} kv_dtype=fp16", phase, h.heads, h.kv_heads,
                    h.size),
        fmt::format("1,{},{}", context, rows), "fp16", cycles);
  };
  for (const Heads& heads : kHeads) {
    for (const std::uint32_t context : {128u, 256u, 512u, 1024u, 2048u, 4096u})
      measure("decode", 1, context, heads);
    for (const std::uint32_t context : {64u, 128u, 256u, 512u}) measure("prefill", context, context, heads);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto chip = load_chip(argc > 1 ? argv[1] : "areia-1");
  if (!chip.ok()) {
    fmt::print(stderr, "bench_own_chip: {}\n", chip.error().message);
    return 2;
  }
  const std::string only = argc > 2 ? argv[2] : "";
  try {
    if (argc == 5) {
      const auto number = [&](int index) { return static_cast<std::uint32_t>(std::stoul(argv[index])); };
      const Product one = {number(2), number(3), number(4)};
      product(*chip, one, num::Format::kBf16, "bf16");
      product(*chip, one, num::Format::kBlockInt8, "int8");
      return 0;
    }
    if (only != "attention") products(*chip);
    if (only != "gemm") attentions(*chip);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_own_chip: {}\n", error.what());
    return 1;
  }
  return 0;
}
