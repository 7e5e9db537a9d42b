// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// "Did you mean ...?": the known name that is nearest to what somebody typed.
#pragma once

#include <algorithm>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace areia {

/// Levenshtein distance: the fewest insertions, deletions and replacements that turn `a` into `b`.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

/// The name nearest to `typed`, or "" if none is near (a third of its letters may differ, at least two).
inline std::string nearest_name(std::string_view typed, std::span<const std::string> names) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, typed.size() / 3) + 1;
  if (typed.size() > 100) return best;
  for (const auto& name : names) {
    if (const auto distance = edit_distance(typed, name); distance < best_distance) {
      best = name;
      best_distance = distance;
    }
  }
  return best;
}

/// " (did you mean 'name'?)" or "".
inline std::string did_you_mean(std::string_view typed, std::span<const std::string> names) {
  const auto name = nearest_name(typed, names);
  return name.empty() ? "" : " (did you mean '" + name + "'?)";
}

}  // namespace areia
