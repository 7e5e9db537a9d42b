// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Folds of a product on a systolic array.
#include "perf/systolic.h"

#include <algorithm>
#include <cmath>

namespace areia::perf {
namespace {

/// A product as an array sees it: a stationary matrix of rows x columns, past which `vectors` vectors go.
struct Mapped {
  double rows, columns, vectors;
};

Mapped map(Dataflow dataflow, double m, double n, double k) {
  switch (dataflow) {
    case Dataflow::kWeightStationary:
      return {k, n, m};
    case Dataflow::kInputStationary:
      return {k, m, n};
    case Dataflow::kOutputStationary:
      return {m, n, k};
  }
  return {k, n, m};
}

}  // namespace

double systolic_cycles(const SystolicArray& array, double m, double n, double k) {
  const Mapped mapped = map(array.dataflow, m, n, k);
  const double rows = array.rows, columns = array.columns;
  const double folds = std::ceil(mapped.rows / rows) * std::ceil(mapped.columns / columns);
  // What stays is loaded before, a row a cycle; sums that stay need no load.
  const double load = array.dataflow == Dataflow::kOutputStationary ? 0 : rows, skew = rows + columns - 2;
  if (!array.overlapped_loads) return folds * (load + mapped.vectors + skew) - 1;
  // The next fold's load hides behind this one's vectors; only the first load and the last skew are seen.
  return load + folds * std::max(mapped.vectors, load) + skew;
}

}  // namespace areia::perf
