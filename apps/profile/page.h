// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A report for people: one HTML page with charts (Chart.js), complete in itself.
#pragma once

#include <string>

#include "apps/profile/cost.h"
#include "base/result.h"

namespace areia::apps {

struct PageFacts {
  std::string model, chip_summary, prompt;
  std::size_t prompt_tokens = 0, new_tokens = 0;
};

/// The page. Work failed where the chart library is not in the data folder. Texts may be anything: they are
/// escaped.
Result<std::string> profile_page(const PageFacts& facts, const AnswerCost& cost, const TimeReport& whole,
                                 const ChipDescription& chip);

}  // namespace areia::apps
