// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What the products share: the engine's accumulator sets as numbers that a program works out.
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

}  // namespace areia::kernels
