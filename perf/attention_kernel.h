// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// How the attention kernels of known libraries differ from the usual one: few numbers each, of the kernel and
// not of a chip.
#pragma once

#include <limits>

#include "perf/operators.h"

namespace areia::perf {

inline constexpr double kUnlimited = std::numeric_limits<double>::infinity();

/// A kernel that takes many queries of a sequence at once.
struct PrefillKernel {
  double tile = 128,
         positions = 128;    ///< queries and positions that one core takes at a time (0: as few as are seen)
  bool packs_heads = false;  ///< query heads of one key head fill a tile together
  double rate = 1;           ///< of its products, beside those of the usual kernel
  double most_per_clock = kUnlimited;  ///< FLOP of one core in a clock that its instructions allow
  double fills = 2;             ///< of a wave of blocks: queries in before the loop, results out after it
  double launches = 1;          ///< its own and of what it is prepared with, in launches
  double apart = 0;             ///< share of the traffic of queries and results that products do not hide
  bool skips_positions = true;  ///< those before a window
};

/// A kernel for one query of each sequence.
struct DecodeKernel {
  double tile = 64;        ///< query heads of a key head that a block takes, at least
  double launches = 2;     ///< split or not, a second kernel that adds up the parts is launched
  double fills = 0.5;      ///< of each wave of blocks but the first
  double stream = 4;       ///< what one core reads at most, in shares of the memory's bandwidth for each core
  double sum_up = 0.1e-6;  ///< seconds that a part of a split context costs the kernel that sums up the parts
  double most_splits = kUnlimited;
  double most_per_clock = kUnlimited;
  double bandwidth = 1;     ///< share of the memory's that its way of reading leaves
  bool shares_keys = true;  ///< query heads of one key head are in one block
  /// Products of a query and an element of a key (and of a weight and one of a value) that a core does in a
  /// clock, where it does them without matrix units; 0: with them.
  double vector_products = 0;
  /// Bytes of a cache of 8 bits that a core turns into operands in a clock; 0: it need not.
  double converted_bytes = 0;
};

/// Whether one product of two takes an operand from registers: Hopper. Later chips of data centres have
/// memory of their own for results; others take both from there.
bool takes_one_operand_from_registers(const Device& device);

PrefillKernel prefill_kernel(const Attention& attention, const Device& device);
DecodeKernel decode_kernel(const Attention& attention, const Device& device);

}  // namespace areia::perf
