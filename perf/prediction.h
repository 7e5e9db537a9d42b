// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A prediction that explains itself: what serving a model takes on given chips, operator by operator.
#pragma once

#include <optional>
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
};

/// One pass through one pipeline stage of a model, on one chip.
struct PassPrediction {
  double seconds = 0;
  double flops = 0, bytes = 0;
  std::vector<OperatorLine> operators;
};
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

struct ServingPrediction {
  PassPrediction prefill, decode;  ///< of one stage; decode half-way through the answer
  double time_to_first_token = 0;  ///< seconds, all prompts of the batch at once
  double time_per_token = 0;       ///< seconds between two tokens of a sequence
  double end_to_end = 0;           ///< seconds from prompts to whole answers
  double tokens_per_second = 0;    ///< of answers, on all chips together
  MemoryNeed memory;
};
/// The prediction; bad input where the work cannot be spread so (perf/forward.h, check).
Result<ServingPrediction> predict_serving(const LanguageModel& model, const ServingWork& work,
                                          const Device& device);
MemoryNeed memory_need(const LanguageModel& model, const ServingWork& work, const Accelerator& chip);

/// Formats of a model that runs in `precision`: weights and their products in it, activations and cache in
/// 16 bits. Without a precision, as the model was published.
Formats formats_for(const LanguageModel& model, std::optional<Precision> precision);

}  // namespace areia::perf
