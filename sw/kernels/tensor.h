// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What the products share: the engine's accumulator sets as numbers that a program works out, and the walk
// over parts that the array takes at once.
#pragma once

#include "sw/kernels/device.h"

namespace areia::kernels {

/// Accumulator sets that a product uses at most.
inline constexpr uint64_t kMostBlocks = 16;

/// Calls `function` with a set's number as the constant that instructions take.
template <uint64_t First = 0, typename Function>
[[gnu::always_inline]] inline void with_set(uint64_t set, Function function) {
  if constexpr (First + 1 < kMostBlocks) {
    if (set != First) return with_set<First + 1>(set, function);  // the compiler makes one jump of these
  }
  function.template operator()<First>();
}

/// Calls function.operator()<set>(row, column) for every array-sized part of a product of `rows` by
/// `columns`, with the engine's shape set for it; two sets in turn, so that one is stored while the next is
/// computed.
template <typename Function>
inline void each_tile(uint64_t rows, uint64_t columns, uint64_t depth, Function function) {
  bool second = false;
  for (uint64_t row = 0; row < rows; row += launch->tensor_rows) {
    const uint64_t m = smaller<uint64_t>(launch->tensor_rows, rows - row);
    for (uint64_t column = 0; column < columns; column += launch->tensor_columns) {
      device::tset_shape(m | smaller<uint64_t>(launch->tensor_columns, columns - column) << 16, depth);
      if (second) {
        function.template operator()<1>(row, column);
      } else {
        function.template operator()<0>(row, column);
      }
      second = !second && launch->accumulator_sets > 1;
    }
  }
}

/// A set starts from the fp32 sums at `address`, rows `stride` bytes apart, or from zero.
template <unsigned Set>
inline void begin_sum(bool adds, uint64_t address, uint64_t stride) {
  if (adds) {
    device::tload<Set>(address, stride);
  } else {
    device::tclear<Set>();
  }
}

}  // namespace areia::kernels
