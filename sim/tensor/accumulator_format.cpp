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

template <typename Code, typename Convert>
void load_each(const std::uint8_t* memory, std::uint32_t* row, std::uint32_t count, Convert convert) {
  for (std::uint32_t n = 0; n < count; ++n) {
    Code code;
    std::memcpy(&code, memory + n * sizeof(Code), sizeof(Code));
    row[n] = std::bit_cast<std::uint32_t>(convert(code));
  }
}

template <typename Code, typename Convert>
void store_each(const std::uint32_t* row, std::uint8_t* memory, std::uint32_t count, Convert convert) {
  for (std::uint32_t n = 0; n < count; ++n) {
    const Code code = convert(row[n]);
    std::memcpy(memory + n * sizeof(Code), &code, sizeof(Code));
  }
}

std::int8_t saturate_to_int8(std::uint32_t word) {
  return static_cast<std::int8_t>(std::clamp(static_cast<std::int32_t>(word), -128, 127));
}

}  // namespace

bool is_accumulator_format(num::Format format) { return format <= num::Format::kInt32; }

void load_accumulators(num::Format format, const std::uint8_t* memory, std::uint32_t* row,
                       std::uint32_t count) {
  switch (format) {
    case num::Format::kFp16:
      return load_each<std::uint16_t>(memory, row, count, num::fp16_to_fp32);
    case num::Format::kBf16:
      return load_each<std::uint16_t>(memory, row, count, num::bf16_to_fp32);
    case num::Format::kFp8E4M3:
      return load_each<std::uint8_t>(memory, row, count, num::e4m3_to_fp32);
    case num::Format::kFp8E5M2:
      return load_each<std::uint8_t>(memory, row, count, num::e5m2_to_fp32);
    case num::Format::kInt8:
      return load_each<std::int8_t>(memory, row, count, [](std::int8_t v) { return std::int32_t{v}; });
    default:
      std::memcpy(row, memory, std::size_t{count} * 4);
  }
}

void store_accumulators(num::Format format, const std::uint32_t* row, std::uint8_t* memory,
                        std::uint32_t count) {
  const auto narrowing = [](auto narrow) {
    return [narrow](std::uint32_t word) { return narrow(std::bit_cast<float>(word)); };
  };
  switch (format) {
    case num::Format::kFp16:
      return store_each<std::uint16_t>(row, memory, count, narrowing(num::fp32_to_fp16));
    case num::Format::kBf16:
      return store_each<std::uint16_t>(row, memory, count, narrowing(num::fp32_to_bf16));
    case num::Format::kFp8E4M3:
      return store_each<std::uint8_t>(row, memory, count, narrowing(num::fp32_to_e4m3));
    case num::Format::kFp8E5M2:
      return store_each<std::uint8_t>(row, memory, count, narrowing(num::fp32_to_e5m2));
    case num::Format::kInt8:
      return store_each<std::int8_t>(row, memory, count, saturate_to_int8);
    default:
      std::memcpy(memory, row, std::size_t{count} * 4);
  }
}

}  // namespace areia::sim
