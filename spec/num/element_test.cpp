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

/// Two blocks as ggml reads them: bytes (7 i^2 + 73 i + 41) mod 256, with fp16 scales 0.3125, minima (or
/// their scales) -0.4375, E8M0 scales 125. Values by dequantize() of the Python package gguf 0.19 and by
/// dequantize_row_*() of ggml, which agree.
struct GgmlFacts {
  Format format;
  std::uint32_t index[6];
  double value[6];  ///< of the elements at `index`
  double checksum;  ///< the sum over i of (i + 1) * value i, exactly
};

constexpr GgmlFacts kGgmlFacts[] = {
    {Format::kBlockInt8,
     {0, 17, 31, 30, 32, 63},
     {-12.8125, 35.9375, 27.8125, 22.8125, -10.9375, 0.9375},
     3250},
    {Format::kBlockInt4, {0, 17, 31, 30, 32, 63}, {-0.3125, -1.25, 1.875, 0.9375, 1.5625, 0.625}, -239.6875},
    {Format::kMxFp4, {0, 17, 31, 30, 32, 63}, {-0.125, -0.75, -0.375, -0.125, 1.5, 0.75}, 316.375},
    {Format::kBlockInt4Min, {0, 17, 31, 30, 32, 63}, {3.625, 0.8125, 1.75, 0.1875, -0.125, 3.625}, 4158.75},
    {Format::kBlockInt5,
     {0, 17, 31, 30, 32, 63},
     {3.4375, -2.8125, -4.0625, 3.75, 1.5625, 4.6875},
     -106.5625},
    {Format::kBlockInt5Min, {0, 17, 31, 30, 32, 63}, {4.875, 9.25, 0.1875, 7.6875, 7.375, 4.25}, 10349.375},
    {Format::kSuperInt4,
     {0, 33, 100, 191, 255, 333},
     {193, 43.3125, 287.4375, 123.75, 25.125, 181.25},
     12214792},
    {Format::kSuperInt5,
     {0, 33, 100, 191, 255, 333},
     {498, 40.1875, 326.8125, 178.125, 183.25, 120.25},
     22334737},
    {Format::kSuperInt6,
     {0, 33, 100, 191, 255, 333},
     {50.3125, -295.3125, 599.6875, 104.0625, 333.125, -322.5},
     -694497.5},
};

std::vector<std::uint8_t> two_blocks(Format format) {
  const std::uint32_t bytes = unit_bytes(format);
  std::vector<std::uint8_t> row(2 * bytes);
  for (std::uint32_t i = 0; i < row.size(); ++i) row[i] = static_cast<std::uint8_t>(7 * i * i + 73 * i + 41);
  for (std::uint32_t unit = 0; unit < row.size(); unit += bytes) {
    const auto put_fp16 = [&](std::uint32_t at, unsigned code) {
      row[unit + at] = static_cast<std::uint8_t>(code);
      row[unit + at + 1] = static_cast<std::uint8_t>(code >> 8);
    };
    if (has_e8m0_scale(format)) row[unit] = 125;
    if (!has_e8m0_scale(format)) put_fp16(format == Format::kSuperInt6 ? 208 : 0, 0x3500);
    if (has_minimum(format)) put_fp16(2, 0xb700);
  }
  return row;
}

double value_of(Format format, const std::uint8_t* row, std::uint32_t i) {
  const std::uint32_t block = i / scale_block_elements(format);
  return static_cast<double>(element(format, row, i)) * static_cast<double>(block_scale(format, row, block)) +
         static_cast<double>(block_minimum(format, row, block));
}

TEST(Element, BlocksAreThoseOfGgml) {
  for (const GgmlFacts& facts : kGgmlFacts) {
    const std::vector<std::uint8_t> row = two_blocks(facts.format);
    for (int i = 0; i < 6; ++i) {
      EXPECT_EQ(value_of(facts.format, row.data(), facts.index[i]), facts.value[i])
          << "format " << static_cast<int>(facts.format) << " element " << facts.index[i];
    }
    double checksum = 0;
    for (std::uint32_t i = 0; i < 2 * unit_elements(facts.format); ++i)
      checksum += (i + 1) * value_of(facts.format, row.data(), i);
    EXPECT_EQ(checksum, facts.checksum) << "format " << static_cast<int>(facts.format);
  }
}

TEST(Element, SuperInt8) {
  std::vector<std::uint8_t> row(2 * 260);
  row[260 + 2] = 0x20, row[260 + 3] = 0xc1;  // the second block's scale: -10
  row[260 + 4 + 255] = 0xfd;
  EXPECT_EQ(block_scale(Format::kSuperInt8, row.data(), 8), -10.0f);
  EXPECT_EQ(block_scale(Format::kSuperInt8, row.data(), 15), -10.0f);
  EXPECT_EQ(block_scale(Format::kSuperInt8, row.data(), 7), 0.0f);
  EXPECT_EQ(element(Format::kSuperInt8, row.data(), 511), -3.0f);
  EXPECT_EQ(block_minimum(Format::kSuperInt8, row.data(), 8), 0.0f);
}

TEST(Element, BlockInt8WithSum) {
  std::vector<std::uint8_t> row(2 * 36);
  row[36 + 1] = 0x40;  // the second block: scale 2, sum -3
  row[36 + 3] = 0xc2;
  row[36 + 4 + 31] = 0xfd;
  EXPECT_EQ(block_scale(Format::kBlockInt8Sum, row.data(), 1), 2.0f);
  EXPECT_EQ(block_sum(Format::kBlockInt8Sum, row.data(), 1), -3.0f);
  EXPECT_EQ(block_minimum(Format::kBlockInt8Sum, row.data(), 1), 0.0f);
  EXPECT_EQ(element(Format::kBlockInt8Sum, row.data(), 63), -3.0f);
}

}  // namespace
}  // namespace areia::num
