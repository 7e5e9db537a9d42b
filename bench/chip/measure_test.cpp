// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Every unit meets its closed form, on every preset; and the chip programs are right without a clock too.
#include "bench/chip/measure.h"

#include <gtest/gtest.h>

#include "apps/devices.h"

namespace areia::bench {
namespace {

void expect_all(const std::string& preset, const std::string& fidelity) {
  const ChipDescription chip = *load_chip(preset);
  const auto all = measurements(chip);
  ASSERT_TRUE(all.ok()) << all.error().message;
  for (const Measurement& m : *all) {
    const auto device = apps::make_device(chip, {.fidelity = fidelity});
    ASSERT_TRUE(device.ok()) << device.error().message;
    const auto measured = measure(**device, m);
    ASSERT_TRUE(measured.ok()) << measured.error().message;
    if (fidelity == "functional") continue;
    EXPECT_TRUE(m.meets(*measured)) << preset << ": " << m.name << ": " << *measured << ' ' << m.unit
                                    << "; expected " << m.least << " to " << m.most << " of " << m.bound;
  }
}

TEST(ChipMeasureTest, UnitsOfAreiaLabMeetTheirBounds) { expect_all("areia-lab", "timed"); }
TEST(ChipMeasureTest, UnitsOfAreiaEdgeMeetTheirBounds) { expect_all("areia-edge", "timed"); }
TEST(ChipMeasureTest, UnitsOfAreia1MeetTheirBounds) { expect_all("areia-1", "timed"); }
TEST(ChipMeasureTest, ProgramsEndWithoutAClock) { expect_all("areia-edge", "functional"); }

TEST(ChipMeasureTest, CyclesAreTheSameOnAnyNumberOfThreads) {
  const ChipDescription chip = *load_chip("areia-edge");
  const auto all = measurements(chip);
  ASSERT_TRUE(all.ok()) << all.error().message;
  for (const Measurement& m : *all) {
    if (m.program != "dram" && m.program != "network") continue;
    const auto one = measure(**apps::make_device(chip, {.fidelity = "timed", .threads = 1}), m);
    const auto three = measure(**apps::make_device(chip, {.fidelity = "timed", .threads = 3}), m);
    ASSERT_TRUE(one.ok() && three.ok()) << m.name;
    EXPECT_EQ(*one, *three) << m.name;
  }
}

}  // namespace
}  // namespace areia::bench
