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

#include "bench/own_rows.h"
#include "spec/chip/chip.h"

namespace {

using namespace areia;
using bench::Product;

void print(const std::string& row) {
  fmt::print("{}\n", row);
  std::fflush(stdout);
}

void product(const ChipDescription& chip, const Product& p) {
  for (const num::Format format : {num::Format::kBf16, num::Format::kBlockInt8})
    print(bench::product_row(chip, p, format));
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
    for (const std::uint32_t rows : kRows) product(chip, {rows, weights.depth, weights.columns});
  }
}

void attentions(const ChipDescription& chip) {
  struct Heads {
    std::uint32_t heads, kv_heads, size;
  };
  constexpr Heads kHeads[] = {{9, 3, 64}, {32, 8, 64}, {32, 8, 128}, {16, 16, 128}};
  const auto measure = [&](std::uint32_t rows, std::uint32_t context, const Heads& h) {
    print(bench::attention_row(chip, {rows, context, h.heads, h.kv_heads, h.size}));
  };
  for (const Heads& heads : kHeads) {
    for (const std::uint32_t context : {128u, 256u, 512u, 1024u, 2048u, 4096u}) measure(1, context, heads);
    for (const std::uint32_t context : {64u, 128u, 256u, 512u}) measure(context, context, heads);
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
      product(*chip, {number(2), number(3), number(4)});
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
