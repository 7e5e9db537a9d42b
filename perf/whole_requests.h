// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Whole requests as rows and answers like others, out of the pairs of times that were published
// (perf/questions/serving_summary.h).
#pragma once

#include <deque>
#include <span>
#include <vector>

#include "perf/validate.h"

namespace areia::perf {

struct WholeRequests {
  std::deque<Measurement> rows;  ///< metric "end_to_end", in seconds: first + (output - 1) x further
  std::vector<Answer> answers;   ///< of family "serving", to these rows
};
/// Of all pairs among `answers`.
WholeRequests whole_requests(std::span<const Answer> answers);

}  // namespace areia::perf
