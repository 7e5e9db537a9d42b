// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Makes rows of pairs.
#include "perf/whole_requests.h"

#include "perf/questions/serving_summary.h"

namespace areia::perf {

WholeRequests whole_requests(std::span<const Answer> answers) {
  WholeRequests whole;
  for (const EndToEnd& request : derive_end_to_end(answers)) {
    Measurement row = *request.ttft->row;
    row.metric = "end_to_end";
    row.unit = "s";
    row.value = request.measured;
    whole.rows.push_back(std::move(row));
    Answer answer = *request.ttft;
    answer.row = &whole.rows.back();
    answer.zero_shot = request.zero_shot;
    answer.calibrated = request.calibrated;
    whole.answers.push_back(std::move(answer));
  }
  return whole;
}

}  // namespace areia::perf
