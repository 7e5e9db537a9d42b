// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What the products share: the engine's accumulator sets as numbers that a program works out.
#pragma once

#include "sw/kernels/device.h"

namespace areia::kernels {

/// Row blocks that share a panel of weights, at most: one accumulator set each.
inline constexpr uint64_t kMostBlocks = 4;

/// Calls `function` with a set's number as the constant that instructions take.
template <typename Function>
void with_set(uint64_t set, Function function) {
  static_assert(kMostBlocks == 4);
  switch (set) {
    case 0:
      return function.template operator()<0>();
    case 1:
      return function.template operator()<1>();
    case 2:
      return function.template operator()<2>();
    default:
      return function.template operator()<3>();
  }
}

}  // namespace areia::kernels
