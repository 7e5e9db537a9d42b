// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Fits devices_training.toml: for each chip and format that only rows of training measured, the share of the
// matrix units' peak that makes the mean error of its calibration rows least; all else stays its class's.
// Deterministic: a grid, refined. Usage: fit_training > devices_training.toml
#include <map>
#include <string>
#include <utility>

#include "perf/fit_program.h"

namespace areia::perf {
namespace {

double error_of(std::span<const FitRow> rows, const Calibration& calibration) {
  return log_error(rows, Device(*rows[0].chip, calibration));
}

/// Leaves the best constants in the calibration's last entry.
void fit(std::span<const FitRow> rows, Calibration& calibration) {
  double& efficiency = calibration.devices.back().constants.matrix_efficiency;
  double best = efficiency = 0.5, least = error_of(rows, calibration), step = 0.1;
  for (int round = 0; round < 5; ++round, step /= 3) {
    const double centre = best;
    for (int i = -4; i <= 4; ++i) {
      efficiency = centre + i * step;
      if (efficiency < 0.05 || efficiency > 1) continue;
      if (const double error = error_of(rows, calibration); error < least) {
        least = error;
        best = efficiency;
      }
    }
  }
  efficiency = best;
}

void write(Library& library, std::span<const Measurement> measurements) {
  Calibration& calibration = library.calibration;
  std::erase_if(calibration.devices, [](const Calibration::Entry& entry) { return entry.training_only; });
  // Formats in the order of their codes: bf16, which attention runs in, comes before those narrower.
  std::map<std::pair<std::string, Precision>, std::vector<FitRow>> rows;
  for (const Measurement& row : measurements) {
    // Megatron's rows are what training is compared with Calculon on: nothing is fitted to any of them.
    if (row.held_out || row.value <= 0 || row.source.starts_with("Megatron")) continue;
    const auto question = read_training(row, library);
    if (!question || calibration.find(question->chip->name, question->precision) != nullptr) continue;
    rows[{question->chip->name, question->precision}].push_back(
        {question->chip, row.value, question->answer});
  }
  print_head(
      "# Constants of devices and formats of which only training was measured: written by build/fit_training "
      "from the calibration rows of\n# perf/measurements. matrix_efficiency alone is fitted; the rest is the "
      "class's. devices.toml, which the operators' fitter writes,\n# overrules this file.\n");
  for (const auto& [key, own] : rows) {
    if (own.size() < 2) continue;
    calibration.devices.push_back(
        {key.first, key.second, calibration.classes[static_cast<std::size_t>(own[0].chip->kind)]});
    fit(own, calibration);
    const Constants& constants = calibration.devices.back().constants;
    fmt::print("[{}.{}]\n", key.first, name_of(key.second));
    for (std::size_t i = 0; i < kConstantCount; ++i) {
      fmt::print("{} = {:.4g}\n", kConstantNames[i], constants.*kConstantMembers[i]);
    }
  }
}

}  // namespace
}  // namespace areia::perf

int main() { return areia::perf::run_fitter("fit_training", areia::perf::write); }
