// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What aiconfigurator's clock takes in with attention, and which library's kernel each stack runs: the
// database names it (kernel_source), and all rows of the same shape and cache have the same, but for those
// that name another themselves.
#include <string_view>

#include "perf/questions/harness.h"

namespace areia::perf {
namespace {

using Library = AttentionLibrary;
using Preparation = Harness::Preparation;

Library library_of_vllm(const Attention& a, Generation generation) {
  if (generation == Generation::kIntel) return Library::kXpu;
  if (generation == Generation::kHopper) return Library::kFlashAttention3;
  const bool narrow = bytes_of(a.cache) < 2;
  if (narrow && a.head_size == 192) return Library::kTritonUnified;
  if (generation == Generation::kBlackwell) return Library::kFlashInferGen;
  return narrow ? Library::kFlashInfer : Library::kFlashAttention2;
}

Library library_of_tensor_rt(const Attention& a, Generation generation) {
  if (generation != Generation::kBlackwell) return Library::kTensorRt;
  const bool wide = a.head_size > 256 || (a.head_size == 256 && a.window > 0);
  return wide ? Library::kFlashInferGen : Library::kTrtllmGen;
}

Library library_of_sglang(const Attention& a, Generation generation) {
  const bool odd = a.head_size == 64 || a.head_size == 192;
  switch (generation) {
    case Generation::kBlackwell:
      return a.head_size == 192 ? Library::kTritonExtend : Library::kFlashInferGen;
    case Generation::kHopper:
      return a.head_size > 256 || (a.head_size == 256 && a.window > 0) ? Library::kTritonExtend
                                                                       : Library::kFlashAttention3;
    case Generation::kWorkstation:
      return odd || a.head_size > 256 || a.window > 0 ? Library::kTritonExtend : Library::kFlashInfer;
    case Generation::kAmpere:
      return Library::kFlashAttentionPaged;
    case Generation::kAda:
    case Generation::kIntel:
      return odd ? Library::kTritonExtend : Library::kFlashInfer;
  }
  return Library::kUsual;
}

Library library_of(const Measurement& row, const Attention& a, Stack stack, Generation generation) {
  if (row.model_or_op.find("kernel=triton") != std::string::npos) return Library::kTritonExtend;
  if (row.model_or_op.find("kernel=flashinfer") != std::string::npos) return Library::kFlashInfer;
  if (stack == Stack::kVllm) return library_of_vllm(a, generation);
  return stack == Stack::kTensorRt ? library_of_tensor_rt(a, generation) : library_of_sglang(a, generation);
}

/// Kernels that do next to nothing, as the smallest calibration rows have them.
double small_kernels(const Attention& a, Stack stack, Library library) {
  const bool prefill = a.queries > 1;
  if (stack == Stack::kTensorRt) return prefill ? 2 : 0;
  // Queries, keys and values are rounded one by one.
  if (stack == Stack::kSglang && library == Library::kFlashInferGen && bytes_of(a.cache) < 2) return 2;
  return stack == Stack::kVllm && library == Library::kFlashInfer && prefill ? 3.5 : 0;
}

}  // namespace

Harness attention_harness(const Measurement& row, const Attention& attention, const Device& device) {
  Harness harness = harness_of(row, device, OperatorFamily::kAttention);
  if (!row.source.starts_with("aiconfigurator")) return harness;
  const Stack stack = stack_of(row);
  harness.copies = 1;
  harness.attention_library = library_of(row, attention, stack, generation_of(device));
  harness.small_kernels = small_kernels(attention, stack, harness.attention_library);
  harness.rounds_queries = stack == Stack::kTensorRt;
  if (stack == Stack::kVllm) {
    harness.preparation = attention.queries > 1 ? Preparation::kStoreByRow : Preparation::kStore;
  } else {
    const bool rounded =
        harness.attention_library == Library::kFlashInferGen && attention.compute == Precision::kFp8;
    harness.preparation =
        stack == Stack::kTensorRt || rounded ? Preparation::kRotateStore : Preparation::kStore;
  }
  return harness;
}

}  // namespace areia::perf
