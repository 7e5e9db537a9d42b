// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Seconds of a matrix product: how each class of chip cuts it, in whole tiles on whole waves of cores or
// passes of arrays, beside the traffic that the cut causes.
#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "perf/kernel.h"
#include "perf/mesh.h"
#include "perf/operators.h"
#include "perf/product_tiles.h"
#include "perf/systolic.h"

namespace areia::perf {
namespace {

using kernel::overlapped;

/// One way to compute a product: seconds of arithmetic and of traffic, and the traffic in bytes.
struct Cut {
  double compute = 0, memory = 0, bytes = 0;
  double tail = 0;  ///< after both: partial sums added up
  double seconds() const { return overlapped(compute, memory) + tail; }
};

/// In how many parts the depth may be cut (split-K), for so many waves at most, where tiles do not fill the
/// cores evenly; the kernels of narrow formats (CUTLASS's, in vLLM and TensorRT-LLM) and those that widen
/// weights do not.
constexpr double kSplits[] = {1, 2, 3, 4, 6, 8, 16};
constexpr double kMostSplitWaves = 4;
/// The kernels of fp4 have no tile of fewer columns: B's scales lie in blocks of so many.
constexpr double kLeastColumnsOfFp4 = 128;
/// Bytes of depth that a kernel takes in one step of its main loop.
constexpr double kStepBytes = 128;
/// And seconds from one step to the next, however little there is to multiply (few rows, where no kernel cuts
/// the depth); twice as long where sums are scaled in each or weights are widened.
constexpr double kStepSeconds = 55e-9, kStepsOfScales = 2;

/// Results of a tile leave before the next tile's sums begin, at this share of the rate at which the shared
/// cache feeds a core (times of whole waves beside their depths show that they do; the share suits the
/// calibration rows of all chips).
constexpr double kResultsOfFeed = 0.8;
/// Parts of a depth that is cut are added up in so many fills, and their sums take this share of the shared
/// cache's bandwidth.
constexpr double kFillsOfSums = 1.5, kSumsOfCache = 0.35;
/// Fills of each further wave of grouped products, whose tiles belong to ever other matrices: little of the
/// next can be fetched before (chosen on the calibration rows of servers).
constexpr double kFillsOfGroups = 0.7;

/// Share of a launch that shows before a GPU's product: its blocks are set up while those of the kernel
/// before end.
constexpr double kLaunchOfProduct = 0.5;

/// A core's loads are on their way for so long that they bring as many bytes as its memory holds in so many
/// seconds: what few cores can stream (calibration rows of few rows).
constexpr double kStreamSeconds = 5e-6;
/// Loads from the shared cache are as much faster.
constexpr double kStreamFromCache = 2;

double stream_of_core(const Device& device, double memory_bandwidth) {
  const Known& memory = device.chip().core_sram_bytes;
  if (!memory) return memory_bandwidth / (kernel::kStreamingCores * device.cores());
  return std::max(memory_bandwidth / device.cores(), memory->value / kStreamSeconds);
}

/// A product on a device: what does not depend on the cut.
struct Problem {
  const Gemm& gemm;
  double a_bytes, b_bytes, c_bytes;  ///< of one element
  double rate;                       ///< FLOP/s of one core
  double cores;
  double feed;              ///< bytes per second of one core from the shared cache
  double memory_bandwidth;  ///< reached, bytes per second
  double cache_bandwidth;   ///< of all cores
  double cache_bytes;
  double stream;  ///< bytes per second that one core can have on their way
  double fill;    ///< seconds
  double step;    ///< of the depth, elements
  double step_seconds;
  double results;  ///< bytes per second that one core's results leave at

  Problem(const Gemm& g, const Device& device)
      : gemm(g),
        a_bytes(bytes_of(g.activation)),
        b_bytes(bytes_of(g.weight)),
        c_bytes(bytes_of(g.output)),
        rate(device.matrix_peak(g.compute) * device.constants(g.compute).matrix_efficiency * g.efficiency /
             device.cores()),
        cores(device.cores()),
        feed(device.cache_bandwidth() / device.cores()),
        memory_bandwidth(device.memory_bandwidth() * device.constants(g.compute).memory_efficiency),
        cache_bandwidth(device.cache_bandwidth()),
        cache_bytes(device.cache_bytes()),
        stream(stream_of_core(device, memory_bandwidth)),
        fill(device.constants(g.compute).fill_seconds),
        step(kStepBytes / bytes_of(g.compute)),
        step_seconds(kStepSeconds * (g.efficiency < 1 || widens() ? kStepsOfScales : 1)),
        results(results_rate(device)) {}

  /// The cache takes results as fast as cores write them; where warps write them before they feed the next
  /// tile, what the cache cannot hold leaves at the memory's pace.
  double results_rate(const Device& device) const {
    const double fast = kResultsOfFeed * feed;
    if (!device.fed_by_registers() || results_bytes() <= cache_bytes) return fast;
    const double held = cache_bytes / results_bytes();
    return 1 / (held / fast + (1 - held) / std::min(fast, memory_bandwidth / cores));
  }
  /// Whether weights are widened to the format that the units multiply.
  bool widens() const { return b_bytes < bytes_of(gemm.compute); }
  double results_bytes() const { return gemm.groups * gemm.m * gemm.n * c_bytes; }

  double groups_bytes(double a_reads, double b_reads) const {
    return gemm.groups * (gemm.m * gemm.k * a_bytes * a_reads + gemm.n * gemm.k * b_bytes * b_reads) +
           results_bytes();
  }
  /// Seconds of `bytes` that so many cores move, of which the share of B that lies in the cache comes from
  /// there.
  double traffic_seconds(double bytes, double busy) const {
    const double cached = gemm.cached * gemm.groups * gemm.n * gemm.k * b_bytes;
    return (bytes - cached) / std::min(memory_bandwidth, busy * stream) +
           cached / std::min(cache_bandwidth, busy * stream * kStreamFromCache);
  }
};

/// How often DRAM gives each operand: once if both fit in the cache; else each wave of tiles, as square as it
/// can be, reads its panels anew.
double reads(double panels_in_flight, double panels, double fits) {
  return 1 + (std::max(panels / panels_in_flight, 1.0) - 1) * (1 - fits);
}

double traffic_bytes(const Problem& p, const Tile& tile, double rows, double columns) {
  const Gemm& g = p.gemm;
  const double square = std::sqrt(p.cores * tile.columns / tile.rows);
  double high = std::min(rows, std::max(1.0, square));
  const double wide = std::min(columns, std::max(1.0, p.cores / high));
  high = std::min(rows, std::max(1.0, p.cores / wide));
  const double fits =
      std::min(1.0, kernel::kUsableCache * p.cache_bytes / (g.k * (g.m * p.a_bytes + g.n * p.b_bytes)));
  return p.groups_bytes(reads(wide, columns, fits), reads(high, rows, fits));
}

/// Seconds of one wave of tiles: sums over the depth, then results.
double wave_seconds(const Problem& p, const Tile& tile, double splits) {
  const double depth = std::ceil(p.gemm.k / splits / p.step) * p.step;
  const double multiply = 2 * tile.rows * tile.columns * depth / p.rate;
  const double feed = (tile.rows * p.a_bytes + tile.columns * p.b_bytes) * depth / p.feed;
  const double steps = depth / p.step * p.step_seconds;
  const double results = tile.rows * tile.columns * (splits > 1 ? bytes_of(Precision::kFp32) : p.c_bytes);
  return overlapped(kernel::fetched_ahead(multiply, feed), steps) + results / p.results;
}

/// Seconds of arithmetic of so many tiles.
double tiles_seconds(const Problem& p, const Tile& tile, double blocks, double splits) {
  const double waves = std::ceil(blocks / p.cores);
  const double between = p.gemm.uneven ? (waves - 1) * kFillsOfGroups * p.fill : 0;
  return waves * wave_seconds(p, tile, splits) + between;
}

/// Seconds of the kernel that adds up what the parts of a depth left in the cache.
double sums_seconds(const Problem& p, double splits) {
  if (splits <= 1) return 0;
  const double sums = splits * p.gemm.groups * p.gemm.m * p.gemm.n * bytes_of(Precision::kFp32);
  return kFillsOfSums * p.fill + 2 * kSumsOfCache * sums / p.cache_bandwidth;
}

bool cuts_depth(const Problem& p) { return bytes_of(p.gemm.compute) >= 2 && !p.widens(); }

/// The best of the tiles and splits, as a library's heuristic would choose.
Cut on_gpu(const Problem& p, std::span<const Tile> tiles) {
  Cut best;
  double best_seconds = std::numeric_limits<double>::infinity();
  const double least_columns = p.gemm.compute == Precision::kFp4 ? kLeastColumnsOfFp4 : 0;
  for (const Tile& tile : tiles) {
    if (tile.columns < least_columns || (tiles.size() > 1 && tile.wastes_rows(p.gemm.m))) continue;
    // Of rows that vary by chance half a tile is empty, on average.
    const double rows =
        p.gemm.uneven ? std::max(1.0, p.gemm.m / tile.rows + 0.5) : std::ceil(p.gemm.m / tile.rows);
    const double columns = std::ceil(p.gemm.n / tile.columns);
    const double blocks = rows * columns * p.gemm.groups;
    for (const double splits : kSplits) {
      const bool too_many = blocks * splits > kMostSplitWaves * p.cores || p.gemm.k < 2 * p.step * splits;
      if (splits > 1 && (!cuts_depth(p) || too_many)) break;
      Cut cut = {.compute = tiles_seconds(p, tile, blocks * splits, splits), .tail = sums_seconds(p, splits)};
      if (cut.compute + cut.tail >= best_seconds) continue;
      cut.bytes = traffic_bytes(p, tile, rows, columns);
      cut.memory = p.traffic_seconds(cut.bytes, std::min(blocks * splits, p.cores));
      if (const double seconds = cut.seconds(); seconds < best_seconds) {
        best_seconds = seconds;
        best = cut;
      }
    }
  }
  return best;
}

/// Blocks of 32 x 32 tiles, one a core, on the best grid of cores; operands are passed along the mesh.
Cut on_tiles(const Problem& p) {
  constexpr double kSide = 32;
  const Gemm& g = p.gemm;
  const double rows = std::ceil(g.m / kSide), columns = std::ceil(g.n / kSide);
  double most = std::numeric_limits<double>::infinity();
  for (double high = 1; high <= p.cores; ++high) {
    const double wide = std::floor(p.cores / high);
    most = std::min(most, std::ceil(rows * g.groups / high) * std::ceil(columns / wide));
  }
  Cut cut;
  cut.compute = most * 2 * kSide * kSide * std::ceil(g.k / kSide) * kSide / p.rate;
  cut.bytes = p.groups_bytes(1, 1);
  cut.memory = p.traffic_seconds(cut.bytes, p.cores);
  return cut;
}

/// Passes of weight-stationary arrays; the next weights are loaded while the rows of A stream through.
Cut on_arrays(const Problem& p, const Device& device) {
  const Gemm& g = p.gemm;
  const double rows = device.array_rows(), columns = device.array_columns(), arrays = device.arrays();
  const SystolicArray array = {.rows = static_cast<std::uint32_t>(rows),
                               .columns = static_cast<std::uint32_t>(columns),
                               .overlapped_loads = true};
  // Shares of A's rows for each array while passes alone are too few for all of them.
  const double passes = std::ceil(g.k / rows) * std::ceil(g.n / columns) * g.groups;
  double best = std::numeric_limits<double>::infinity();
  for (double shares = 1; shares <= arrays; shares *= 2) {
    const double folds = std::ceil(passes * shares / arrays);  // of one array
    best = std::min(best, systolic_cycles(array, std::ceil(g.m / shares), folds * columns, rows));
  }
  Cut cut;
  cut.compute = best * 2 * rows * columns * arrays / (p.rate * p.cores);
  cut.bytes = p.groups_bytes(1, 1);
  cut.memory = p.traffic_seconds(cut.bytes, p.cores);
  return cut;
}

Cut on_whole_chip(const Problem& p) {
  Cut cut;
  cut.compute = 2 * p.gemm.m * p.gemm.n * p.gemm.k * p.gemm.groups / (p.rate * p.cores);
  cut.bytes = p.groups_bytes(1, 1);
  cut.memory = p.traffic_seconds(cut.bytes, p.cores);
  return cut;
}

Cut cut_of(const Problem& problem, const Device& device) {
  switch (device.chip().kind) {
    case AcceleratorClass::kGpu:
      return on_gpu(problem, tiles_of(problem.gemm, device));
    case AcceleratorClass::kTile:
      return on_tiles(problem);
    case AcceleratorClass::kSystolic:
      return device.array_rows() > 0 ? on_arrays(problem, device) : on_whole_chip(problem);
    case AcceleratorClass::kDataflow:
      break;
  }
  return on_whole_chip(problem);
}

}  // namespace

OperatorTime time_of(const Gemm& gemm, const Device& device) {
  if (const auto& design = device.chip().design) return mesh::time_of(gemm, *design);
  OperatorTime time;
  const Constants& constants = device.constants(gemm.compute);
  time.flops = 2 * gemm.m * gemm.n * gemm.k * gemm.groups;
  const bool gpu = device.chip().kind == AcceleratorClass::kGpu;
  time.overhead = (gpu ? kLaunchOfProduct : 1) * constants.launch_seconds + constants.fill_seconds;
  if (time.flops > 0) {
    const Cut cut = cut_of(Problem(gemm, device), device);
    time.compute = cut.compute;
    time.memory = cut.memory + cut.tail;
    time.bytes = cut.bytes;
    time.seconds = cut.seconds();
  }
  time.seconds += time.overhead;
  return time;
}

}  // namespace areia::perf
