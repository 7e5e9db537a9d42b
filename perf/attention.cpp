// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Seconds of attention with its softmax in one kernel: both products on the matrix units, the cache read
// once.
#include <algorithm>

#include "perf/operators.h"

namespace areia::perf {

double attended_pairs(const Attention& attention) {
  const double queries = attention.queries, last = attention.context;
  const double first = attention.causal ? last - queries + 1 : last;  // positions that the first query sees
  const double window = attention.window > 0 ? attention.window : last;
  if (window <= first) return queries * window;
  if (window >= last) return queries * (first + last) / 2;
  const double growing = window - first;  // queries that see fewer than the window
  return growing * (first + window - 1) / 2 + (queries - growing) * window;
}

double cached_positions(const Attention& attention) {
  if (attention.window <= 0) return attention.context;
  return std::min(attention.context, attention.window + attention.queries - 1);
}

double cached_elements(const Attention& attention) {
  return attention.head_size + (attention.values_in_keys ? 0 : attention.value_size);
}

OperatorTime time_of(const Attention& attention, const Device& device) {
  const Constants& constants = device.constants(attention.compute);
  const double pairs = attention.batch * attention.heads * attended_pairs(attention);
  OperatorTime time;
  time.flops = 2 * pairs * (attention.head_size + attention.value_size);
  time.bytes =
      attention.batch * (attention.kv_heads * cached_positions(attention) * cached_elements(attention) *
                             bytes_of(attention.cache) +
                         attention.heads * attention.queries * (attention.head_size + attention.value_size) *
                             bytes_of(attention.compute));
  time.compute = time.flops / (device.matrix_peak(attention.compute) * constants.matrix_efficiency);
  time.memory = time.bytes / (device.memory_bandwidth() * constants.memory_efficiency);
  time.overhead = constants.launch_seconds + constants.fill_seconds;
  time.seconds = std::max(time.compute, time.memory) + time.overhead;
  return time;
}

}  // namespace areia::perf
