// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What the clocks of aiconfigurator's database take in beside a product, by stack: its collectors call the
// stacks' own layers, which round activations first, on copies of the weights.
#include <algorithm>
#include <cmath>

#include "perf/questions/harness.h"

namespace areia::perf {
namespace {

/// vLLM's block-scaled products are submitted by Python one by one: no CUDA graph holds them. Medians of the
/// calibration rows up to 512 rows of A: FlashInfer's kernel for less than 32 rows and DeepGEMM's on Hopper;
/// DeepGEMM's on Blackwell, where scales are padded unless rows come in fours, and moved once more for a
/// single one; a Triton kernel elsewhere. Grace and the L40S's host are slower.
double block_scaled_floor(const Device& device, double rows) {
  const Generation generation = generation_of(device);
  if (generation == Generation::kHopper) return rows < 32 ? 60e-6 : 87e-6;
  if (generation == Generation::kAda) return 330e-6;
  const bool grace = device.chip().name.starts_with("gb");
  if (rows <= 1) return grace ? 550e-6 : 274e-6;
  if (std::fmod(rows, 4) != 0) return grace ? 445e-6 : 237e-6;
  return grace ? 310e-6 : 180e-6;
}

/// Paces beside those of Elementwise::Kind (calibration rows): scales for 128 elements on Blackwell and in
/// SGLang, elsewhere, and SGLang's kernel with a scale for each row.
constexpr double kPaceOfBlocks = 1.3, kPaceOfOldBlocks = 0.33, kPaceOfSglang = 2;

/// vLLM's fp8 products of one row on data centres' Blackwell take another way as well: about six kernels more
/// than those of eight rows (calibration rows, 13 to 18 us).
constexpr int kKernelsOfOneRow = 6;
bool takes_another_way(const Measurement& row, Generation generation) {
  return generation == Generation::kBlackwell && row.precision == "fp8" && row.batch <= 1;
}

/// Copies of the weights that aiconfigurator's collectors go round (collector/*/collect_gemm.py of
/// github.com/ai-dynamo/aiconfigurator): TensorRT-LLM's as many as fill the cache, up to five; vLLM's one in
/// the formats that are slow to prepare.
double copies_of_weights(const Measurement& row, double bytes, double cache_bytes) {
  const Stack stack = stack_of(row);
  if (stack == Stack::kTensorRt) return std::clamp(std::ceil(cache_bytes / bytes), 1.0, 5.0);
  const bool slow = row.precision == "fp8_block" || row.precision == "nvfp4";
  return stack == Stack::kVllm && slow ? 1 : 6;
}

/// CUTLASS's kernels of narrow formats have one tile on chips of workstations, but for vLLM's fp8, and in
/// TensorRT-LLM's fp4 where nothing is tuned: their times hardly know how many columns there are. vLLM's and
/// SGLang's fp8 of data centres know smaller ones for few rows alone (limits of vLLM's
/// csrc/quantization/w8a8/cutlass), SGLang's fp4 up to 128 rows (calibration rows).
bool has_one_tile(const Measurement& row, Generation generation) {
  const Stack stack = stack_of(row);
  const bool workstation = generation == Generation::kWorkstation, trtllm = stack == Stack::kTensorRt;
  if (row.precision == "nvfp4") return workstation || trtllm || (stack == Stack::kSglang && row.batch > 128);
  if (row.precision != "fp8" || trtllm) return false;
  if (workstation) return stack == Stack::kSglang;
  const double few = generation == Generation::kHopper ? 128 : 256;
  return generation != Generation::kIntel && row.batch > few;
}

/// How each stack rounds activations before a product (the collectors call the stacks' own layers).
Rounding rounding_of(const Measurement& row, Generation generation) {
  const bool trtllm = stack_of(row) == Stack::kTensorRt, sglang = stack_of(row) == Stack::kSglang;
  // A scale for each few elements: no thread waits for the whole row.
  if (row.precision == "fp8_block") {
    // DeepGEMM packs scales anew in every call where the units take them as powers of two.
    const bool blackwell = generation == Generation::kBlackwell;
    return {.kernels = sglang && blackwell ? 4 : 1,
            .pace = sglang || blackwell ? kPaceOfBlocks : kPaceOfOldBlocks};
  }
  if (row.precision == "nvfp4") return {.kernels = trtllm ? 2 : sglang ? 0 : 1, .pace = 1};
  // One scale for all of a matrix: cleared, sought, turned over, applied; on Hopper in a kernel less.
  if (trtllm) return {.kernels = generation == Generation::kHopper ? 3 : 4, .pace = 1};
  return {.kernels = 1, .pace = sglang ? kPaceOfSglang : 1, .by_rows = true};
}

/// TensorRT's engines (weights alone are narrow) run about so many small kernels beside the product.
constexpr double kKernelsOfEngine = 3;

}  // namespace

Harness product_harness(const Measurement& row, const Gemm& gemm, const Device& device) {
  Harness harness = harness_of(row, device, OperatorFamily::kProduct);
  if (!row.source.starts_with("aiconfigurator")) return harness;
  const Generation generation = generation_of(device);
  const bool vllm = stack_of(row) == Stack::kVllm;
  harness.copies = copies_of_weights(row, operand_bytes(gemm), device.cache_bytes());
  if (has_one_tile(row, generation)) harness.product_library = ProductLibrary::kOneTile;
  if (bytes_of(gemm.activation) < 2) harness.rounding = rounding_of(row, generation);
  if (vllm && takes_another_way(row, generation)) harness.rounding.kernels += kKernelsOfOneRow;
  if (vllm && row.precision == "fp8_block") harness.floor_seconds = block_scaled_floor(device, row.batch);
  if (row.precision.ends_with("_wo")) harness.small_kernels = kKernelsOfEngine;
  return harness;
}

double operand_bytes(const Gemm& gemm) {
  return gemm.n * gemm.k * bytes_of(gemm.weight) + gemm.m * gemm.n * bytes_of(gemm.output);
}

}  // namespace areia::perf
