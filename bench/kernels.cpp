// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Kernels beside the chip's limits: cycles, bound, ratio of each, in simulated time.
//   bench_kernels [CHIP] [FILTER]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "bench/kernel_time.h"

namespace {

using namespace areia;
using num::Format;

using bench::input_format;
using bench::Product;
using bench::product_op;

struct Measurement {
  double cycles = 0;
  double host_seconds = 0;
};

/// Of the operators from `first` on.
Measurement run(tests::Scene& scene, const ChipDescription& chip, std::size_t first = 0) {
  const auto begin = std::chrono::steady_clock::now();
  Measurement result;
  result.cycles = bench::cycles_of(scene, chip, first);
  result.host_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return result;
}

double compute_cycles(const std::vector<Product>& products, Format format, const ChipDescription& chip) {
  const double rate = format == Format::kFp32                            ? chip.tensor.fp32_rate
                      : num::is_block(format) || format == Format::kInt8 ? chip.tensor.integer_rate
                                                                         : chip.tensor.float_rate;
  double macs = 0;
  for (const Product& p : products) macs += double{1} * p.rows * p.depth * p.columns;
  return macs / (rate * chip.tensor.rows * chip.tensor.columns * chip.tile_count());
}

/// Every operand and result once over DRAM.
double dram_cycles(const std::vector<Product>& products, Format format, const ChipDescription& chip) {
  double bytes = 0;
  for (const Product& p : products) {
    bytes += static_cast<double>(num::row_bytes(format, p.depth)) * p.columns +
             static_cast<double>(num::row_bytes(input_format(format), p.depth)) * p.rows +
             4.0 * p.rows * p.columns;
  }
  return bytes / (chip.dram.bytes_per_second / chip.clock_hz);
}

void report(const std::string& name, const Measurement& m, double compute, double dram, double vector = 0) {
  const double bound = std::max({compute, dram, vector});
  fmt::print("{:<52} {:>12.0f} {:>12.0f} {:<8} {:>6.3f} {:>8.2f}\n", name, m.cycles, bound,
             bound == vector  ? "vector"
             : compute > dram ? "array"
                              : "DRAM",
             bound / m.cycles, m.host_seconds);
  std::fflush(stdout);
}

void products(const std::string& name, const std::vector<Product>& list, Format format,
              const ChipDescription& chip) {
  tests::Scene scene;
  scene.tokens.assign(list.front().rows, 0);
  for (const Product& product : list) scene.ops.push_back(product_op(scene, product, format));
  const Measurement m = run(scene, chip);
  report(name, m, compute_cycles(list, format, chip), dram_cycles(list, format, chip));
}

/// Products of a layer of Llama 3 8B (its config.json): query, key and value, output, gate and up, down.
std::vector<Product> llama_layer(std::uint32_t rows) {
  return {{rows, 4096, 4096},  {rows, 4096, 1024},  {rows, 4096, 1024}, {rows, 4096, 4096},
          {rows, 4096, 14336}, {rows, 4096, 14336}, {rows, 14336, 4096}};
}

/// The second of two such layers, with weights of its own: a chip works out how it cuts a product when it
/// first meets the shape, and a model has dozens of layers.
void layer(const std::string& name, std::uint32_t rows, const ChipDescription& chip) {
  const std::vector<Product> list = llama_layer(rows);
  tests::Scene scene;
  scene.tokens.assign(rows, 0);
  for (int number = 0; number < 2; ++number) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      scene.ops.push_back(product_op(scene, list[i], Format::kBlockInt8));
      // As the compiler does where the next product reads nothing that this one writes: query, key and value;
      // gate and up.
      if (i == 0 || i == 1 || i == 4) scene.ops.back().flags |= abi::kNoBarrier;
    }
  }
  const Measurement m = run(scene, chip, list.size());
  report(name, m, compute_cycles(list, Format::kBlockInt8, chip),
         dram_cycles(list, Format::kBlockInt8, chip));
}

/// Vector instructions that attention needs for a score: its part in the largest (1), e^x (14), the weight
/// (2). Sums are the array's.
constexpr double kScorePasses = 17;

/// Causal attention of the last `rows` rows of a context, with the heads of Llama 3 8B; the second of two
/// layers, as above. The bounds are those of the array, for the scores and weighted values that positions
/// see; of DRAM, for the cache, queries and results once; and of the vector units, for the softmax in fp32.
void attention(const std::string& name, std::uint32_t rows, std::uint32_t context,
               const ChipDescription& chip) {
  constexpr std::uint32_t kHeads = 32, kKeyHeads = 8, kHeadSize = 128;
  tests::Scene scene = bench::attention_scene({rows, context, kHeads, kKeyHeads, kHeadSize});
  const Measurement m = run(scene, chip, 1);
  const double bytes = 2.0 * 2 * context * kKeyHeads * kHeadSize + 2.0 * 4 * rows * kHeads * kHeadSize;
  const double scores = kHeads * (double{1} * rows * context - 0.5 * rows * (rows - 1.0));
  const double lanes = chip.hart.vector_lane_bits / 32.0;
  const double array = chip.tensor.float_rate * chip.tensor.rows * chip.tensor.columns;
  report(name, m, 2 * scores * kHeadSize / (array * chip.tile_count()),
         bytes / (chip.dram.bytes_per_second / chip.clock_hz),
         kScorePasses * scores / (lanes * chip.tile_count()));
}

int measure(const ChipDescription& chip, const std::string& filter) {
  fmt::print("{:<52} {:>12} {:>12} {:<8} {:>6} {:>8}\n", chip.name, "cycles", "bound", "by", "ratio",
             "host s");
  const std::vector<std::pair<std::string, std::function<void(const std::string&)>>> cases = {
      {"GEMM 1024^3 bf16", [&](const auto& n) { products(n, {{1024, 1024, 1024}}, Format::kBf16, chip); }},
      {"decode GEMVs of a Llama 8B layer, Q8_0", [&](const auto& n) { layer(n, 1, chip); }},
      {"attention, decode at context 4096", [&](const auto& n) { attention(n, 1, 4096, chip); }},
      {"attention, prefill of 1024", [&](const auto& n) { attention(n, 1024, 1024, chip); }},
      {"attention, prefill of 512 at context 4096", [&](const auto& n) { attention(n, 512, 4096, chip); }},
      {"prefill of 512, products of that layer, Q8_0", [&](const auto& n) { layer(n, 512, chip); }},
      {"GEMM 4096^3 int8", [&](const auto& n) { products(n, {{4096, 4096, 4096}}, Format::kInt8, chip); }},
      {"GEMM 4096^3 bf16", [&](const auto& n) { products(n, {{4096, 4096, 4096}}, Format::kBf16, chip); }},
  };
  for (const auto& [name, run_case] : cases) {
    if (name.find(filter) != std::string::npos) run_case(name);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto chip = load_chip(argc > 1 ? argv[1] : "areia-1");
  if (!chip.ok()) {
    fmt::print(stderr, "bench_kernels: {}\n", chip.error().message);
    return 2;
  }
  try {
    return measure(*chip, argc > 2 ? argv[2] : "");
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_kernels: {}\n", error.what());
    return 1;
  }
}
