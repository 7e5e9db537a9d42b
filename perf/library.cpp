// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Everything that rows are answered from, by name or alias.
#include <algorithm>
#include <cctype>

#include "perf/validate.h"

namespace areia::perf {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

template <typename Thing>
const Thing* find_named(const std::vector<Thing>& things, std::string_view name) {
  for (const Thing& thing : things) {
    if (same_name(thing.name, name) || same_name(thing.label, name)) return &thing;
    for (const std::string& alias : thing.aliases) {
      if (same_name(alias, name)) return &thing;
    }
  }
  return nullptr;
}

}  // namespace

const Accelerator* Library::accelerator(std::string_view name) const {
  return find_named(accelerators, name);
}
const LanguageModel* Library::model(std::string_view name) const {
  const auto place = model_index.find(name);
  return place ? &models[*place] : nullptr;
}

Result<Library> load_library() {
  Library library;
  for (const std::string& name : accelerator_names()) {
    auto chip = load_accelerator(name);
    if (!chip.ok()) return chip.error();
    library.accelerators.push_back(std::move(*chip));
  }
  for (const std::string& name : language_model_names()) {
    auto model = load_language_model(name);
    if (!model.ok()) return model.error();
    library.models.push_back(std::move(*model));
  }
  library.model_index = ModelIndex(library.models);
  auto calibration = load_calibration();
  if (!calibration.ok()) return calibration.error();
  library.calibration = std::move(*calibration);
  return library;
}

}  // namespace areia::perf
