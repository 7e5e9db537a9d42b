// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Seconds of a matrix product: the roofline of whole tiles on whole waves of cores.
#include <algorithm>
#include <cmath>

#include "perf/operators.h"

namespace areia::perf {

OperatorTime time_of(const Gemm& gemm, const Device& device) {
  const Constants& constants = device.constants(gemm.compute);
  OperatorTime time;
  time.flops = 2 * gemm.m * gemm.n * gemm.k * gemm.groups;
  time.bytes =
      gemm.groups * (gemm.m * gemm.k * bytes_of(gemm.activation) + gemm.n * gemm.k * bytes_of(gemm.weight) +
                     gemm.m * gemm.n * bytes_of(gemm.output));
  time.compute = time.flops / (device.matrix_peak(gemm.compute) * constants.matrix_efficiency);
  time.memory = time.bytes / (device.memory_bandwidth() * constants.memory_efficiency);
  time.overhead = constants.launch_seconds + constants.fill_seconds;
  time.seconds = std::max(time.compute, time.memory) + time.overhead;
  return time;
}

}  // namespace areia::perf
