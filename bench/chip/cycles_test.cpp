// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Cycles are the same in every build. What chip programs took is recorded in cycles.json, and held here by
// the build of `make test`, by that of `make sanitize`, and by whichever else is made. Where a rule of
// docs/timing.md or a preset changes:
//   AREIA_RECORD_CYCLES=1 build/bin/cycles_test
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "apps/devices.h"
#include "bench/chip/measure.h"

namespace areia::bench {
namespace {

constexpr const char* kRecord = AREIA_SOURCE_DIR "/bench/chip/cycles.json";

/// The cycles of every program that a preset is measured with.
nlohmann::json cycles_of_preset(const std::string& preset) {
  const ChipDescription chip = *load_chip(preset);
  const auto all = measurements(chip);
  EXPECT_TRUE(all.ok());
  nlohmann::json cycles;
  for (const Measurement& m : *all) {
    const auto device = apps::make_device(chip, {.fidelity = "timed"});
    EXPECT_TRUE(device.ok() && measure(**device, m).ok()) << preset << ": " << m.name;
    cycles[m.name] = (*device)->counters().cycles.value_or(0);
  }
  return cycles;
}

TEST(RecordedCyclesTest, AreThoseOfThisBuild) {
  nlohmann::json measured;
  for (const char* preset : {"areia-lab", "areia-edge", "areia-1"})
    measured[preset] = cycles_of_preset(preset);
  if (std::getenv("AREIA_RECORD_CYCLES") != nullptr) std::ofstream(kRecord) << measured.dump(1) << '\n';
  nlohmann::json recorded;
  std::ifstream(kRecord) >> recorded;
  for (const auto& [preset, cycles] : measured.items()) {
    for (const auto& [name, count] : cycles.items())
      EXPECT_EQ(count, recorded[preset][name]) << preset << ": " << name;
  }
  EXPECT_EQ(measured, recorded) << "see the head of bench/chip/cycles_test.cpp";
}

}  // namespace
}  // namespace areia::bench
