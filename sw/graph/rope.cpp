// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Frequencies of RoPE and their stretching.
#include "sw/graph/rope.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace areia::sw {
namespace {

/// The pair that turns `rotations` times within the original context (YaRN, section 3.2).
double pair_of_rotations(const RopeParameters& p, double rotations) {
  return p.size * std::log(p.original_context / (rotations * 2 * std::numbers::pi)) / (2 * std::log(p.base));
}

/// How much of a pair's frequency stays unstretched: 1 for fast pairs, 0 for slow ones, a ramp between.
double unstretched_part(const RopeParameters& p, double pair) {
  const double low = std::max(0.0, std::floor(pair_of_rotations(p, p.beta_fast)));
  const double high = std::min<double>(p.size - 1, std::ceil(pair_of_rotations(p, p.beta_slow)));
  return 1 - std::clamp((pair - low) / std::max(0.001, high - low), 0.0, 1.0);
}

}  // namespace

Rope make_rope(const RopeParameters& parameters, std::span<const float> factors) {
  Rope rope;
  rope.pairing = parameters.pairing;
  // YaRN sharpens the softmax as the context grows (section 3.4); queries and keys bear half of it each.
  const double sharpening = parameters.yarn ? 1 - 0.1 * std::log(parameters.scale) : 1;
  rope.magnitude = static_cast<float>(parameters.attention_factor * sharpening);
  rope.ratio = static_cast<float>(std::pow(parameters.base, -2.0 / parameters.size));
  for (std::uint32_t pair = 0; pair < parameters.size / 2; ++pair) {
    const double kept = parameters.yarn ? unstretched_part(parameters, pair) : 0;
    const double stretched = parameters.scale * (1 - kept) + kept;
    rope.factors.push_back(static_cast<float>(factors.empty() ? stretched : stretched / factors[pair]));
  }
  return rope;
}

}  // namespace areia::sw
