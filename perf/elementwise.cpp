// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Seconds of operators that read and write rows: norms, activations, sums. Bound by DRAM (the shared cache
// while the rows fit in it), or by how fast a core issues what a row needs.
#include <algorithm>
#include <cmath>

#include "perf/kernel.h"
#include "perf/mesh.h"
#include "perf/operators.h"

namespace areia::perf {
namespace {

/// What an operator does for one element of its result.
struct Cost {
  double elements;    ///< read and written, of the operator's format
  double operations;  ///< in fp32
  /// Elements that one core of a GPU finishes in a clock where memory does not hold it up: about the same
  /// on all generations that were measured with the same kernels (medians over the calibration rows of vLLM's
  /// and PyTorch's).
  double per_clock;
  bool whole_rows;  ///< one core has a whole row to do
};
/// PyTorch's softmax keeps rows of up to so many elements in the registers of one warp: they are read once,
/// and no warps wait for each other.
constexpr double kRowInRegisters = 1024, kSoftmaxInRegisters = 2.5;

Cost cost_of(const Elementwise& e) {
  using Kind = Elementwise::Kind;
  switch (e.kind) {
    case Kind::kRmsNorm:
      return {2, 4, 2, true};
    case Kind::kLayerNorm:
      return {2, 7, 4, true};
    case Kind::kSoftmax:
      return {2, 8, e.columns <= kRowInRegisters ? kSoftmaxInRegisters : 1.7, true};
    case Kind::kGelu:
      return {2, 12, 4, false};
    case Kind::kGatedActivation:
      return {3, 8, 4.4, true};
    case Kind::kAdd:
      return {3, 1, 4, false};
    case Kind::kRope:
      return {2, 3, 2, true};
    case Kind::kEmbedding:
      return {2, 0, 6, true};
    case Kind::kCopy:
      return {2, 0, 4, false};
    case Kind::kQuantise:
      return {1.5, 3, 2, true};
    case Kind::kQuantiseBlocks:
      return {1.5, 3, 6, false};
  }
  return {2, 1, 4, false};
}

/// Elements that a core of a GPU takes at a time of an operator that knows no rows.
constexpr double kBlock = 1024;
/// Rows of vLLM's RMS norm that a core has under way.
constexpr double kRowsOfNorms = 1.4;
/// Rows of PyTorch's layer norm that a core has under way, one to each 128 threads. Rows are read twice: once
/// more from DRAM where the cache does not hold all that are under way.
constexpr double kRowsOfLayerNorm = 16;
/// Gathered rows slow each other down before all cores have one.
constexpr double kRowsOfGathers = 0.67;
/// Share of the cache with results that DRAM need not take before the kernel ends, however many there are.
constexpr double kLastInCache = 0.3;
/// A shorter row takes as long: threads of its block (of its warp, in a softmax) idle.
constexpr double kLeastRow = 512, kLeastRowOfSoftmax = 32;
/// And in vLLM's rounding, which reads a row twice and waits for its largest element in between.
constexpr double kLeastRowOfRounding = 2600;

double least_row(Elementwise::Kind kind) {
  if (kind == Elementwise::Kind::kSoftmax) return kLeastRowOfSoftmax;
  return kind == Elementwise::Kind::kQuantise ? kLeastRowOfRounding : kLeastRow;
}

double issue_seconds(const Elementwise& e, const Cost& cost, double cached, const Device& device) {
  if (device.chip().kind != AcceleratorClass::kGpu)
    return device.vector_peak() > 0 ? cost.operations * e.rows * e.columns / device.vector_peak() : 0;
  const bool whole = cost.whole_rows && (e.kind != Elementwise::Kind::kEmbedding || e.rows > 1);
  const double block = whole ? std::max(e.columns, least_row(e.kind)) : kBlock;
  const double blocks = whole ? e.rows : e.rows * e.columns / kBlock;
  // Norms read a row twice: two rows share a core, and each waits for DRAM where the cache does not hold it.
  const bool norm = e.kind == Elementwise::Kind::kRmsNorm;
  const bool gather = e.kind == Elementwise::Kind::kEmbedding;
  const double at_once = norm ? kRowsOfNorms : gather ? kRowsOfGathers : 1;
  const double waiting = norm ? 1 / kRowsOfNorms + (1 - 1 / kRowsOfNorms) * std::min(1.0, 2 * cached) : 1;
  return std::max(1.0, blocks / (at_once * device.cores())) * block /
         (cost.per_clock * e.pace * waiting * device.clock());
}

/// Bytes of rows that DRAM gives twice.
double reread_bytes(const Elementwise& e, const Device& device) {
  if (e.kind != Elementwise::Kind::kLayerNorm || device.chip().kind != AcceleratorClass::kGpu) return 0;
  const double row = e.columns * bytes_of(e.precision);
  const double under_way = std::min(e.rows, kRowsOfLayerNorm * device.cores());
  return under_way * row > kernel::kUsableCache * device.cache_bytes() ? e.rows * row : 0;
}

}  // namespace

OperatorTime time_of(const Elementwise& elementwise, const Device& device) {
  if (const auto& design = device.chip().design) return mesh::time_of(elementwise, *design);
  const Constants& constants = device.constants(elementwise.precision);
  Cost cost = cost_of(elementwise);
  if (elementwise.adds_residual) cost.elements += 2, cost.operations += 1;
  const double elements = elementwise.rows * elementwise.columns;
  OperatorTime time;
  time.flops = cost.operations * elements;
  const double bytes = cost.elements * elements * bytes_of(elementwise.precision);
  // What the operator before left in the cache, and what stays there for the next.
  const double fills = device.cache_bytes() > 0 ? bytes / device.cache_bytes() : 0;
  const double cached = fills > 0 ? std::clamp(kLastInCache / fills, std::max(0.0, 1 - fills), 1.0) : 0;
  time.bytes = bytes * (1 - cached) + reread_bytes(elementwise, device);
  time.compute = issue_seconds(elementwise, cost, cached, device);
  time.memory = time.bytes / (device.memory_bandwidth() * constants.memory_efficiency) +
                bytes * cached / device.cache_bandwidth();
  time.overhead = constants.launch_seconds;
  // PyTorch's kernels that reduce whole rows wait for the first before they write anything.
  const bool waits =
      elementwise.kind == Elementwise::Kind::kLayerNorm || elementwise.kind == Elementwise::Kind::kSoftmax;
  if (waits) time.overhead += constants.fill_seconds;
  time.seconds = kernel::overlapped(time.compute, time.memory) + time.overhead;
  return time;
}

}  // namespace areia::perf
