// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Norms, activations and rotations on our own chips: tiles share rows (or pieces of them), and take one after
// the other, each loaded, computed and stored.
#include "perf/mesh.h"
#include "perf/mesh_chip.h"

namespace areia::perf::mesh {
namespace {

/// What one of the kernels does with a row, or a piece of it, in cycles.
struct Kernel {
  double item;     ///< its beginning and end
  double seconds;  ///< until its load is there, where it is waited for: DRAM's clock is not the tiles'
  double
      element;  ///< whatever the vector unit's width: results that wait for results, blocks that are rounded
  double passes;  ///< of the vector unit over an element
  double piece;   ///< elements of an item; 0: a whole row
};
// sw/kernels/rms_norm.cpp, activation.cpp (with its rounding), rope.cpp
constexpr Kernel kNorm = {254, 2.5e-7, 4.1, 7.5, 0}, kActivation = {714, 2.5e-7, 2.9, 48, 512},
                 kRotation = {1226, 0, 0.6, 3.5, 0};
/// The operator's own beginning, and its barrier.
constexpr double kStart = 220;
/// Parts of a row that tiles without a row of their own take.
constexpr double kLeastPart = 256;

const Kernel& kernel_of(Elementwise::Kind kind) {
  using Kind = Elementwise::Kind;
  switch (kind) {
    case Kind::kGelu:
    case Kind::kGatedActivation:
    case Kind::kSoftmax:
      return kActivation;
    case Kind::kRope:
    case Kind::kEmbedding:
    case Kind::kCopy:
      return kRotation;
    case Kind::kRmsNorm:
    case Kind::kLayerNorm:
    case Kind::kAdd:
    case Kind::kQuantise:
      return kNorm;
  }
  return kNorm;
}

}  // namespace

OperatorTime time_of(const Elementwise& e, const ChipDescription& description) {
  const Chip chip(description);
  const Kernel& kernel = kernel_of(e.kind);
  const double rows = std::ceil(e.rows), pieces = kernel.piece > 0 ? divide_up(e.columns, kernel.piece) : 1;
  const double per_element = kernel.element + kernel.passes / chip.lanes;
  const double item = kernel.item + kernel.seconds * description.clock_hz;
  const double items = divide_up(rows * pieces, chip.tiles), length = e.columns / pieces;
  double cycles = items * (item + length * per_element);
  if (&kernel == &kNorm && rows < chip.tiles) {
    // Every tile of a row adds up all its squares, half of the work.
    const double parts = std::min(std::floor(chip.tiles / rows), divide_up(e.columns, kLeastPart));
    const double part = round_up(divide_up(e.columns, parts), kLeastPart);
    cycles = item + (e.columns + std::min(part, e.columns)) / 2 * per_element;
  }
  OperatorTime time;
  const double second = 1 / description.clock_hz;
  time.flops = kernel.passes * rows * e.columns;
  time.bytes = 2 * rows * e.columns * sizeof(float);
  time.memory = time.bytes / description.dram.bytes_per_second;
  time.overhead = kStart * second;
  time.compute = cycles * second;
  time.seconds = std::max(time.compute, time.memory) + time.overhead;
  return time;
}

}  // namespace areia::perf::mesh
