// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Writes devices.toml, fitted to the calibration rows of the data folder, to its standard output.
#include "perf/fit.h"
#include "perf/fit_program.h"

int main() {
  using namespace areia::perf;
  return run_fitter("fit_devices", [](const Library& library, std::span<const Measurement> rows) {
    fmt::print("{}", devices_toml(fit_all(rows, library)));
  });
}
