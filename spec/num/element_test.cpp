// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Where each format keeps its elements: rows written by hand, byte by byte.
#include "spec/num/element.h"

#include <gtest/gtest.h>

#include <vector>

namespace areia::num {
namespace {

TEST(Element, PlainFormatsAreLittleEndian) {
  const std::uint8_t fp32[] = {0, 0, 0, 0, 0x00, 0x00, 0x20, 0xc1};
  EXPECT_EQ(element(Format::kFp32, fp32, 1), -10.0f);
  const std::uint8_t fp16[] = {0, 0, 0x00, 0xc2};
  EXPECT_EQ(element(Format::kFp16, fp16, 1), -3.0f);
  const std::uint8_t bf16[] = {0, 0, 0x40, 0xc0};
  EXPECT_EQ(element(Format::kBf16, bf16, 1), -3.0f);
  const std::uint8_t bytes[] = {0, 0x80, 0xff};
  EXPECT_EQ(element(Format::kInt8, bytes, 1), -128.0f);
  EXPECT_EQ(element(Format::kInt8, bytes, 2), -1.0f);
  const std::uint8_t fp8[] = {0x38, 0x3c};
  EXPECT_EQ(element(Format::kFp8E4M3, fp8, 0), 1.0f);
  EXPECT_EQ(element(Format::kFp8E5M2, fp8, 1), 1.0f);
}

TEST(Element, BlockInt8) {
  std::vector<std::uint8_t> row(2 * 34);
  row[35] = 0x40;  // the second block's scale: 2.0
  row[34 + 2 + 31] = 0xfd;
  EXPECT_EQ(block_scale(Format::kBlockInt8, row.data(), 1), 2.0f);
  EXPECT_EQ(element(Format::kBlockInt8, row.data(), 63), -3.0f);
}

TEST(Element, BlockInt4LowNibblesFirst) {
  std::vector<std::uint8_t> row(2 * 18);
  row[18 + 2 + 5] = 0xf1;
  EXPECT_EQ(element(Format::kBlockInt4, row.data(), 32 + 5), -7.0f);
  EXPECT_EQ(element(Format::kBlockInt4, row.data(), 32 + 16 + 5), 7.0f);
}

TEST(Element, MxFormats) {
  std::vector<std::uint8_t> fp8(2 * 33);
  fp8[33] = 129;
  fp8[33 + 1 + 7] = 0x7e;
  EXPECT_EQ(block_scale(Format::kMxFp8E4M3, fp8.data(), 1), 4.0f);
  EXPECT_EQ(element(Format::kMxFp8E4M3, fp8.data(), 39), 448.0f);
  fp8[33 + 1 + 7] = 0x7b;
  EXPECT_EQ(element(Format::kMxFp8E5M2, fp8.data(), 39), 57344.0f);
  std::vector<std::uint8_t> fp4(2 * 17);
  fp4[17] = 126;
  fp4[17 + 1 + 15] = 0x7a;
  EXPECT_EQ(block_scale(Format::kMxFp4, fp4.data(), 1), 0.5f);
  EXPECT_EQ(element(Format::kMxFp4, fp4.data(), 32 + 15), -1.0f);
  EXPECT_EQ(element(Format::kMxFp4, fp4.data(), 63), 6.0f);
}

}  // namespace
}  // namespace areia::num
