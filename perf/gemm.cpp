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
#include "perf/systolic.h"

namespace areia::perf {
namespace {

using kernel::overlapped;

/// One way to compute a product: seconds of arithmetic and of traffic, and the traffic in bytes.
struct Cut {
  double compute = 0, memory = 0, bytes = 0;
  double tail = 0;  ///< after both: partial sums added up, results written that nothing overlaps
  double seconds() const { return overlapped(compute, memory) + tail; }
};

struct Tile {
  double rows, columns;
};
/// Output tiles of GPU libraries (cuBLAS, CUTLASS, hipBLASLt): those that a heuristic chooses from.
constexpr Tile kGpuTiles[] = {{256, 256}, {256, 192}, {192, 256}, {256, 128}, {128, 256}, {192, 128},
                              {128, 192}, {128, 128}, {256, 64},  {64, 256},  {128, 64},  {64, 128},
                              {64, 64},   {32, 128},  {32, 64},   {16, 128},  {16, 64}};
/// Those of cuBLAS on Ampere, which has fewer, as the names of its kernels tell ("tilesize160x128x32").
constexpr Tile kAmpereTiles[] = {{256, 128}, {128, 256}, {192, 128}, {160, 128}, {128, 128}, {256, 64},
                                 {64, 256},  {128, 64},  {64, 128},  {64, 64},   {16, 64}};
/// The last year of NVIDIA's chips before Ada and Hopper.
constexpr double kYearOfAmpere = 2021;
/// That of software which knows one alone.
constexpr Tile kOneTile[] = {{128, 128}};

std::span<const Tile> tiles_of(const Accelerator& chip, const Gemm& gemm) {
  if (gemm.one_tile) return kOneTile;
  if (chip.vendor == "NVIDIA" && chip.year && chip.year->value <= kYearOfAmpere) return kAmpereTiles;
  return kGpuTiles;
}
/// In how many parts the depth may be cut (split-K), for so many waves at most, where tiles do not fill the
/// cores evenly; the kernels of narrow formats (CUTLASS's, in vLLM and TensorRT-LLM) do not.
constexpr double kSplits[] = {1, 2, 3, 4, 6, 8, 16};
constexpr double kMostSplitWaves = 4;
/// The kernels of fp4 have no tile of fewer columns: B's scales lie in blocks of so many.
constexpr double kLeastColumnsOfFp4 = 128;
/// The depth that a kernel takes in one step of its main loop.
constexpr double kDepthStep = 64;
/// And seconds from one step to the next, however little there is to multiply (fp8 and fp4 of few rows, where
/// no kernel cuts the depth).
constexpr double kStepSeconds = 40e-9;

/// Fills of each further wave where warps feed the matrix units: they turn from results to the next operands.
constexpr double kFillsOfWave = 0.5;
/// And of grouped products, whose tiles belong to ever other matrices: little of the next can be fetched
/// before (chosen on the calibration rows of servers).
constexpr double kFillsOfGroups = 0.7;

/// Share of a launch that shows before a GPU's product: its blocks are set up while those of the kernel
/// before end.
constexpr double kLaunchOfProduct = 0.6;

/// A core's loads are on their way for so long that they bring as many bytes as its memory holds in so many
/// seconds: what few cores can stream (calibration rows of few rows on the L40S and Blackwell).
constexpr double kStreamSeconds = 3e-6;
/// Loads from the shared cache are as much faster.
constexpr double kStreamFromCache = 1.5;

double stream_of_core(const Device& device, double memory_bandwidth) {
  const Known& memory = device.chip().core_sram_bytes;
  return std::max(memory_bandwidth / (kernel::kStreamingCores * device.cores()),
                  memory ? memory->value / kStreamSeconds : 0);
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
  double stream;     ///< bytes per second that one core can have on their way
  double fill;       ///< seconds
  bool warps_write;  ///< results, before they feed the next tile

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
        warps_write(device.fed_by_registers()) {}

  double groups_bytes(double a_reads, double b_reads) const {
    return gemm.groups * (gemm.m * gemm.k * a_bytes * a_reads + gemm.n * gemm.k * b_bytes * b_reads +
                          gemm.m * gemm.n * c_bytes);
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

Cut gpu_cut(const Problem& p, const Tile& tile, double rows, double columns, double splits) {
  const Gemm& g = p.gemm;
  const double blocks = rows * columns * splits * g.groups;
  const double depth = std::ceil(g.k / splits / kDepthStep) * kDepthStep;
  const double multiply = 2 * tile.rows * tile.columns * depth / p.rate;
  const double feed = (tile.rows * p.a_bytes + tile.columns * p.b_bytes) * depth / p.feed;
  const double steps = depth / kDepthStep * kStepSeconds;
  Cut cut;
  const double waves = std::ceil(blocks / p.cores);
  cut.compute = waves * overlapped(overlapped(multiply, feed), steps);
  const double fills = p.warps_write ? kFillsOfWave : g.uneven ? kFillsOfGroups : 0;
  cut.compute += (waves - 1) * fills * p.fill;
  const double square = std::sqrt(p.cores * tile.columns / tile.rows);
  double high = std::min(rows, std::max(1.0, square));
  const double wide = std::min(columns, std::max(1.0, p.cores / high));
  high = std::min(rows, std::max(1.0, p.cores / wide));
  const double fits =
      std::min(1.0, kernel::kUsableCache * p.cache_bytes / (g.k * (g.m * p.a_bytes + g.n * p.b_bytes)));
  cut.bytes = p.groups_bytes(reads(wide, columns, fits), reads(high, rows, fits));
  const double busy = std::min(blocks, p.cores);
  if (splits > 1) {  // a kernel of its own adds up what the parts left in the cache
    const double sums = splits * g.groups * g.m * g.n * bytes_of(Precision::kFp32);
    cut.tail = p.fill + 2 * sums / p.cache_bandwidth;
  }
  // The cache takes results as fast as warps write them, until it is full.
  const double results = g.groups * g.m * g.n * p.c_bytes;
  const double written = p.warps_write ? std::max(0.0, results - p.cache_bytes) : 0;
  cut.tail += written / std::min(p.memory_bandwidth, busy * p.stream);
  cut.memory = p.traffic_seconds(cut.bytes - written, busy);
  return cut;
}

/// The best of the tiles and splits, as a library's heuristic would choose.
Cut on_gpu(const Problem& p, std::span<const Tile> tiles) {
  Cut best;
  double best_seconds = std::numeric_limits<double>::infinity();
  const double most_splits = bytes_of(p.gemm.compute) < 2 ? 1 : 16;
  const double least_columns = p.gemm.compute == Precision::kFp4 ? kLeastColumnsOfFp4 : 0;
  for (const Tile& tile : tiles) {
    if (tile.columns < least_columns) continue;
    // Of rows that vary by chance half a tile is empty, on average.
    const double rows =
        p.gemm.uneven ? std::max(1.0, p.gemm.m / tile.rows + 0.5) : std::ceil(p.gemm.m / tile.rows);
    const double columns = std::ceil(p.gemm.n / tile.columns);
    const double blocks = rows * columns * p.gemm.groups;
    for (const double splits : kSplits) {
      if (splits > most_splits) break;
      if (splits > 1 && (blocks * splits > kMostSplitWaves * p.cores || p.gemm.k < 2 * kDepthStep * splits))
        break;
      const Cut cut = gpu_cut(p, tile, rows, columns, splits);
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
      return on_gpu(problem, tiles_of(device.chip(), problem.gemm));
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
