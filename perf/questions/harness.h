// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What a published operator's time holds besides the operator: each benchmark times in its own way.
#pragma once

#include <cstdint>

#include "perf/device.h"
#include "perf/measurement.h"

namespace areia::perf {

enum class OperatorFamily : std::uint8_t { kProduct, kSoftmax, kNorm, kActivation, kAttention };

/// Facts of a benchmark, not of a chip.
struct Harness {
  /// Seconds of the host between kernels, where the benchmark's clock runs on the host; they take the place
  /// of the device's launch.
  double host_seconds = 0;
  /// Seconds that the host needs to submit the operator one by one: no operator seems shorter.
  double floor_seconds = 0;
  /// A kernel that rounds the activations to the format of the product comes before it.
  bool quantises = false;
  /// What is done in a kernel of its own before attention.
  enum class Preparation : std::uint8_t {
    kNone,
    kStore,        ///< new keys and values are stored in the cache
    kRotateStore,  ///< queries, keys and values are rotated and stored
  };
  Preparation preparation = Preparation::kNone;
  /// Copies of the operands that the benchmark goes round, so that the cache does not hold them; 0: a cache
  /// that is swept between runs.
  double copies = 0;
};
Harness harness_of(const Measurement& row, const Device& device, OperatorFamily family);

/// Seconds that the benchmark shows of a kernel that takes `seconds` with the device's launch.
double shown_seconds(const Harness& harness, double seconds, double launch_seconds);

}  // namespace areia::perf
