// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Seconds of attention with its softmax in one kernel: both products on the matrix units, the cache read
// once.
#include <algorithm>

#include "perf/operators.h"

namespace areia::perf {

OperatorTime time_of(const Attention& attention, const Device& device) {
  const Constants& constants = device.constants(attention.compute);
  const double hidden_pairs = attention.causal ? 0.5 * attention.queries * (attention.queries - 1) : 0;
  const double pairs =
      attention.batch * attention.heads * (attention.queries * attention.context - hidden_pairs);
  OperatorTime time;
  time.flops = 2 * pairs * (attention.head_size + attention.value_size);
  time.bytes =
      attention.batch * (attention.kv_heads * attention.context *
                             (attention.head_size + attention.value_size) * bytes_of(attention.cache) +
                         attention.heads * attention.queries * (attention.head_size + attention.value_size) *
                             bytes_of(attention.compute));
  time.compute = time.flops / (device.matrix_peak(attention.compute) * constants.matrix_efficiency);
  time.memory = time.bytes / (device.memory_bandwidth() * constants.memory_efficiency);
  time.overhead = constants.launch_seconds + constants.fill_seconds;
  time.seconds = std::max(time.compute, time.memory) + time.overhead;
  return time;
}

}  // namespace areia::perf
