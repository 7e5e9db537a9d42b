// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Norms, activations and rotations on our own chips: tiles share rows or parts of them. While a tile is at
// one, DMA brings the next and stores the last, so that an operator takes its tiles' or DRAM's time,
// whichever is longer.
#include "perf/mesh.h"
#include "perf/mesh_chip.h"

namespace areia::perf::mesh {
namespace {

/// What one of the kernels takes, in cycles.
struct Kernel {
  double start;    ///< its own beginning, the first load, the last store, and the barrier
  double item;     ///< a row's, or a part's: beginning and end
  double element;  ///< whatever the vector unit's width: short vectors, results that wait for results
  double passes;   ///< of the vector unit over an element
};
// sw/kernels/rms_norm.cpp, activation.cpp, rope.cpp
constexpr Kernel kNorm = {1414, 580, 0.138, 8.95}, kActivation = {1239, 381, 0.185, 31.1},
                 kRotation = {1962, 682, 0.118, 3.78};
/// Of a norm's work: its squares, which every tile that has a part of a row adds up for itself.
constexpr double kSquares = 0.82;

// What the kernels cut by.
constexpr double kLeastPart = 256, kPiecesOfTile = 4, kMostPiece = 8192, kBytesOfElement = 11;

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
    case Kind::kQuantiseBlocks:
      return kNorm;
  }
  return kNorm;
}

/// What the busiest tile has to do.
struct Share {
  double items;
  double length;  ///< elements of one
  double parts;   ///< of a row
};

Share share_of(const Elementwise& e, const Kernel& kernel, const Chip& chip) {
  const double rows = std::ceil(e.rows);
  double length = 0;
  if (&kernel == &kActivation) {
    const double even = rows * e.columns / (chip.tiles * kPiecesOfTile);
    const double most = std::min({even, kMostPiece, chip.room / (kPiecesOfTile * kBytesOfElement)});
    length = std::max(kLeastPart, std::floor(most / kLeastPart) * kLeastPart);
    length = round_up(e.columns / divide_up(e.columns, length), kLeastPart);
  } else {
    length = round_up(e.columns / std::max(1.0, std::floor(chip.tiles / rows)), kLeastPart);
  }
  const double parts = divide_up(e.columns, length);
  return {divide_up(rows * parts, chip.tiles), e.columns / parts, parts};
}

}  // namespace

OperatorTime time_of(const Elementwise& e, const ChipDescription& description) {
  OperatorTime time;
  if (e.rows <= 0 || e.columns <= 0) return time;
  const Chip chip(description);
  const Kernel& kernel = kernel_of(e.kind);
  const Share share = share_of(e, kernel, chip);
  const bool norm = &kernel == &kNorm, rounds = e.rounds_results && &kernel != &kRotation;
  const double worked = norm ? kSquares * e.columns + (1 - kSquares) * share.length : share.length;
  double item = kernel.item + worked * (kernel.element + kernel.passes / chip.lanes);
  if (rounds) item += rounding_cycles(share.length, chip);
  // Tiles that have the same part of their rows want the same weights.
  const double readers = std::min(std::ceil(e.rows), chip.tiles / share.parts);
  const double start = kernel.start + (norm ? chip.wait_for_same(readers) : 0);
  const double inputs = e.kind == Elementwise::Kind::kGatedActivation ? 2 : 1;
  const double second = 1 / description.clock_hz;
  time.flops = kernel.passes * std::ceil(e.rows) * e.columns;
  time.bytes = std::ceil(e.rows) * e.columns * (inputs * sizeof(float) + (rounds ? 1 : sizeof(float)));
  time.memory = time.bytes / (chip.dram_bytes * kDramShare) * second;
  time.overhead = start * second;
  time.compute = share.items * item * second;
  time.seconds = std::max(time.compute, time.memory) + time.overhead;
  return time;
}

}  // namespace areia::perf::mesh
