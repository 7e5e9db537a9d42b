// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Own chips as data sheets.
#include "perf/own_chip.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace areia::perf {
namespace {

TEST(OwnChip, PeaksAreWhatTheDescriptionAddsUpTo) {
  const auto chip = load_chip("areia-1");
  ASSERT_TRUE(chip.ok());
  const Accelerator sheet = accelerator_of(*chip);
  const double flops = 2.0 * 64 * 64 * 64 * 1.5e9;  // a multiply and an add, 64 tiles of 64 x 64 at 1.5 GHz
  EXPECT_DOUBLE_EQ(sheet.peak(Precision::kBf16)->value, flops);
  EXPECT_DOUBLE_EQ(sheet.peak(Precision::kInt8)->value, 2 * flops);
  EXPECT_DOUBLE_EQ(sheet.peak(Precision::kFp32)->value, flops / 4);
  EXPECT_DOUBLE_EQ(sheet.memory_bandwidth->value, chip->dram.bytes_per_second);
  EXPECT_EQ(sheet.kind, AcceleratorClass::kTile);
  EXPECT_FALSE(sheet.purchase_usd);
}

TEST(OwnChip, EveryNameLoads) {
  for (const std::string& name : any_chip_names()) {
    const auto chip = load_any_chip(name);
    ASSERT_TRUE(chip.ok()) << name << ": " << chip.error().message;
    EXPECT_EQ(chip->name, name);
  }
  EXPECT_EQ(load_any_chip("NVIDIA H100 SXM")->name, "h100-sxm");
  const auto unknown = load_any_chip("areia-2");
  EXPECT_NE(unknown.error().message.find("did you mean 'areia-1'"), std::string::npos);
}

TEST(OwnChip, AFileMayDescribeEitherKind) {
  const auto folder = std::filesystem::temp_directory_path() / "areia_own_chip_test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "own.toml") << "base = \"areia-1\"\nname = \"mine\"\n[mesh]\nrows = 4\n";
  std::ofstream(folder / "bought.toml") << "name = \"bought\"\n[memory]\nbytes = [1e9, \"a test\"]\n";
  std::ofstream(folder / "wrong.toml") << "name = \"wrong\"\n[mesh]\nrows = 4\n";
  const auto own = load_any_chip(folder / "own.toml"), bought = load_any_chip(folder / "bought.toml");
  ASSERT_TRUE(own.ok() && bought.ok());
  EXPECT_EQ(own->cores->value, 32);
  EXPECT_EQ(bought->memory_bytes->value, 1e9);
  EXPECT_FALSE(load_any_chip(folder / "wrong.toml").ok());
  EXPECT_FALSE(load_any_chip(folder / "none.toml").ok());
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace areia::perf
