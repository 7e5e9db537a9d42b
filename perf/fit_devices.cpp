// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Writes devices.toml, fitted to the calibration rows of the data folder, to its standard output.
#include <fmt/format.h>

#include "perf/fit.h"

int main() {
  using namespace areia;
  const auto library = perf::load_library();
  const auto rows = perf::load_all_measurements();
  for (const Error* error :
       {library.ok() ? nullptr : &library.error(), rows.ok() ? nullptr : &rows.error()}) {
    if (error == nullptr) continue;
    fmt::print(stderr, "fit_devices: {}\n", error->message);
    return 1;
  }
  fmt::print("{}", perf::devices_toml(perf::fit_all(*rows, *library)));
  return 0;
}
