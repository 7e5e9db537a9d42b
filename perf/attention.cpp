// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Seconds of attention with its softmax in one kernel: both products on the matrix units, exponentials on the
// special-function units, keys and values read once for each group of queries.
#include <algorithm>
#include <cmath>

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

namespace {

/// Queries (times the query heads that share a key head, in decode) and positions that one core takes at a
/// time.
constexpr double kPrefillTile = 128, kDecodeTile = 64, kPositions = 128;
/// fp32 operations of one exponential with the sums and maxima around it, where no such units are known.
constexpr double kSoftmaxOperations = 10;
/// Fills of a block of prefill: queries in before the loop, results scaled and out after it.
constexpr double kFillsOfPrefill = 2;
/// Blocks of causal prefill are of all lengths: while the last of the longest runs, cores idle for so much of
/// it.
constexpr double kTail = 0.5;
/// Share of a product's rate that is left where warps feed the matrix units between steps of the softmax
/// (calibration rows of L40S, RTX PRO 6000 and Arc Pro B60).
constexpr double kShareOfRegisters = 0.65;
/// The same where one product of two takes an operand from registers: Hopper, below the FLOP a clock and core
/// of later chips, which have memory of their own for results.
constexpr double kShareOfOneOperand = 0.8, kOneOperandInRegisters = 6000;
/// The norm that joins products and exponentials: kernels overlap them in part (FlashAttention-3 pairs
/// warps).
constexpr double kSoftmaxNorm = 1.5;

/// Seconds that a part of a split context costs the kernel that sums up the parts.
constexpr double kSumUp = 0.1e-6;
/// What one core reads at most, in shares of the memory's bandwidth for each core.
constexpr double kStreamOfCore = 4;
constexpr double kSqrt2 = 1.41421356;

double round_up(double value, double step) { return std::ceil(value / step) * step; }

/// How attention lies on the cores.
struct Shape {
  double pairs = 0;    ///< that are computed, masked halves of diagonal tiles included, of all heads
  double blocks = 0;   ///< for one core each
  double longest = 1;  ///< block, in the mean of all
  double splits = 1;   ///< along the context, summed up by a second kernel
  double chain = 0;    ///< seconds in which one core reads what a block of it needs
};

Shape prefill_shape(const Attention& a) {
  const double tiles = std::ceil(a.queries / kPrefillTile), rows = tiles * kPrefillTile;
  const double diagonal = a.causal ? rows * kPositions / 2 : 0;
  const double padded = attended_pairs(a) * rows / a.queries + diagonal;
  Shape shape;
  shape.pairs = a.batch * a.heads * padded;
  shape.blocks = a.batch * a.heads * tiles;
  shape.longest = kPrefillTile * round_up(cached_positions(a), kPositions) * tiles / padded;
  return shape;
}

/// The context is cut as far as cores are free, unless summing up costs more than it saves.
Shape decode_shape(const Attention& a, const Device& device, double core_bandwidth) {
  const double seen = cached_positions(a), sequences = a.batch * a.kv_heads;
  const double rows = round_up(a.queries * a.heads / a.kv_heads, kDecodeTile);
  const double most = std::min(std::floor(2 * device.cores() / sequences), std::floor(seen / kPositions));
  const double position = cached_elements(a) * bytes_of(a.cache) / core_bandwidth;
  Shape shape;
  double least = shape.chain = round_up(seen, kPositions) * position;
  for (double splits = 2; splits <= most; splits *= kSqrt2) {
    const double chain = round_up(seen / splits, kPositions) * position;
    if (chain + splits * kSumUp >= least) continue;
    least = chain + splits * kSumUp;
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
  const bool gpu = device.chip().kind == AcceleratorClass::kGpu;
  const double per_clock = device.matrix_peak(Precision::kBf16) / (device.cores() * device.clock());
  return gpu && per_clock < kOneOperandInRegisters ? kShareOfOneOperand : 1;
}

/// Both products and the softmax between them, if all cores had as much to do.
double arithmetic_seconds(const Attention& a, const Shape& shape, const Device& device) {
  const bool gpu = device.chip().kind == AcceleratorClass::kGpu;
  const double share = share_of_rate(device);
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

double traffic_bytes(const Attention& a) {
  const double of_queries = a.heads * a.queries * (a.head_size + a.value_size) * bytes_of(a.compute);
  return a.batch * (of_queries + a.kv_heads * cached_positions(a) * cached_elements(a) * bytes_of(a.cache));
}

}  // namespace

OperatorTime time_of(const Attention& attention, const Device& device) {
  if (const auto& design = device.chip().design) return mesh::time_of(attention, *design);
  const Constants& constants = device.constants(attention.compute);
  const bool prefill = attention.queries * 2 > kDecodeTile;
  const double cores = device.cores();
  const double bandwidth = device.memory_bandwidth() * constants.memory_efficiency;
  const Shape shape =
      prefill ? prefill_shape(attention) : decode_shape(attention, device, kStreamOfCore * bandwidth / cores);
  OperatorTime time;
  time.flops = 2 * attention.batch * attention.heads * attended_pairs(attention) *
               (attention.head_size + attention.value_size);
  if (!(time.flops > 0)) {
    time.overhead = time.seconds = constants.launch_seconds + constants.fill_seconds;
    return time;
  }
  const double bytes = traffic_bytes(attention);
  time.bytes = bytes * (1 - attention.cached);
  const double streaming = prefill ? std::min(1.0, shape.blocks / (kernel::kStreamingCores * cores)) : 1;
  time.memory = time.bytes / (bandwidth * streaming) +
                bytes * attention.cached / (device.cache_bandwidth() * kernel::kCacheEfficiency * streaming);
  time.memory = std::max(time.memory, shape.chain);
  // Fewer blocks than cores: the longest decides.
  const double load = shape.blocks / cores;  // of a core, in blocks of mean length
  const double tail = prefill && load > 1 ? kTail * shape.longest / load : 0;
  const double uneven = std::max(1 + tail, shape.longest / load);
  time.compute = arithmetic_seconds(attention, shape, device) * uneven;
  const double waves = std::ceil(shape.blocks / cores), fill = constants.fill_seconds;
  double launches = 1, fills = 1;
  if (prefill &&
      device.chip().kind == AcceleratorClass::kGpu) {  // compiled graphs fill the next while one runs
    time.compute += waves * kFillsOfPrefill * fill;
  } else {
    // Split or not, a second kernel that adds up the parts is launched.
    launches = 2;
    fills = std::ceil(waves / 2);
    if (shape.splits > 1) time.memory += shape.splits * kSumUp;
  }
  time.overhead = launches * constants.launch_seconds + fills * fill;
  time.seconds = kernel::overlapped(time.compute, time.memory) + time.overhead;
  return time;
}

}  // namespace areia::perf
