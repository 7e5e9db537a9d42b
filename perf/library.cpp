// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Everything that rows are answered from, by name or alias.
#include "perf/own_chip.h"
#include "perf/validate.h"

namespace areia::perf {

const Accelerator* Library::accelerator(std::string_view name) const {
  const auto place = accelerator_names.find(name);
  return place ? &accelerators[*place] : nullptr;
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
  auto own_chips = load_own_chips();
  if (!own_chips.ok()) return own_chips.error();
  library.own_chips = std::move(*own_chips);
  library.accelerator_names = AcceleratorNames(library.accelerators);
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
