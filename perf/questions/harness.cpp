// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What each benchmark's clock takes in.
#include "perf/questions/harness.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace areia::perf {
namespace {

/// Host time of one PyTorch call by operator, as LLMCompass measured it on inputs of one element and adds it
/// (hardware_model/compute_module.py of github.com/PrincetonUniversity/LLMCompass); on NVIDIA's 6 us more for
/// products, 4 for norms and 3 for activations, as its smallest calibration rows have them.
struct HostTimes {
  std::string_view vendor;
  double product, softmax, norm, activation;
};
constexpr std::array<HostTimes, 2> kLlmCompass = {
    {{"NVIDIA", 27e-6, 12e-6, 49e-6, 48e-6}, {"AMD", 32e-6, 22e-6, 28e-6, 21e-6}}};

double llm_compass_host(std::string_view vendor, OperatorFamily family) {
  for (const HostTimes& times : kLlmCompass) {
    if (times.vendor != vendor) continue;
    switch (family) {
      case OperatorFamily::kSoftmax:
        return times.softmax;
      case OperatorFamily::kNorm:
        return times.norm;
      case OperatorFamily::kActivation:
        return times.activation;
      case OperatorFamily::kProduct:
      case OperatorFamily::kAttention:
        return times.product;
      case OperatorFamily::kCollective:
        return 0;
    }
  }
  return 0;
}

/// vLLM's block-scaled products are submitted by Python one by one: no CUDA graph holds them. Medians of the
/// calibration rows up to 512 rows of A: one extension call on Hopper, which is shorter up to 8 rows; Triton
/// kernels elsewhere, which take another way for one row; and slower hosts: Grace, and that of the L40S.
double block_scaled_floor(std::string_view chip, double rows) {
  if (chip.starts_with("h100") || chip.starts_with("h200") || chip.starts_with("gh200"))
    return rows <= 8 ? 60e-6 : 87e-6;
  if (chip.starts_with("gb")) return rows <= 1 ? 586e-6 : 315e-6;
  if (chip.starts_with("l40")) return 330e-6;
  return rows <= 1 ? 274e-6 : 180e-6;
}

/// vLLM's fp8 products of one row on data centres' Blackwell take another way as well: about six kernels more
/// than those of eight rows (calibration rows, 13 to 18 us).
constexpr int kKernelsOfOneRow = 6;
bool takes_another_way(const Measurement& row, std::string_view chip) {
  const bool blackwell = chip.starts_with("b200") || chip.starts_with("b300") || chip.starts_with("gb");
  return blackwell && row.precision == "fp8" && row.batch <= 1;
}

/// Copies of the weights that aiconfigurator's collector goes round, as far as its times tell: of 16 bits,
/// and of 8 bits and less.
constexpr double kAiconfiguratorCopies = 5, kCopiesOfNarrow = 8;

}  // namespace

Harness harness_of(const Measurement& row, const Device& device, OperatorFamily family) {
  Harness harness;
  const bool eight_bits_or_less = row.precision.starts_with("fp8") || row.precision.starts_with("nvfp4");
  if (row.source.starts_with("LLMCompass")) {
    harness.host_seconds = llm_compass_host(device.chip().vendor, family);
  } else if (row.source.starts_with("aiconfigurator") && family == OperatorFamily::kProduct) {
    const bool vllm = row.source.find("vllm") != std::string::npos;
    harness.copies = eight_bits_or_less ? kCopiesOfNarrow : kAiconfiguratorCopies;
    if (eight_bits_or_less) harness.rounding_kernels = !vllm && row.precision == "fp8" ? 2 : 1;
    if (vllm && takes_another_way(row, device.chip().name)) harness.rounding_kernels += kKernelsOfOneRow;
    if (row.precision == "fp8_block" && vllm)
      harness.floor_seconds = block_scaled_floor(device.chip().name, row.batch);
  }
  return harness;
}

double cached_share(const Harness& harness, double bytes, double cache_bytes) {
  if (harness.copies <= 0 || cache_bytes <= 0) return 0;
  return std::clamp(2 - harness.copies * bytes / cache_bytes, 0.0, 1.0);
}

double shown_seconds(const Harness& harness, double seconds, double launch) {
  if (harness.host_seconds > 0) seconds += harness.host_seconds - launch;
  return std::max(seconds, harness.floor_seconds);
}

}  // namespace areia::perf
