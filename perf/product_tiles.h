// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The output tiles that libraries of products have on GPUs (perf/gemm.cpp chooses from them).
#pragma once

#include <span>

#include "perf/operators.h"

namespace areia::perf {

/// What one block of threads computes of C.
struct Tile {
  double rows, columns;
  /// Whether half of its rows would do for `m`: libraries with more than one tile have one of that half.
  bool wastes_rows(double m) const { return rows > 64 && rows >= 2 * m; }
};

/// Largest first, at least one.
std::span<const Tile> tiles_of(const Gemm& gemm, const Device& device);

}  // namespace areia::perf
