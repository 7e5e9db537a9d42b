// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Seconds of operators that read and write rows: norms, activations, sums.
#include <algorithm>

#include "perf/operators.h"

namespace areia::perf {
namespace {

/// Elements read and written for one of the result, and fp32 operations on it.
struct Traffic {
  double elements, operations;
};
Traffic traffic_of(Elementwise::Kind kind) {
  switch (kind) {
    case Elementwise::Kind::kRmsNorm:
      return {2, 4};
    case Elementwise::Kind::kLayerNorm:
      return {2, 7};
    case Elementwise::Kind::kSoftmax:
      return {2, 8};
    case Elementwise::Kind::kGelu:
      return {2, 12};
    case Elementwise::Kind::kGatedActivation:
      return {3, 8};
    case Elementwise::Kind::kAdd:
      return {3, 1};
    case Elementwise::Kind::kRope:
      return {2, 3};
    case Elementwise::Kind::kEmbedding:
      return {2, 0};
  }
  return {2, 1};
}

}  // namespace

OperatorTime time_of(const Elementwise& elementwise, const Device& device) {
  const Constants& constants = device.constants(elementwise.precision);
  Traffic traffic = traffic_of(elementwise.kind);
  if (elementwise.adds_residual) traffic.elements += 2, traffic.operations += 1;
  const double elements = elementwise.rows * elementwise.columns;
  OperatorTime time;
  time.flops = traffic.operations * elements;
  time.bytes = traffic.elements * elements * bytes_of(elementwise.precision);
  if (device.vector_peak() > 0) time.compute = time.flops / device.vector_peak();
  time.memory = time.bytes / (device.memory_bandwidth() * constants.memory_efficiency);
  time.overhead = constants.launch_seconds;
  time.seconds = std::max(time.compute, time.memory) + time.overhead;
  return time;
}

}  // namespace areia::perf
