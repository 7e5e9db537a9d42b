// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Systolic arrays beside SCALE-Sim.
#include "perf/systolic.h"

#include <gtest/gtest.h>

namespace areia::perf {
namespace {

constexpr SystolicArray kWeights = {128, 128, Dataflow::kWeightStationary, false};

// Compute cycles that SCALE-Sim v3 prints for GEMMs on a 128 x 128 weight-stationary array.
TEST(Systolic, WeightStationaryCyclesAreThoseOfScaleSim) {
  EXPECT_EQ(systolic_cycles(kWeights, 512, 512, 512), 14303);
  EXPECT_EQ(systolic_cycles(kWeights, 1024, 1024, 1024), 89983);
  EXPECT_EQ(systolic_cycles(kWeights, 2048, 2048, 2048), 622079);
}

// The same for other shapes and dataflows (SCALE-Sim 3.0.0 of PyPI, M x N x K).
TEST(Systolic, EveryDataflowIsThatOfScaleSim) {
  struct Case {
    double m, n, k, weights, outputs, inputs;
  };
  for (const Case& c : {Case{512, 512, 512, 14303, 12255, 14303}, Case{300, 700, 500, 16367, 13571, 12983},
                        Case{1, 1000, 256, 6127, 4079, 2763}}) {
    SystolicArray array = kWeights;
    EXPECT_EQ(systolic_cycles(array, c.m, c.n, c.k), c.weights);
    array.dataflow = Dataflow::kOutputStationary;
    EXPECT_EQ(systolic_cycles(array, c.m, c.n, c.k), c.outputs);
    array.dataflow = Dataflow::kInputStationary;
    EXPECT_EQ(systolic_cycles(array, c.m, c.n, c.k), c.inputs);
  }
}

TEST(Systolic, OverlappedLoadsNeverCostMoreAndNeverBeatThePeak) {
  SystolicArray overlapped = kWeights;
  overlapped.overlapped_loads = true;
  for (const double m : {1.0, 64.0, 128.0, 1000.0, 8192.0}) {
    for (const double n : {1.0, 129.0, 4096.0}) {
      const double cycles = systolic_cycles(overlapped, m, n, 2048);
      EXPECT_LE(cycles, systolic_cycles(kWeights, m, n, 2048)) << m << " x " << n;
      EXPECT_GE(cycles, m * n * 2048 / (128.0 * 128.0)) << m << " x " << n;
    }
  }
}

}  // namespace
}  // namespace areia::perf
