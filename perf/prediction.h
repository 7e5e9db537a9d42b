// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A prediction that explains itself: what a pass takes, operator by operator, and what a chip must hold.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "perf/device.h"
#include "perf/forward.h"

namespace areia::perf {

/// An operator's part in a pass.
struct OperatorLine {
  std::string_view name;
  double count = 0;     ///< times that one chip does it
  double seconds = 0;   ///< of all of them
  double roofline = 0;  ///< seconds that the data sheet's peaks would need, by `seconds`; 0 to 1
  OperatorTime each;
  std::string_view family;  ///< Question::family of the rows that measure its like
};

/// One pass through one pipeline stage of a model, on one chip.
struct PassPrediction {
  double seconds = 0;
  double flops = 0, bytes = 0;
  std::vector<OperatorLine> operators;
};
/// What most of its seconds wait for.
Bound bound_of(const PassPrediction& pass);
PassPrediction predict_pass(const LanguageModel& model, const Pass& pass, const Parallelism& parallelism,
                            const Device& device);

/// Bytes on one chip.
struct MemoryNeed {
  double weights = 0, cache = 0, activations = 0;
  double capacity = 0;  ///< of the chip; 0: not published
  double total() const { return weights + cache + activations; }
  bool fits() const { return total() <= capacity; }
};

/// What is served.
struct ServingWork {
  double batch = 1;  ///< sequences at once, on all chips together
  double input = 1, output = 1;
  Formats formats = {};
  Parallelism parallelism = {};
};

/// What one chip holds of that work.
MemoryNeed memory_need(const LanguageModel& model, const ServingWork& work, const Accelerator& chip);

}  // namespace areia::perf
