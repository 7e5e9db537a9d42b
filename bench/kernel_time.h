// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Operators as the chip's kernels run them under the clock: scenes of one operator or a few, and their
// cycles.
#pragma once

#include <cstdint>

#include "sw/compiler/compiler.h"
#include "tests/kernels/scene.h"

namespace areia::bench {

struct Product {
  std::uint32_t rows, depth, columns;
};

struct AttentionShape {
  std::uint32_t rows, context;  ///< the last rows of so many positions
  std::uint32_t heads, kv_heads, head_size;
};

/// Of activations that meet weights of a format.
num::Format input_format(num::Format weight);

/// A product's operator over matrices of its own. What they hold does not change the time.
abi::Op product_op(tests::Scene& scene, const Product& product, num::Format format);

/// A scene of causal attention over an fp16 cache: two such operators, with caches of their own. A tile works
/// out how it cuts them when it first meets the shape, so the second is what to measure.
tests::Scene attention_scene(const AttentionShape& shape);

/// Cycles of the operators from `first` on, their barriers included, mean of all tiles.
double cycles_of(tests::Scene& scene, const ChipDescription& chip, std::size_t first = 0);

}  // namespace areia::bench
