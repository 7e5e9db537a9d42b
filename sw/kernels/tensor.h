// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What the products share: the engine's accumulator sets as numbers that a program works out.
#pragma once

#include "sw/kernels/device.h"

namespace areia::kernels {

/// Accumulator sets that a product uses at most.
inline constexpr uint64_t kMostBlocks = 8;

/// Calls `function` with a set's number as the constant that instructions take.
template <typename Function>
void with_set(uint64_t set, Function function) {
  static_assert(kMostBlocks == 8);
  switch (set) {
    case 0:
      return function.template operator()<0>();
    case 1:
      return function.template operator()<1>();
    case 2:
      return function.template operator()<2>();
    case 3:
      return function.template operator()<3>();
    case 4:
      return function.template operator()<4>();
    case 5:
      return function.template operator()<5>();
    case 6:
      return function.template operator()<6>();
    default:
      return function.template operator()<7>();
  }
}

}  // namespace areia::kernels
