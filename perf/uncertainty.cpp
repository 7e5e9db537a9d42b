// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Looks relatives up, nearest first.
#include "perf/uncertainty.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace areia::perf {
namespace {

const ErrorGroup* find_group(const ErrorTable& table, std::string_view family, std::string_view quantity,
                             std::string_view chip, std::string_view format) {
  for (const ErrorGroup& group : table.groups) {
    if (group.family == family && group.quantity == quantity && group.chip == chip && group.format == format)
      return group.calibrated.rows >= kFewestRows ? &group : nullptr;
  }
  return nullptr;
}

/// Sentences for what lies more than a rounding outside of a range.
std::vector<std::string> beyond(const ErrorGroup& group, const Situation& situation) {
  constexpr double kTolerance = 1.05;
  std::vector<std::string> found;
  for (std::size_t i = 0; i < kSituationNames.size(); ++i) {
    const double value = situation.*kSituationMembers[i];
    const MeasuredRange& range = group.ranges[i];
    if (value <= 0 || !range.known()) continue;
    if (value > range.most * kTolerance) {
      found.push_back(
          fmt::format("{} {:.4g}: the largest measured is {:.4g}", kSituationNames[i], value, range.most));
    } else if (value * kTolerance < range.least) {
      found.push_back(
          fmt::format("{} {:.4g}: the smallest measured is {:.4g}", kSituationNames[i], value, range.least));
    }
  }
  return found;
}

Uncertainty stated(const ErrorGroup& group, bool calibrated, std::string relatives,
                   const Situation& situation) {
  const ErrorSummary& errors = calibrated ? group.calibrated : group.zero_shot;
  return {errors.median, errors.p90, errors.rows, std::move(relatives), beyond(group, situation)};
}

/// Of an own design: what the clock says of operators and layers; nothing if it says nothing of it.
std::optional<Uncertainty> by_the_clock(const ErrorTable& table, std::string_view family,
                                        std::string_view quantity, const Situation& situation) {
  if (family == "serving") {
    family = "layer";
    if (quantity != "time to first token") quantity = "time per token";  // most of a request, and its rate
  }
  const auto* group = find_group(table, family, quantity, kOwnDesigns, "any");
  if (group == nullptr) return std::nullopt;
  return stated(*group, true, fmt::format("{} under the clock", kOwnDesigns), situation);
}

}  // namespace

Uncertainty uncertainty_of(const ErrorTable& table, std::string_view family, std::string_view quantity,
                           const Accelerator& accelerator, Precision precision, bool calibrated,
                           const Situation& situation) {
  if (accelerator.design != nullptr) {
    if (auto own = by_the_clock(table, family, quantity, situation)) return *own;
  }
  const std::string& chip = accelerator.name;
  const std::string how = calibrated ? "" : ", zero-shot";
  if (const auto* group = find_group(table, family, quantity, chip, name_of(precision)))
    return stated(*group, calibrated, fmt::format("{} {}{}", chip, name_of(precision), how), situation);
  if (const auto* group = find_group(table, family, quantity, chip, "any"))
    return stated(*group, calibrated, fmt::format("{} in other formats{}", chip, how), situation);
  const std::string kind = fmt::format("class {}", name_of(accelerator.kind));
  if (const auto* group = find_group(table, family, quantity, kind, "any"))
    return stated(*group, false, fmt::format("other chips of {}, zero-shot", kind), situation);
  if (const auto* group = find_group(table, family, quantity, "any", "any"))
    return stated(*group, false, "chips of other classes, zero-shot", situation);
  return {0, 0, 0, "nothing like it was measured", {}};
}

}  // namespace areia::perf
