// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What the programs that write files of perf/calibration have in common.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "perf/validate.h"

namespace areia::perf {

/// A calibration row as a question.
struct FitRow {
  const Accelerator* chip;
  double measured;
  std::function<double(const Device&)> answer;
};

/// Mean of |log(predicted / measured)|.
inline double log_error(std::span<const FitRow> rows, const Device& device) {
  double sum = 0;
  for (const FitRow& row : rows) sum += std::abs(std::log(row.answer(device) / row.measured));
  return sum / static_cast<double>(rows.size());
}

/// The head of a file that a program writes.
inline void print_head(std::string_view comment) {
  fmt::print("# SPDX-FileCopyrightText: 2026 The Areia authors\n# SPDX-License-Identifier: Apache-2.0\n#\n{}",
             comment);
}

/// Calls `write` with the data folder's library and measurements; the exit status.
inline int run_fitter(std::string_view name,
                      const std::function<void(Library&, std::span<const Measurement>)>& write) {
  auto library = load_library();
  const auto rows = load_all_measurements();
  for (const Error* error :
       {library.ok() ? nullptr : &library.error(), rows.ok() ? nullptr : &rows.error()}) {
    if (error == nullptr) continue;
    fmt::print(stderr, "{}: {}\n", name, error->message);
    return 1;
  }
  write(*library, *rows);
  return 0;
}

}  // namespace areia::perf
