// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// How published rows of servers write what ran: the model, how it was spread, its formats, the load.
#pragma once

#include <optional>

#include "perf/measurement.h"
#include "perf/serving.h"
#include "perf/validate.h"

namespace areia::perf {

struct PublishedRun {
  const Accelerator* chip = nullptr;
  ServingPlan plan;
  /// The row says how the model is spread; else the one who measured chose, as spread_for_throughput does.
  bool spread_known = true;
  double chips = 1;

  /// The plan as it ran on the device.
  Result<ServingPlan> spread_on(const Device& device) const;
};
/// The run that a row of a server describes; nothing if its chip or model is unknown, it is no server, or the
/// model cannot be spread so or does not fit (rows of disaggregated servers count chips of several together).
std::optional<PublishedRun> read_serving_run(const Measurement& row, const Library& library);

/// The formats of a model served on a chip under the format that the row names; "" means the model's own.
Formats serving_formats(const LanguageModel& model, const Accelerator& chip, std::string_view precision,
                        const ServingStack& stack);

}  // namespace areia::perf
