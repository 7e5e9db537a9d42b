// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Rope: by how much rotary position embedding turns each pair of a head's elements, from a model's
// hyperparameters. The chip makes the tables of sines and cosines; these are its inputs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "spec/abi/plan.h"

namespace areia::sw {

/// A table of rotations: pair i is turned by position * ratio^i * factors[i], and scaled by magnitude.
struct Rope {
  float ratio = 1;             ///< of neighbouring frequencies
  std::vector<float> factors;  ///< size / 2 of them; 1 where nothing is stretched
  float magnitude = 1;
  abi::RopePairing pairing = abi::RopePairing::kNeighbours;

  std::uint32_t size() const { return static_cast<std::uint32_t>(2 * factors.size()); }
};

/// What files say about RoPE.
struct RopeParameters {
  std::uint32_t size = 0;                ///< elements of a head that are turned; even
  double base = 10000;                   ///< of the geometric series of frequencies
  double scale = 1;                      ///< of positions: 1 / the factor by which the context was stretched
  bool yarn = false;                     ///< stretch slow pairs only (YaRN, arXiv 2309.00071)
  double original_context = 0;           ///< yarn: the context of training
  double beta_fast = 32, beta_slow = 1;  ///< yarn: rotations within it above which pairs stay, below which
                                         ///< they stretch in full
  double attention_factor = 1;           ///< yarn: multiplies the magnitude
  abi::RopePairing pairing = abi::RopePairing::kNeighbours;
};

/// `factors` (empty, or one for each pair) divide the frequencies, as Llama 3 files give them.
Rope make_rope(const RopeParameters& parameters, std::span<const float> factors = {});

}  // namespace areia::sw
