// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// JSON from anybody: parsed without exceptions, and no deeper than its reader expects.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace areia {

/// The object that `text` is; nothing where it is none, or nested deeper than `most_depth`.
inline std::optional<nlohmann::json> parse_bounded_json(std::string_view text, int most_depth) {
  bool too_deep = false;
  const auto watch = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    if (depth > most_depth) too_deep = true;
    return !too_deep;
  };
  nlohmann::json json = nlohmann::json::parse(text.begin(), text.end(), watch, false);
  if (too_deep || !json.is_object()) return {};
  return json;
}

}  // namespace areia
