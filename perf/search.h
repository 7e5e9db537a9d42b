// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The best way to spread a model over a number of chips, found by trying all that divide.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "perf/serving.h"

namespace areia::perf {

/// Every way to spread `model` over exactly `chips` chips that check() accepts: all divisors for tensor,
/// pipeline and data; experts whole on every group, spread over a copy, or spread over all copies.
std::vector<Parallelism> parallelisms(const LanguageModel& model, std::uint32_t chips);

/// What a user of a served model waits at most, in seconds.
struct ServingLimits {
  double ttft = std::numeric_limits<double>::infinity();
  double tpot = std::numeric_limits<double>::infinity();
};

struct ServingChoice {
  ServingPlan plan;
  Serving serving;
  std::size_t tried = 0;  ///< plans that were predicted
};

/// The plan with the most tokens a second within `limits`, over exactly `chips` chips; of equals the first.
/// `asked.concurrency` 0: the number of requests in flight is sought too, up to what the memory holds. Bad
/// input where nothing fits (says how many chips would hold it) or nothing meets the limits (says what comes
/// nearest).
Result<ServingChoice> best_serving(const ServingPlan& asked, std::uint32_t chips, const Device& device,
                                   const ServingLimits& limits = {});

/// The same for one way to spread the model.
Result<ServingChoice> best_batch(const ServingPlan& asked, const Parallelism& parallelism,
                                 const Device& device, const ServingLimits& limits = {});

/// The fewest chips, a power of two, whose memory holds weights and one request; 0 if not even `kMostChips`
/// do.
inline constexpr std::uint32_t kMostChips = 65'536;
std::uint32_t fewest_chips(const ServingPlan& asked, const Device& device);

}  // namespace areia::perf
