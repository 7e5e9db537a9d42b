// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Seconds of attention with its softmax in one kernel: both products on the matrix units, exponentials on the
// special-function units, keys and values read once for each group of queries.
#include <algorithm>
#include <cmath>

#include "perf/attention_kernel.h"
#include "perf/kernel.h"
#include "perf/mesh.h"
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

double cached_bytes(const Attention& attention) {
  return attention.batch * attention.kv_heads * cached_positions(attention) * cached_elements(attention) *
         bytes_of(attention.cache);
}

double query_bytes(const Attention& attention) {
  return attention.batch * attention.heads * attention.queries *
         (attention.head_size + attention.value_size) * bytes_of(attention.compute);
}

namespace {

/// Positions that one core takes at a time in decode.
constexpr double kPositions = 128;
/// Up to so many queries are decode.
constexpr double kFewQueries = 32;
/// fp32 operations of one exponential with the sums and maxima around it, where no such units are known.
constexpr double kSoftmaxOperations = 10;
/// Blocks of causal prefill are of all lengths: while the last of the longest runs, cores idle for so much of
/// it.
constexpr double kTail = 0.5;
/// Share of a product's rate that is left where warps feed the matrix units between steps of the softmax
/// (calibration rows of L40S, RTX PRO 6000 and Arc Pro B60).
constexpr double kShareOfRegisters = 0.65;
/// The same where one product of two takes an operand from registers.
constexpr double kShareOfOneOperand = 0.8;
/// The norm that joins products and exponentials: kernels overlap them in part (FlashAttention-3 pairs
/// warps).
constexpr double kSoftmaxNorm = 1.5;

constexpr double kSqrt2 = 1.41421356;

double round_up(double value, double step) { return step > 0 ? std::ceil(value / step) * step : value; }

/// How attention lies on the cores.
struct Shape {
  double pairs = 0;    ///< that are computed, masked halves of diagonal tiles included, of all heads
  double blocks = 0;   ///< for one core each
  double longest = 1;  ///< block, in the mean of all
  double splits = 1;   ///< along the context, summed up by a second kernel
  double chain = 0;    ///< seconds in which one core reads what a block of it needs
};

Shape prefill_shape(const Attention& a, const PrefillKernel& kernel) {
  Attention computed = a;
  if (!kernel.skips_positions) computed.window = 0;
  const bool windowed = computed.window > 0 && computed.window < a.context;
  const double together = kernel.packs_heads ? a.heads / a.kv_heads : 1;  // heads in a tile
  const double tiles = std::ceil(a.queries * together / kernel.tile), rows = tiles * kernel.tile;
  // Half of a tile on the diagonal is masked; at the edge of a window whole ones cost more than what is seen.
  const double diagonal = a.causal ? kernel.positions / 2 : 0, edge = windowed ? kernel.positions : 0;
  const double padded = attended_pairs(computed) * rows / a.queries + rows * (diagonal + edge);
  Shape shape;
  shape.pairs = a.batch * a.heads / together * padded;
  shape.blocks = a.batch * a.heads / together * tiles;
  const double seen = windowed ? std::min(cached_positions(a), a.window + kernel.tile) : a.context;
  shape.longest = rows * round_up(seen, kernel.positions) / padded;
  return shape;
}

/// The context is cut as far as cores are free, unless summing up costs more than it saves.
Shape decode_shape(const Attention& a, const DecodeKernel& kernel, const Device& device, double bandwidth) {
  const double seen = cached_positions(a), group = kernel.shares_keys ? a.heads / a.kv_heads : 1;
  const double sequences = a.batch * a.heads / group, rows = round_up(a.queries * group, kernel.tile);
  const double most = std::min(
      {std::floor(2 * device.cores() / sequences), std::floor(seen / kPositions), kernel.most_splits});
  const double bytes = cached_elements(a) * bytes_of(a.cache);
  double position = bytes / (kernel.stream * bandwidth / device.cores());
  if (kernel.converted_bytes > 0 && bytes_of(a.cache) < 2)
    position = std::max(position, bytes / (kernel.converted_bytes * device.clock()));
  if (kernel.vector_products > 0)
    position = std::max(position, cached_elements(a) / 2 / (kernel.vector_products * device.clock()));
  Shape shape;
  double least = shape.chain = round_up(seen, kPositions) * position;
  for (double splits = 2; splits <= most; splits *= kSqrt2) {
    const double chain = round_up(seen / splits, kPositions) * position;
    if (chain + splits * kernel.sum_up >= least) continue;
    least = chain + splits * kernel.sum_up;
    shape.chain = chain;
    shape.splits = splits;
  }
  shape.pairs = sequences * rows * round_up(seen, kPositions);
  shape.blocks = sequences * shape.splits;
  return shape;
}

/// Of the rate of products, what is left while warps turn from products to softmax and back.
double share_of_rate(const Device& device) {
  if (device.fed_by_registers()) return kShareOfRegisters;
  return takes_one_operand_from_registers(device) ? kShareOfOneOperand : 1;
}

/// Both products and the softmax between them, if all cores had as much to do.
double arithmetic_seconds(const Attention& a, const Shape& shape, const Device& device, double rate,
                          double most_per_clock) {
  const bool gpu = device.chip().kind == AcceleratorClass::kGpu;
  const double share = std::min(rate * share_of_rate(device), most_per_clock / device.flops_per_clock());
  const double products =
      2 * shape.pairs * (a.head_size + a.value_size) /
      (device.matrix_peak(a.compute) * device.constants(a.compute).matrix_efficiency * a.efficiency * share);
  double softmax = 0;
  if (gpu) {
    softmax = shape.pairs / (device.cores() * device.exponentials() * device.clock());
  } else if (device.vector_peak() > 0) {
    softmax = kSoftmaxOperations * shape.pairs / device.vector_peak();
  }
  return std::pow(std::pow(products, kSoftmaxNorm) + std::pow(softmax, kSoftmaxNorm), 1 / kSoftmaxNorm);
}

/// Seconds of `bytes` of which the shared cache serves a part, with so many of the cores streaming.
double reading_seconds(double bytes, double cached, double bandwidth, double streaming,
                       const Device& device) {
  return (bytes * (1 - cached) / bandwidth +
          bytes * cached / (device.cache_bandwidth() * kernel::kCacheEfficiency)) /
         streaming;
}

void prefill_time(const Attention& a, const Device& device, OperatorTime& time) {
  const PrefillKernel kernel = prefill_kernel(a, device);
  const Constants& constants = device.constants(a.compute);
  const double cores = device.cores(), bandwidth = device.memory_bandwidth() * constants.memory_efficiency;
  const Shape shape = prefill_shape(a, kernel);
  const double streaming = std::min(1.0, shape.blocks / (kernel::kStreamingCores * cores));
  const double queries = query_bytes(a), bytes = queries + cached_bytes(a);
  time.bytes = bytes * (1 - a.cached);
  time.memory = reading_seconds(bytes, a.cached, bandwidth, streaming, device);
  // Fewer blocks than cores: the longest decides.
  const double load = shape.blocks / cores;  // of a core, in blocks of mean length
  const double tail = load > 1 ? kTail * shape.longest / load : 0;
  const double uneven = std::max(1 + tail, shape.longest / load);
  time.compute = arithmetic_seconds(a, shape, device, kernel.rate, kernel.most_per_clock) * uneven +
                 kernel.apart * reading_seconds(queries, a.cached, bandwidth, streaming, device);
  const bool gpu = device.chip().kind == AcceleratorClass::kGpu;
  const double waves = std::ceil(shape.blocks / cores), fill = constants.fill_seconds;
  // Compiled graphs fill the next while one runs.
  if (gpu) time.compute += waves * kernel.fills * fill;
  time.overhead = gpu ? kernel.launches * constants.launch_seconds + fill
                      : 2 * constants.launch_seconds + std::ceil(waves / 2) * fill;
}

void decode_time(const Attention& a, const Device& device, OperatorTime& time) {
  const DecodeKernel kernel = decode_kernel(a, device);
  const Constants& constants = device.constants(a.compute);
  const double cores = device.cores();
  const double bandwidth = device.memory_bandwidth() * constants.memory_efficiency * kernel.bandwidth;
  const Shape shape = decode_shape(a, kernel, device, bandwidth);
  const double cache = cached_bytes(a), bytes = query_bytes(a) + cache;
  time.bytes = bytes * (1 - a.cached);
  time.memory = std::max(reading_seconds(bytes, a.cached, bandwidth, 1, device), shape.chain);
  const double uneven = std::max(1.0, cores / shape.blocks);
  if (kernel.vector_products > 0) {
    time.compute = a.batch * a.heads * a.queries * cached_positions(a) * cached_elements(a) / 2 * uneven /
                   (kernel.vector_products * device.clock() * cores);
  } else {
    time.compute = arithmetic_seconds(a, shape, device, 1, kernel.most_per_clock) * uneven;
  }
  if (kernel.converted_bytes > 0 && bytes_of(a.cache) < 2)
    time.memory = std::max(time.memory, cache / (kernel.converted_bytes * device.clock() * cores));
  if (shape.splits > 1) time.memory += shape.splits * kernel.sum_up;
  const double waves = std::ceil(shape.blocks / cores);
  time.overhead =
      kernel.launches * constants.launch_seconds + (1 + kernel.fills * (waves - 1)) * constants.fill_seconds;
}

}  // namespace

OperatorTime time_of(const Attention& attention, const Device& device) {
  if (const auto& design = device.chip().design) return mesh::time_of(attention, *design);
  OperatorTime time;
  time.flops = 2 * attention.batch * attention.heads * attended_pairs(attention) *
               (attention.head_size + attention.value_size);
  if (!(time.flops > 0)) {
    const Constants& constants = device.constants(attention.compute);
    time.overhead = time.seconds = constants.launch_seconds + constants.fill_seconds;
    return time;
  }
  if (attention.queries > kFewQueries) {
    prefill_time(attention, device, time);
  } else {
    decode_time(attention, device, time);
  }
  time.seconds = kernel::overlapped(time.compute, time.memory) + time.overhead;
  return time;
}

}  // namespace areia::perf
