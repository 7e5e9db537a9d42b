// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What people call accelerators, and what is called like one but is none of those known.
#include "spec/accelerator/accelerator_names.h"

#include <gtest/gtest.h>

namespace areia {
namespace {

class RivalNames : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (const std::string& name : accelerator_names()) chips().push_back(*load_accelerator(name));
  }
  static void TearDownTestSuite() { chips().clear(); }

  static std::string found(std::string_view text) {
    const auto at = AcceleratorNames(chips()).find(text);
    return at ? chips()[*at].name : "";
  }
  static std::vector<Accelerator>& chips() {
    static std::vector<Accelerator> all;
    return all;
  }
};

TEST_F(RivalNames, AreFoundAsPeopleWriteThem) {
  const std::pair<std::string_view, std::string_view> kNames[] = {
      {"H100", "h100-sxm"},
      {"NVIDIA H100 80GB PCIe", "h100-pcie"},
      {"NVIDIA H100 PCIe 80 GB", "h100-pcie"},
      {"nvidia-h100-sxm5", "h100-sxm"},
      {"H100SXM", "h100-sxm"},
      {"8xH100", "h100-sxm"},
      {"8 x NVIDIA H100-SXM5-80GB", "h100-sxm"},
      {"DGX H100", "h100-sxm"},
      {"H100 NVL", "h100-nvl"},
      {"NVIDIA H100 94GB", "h100-nvl"},
      {"h200", "h200-sxm"},
      {"NVIDIA H200 NVL 141GB", "h200-nvl"},
      {"A100", "a100-80-sxm"},
      {"NVIDIA A100-SXM-40GB", "a100-40-sxm"},
      {"NVIDIA A100 Tensor Core GPU 40 GB", "a100-40-sxm"},
      {"A100 80GB PCIe", "a100-80-pcie"},
      {"V100", "v100-sxm2"},
      {"Tesla V100-SXM2-32GB", "v100-sxm2"},
      {"B200", "b200"},
      {"NVIDIA HGX B200", "b200"},
      {"GB200 NVL72", "gb200"},
      {"GB300-NVL72", "gb300"},
      {"NVIDIA GH200 480GB", "gh200-96"},
      {"GeForce RTX 4090", "rtx-4090"},
      {"rtx4090", "rtx-4090"},
      {"NVIDIA RTX PRO 6000 Blackwell Server Edition 96GB", "rtx-pro-6000"},
      {"L40S", "l40s"},
      {"AMD MI300X", "mi300x"},
      {"Instinct MI300X OAM", "mi300x"},
      {"AMD Instinct(TM) MI325X 256 GB HBM3E", "mi325x"},
      {"MI250X", "mi250x"},
      {"TPU v5litepod", "tpu-v5e"},
      {"TPU v5p-128", "tpu-v5p"},
      {"Google Cloud TPU v4", "tpu-v4"},
      {"tpu_v6e", "tpu-v6e"},
      {"Trillium", "tpu-v6e"},
      {"TPU Ironwood", "tpu-v7"},
      {"Gaudi2", "gaudi2"},
      {"Intel Gaudi 2 HL-225B", "gaudi2"},
      {"Intel(R) Gaudi(R) 3 AI Accelerator", "gaudi3"},
      {"trn2", "trainium2"},
      {"AWS Trainium 2", "trainium2"},
      {"AWS Trainium2 (trn2.48xlarge)", "trainium2"},
      {"inf2.48xlarge", "inferentia2"},
      {"Wormhole n150", "wormhole-n150"},
      {"Tenstorrent n300", "wormhole-n300"},
      {"Blackhole p150", "blackhole-p150"},
  };
  for (const auto& [text, name] : kNames) EXPECT_EQ(found(text), name) << text;
}

TEST_F(RivalNames, AreNotGivenToChipsThatAreOnlyCalledAlike) {
  for (const char* text : {"",
                           " ",
                           "NVIDIA",
                           "NVIDIA GPU",
                           "80GB",
                           "SXM",
                           "H100X",
                           "H1000",
                           "RTX 4090 Ti",
                           "RTX 4090 Laptop",
                           "RTX",
                           "RTX 6000 Ada",
                           "L40",
                           "MI300A",
                           "MI300",
                           "MI400X",
                           "TPU",
                           "TPU v5",
                           "TPU v1",
                           "TPU v9",
                           "Gaudi",
                           "Gaudi 4",
                           "Trainium 9",
                           "trn9",
                           "Wormhole n999",
                           "A100 and H100",
                           "a toaster",
                           "\xff\xfe",
                           "%s%n"}) {
    EXPECT_EQ(found(text), "") << text;
  }
  EXPECT_EQ(found(std::string(100'000, 'h')), "");
}

TEST_F(RivalNames, BelongToOneChipEach) {
  std::map<std::string, std::string> owners;
  for (const Accelerator& chip : chips()) {
    std::set<std::string> names(chip.aliases.begin(), chip.aliases.end());
    EXPECT_EQ(names.size(), chip.aliases.size()) << chip.name << " lists an alias twice";
    names.insert({chip.name, chip.label});
    for (const std::string& name : names) {
      EXPECT_TRUE(owners.emplace(name, chip.name).second)
          << name << ": " << owners[name] << ", " << chip.name;
      EXPECT_EQ(found(name), chip.name) << name;
    }
  }
}

TEST(AcceleratorWords, SayWhichChipWhichFormAndHowMuchMemory) {
  const AcceleratorWords words = accelerator_words("8x AMD Instinct(TM) MI300X-NPS1-SPX-192GB-750W");
  EXPECT_EQ(words.model, std::vector<std::string>{"mi300x"});
  EXPECT_EQ(words.gigabytes, 192u);
  EXPECT_EQ(words.form, "");
  EXPECT_EQ(accelerator_words("H100 PCIe 5").form, "pcie");
  EXPECT_EQ(accelerator_words("A100-SXM4-80 GB").form, "sxm");
  EXPECT_EQ(accelerator_words("A100-SXM4-80 GB").gigabytes, 80u);
}

TEST(LoadAccelerator, TakesWhatPeopleCallIt) {
  const auto chip = load_accelerator("NVIDIA H100 80GB PCIe");
  ASSERT_TRUE(chip.ok()) << chip.error().message;
  EXPECT_EQ(chip->name, "h100-pcie");
  EXPECT_NE(load_accelerator("h100-sxn").error().message.find("did you mean 'h100-sxm'?"), std::string::npos);
}

}  // namespace
}  // namespace areia
