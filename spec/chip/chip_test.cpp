// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Chip descriptions: presets, bases, and errors that say where and what is allowed.
#include "spec/chip/chip.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "spec/chip/fields.h"

namespace areia {
namespace {

std::string error_of(const std::string& text) {
  const auto chip = parse_chip(text, "mine.toml");
  EXPECT_FALSE(chip.ok());
  if (chip.ok()) return "";
  EXPECT_EQ(chip.error().kind, ErrorKind::kBadInput);
  return chip.error().message;
}
#define EXPECT_HAS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST(ChipTest, TakesWholeNumbersThatNoDoubleHoldsExactly) {
  const auto chip = parse_chip("base = \"areia-1\"\nclock_hz = 9007199254740993\n", "x.toml");
  ASSERT_FALSE(chip.ok());
  EXPECT_NE(chip.error().message.find("clock_hz is 9007199254740992; allowed"), std::string::npos)
      << chip.error().message;
}

TEST(ChipTest, PresetsAreFoundAndHaveTheDesignsNumbers) {
  EXPECT_EQ(chip_presets(), (std::vector<std::string>{"areia-1", "areia-edge", "areia-lab"}));
  const auto chip = load_chip("areia-1");
  ASSERT_TRUE(chip.ok()) << chip.error().message;
  EXPECT_EQ(chip->tile_count(), 64u);
  EXPECT_EQ(chip->dram.bytes, 64ull << 30);
  EXPECT_EQ(chip->scratchpad.bytes, 2ull << 20);
  EXPECT_NEAR(2.0 * chip->tensor.rows * chip->tensor.columns * chip->tile_count() * chip->clock_hz, 786e12,
              1e12);
  EXPECT_TRUE(load_chip("areia-edge").ok());
  EXPECT_EQ(load_chip("areia-lab")->tile_count(), 1u);
}

TEST(ChipTest, WrittenTextReadsBackAsTheSameChip) {
  for (const auto& name : chip_presets()) {
    const auto chip = load_chip(name);
    ASSERT_TRUE(chip.ok());
    const auto again = parse_chip(to_toml(*chip), "written");
    ASSERT_TRUE(again.ok()) << again.error().message;
    EXPECT_EQ(*again, *chip);
  }
}

TEST(ChipTest, BaseGivesWhatIsMissing) {
  const auto chip = parse_chip("base = \"areia-1\"\nname = \"half\"\n[mesh]\nrows = 4\n", "mine.toml");
  ASSERT_TRUE(chip.ok()) << chip.error().message;
  EXPECT_EQ(chip->name, "half");
  EXPECT_EQ(chip->tile_count(), 32u);
  EXPECT_EQ(chip->hart.vlen_bits, 4096u);
}

TEST(ChipTest, ABaseMayBeAPathFromTheFilesOwnFolder) {
  const auto folder = std::filesystem::temp_directory_path() / "areia_chip_test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "first.toml") << "base = \"areia-lab\"\nclock_hz = 2e9\n";
  std::ofstream(folder / "second.toml") << "base = \"first.toml\"\nname = \"second\"\n";
  std::ofstream(folder / "loop.toml") << "base = \"loop.toml\"\n";
  const auto chip = load_chip((folder / "second.toml").string());
  ASSERT_TRUE(chip.ok()) << chip.error().message;
  EXPECT_EQ(chip->clock_hz, 2e9);
  const auto loop = load_chip((folder / "loop.toml").string());
  ASSERT_FALSE(loop.ok());
  EXPECT_HAS(loop.error().message, "does a base name itself?");
  std::filesystem::remove_all(folder);
}

TEST(ChipTest, ErrorsNameFileLineKeyAndWhatIsAllowed) {
  const std::string base = "base = \"areia-1\"\n";
  EXPECT_EQ(error_of(base + "[mesh]\ncolumns = 65\n"), "mine.toml:3: mesh.columns is 65; allowed: 1 to 64");
  EXPECT_EQ(error_of(base + "[mesh]\ncolums = 4\n"),
            "mine.toml:3: unknown key 'mesh.colums' (did you mean 'mesh.columns'?)");
  EXPECT_EQ(error_of(base + "[hart]\nvlen_bits = 192\n"),
            "mine.toml:3: hart.vlen_bits is 192; allowed: a power of two, 128 to 4096");
  EXPECT_EQ(error_of(base + "[scratchpad]\nbytes = 200_000\n"),
            "mine.toml:3: scratchpad.bytes is 200000; allowed: a multiple of 4 KiB, 128 KiB to 256 MiB");
  EXPECT_HAS(error_of(base + "clock_hz = nan\n"), "mine.toml:2: clock_hz is nan");
  EXPECT_HAS(error_of(base + "clock_hz = \"fast\"\n"), "wrong type");
  EXPECT_HAS(error_of(base + "mesh = 3\n"), "unknown key 'mesh'");
  EXPECT_HAS(error_of(base + "[mesh]\nrows = -1\n"), "mesh.rows has the wrong type; allowed: 1 to 64");
  EXPECT_HAS(error_of("[mesh\n"), "mine.toml:1: not TOML");
  EXPECT_HAS(error_of("base = 3\n"), "mine.toml:1: base must be");
  EXPECT_HAS(error_of("base = \"areia-2\"\n"), "mine.toml:1: base: no chip description named 'areia-2'");
  EXPECT_HAS(error_of("name = \"x\"\n"), "mine.toml: summary is missing");
  EXPECT_HAS(error_of(base + "name = \"Unsafe\"\n"), "lower-case letters");
  EXPECT_HAS(error_of(base + "# µm\n"), "mine.toml:2: a character beyond ASCII");
}

TEST(ChipTest, AMissingPresetGetsAHint) {
  const auto chip = load_chip("areia-egde");
  ASSERT_FALSE(chip.ok());
  EXPECT_HAS(chip.error().message, "did you mean 'areia-edge'?");
  EXPECT_FALSE(load_chip("/no/such/file.toml").ok());
  EXPECT_FALSE(load_chip("./").ok());
}

TEST(ChipTest, SizesMayBeText) {
  EXPECT_EQ(parse_size("64 GiB"), 64ull << 30);
  EXPECT_EQ(parse_size("4KiB"), 4096u);
  EXPECT_EQ(parse_size("512"), 512u);
  EXPECT_FALSE(parse_size("64 GB"));
  EXPECT_FALSE(parse_size("99999999999 GiB"));
  EXPECT_FALSE(parse_size(""));
  EXPECT_EQ(size_text(3ull << 20), "3 MiB");
  EXPECT_EQ(size_text(100), "100");
}

}  // namespace
}  // namespace areia
