// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Launches a chip program and collects its answers.
#include "bench/chip/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "sw/formats/elf.h"

namespace areia::bench {

double Answers::span() const {
  std::uint64_t begin = UINT64_MAX, end = 0;
  for (const auto& tile : tiles) {
    if (tile[1] == 0) continue;
    begin = std::min(begin, tile[0]);
    end = std::max(end, tile[1]);
  }
  return end > begin ? static_cast<double>(end - begin) : 0;
}

bool Measurement::meets(double value) const {
  constexpr double kRounding = 1e-9;
  const double ratio = value / bound;
  return ratio >= least - kRounding && ratio <= most + kRounding;
}

Result<std::vector<Measurement>> measurements(const ChipDescription& chip) {
  std::vector<Measurement> all = tensor_measurements(chip);
  const auto append = [&](std::vector<Measurement> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  append(network_measurements(chip));
  auto dram = dram_measurements(chip);
  if (!dram.ok()) return dram.error();
  append(*std::move(dram));
  append(hart_measurements(chip));
  return all;
}

namespace {

std::string how_it_ended(const RunStatus& status, const sw::Elf& elf) {
  if (!status.fault) return "did not finish";
  return fmt::format("tile {} at {}: {}", status.fault->tile, elf.describe(status.fault->pc),
                     status.fault->cause);
}

}  // namespace

Result<double> measure(Device& device, const Measurement& measurement) {
  const auto elf = sw::Elf::load(AREIA_CHIP_PROGRAMS "/" + measurement.program + ".elf");
  if (!elf.ok()) return elf.error();
  const auto launched = device.launch(elf->image(), kRequestAddress);
  if (!launched.ok()) return launched.error();
  Answers answers;
  answers.tiles.resize(device.chip().tile_count());
  const auto asked = device.write(kRequestAddress, std::as_bytes(std::span(&measurement.request, 1)));
  if (!asked.ok()) return asked.error();
  const auto cleared = device.write(kResultsAddress, std::as_bytes(std::span(answers.tiles)));
  if (!cleared.ok()) return cleared.error();
  const RunStatus status = device.run();
  if (status.reason != RunStatus::Reason::kFinished)
    return work_failed(measurement.name + ": " + how_it_ended(status, *elf));
  const auto answered = device.read(kResultsAddress, std::as_writable_bytes(std::span(answers.tiles)));
  if (!answered.ok()) return answered.error();
  if (answers.span() == 0) return work_failed(measurement.name + ": no tile answered");
  return measurement.measured(answers);
}

Measurement cycles_of(std::string name, std::string program, Request request, double bound, double most) {
  return {std::move(name), std::move(program), "cycles", request, &Answers::span, bound, 1, most};
}

Measurement rate_of(std::string name, std::string program, std::string unit, Request request, double amount,
                    double bound, double least) {
  const auto measured = [amount](const Answers& answers) { return amount / answers.span(); };
  return {std::move(name), std::move(program), std::move(unit), request, measured, bound, least, 1};
}

}  // namespace areia::bench
