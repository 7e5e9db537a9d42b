// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What follows from answers about servers taken together: errors end to end, and the order of chips.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "perf/validate.h"

namespace areia::perf {

/// A run whose time to the first token and for each further one were both published: its request end to end,
/// ttft + (output - 1) x tpot, in seconds. `areia validate` prints these as a family of their own.
struct EndToEnd {
  const Answer* ttft = nullptr;  ///< of `answers`; its row says which run
  double measured = 0, zero_shot = 0, calibrated = 0;

  double zero_shot_error() const;
  double calibrated_error() const;
};
std::vector<EndToEnd> derive_end_to_end(std::span<const Answer> answers);

/// Chips by output tokens a second of one chip on MLPerf's Llama 2 70B, offline: means over the rows.
struct ChipRate {
  std::string chip;
  double measured = 0, zero_shot = 0, calibrated = 0;
};
std::vector<ChipRate> rates_on_llama_2_70b_offline(std::span<const Answer> answers);

/// Spearman's rank correlation of two lists of the same length; equal values share their mean rank. NaN for
/// fewer than two.
double rank_correlation(std::span<const double> a, std::span<const double> b);

}  // namespace areia::perf
