// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What each stack does around a product.
#include <gtest/gtest.h>

#include <string>

#include "perf/questions/harness.h"
#include "perf/validate.h"

namespace areia::perf {
namespace {

Harness harness(const std::string& chip, const std::string& stack, const std::string& precision,
                double rows = 128) {
  static const Library library = *load_library();
  Measurement row;
  row.source = "aiconfigurator perf DB " + stack;
  row.precision = precision;
  row.batch = rows;
  Gemm gemm = {.m = rows, .n = 4096, .k = 4096};
  if (precision != "bfloat16") gemm.activation = gemm.weight = gemm.compute = Precision::kFp8;
  const Accelerator* accelerator = library.accelerator(chip);
  EXPECT_NE(accelerator, nullptr) << chip;
  return product_harness(row, gemm, Device(*accelerator, library.calibration));
}

TEST(ProductHarness, WideProductsRoundNothing) {
  EXPECT_EQ(harness("h100-sxm", "vllm 0.24.0", "bfloat16").rounding.pace, 0);
  EXPECT_GT(harness("h100-sxm", "vllm 0.24.0", "fp8").rounding.pace, 0);
}

TEST(ProductHarness, StacksRoundInTheirOwnWays) {
  const Rounding vllm = harness("b200", "vllm 0.24.0", "fp8").rounding;
  const Rounding trtllm = harness("b200", "trtllm 1.3.0rc20", "fp8").rounding;
  EXPECT_TRUE(vllm.by_rows);
  EXPECT_FALSE(trtllm.by_rows);  // one scale for all of a matrix
  EXPECT_GT(trtllm.kernels, vllm.kernels);
  EXPECT_GT(harness("b200", "vllm 0.24.0", "fp8", 1).rounding.kernels, vllm.kernels);
}

TEST(ProductHarness, CopiesAreTheCollectors) {
  EXPECT_EQ(harness("h100-sxm", "vllm 0.24.0", "bfloat16").copies, 6);
  EXPECT_EQ(harness("h100-sxm", "vllm 0.24.0", "nvfp4").copies, 1);
  // 16.8 MB of weights and 1 MB of results: three fill 50 MB.
  EXPECT_EQ(harness("h100-sxm", "trtllm 1.3.0rc20", "fp8").copies, 3);
}

TEST(ProductHarness, OnlyWhatPythonSubmitsHasAFloor) {
  EXPECT_EQ(harness("b200", "sglang 0.5.14", "fp8_block").floor_seconds, 0);
  const double fours = harness("b200", "vllm 0.24.0", "fp8_block", 128).floor_seconds;
  EXPECT_GT(fours, 100e-6);
  EXPECT_GT(harness("b200", "vllm 0.24.0", "fp8_block", 129).floor_seconds, fours);  // scales are padded
}

TEST(ProductHarness, OneTileIsThatOfUntunedKernels) {
  EXPECT_EQ(harness("rtx-pro-6000", "vllm 0.24.0", "nvfp4").product_library, ProductLibrary::kOneTile);
  EXPECT_EQ(harness("b200", "trtllm 1.3.0rc20", "nvfp4").product_library, ProductLibrary::kOneTile);
  EXPECT_EQ(harness("b200", "vllm 0.24.0", "nvfp4").product_library, ProductLibrary::kUsual);
  EXPECT_EQ(harness("b200", "vllm 0.24.0", "bfloat16").product_library, ProductLibrary::kUsual);
}

TEST(ProductHarness, ManyRowsOfFp8HaveOneTileInVllm) {
  const auto library = [](const std::string& chip, double rows) {
    return harness(chip, "vllm 0.24.0", "fp8", rows).product_library;
  };
  EXPECT_EQ(library("h100-sxm", 128), ProductLibrary::kUsual);
  EXPECT_EQ(library("h100-sxm", 129), ProductLibrary::kOneTile);
  EXPECT_EQ(library("b200", 256), ProductLibrary::kUsual);
  EXPECT_EQ(library("b200", 257), ProductLibrary::kOneTile);
  EXPECT_EQ(library("arc-pro-b60", 4096), ProductLibrary::kUsual);
}

}  // namespace
}  // namespace areia::perf
