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

/// Operands that a benchmark goes round stay in a cache that they fill to kHeld; from kTooLarge on each is
/// gone when its turn comes (small products of the L40S and the RTX PRO 6000, where the step is steepest).
constexpr double kHeld = 0.75, kTooLarge = 1.1;

}  // namespace

Stack stack_of(const Measurement& row) {
  if (row.source.find("vllm") != std::string::npos) return Stack::kVllm;
  return row.source.find("sglang") != std::string::npos ? Stack::kSglang : Stack::kTensorRt;
}

Generation generation_of(const Device& device) {
  const std::string_view chip = device.chip().name;
  if (device.chip().vendor == "Intel") return Generation::kIntel;
  if (chip.starts_with("b200") || chip.starts_with("b300") || chip.starts_with("gb"))
    return Generation::kBlackwell;
  if (chip.starts_with("h100") || chip.starts_with("h200") || chip.starts_with("gh"))
    return Generation::kHopper;
  if (chip.starts_with("rtx-pro")) return Generation::kWorkstation;
  return chip.starts_with("a100") ? Generation::kAmpere : Generation::kAda;
}

ProductLibrary product_library_of(const Measurement& row) {
  const bool old = row.source.starts_with("LLMCompass") || row.source.starts_with("Vidur");
  return old ? ProductLibrary::kOld : ProductLibrary::kUsual;
}

Harness harness_of(const Measurement& row, const Device& device, OperatorFamily family) {
  Harness harness = {.product_library = product_library_of(row)};
  if (row.source.starts_with("LLMCompass"))
    harness.host_seconds = llm_compass_host(device.chip().vendor, family);
  return harness;
}

double cached_share(const Harness& harness, double bytes, double cache_bytes) {
  if (harness.copies <= 0 || cache_bytes <= 0) return 0;
  return std::clamp((kTooLarge - harness.copies * bytes / cache_bytes) / (kTooLarge - kHeld), 0.0, 1.0);
}

double shown_seconds(const Harness& harness, double seconds, double launch) {
  if (harness.host_seconds > 0) seconds += harness.host_seconds - launch;
  return std::max(seconds, harness.floor_seconds);
}

}  // namespace areia::perf
