// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// `areia chip` and `areia exec` as a user sees them: what goes to stdout, what to stderr, and the exit
// status.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace areia {
namespace {

struct Outcome {
  int status = -1;
  std::string out, err;
  nlohmann::json json() const { return nlohmann::json::parse(out); }
};

Outcome areia(const std::string& arguments) {
  const auto errors = std::filesystem::temp_directory_path() / ("areia_cli_test_" + std::to_string(getpid()));
  // From another folder: the program finds its data by itself.
  const std::string command =
      "cd / && " AREIA_BINARY_DIR "/areia " + arguments + " 2>" + errors.string() + " </dev/null";
  std::FILE* pipe = popen(command.c_str(), "r");
  Outcome outcome;
  char piece[4096];
  for (std::size_t got; (got = std::fread(piece, 1, sizeof piece, pipe)) != 0;)
    outcome.out.append(piece, got);
  outcome.status = WEXITSTATUS(pclose(pipe));
  std::ostringstream text;
  text << std::ifstream(errors).rdbuf();
  outcome.err = text.str();
  std::filesystem::remove(errors);
  return outcome;
}

const std::string kHosted = AREIA_TEST_PROGRAMS "/hosted.elf";

TEST(CommandLineTest, ChipListsItsPresets) {
  const Outcome list = areia("chip list --json");
  EXPECT_EQ(list.status, 0);
  EXPECT_EQ(list.err, "");
  ASSERT_EQ(list.json()["chips"].size(), 3u);
  EXPECT_EQ(list.json()["chips"][0]["name"], "areia-1");
  EXPECT_NE(areia("chip list").out.find("areia-edge"), std::string::npos);
}

TEST(CommandLineTest, ChipListsAndShowsOtherMakersChipsWithTheirSources) {
  const Outcome list = areia("chip list --json");
  EXPECT_GE(list.json()["rivals"].size(), 30u);
  EXPECT_NE(areia("chip list").out.find("NVIDIA H100 SXM 80 GB: 989 TFLOP/s bf16, 80 GB, 3.35 TB/s"),
            std::string::npos);
  const auto json = areia("chip show H100 --json").json();  // as people write it
  EXPECT_EQ(json["name"], "h100-sxm");
  EXPECT_EQ(json["facts"]["memory.bandwidth"]["value"], 3.35e12);
  EXPECT_EQ(json["facts"]["memory.bandwidth"]["unit"], "B/s");
  EXPECT_EQ(json["facts"]["memory.bandwidth"]["guess"], false);
  EXPECT_EQ(json["facts"]["matrix.bf16"]["source"].get<std::string>().substr(0, 8), "https://");
  const Outcome sheet = areia("chip show jalapeno");
  EXPECT_NE(sheet.out.find("guess"), std::string::npos) << sheet.out;
  EXPECT_NE(sheet.out.find("[1] https://"), std::string::npos) << sheet.out;
  const Outcome unknown = areia("chip show h100-sxn");
  EXPECT_EQ(unknown.status, 2);
  EXPECT_NE(unknown.err.find("did you mean 'h100-sxm'?"), std::string::npos) << unknown.err;
}

TEST(CommandLineTest, NothingRunsOnADataSheet) {
  const Outcome exec = areia("exec --chip h100-sxm " + kHosted);
  EXPECT_EQ(exec.status, 2);
  EXPECT_NE(exec.err.find("known by its data sheet only"), std::string::npos) << exec.err;
  EXPECT_NE(exec.err.find("areia predict"), std::string::npos) << exec.err;
}

TEST(CommandLineTest, ChipChecksDataSheets) {
  const auto file =
      std::filesystem::temp_directory_path() / ("areia_sheet_test_" + std::to_string(getpid()) + ".toml");
  std::ofstream(file) << "name = \"x1\"\nvendor = \"X\"\n[memory]\nbandwidth = 1e12\n";
  const Outcome bad = areia("chip check " + file.string());
  EXPECT_EQ(bad.status, 2);
  EXPECT_EQ(bad.err,
            "areia: " + file.string() +
                ":4: memory.bandwidth must be [number, \"source\"] or [number, \"source\", \"guess\"]\n");
  std::ofstream(file) << "name = \"x1\"\nvendor = \"X\"\n[memory]\nbandwidth = [1e12, \"https://x.org\"]\n";
  EXPECT_EQ(areia("chip check --json " + file.string()).json()["name"], "x1");
  EXPECT_NE(areia("chip show " + file.string()).out.find("1 TB/s"), std::string::npos);
  std::filesystem::remove(file);
}

TEST(CommandLineTest, ChipShowsWhatFollowsFromTheDescription) {
  const auto json = areia("chip show --json").json();
  EXPECT_EQ(json["name"], "areia-1");
  EXPECT_EQ(json["mesh"]["columns"], 8);
  EXPECT_NEAR(json["peak"]["bf16_flops"], 786.4e12, 0.1e12);  // the design's figures
  EXPECT_NEAR(json["peak"]["int8_ops"], 1573e12, 1e12);
  const Outcome sheet = areia("chip show areia-1");
  EXPECT_NE(sheet.out.find("786 TFLOP/s"), std::string::npos) << sheet.out;
  EXPECT_NE(sheet.out.find("3.28 TB/s"), std::string::npos) << sheet.out;
}

TEST(CommandLineTest, ChipCheckTellsFileLineKeyAndStatusTwo) {
  const auto file =
      std::filesystem::temp_directory_path() / ("areia_cli_test_" + std::to_string(getpid()) + ".toml");
  std::ofstream(file) << "base = \"areia-1\"\n[mesh]\nrows = 400\n";
  const Outcome bad = areia("chip check " + file.string());
  EXPECT_EQ(bad.status, 2);
  EXPECT_EQ(bad.out, "");
  EXPECT_EQ(bad.err, "areia: " + file.string() + ":3: mesh.rows is 400; allowed: 1 to 64\n");
  std::ofstream(file) << "base = \"areia-1\"\nname = \"mine\"\n";
  const Outcome good = areia("chip check --json " + file.string());
  EXPECT_EQ(good.status, 0);
  EXPECT_EQ(good.json()["name"], "mine");
  std::filesystem::remove(file);
}

TEST(CommandLineTest, UsageErrorsHaveStatusTwoAndAHint) {
  EXPECT_EQ(areia("").status, 2);
  const Outcome verb = areia("chpi");
  EXPECT_EQ(verb.status, 2);
  EXPECT_NE(verb.err.find("did you mean 'chip'?"), std::string::npos) << verb.err;
  EXPECT_EQ(areia("chip show --nothing").status, 2);
  EXPECT_EQ(areia("exec").status, 2);
  EXPECT_EQ(areia("exec --max-instructions -1 " + kHosted).status, 2);
  EXPECT_EQ(areia("exec /etc/passwd").status, 2);
  EXPECT_EQ(areia("exec --chip areia-9 " + kHosted).status, 2);
  for (const char* help : {"--help", "run --help", "exec --help", "chip --help", "chip show --help"}) {
    const Outcome outcome = areia(help);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_NE(outcome.out.find("areia "), std::string::npos) << help;
  }
}

TEST(CommandLineTest, TheProgramsExitCodeOutputAndArgumentsPassThrough) {
  const Outcome outcome = areia("exec --chip areia-lab " + kHosted + " a one --two");
  EXPECT_EQ(outcome.status, 4);  // argc
  EXPECT_EQ(outcome.out, "one\n--two\n");
  EXPECT_EQ(areia("exec " + kHosted + " p").status, 0);
  EXPECT_EQ(areia("exec " + kHosted + " b").status, 255);  // 256 must not look like success
}

TEST(CommandLineTest, ExecReportsAsOneObject) {
  const Outcome outcome = areia("exec --json " + kHosted + " a one");
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.err, "one\n");
  EXPECT_EQ(outcome.json()["exit_code"], 3);
  EXPECT_EQ(outcome.json()["chip"], "areia-1");
  EXPECT_GT(outcome.json()["instructions"]["scalar"], 50);
  EXPECT_EQ(outcome.json()["instructions"]["tensor"], 0);
}

TEST(CommandLineTest, AFaultHasStatusOneAndNamesTileSymbolAndCause) {
  const Outcome outcome = areia("exec --json " + kHosted + " c");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(outcome.json()["exit_code"].is_null());
  EXPECT_NE(outcome.err.find("areia: tile 0 stopped at pc 0x"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("(crash+0x"), std::string::npos) << outcome.err;
  const Outcome endless = areia("exec --max-instructions 10000 " + kHosted);
  EXPECT_EQ(endless.status, 1);
  EXPECT_NE(endless.err.find("--max-instructions"), std::string::npos) << endless.err;
}

}  // namespace
}  // namespace areia
