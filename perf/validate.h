// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Predicted beside measured: each published row is read as a question to the model, and answered.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "perf/device.h"
#include "perf/language_model.h"
#include "perf/measurement.h"
#include "perf/model_lookup.h"
#include "spec/accelerator/accelerator_names.h"

namespace areia::perf {

/// All that rows are answered from.
struct Library {
  std::vector<Accelerator> accelerators;
  std::vector<Accelerator> own_chips;  ///< presets and those of perf/own
  std::vector<LanguageModel> models;
  AcceleratorNames accelerator_names;  ///< of `accelerators`
  ModelIndex model_index;              ///< of `models`
  Calibration calibration;

  /// As people write it (spec/accelerator/accelerator_names.h); null if unknown.
  const Accelerator* accelerator(std::string_view name) const;
  /// As people write it (ModelIndex::find); null if unknown.
  const LanguageModel* model(std::string_view name) const;
};
/// Everything in the data folder.
Result<Library> load_library();

/// A row's question: which device, and a function of it that gives the value in the row's unit.
struct Question {
  std::string
      family;  ///< "gemm", "attention", "elementwise", "collective", "layer", "serving", "training", "energy"
  const Accelerator* chip = nullptr;
  Precision precision = Precision::kBf16;  ///< whose constants matter most
  std::function<double(const Device&)> answer;
};

/// Reads a row; nothing if it asks for what no family predicts (vision models, unknown chips: `why` says).
std::optional<Question> read_question(const Measurement& row, const Library& library,
                                      std::string* why = nullptr);
// One reader a family, each in perf/questions/<family>.cpp; nothing if the row is not theirs.
std::optional<Question> read_operator(const Measurement& row, const Library& library);
std::optional<Question> read_collective(const Measurement& row, const Library& library);
std::optional<Question> read_layer(const Measurement& row, const Library& library);
std::optional<Question> read_serving(const Measurement& row, const Library& library);
std::optional<Question> read_training(const Measurement& row, const Library& library);
std::optional<Question> read_energy(const Measurement& row, const Library& library);
std::optional<Question> read_own_chip(const Measurement& row, const Library& library);

/// A row answered twice.
struct Answer {
  const Measurement* row = nullptr;
  std::string family;
  std::string chip;
  Precision precision = Precision::kBf16;
  double zero_shot = 0, calibrated = 0;  ///< predicted, in the row's unit

  /// |predicted - measured| / measured.
  double zero_shot_error() const;
  double calibrated_error() const;
};
/// On all cores, in the order of the rows. `unanswered`, if given, counts the others by reason.
std::vector<Answer> answer_all(std::span<const Measurement> rows, const Library& library,
                               std::map<std::string, std::size_t>* unanswered = nullptr);

/// Errors of a group of rows.
struct ErrorSummary {
  std::size_t rows = 0;
  double mean = 0, median = 0, p90 = 0;
};
ErrorSummary summarise(std::vector<double> errors);

}  // namespace areia::perf
