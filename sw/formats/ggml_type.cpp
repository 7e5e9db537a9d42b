// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The table of GGUF tensor types.
#include "sw/formats/ggml_type.h"

namespace areia::sw {
namespace {

using num::Format;

constexpr GgmlType kTypes[] = {
    {0, "F32", 1, 4, Format::kFp32},
    {1, "F16", 1, 2, Format::kFp16},
    {2, "Q4_0", 32, 18, Format::kBlockInt4},
    {3, "Q4_1", 32, 20, Format::kBlockInt4Min},
    {6, "Q5_0", 32, 22, Format::kBlockInt5},
    {7, "Q5_1", 32, 24, Format::kBlockInt5Min},
    {8, "Q8_0", 32, 34, Format::kBlockInt8},
    {9, "Q8_1", 32, 36, {}},
    {10, "Q2_K", 256, 84, {}},
    {11, "Q3_K", 256, 110, {}},
    {12, "Q4_K", 256, 144, Format::kSuperInt4},
    {13, "Q5_K", 256, 176, Format::kSuperInt5},
    {14, "Q6_K", 256, 210, Format::kSuperInt6},
    {15, "Q8_K", 256, 292, {}},
    {16, "IQ2_XXS", 256, 66, {}},
    {17, "IQ2_XS", 256, 74, {}},
    {18, "IQ3_XXS", 256, 98, {}},
    {19, "IQ1_S", 256, 50, {}},
    {20, "IQ4_NL", 32, 18, {}},
    {21, "IQ3_S", 256, 110, {}},
    {22, "IQ2_S", 256, 82, {}},
    {23, "IQ4_XS", 256, 136, {}},
    {24, "I8", 1, 1, {}},
    {25, "I16", 1, 2, {}},
    {26, "I32", 1, 4, {}},
    {27, "I64", 1, 8, {}},
    {28, "F64", 1, 8, {}},
    {29, "IQ1_M", 256, 56, {}},
    {30, "BF16", 1, 2, Format::kBf16},
    {34, "TQ1_0", 256, 54, {}},
    {35, "TQ2_0", 256, 66, {}},
    {39, "MXFP4", 32, 17, Format::kMxFp4},
    {40, "NVFP4", 64, 36, {}},
    {41, "Q1_0", 128, 18, {}},
};

constexpr bool sizes_agree() {
  for (const GgmlType& type : kTypes) {
    if (type.format && num::unit_bytes(*type.format) != type.block_bytes) return false;
    if (type.format && num::unit_elements(*type.format) != type.block_elements) return false;
  }
  return true;
}
static_assert(sizes_agree(), "GGUF's blocks and the chip's must be the same bits");

}  // namespace

const GgmlType* find_ggml_type(std::uint32_t code) {
  for (const GgmlType& type : kTypes) {
    if (type.code == code) return &type;
  }
  return nullptr;
}

const GgmlType* find_ggml_type(num::Format format) {
  for (const GgmlType& type : kTypes) {
    if (type.format == format) return &type;
  }
  return nullptr;
}

std::string supported_ggml_types() {
  std::string names;
  for (const GgmlType& type : kTypes) {
    if (!type.format) continue;
    if (!names.empty()) names += ", ";
    names += type.name;
  }
  return names;
}

}  // namespace areia::sw
