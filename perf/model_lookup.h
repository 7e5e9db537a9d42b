// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds a shape by the many names that people, hubs and measurements write for it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "perf/language_model.h"

namespace areia::perf {

/// Names, labels and aliases of a list of models.
class ModelIndex {
 public:
  ModelIndex() = default;
  explicit ModelIndex(std::span<const LanguageModel> models);

  /// The place in the list of the model of that name. Letters' case, the organisation before a slash, and
  /// what separates words do not count; words that do not change the shape (Instruct, FP8, v0.2, 2507,
  /// TP=8 ...) may follow. Nothing if the name, or any word that follows it, is unknown.
  std::optional<std::size_t> find(std::string_view name) const;

 private:
  std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace areia::perf
