// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Fits links.toml: for each chip, the share of its links' bandwidth that makes the mean error of its
// calibration rows of collectives least. Deterministic: a grid, refined. Usage: fit_links > links.toml
#include <map>
#include <string>

#include "perf/fit_program.h"

namespace areia::perf {
namespace {

/// Chips whose collectives cross the host: a domain of more than a pair, joined by nothing faster than PCIe.
bool through_host(const Accelerator& chip) {
  return chip.link_bandwidth && chip.link_bandwidth->value <= 64e9 && chip.link_domain &&
         chip.link_domain->value > 2 && chip.topology == Topology::kSwitch;
}

double error_of(std::span<const FitRow> rows, Calibration& calibration, const Calibration::Links& links) {
  calibration.links = {links};
  return log_error(rows, Device(*rows[0].chip, calibration));
}

Calibration::Links fit(std::span<const FitRow> rows, Calibration& calibration) {
  Calibration::Links best = {rows[0].chip->name, 0.8, 0};
  double least = error_of(rows, calibration, best);
  double step = 0.1, sharing_step = through_host(*rows[0].chip) ? 0.5 : 0;
  for (int round = 0; round < 6; ++round, step /= 2.5, sharing_step /= 2.5) {
    const Calibration::Links centre = best;
    for (int i = -5; i <= 5; ++i) {
      for (int k = sharing_step > 0 ? -5 : 0; k <= (sharing_step > 0 ? 5 : 0); ++k) {
        const Calibration::Links tried = {centre.device, centre.efficiency + i * step,
                                          centre.host_sharing + k * sharing_step};
        if (tried.efficiency < 0.02 || tried.efficiency > 1 || tried.host_sharing < 0 ||
            tried.host_sharing > 4)
          continue;
        if (const double error = error_of(rows, calibration, tried); error < least) {
          least = error;
          best = tried;
        }
      }
    }
  }
  return best;
}

void write(Library& library, std::span<const Measurement> measurements) {
  std::map<std::string, std::vector<FitRow>> rows;
  for (const Measurement& row : measurements) {
    if (row.held_out || row.value <= 0) continue;
    const auto question = read_collective(row, library);
    if (!question || question->family != "collective") continue;
    rows[question->chip->name].push_back({question->chip, row.value, question->answer});
  }
  print_head(
      "# Share of the links' bandwidth that large collectives sustain, by device: written by build/fit_links "
      "from the calibration rows\n# of perf/measurements (1 MiB and more). host_sharing (perf/device.h) is "
      "of "
      "the machine that was measured, where chips meet\n# through its host.\n");
  for (const auto& [name, own] : rows) {
    if (own.size() < 4) continue;
    const Calibration::Links links = fit(own, library.calibration);
    fmt::print("[{}]\nlink_efficiency = {:.3f}\n", name, links.efficiency);
    if (through_host(*own[0].chip)) fmt::print("host_sharing = {:.2f}\n", links.host_sharing);
  }
}

}  // namespace
}  // namespace areia::perf

int main() { return areia::perf::run_fitter("fit_links", areia::perf::write); }
