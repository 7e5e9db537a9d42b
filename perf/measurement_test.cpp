// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reading published rows, and the split.
#include "perf/measurement.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace areia::perf {
namespace {

constexpr std::string_view kHeader =
    "source,hardware,chips,model_or_op,phase,batch,input_len,output_len,precision,metric,value,unit,url\n";

TEST(Measurements, AreReadWithQuotesAndEmptyCells) {
  const auto rows = parse_measurements(
      std::string(kHeader) + "\"a, \"\"b\"\"\",H100,,gemm M=1,op,,2,,fp16,latency,3.5e-1,ms,u\r\n", "x.csv");
  ASSERT_TRUE(rows.ok()) << rows.error().message;
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ(rows->front().source, "a, \"b\"");
  EXPECT_EQ(rows->front().chips, 1);
  EXPECT_EQ(rows->front().batch, 0);
  EXPECT_EQ(rows->front().value, 0.35);
  EXPECT_EQ(rows->front().file, "x");
}

TEST(Measurements, AFileOfTheUsersFolderStandsForOursOfThatName) {
  const auto ours = load_all_measurements();
  ASSERT_TRUE(ours.ok());
  const auto of = [](const std::vector<Measurement>& rows, std::string_view file) {
    return std::ranges::count(rows, file, &Measurement::file);
  };
  ASSERT_GT(of(*ours, "tensorrt_llm"), 10);
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "measurements_of_a_user";
  std::filesystem::create_directories(folder / "perf/measurements");
  std::ofstream(folder / "perf/measurements/tensorrt_llm.csv")
      << kHeader << "s,H100,1,gemm M=1,op,1,2,3,fp16,latency,1,ms,u\n";
  setenv("AREIA_DATA", folder.c_str(), 1);
  const auto both = load_all_measurements();
  unsetenv("AREIA_DATA");
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(of(*both, "tensorrt_llm"), 1);
  EXPECT_EQ(of(*both, "vidur_ops"), of(*ours, "vidur_ops"));
}

TEST(Measurements, SayWhatIsWrongAndWhere) {
  const auto error = [](const std::string& csv) { return parse_measurements(csv, "x.csv").error().message; };
  EXPECT_NE(error("a,b\n").find("x.csv:1: no column 'source'"), std::string::npos);
  EXPECT_NE(error(std::string(kHeader) + "a,b\n").find("x.csv:2: 2 cells"), std::string::npos);
  EXPECT_NE(error(std::string(kHeader) + "s,h,1,o,p,1,1,1,f,m,fast,ms,u\n").find("value is 'fast'"),
            std::string::npos);
}

TEST(Measurements, MetricsOfOneConfigurationFallOnTheSameSide) {
  Measurement row{.source = "s",
                  .hardware = "h",
                  .model_or_op = "o",
                  .phase = "serve",
                  .precision = "fp8",
                  .metric = "ttft",
                  .unit = "ms"};
  int held_out = 0;
  for (int batch = 1; batch <= 1000; ++batch) {
    row.batch = batch;
    row.metric = "ttft";
    const bool first = is_held_out(row);
    row.metric = "tpot";
    row.value = batch;
    EXPECT_EQ(is_held_out(row), first);
    held_out += first ? 1 : 0;
  }
  EXPECT_NEAR(held_out, 500, 60);
}

TEST(Measurements, SizesWrittenTwiceFallOnBothSides) {
  Measurement row{.source = "s", .hardware = "h", .phase = "op", .precision = "bf16"};
  int held_out = 0;
  for (int size = 1; size <= 1000; ++size) {
    row.model_or_op = "gemm M=" + std::to_string(size);
    row.batch = size;
    held_out += is_held_out(row) ? 1 : 0;
  }
  EXPECT_NEAR(held_out, 500, 60);
}

TEST(Measurements, SomeSourcesAreNeverFitted) {
  EXPECT_TRUE(is_held_out({.source = "Megatron-LM SC21"}));
  EXPECT_TRUE(is_held_out({.source = "LLMCompass ISCA24 artifact", .model_or_op = "GPT-3 175B layer total"}));
}

TEST(NumberAfter, FindsWholeWordsOnly) {
  EXPECT_EQ(number_after("Llama-2-70b MoE_TP=4 TP=8 PP=2", "TP", 1), 8);
  EXPECT_EQ(number_after("Llama-2-70b", "TP", 1), 1);
  EXPECT_EQ(number_after("gemm M=512 N=x", "N", 7), 7);
}

}  // namespace
}  // namespace areia::perf
