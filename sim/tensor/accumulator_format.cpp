// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// tload's and tstore's conversions, one loop for each format so that the compiler can vectorise it.
#include "sim/tensor/accumulator_format.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "spec/num/convert.h"

namespace areia::sim {
namespace {

// The conversions are template arguments, so that they come inline.
template <typename Code, auto kConvert>
void load_each(const std::uint8_t* memory, std::uint32_t* row, std::uint32_t count) {
  for (std::uint32_t n = 0; n < count; ++n) {
    Code code;
    std::memcpy(&code, memory + n * sizeof(Code), sizeof(Code));
    row[n] = std::bit_cast<std::uint32_t>(kConvert(code));
  }
}

template <typename Code, auto kConvert>
void store_each(const std::uint32_t* row, std::uint8_t* memory, std::uint32_t count) {
  for (std::uint32_t n = 0; n < count; ++n) {
    const Code code = kConvert(row[n]);
    std::memcpy(memory + n * sizeof(Code), &code, sizeof(Code));
  }
}

template <auto kNarrow>
auto narrowed(std::uint32_t word) {
  return kNarrow(std::bit_cast<float>(word));
}
std::int32_t sign_extended(std::int8_t value) { return value; }
std::int8_t saturated(std::uint32_t word) {
  return static_cast<std::int8_t>(std::clamp(static_cast<std::int32_t>(word), -128, 127));
}

}  // namespace

bool is_accumulator_format(num::Format format) { return format <= num::Format::kInt32; }

void load_accumulators(num::Format format, const std::uint8_t* memory, std::uint32_t* row,
                       std::uint32_t count) {
  switch (format) {
    case num::Format::kFp16:
      return load_each<std::uint16_t, num::fp16_to_fp32>(memory, row, count);
    case num::Format::kBf16:
      return load_each<std::uint16_t, num::bf16_to_fp32>(memory, row, count);
    case num::Format::kFp8E4M3:
      return load_each<std::uint8_t, num::e4m3_to_fp32>(memory, row, count);
    case num::Format::kFp8E5M2:
      return load_each<std::uint8_t, num::e5m2_to_fp32>(memory, row, count);
    case num::Format::kInt8:
      return load_each<std::int8_t, sign_extended>(memory, row, count);
    default:
      std::memcpy(row, memory, std::size_t{count} * 4);
  }
}

void store_accumulators(num::Format format, const std::uint32_t* row, std::uint8_t* memory,
                        std::uint32_t count) {
  switch (format) {
    case num::Format::kFp16:
      return store_each<std::uint16_t, narrowed<num::fp32_to_fp16>>(row, memory, count);
    case num::Format::kBf16:
      return store_each<std::uint16_t, narrowed<num::fp32_to_bf16>>(row, memory, count);
    case num::Format::kFp8E4M3:
      return store_each<std::uint8_t, narrowed<num::fp32_to_e4m3>>(row, memory, count);
    case num::Format::kFp8E5M2:
      return store_each<std::uint8_t, narrowed<num::fp32_to_e5m2>>(row, memory, count);
    case num::Format::kInt8:
      return store_each<std::int8_t, saturated>(row, memory, count);
    default:
      std::memcpy(memory, row, std::size_t{count} * 4);
  }
}

}  // namespace areia::sim
