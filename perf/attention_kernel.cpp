// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Numbers are of the calibration rows of aiconfigurator's attention (perf/measurements), one search for each
// library over all chips, lengths, heads and caches that it was measured with.
#include "perf/attention_kernel.h"

namespace areia::perf {
namespace {

using Library = AttentionLibrary;

/// FLOP a clock and core of Triton's products, whatever the chip: those of Ampere's instructions.
constexpr double kTritonPerClock = 800;
/// TensorRT-LLM's XQA takes up to so many query heads of a key head; more, and single ones on chips before
/// Blackwell, go to its kernel without matrix units.
constexpr double kHeadsOfXqa = 32;

bool narrow(const Attention& a) { return bytes_of(a.cache) < 2; }

/// TensorRT-LLM's masked multi-head attention: a block for each query head, on the vector units.
constexpr DecodeKernel kMaskedHeads = {.launches = 1.6,
                                       .fills = 0.4,
                                       .stream = 3.6,
                                       .sum_up = 1.2e-6,
                                       .shares_keys = false,
                                       .vector_products = 6.2};
/// Decode of trtllm-gen, whoever launches it.
constexpr DecodeKernel kTrtllmGenDecode = {.launches = 2, .fills = 0.35, .stream = 3.8, .sum_up = 0.16e-6};

DecodeKernel tensor_rt_decode(const Attention& a, const Device& device) {
  const double group = a.heads / a.kv_heads;
  const bool blackwell = a.library == Library::kTrtllmGen;
  if (group > kHeadsOfXqa || (group == 1 && !blackwell)) return kMaskedHeads;
  if (blackwell) return kTrtllmGenDecode;
  // XQA: one for Hopper's units and caches of 8 bits; elsewhere such caches are not split.
  if (!narrow(a)) return {.tile = 32, .launches = 2.9, .fills = 1.5, .stream = 6.3, .sum_up = 0.07e-6};
  if (takes_one_operand_from_registers(device))
    return {.tile = 32, .launches = 0.95, .fills = 0.6, .stream = 2.7, .sum_up = 0.2e-6};
  return {.tile = 16, .launches = 2.7, .fills = 2.1, .stream = 3.6, .most_splits = 1};
}

}  // namespace

bool takes_one_operand_from_registers(const Device& device) {
  return device.chip().kind == AcceleratorClass::kGpu && !device.fed_by_registers() && !device.holds_sums();
}

PrefillKernel prefill_kernel(const Attention& a, const Device& device) {
  switch (a.library) {
    case Library::kUsual:
      return {};
    case Library::kTrtllmGen:
      return {.rate = 0.98, .fills = 1.7, .launches = 1.6, .apart = 0.5};
    case Library::kFlashInferGen:
      return {.rate = 1.18, .fills = 1.1, .launches = 2.1, .apart = 0.3};
    case Library::kTensorRt:
      return {.positions = device.fed_by_registers() ? 64.0 : 128.0,
              .rate = 0.93,
              .fills = 1.7,
              .launches = 1,
              .apart = 0.45};
    case Library::kFlashAttention3:
      return {.packs_heads = true, .rate = 1.18, .fills = 1.5, .launches = 2, .apart = 0.9};
    case Library::kFlashAttention2:
    case Library::kFlashAttentionPaged:
      return {.tile = 64, .rate = 1.11, .fills = 0.5, .launches = 1.9, .apart = 0.55};
    case Library::kFlashInfer:
      return {.packs_heads = true,
              .rate = narrow(a) ? 1.0 : 1.25,
              .most_per_clock = 3000,
              .fills = 0.05,
              .launches = 0.3};
    case Library::kTritonUnified:
    case Library::kTritonExtend: {
      const bool extend = a.library == Library::kTritonExtend;
      return {.tile = 64,
              .rate = extend ? 0.66 : 0.46,
              .most_per_clock = (extend ? 1 : 0.7) * kTritonPerClock,
              .fills = 0.8,
              .launches = 2.1,
              .apart = 0.9,
              .skips_positions = !extend};
    }
    case Library::kXpu:
      return {.positions = 0,
              .rate = 1.03,
              .fills = 0.05,
              .launches = 1.6,
              .apart = 0.3,
              .skips_positions = false};
  }
  return {};
}

DecodeKernel decode_kernel(const Attention& a, const Device& device) {
  switch (a.library) {
    case Library::kUsual:
      return {};
    case Library::kTrtllmGen:
    case Library::kTensorRt:
      return tensor_rt_decode(a, device);
    case Library::kFlashInferGen:
      return kTrtllmGenDecode;
    case Library::kFlashAttention3:
      // Values of 8 bits are transposed on their way to the matrix units.
      return {.launches = 2.3, .fills = 2.2, .stream = 8, .sum_up = 0.07e-6, .converted_bytes = 11};
    case Library::kFlashAttentionPaged:
      return {.launches = 3.5, .fills = 0.1, .stream = 2.2, .sum_up = 0.9e-6, .bandwidth = 0.5};
    case Library::kFlashAttention2:
      // Heads share a block and contexts are split only where there is no window.
      if (a.window > 0)
        return {.launches = 2.5, .fills = 0.75, .stream = 11, .most_splits = 1, .shares_keys = false};
      return {.launches = 2.5, .fills = 0.75, .stream = 11, .sum_up = 0.45e-6};
    case Library::kFlashInfer:
      return {.tile = 16, .launches = narrow(a) ? 5.2 : 3.2, .fills = 0.6, .stream = 26, .sum_up = 0.01e-6};
    case Library::kTritonUnified:
    case Library::kTritonExtend:
      return {.launches = 2.5,
              .fills = 0.25,
              .stream = 4.2,
              .sum_up = 0.09e-6,
              .most_splits = 8,
              .most_per_clock = kTritonPerClock};
    case Library::kXpu:
      // Few bytes of a cache of 8 bits are widened at a time.
      if (narrow(a)) return {.launches = 3.2, .fills = 0.01, .stream = 0.21, .sum_up = 0.4e-6};
      return {.launches = 3.5, .fills = 0.01, .stream = 14, .sum_up = 1.7e-6};
  }
  return {};
}

}  // namespace areia::perf
