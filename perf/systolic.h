// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Cycles of a matrix product on one systolic array, fold by fold: what the array needs where memory never
// makes it wait.
#pragma once

#include <cstdint>

namespace areia::perf {

/// Which operand stays in the processing elements while the others pass.
enum class Dataflow : std::uint8_t { kWeightStationary, kInputStationary, kOutputStationary };

struct SystolicArray {
  std::uint32_t rows = 1, columns = 1;
  Dataflow dataflow = Dataflow::kWeightStationary;
  /// Whether a fold's stationary operand is loaded while the fold before still computes, as TPUs do;
  /// SCALE-Sim loads first.
  bool overlapped_loads = false;
};

/// Cycles of C[m][n] = sum over k of A[m][k] * B[k][n], each at least 1. Without overlapped loads these are
/// SCALE-Sim's compute cycles (Samajdar et al., ISPASS 2020, section III): a fold of an R x C array takes R
/// cycles to load weights or inputs that stay, then as many as operand vectors pass, and R + C - 2 until the
/// last has left the far corner.
double systolic_cycles(const SystolicArray& array, double m, double n, double k);

}  // namespace areia::perf
