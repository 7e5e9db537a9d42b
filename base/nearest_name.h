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
#include <utility>
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

/// The `most` names nearest to `typed`, whether near or not: first those that begin with it, then by edits.
inline std::vector<std::string> nearest_names(std::string_view typed, std::span<const std::string> names,
                                              std::size_t most) {
  typed = typed.substr(0, 100);  // whoever typed more meant no name
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const auto& name : names) {
    const bool begun = typed.size() > 1 && name.starts_with(typed);
    ranked.emplace_back(begun ? 0 : edit_distance(typed, name), name);
  }
  std::ranges::stable_sort(ranked, {}, &std::pair<std::size_t, std::string>::first);
  std::vector<std::string> nearest;
  for (auto& [distance, name] : ranked) {
    if (nearest.size() < most) nearest.push_back(std::move(name));
  }
  return nearest;
}

/// The name nearest to `typed`, or "" if none is near (it begins so, or a third of its letters may differ, at
/// least two).
inline std::string nearest_name(std::string_view typed, std::span<const std::string> names) {
  const auto nearest = nearest_names(typed, names, 1);
  if (typed.size() > 100 || nearest.empty()) return "";
  const bool begun = typed.size() > 1 && nearest[0].starts_with(typed);
  const bool near = edit_distance(typed, nearest[0]) <= std::max<std::size_t>(2, typed.size() / 3);
  return begun || near ? nearest[0] : "";
}

/// " (did you mean 'name'?)" or "".
inline std::string did_you_mean(std::string_view typed, std::span<const std::string> names) {
  const auto name = nearest_name(typed, names);
  return name.empty() ? "" : " (did you mean '" + name + "'?)";
}

/// "; near it: name, name", where there are too many names to show all; "" if there is none.
inline std::string near_names(std::string_view typed, std::span<const std::string> names,
                              std::size_t most = 5) {
  std::string text;
  for (const auto& name : nearest_names(typed, names, most))
    text += (text.empty() ? "; near it: " : ", ") + name;
  return text;
}

}  // namespace areia
