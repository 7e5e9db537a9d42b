// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Operands for tests of tmma: random bytes with the values that go wrong mixed in.
#pragma once

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "sim/tensor/command.h"
#include "spec/num/convert.h"
#include "spec/num/element.h"

namespace areia::sim::test {

inline constexpr num::Format kFloatFormats[] = {num::Format::kFp32, num::Format::kFp16, num::Format::kBf16,
                                                num::Format::kFp8E4M3, num::Format::kFp8E5M2};

/// Every legal pair of block formats: of the first five any, and activations of eight bits with integers.
inline std::vector<std::pair<num::Format, num::Format>> block_pairs() {
  using enum num::Format;
  const std::vector<num::Format> simple = {kBlockInt8, kBlockInt4, kMxFp8E4M3, kMxFp8E5M2, kMxFp4};
  const std::vector<num::Format> split = {kBlockInt4Min, kBlockInt5, kBlockInt5Min, kSuperInt4,
                                          kSuperInt5,    kSuperInt6, kSuperInt8};
  std::vector<std::pair<num::Format, num::Format>> pairs;
  for (num::Format a : simple) {
    for (num::Format b : simple) pairs.emplace_back(a, b);
  }
  for (num::Format b : split) pairs.insert(pairs.end(), {{kBlockInt8, b}, {kSuperInt8, b}});
  for (num::Format b : split) pairs.emplace_back(kBlockInt8Sum, b);
  for (num::Format a : {kSuperInt8, kBlockInt8Sum}) {
    for (num::Format b : {kBlockInt8, kBlockInt4, kMxFp4}) pairs.emplace_back(a, b);
  }
  return pairs;
}

/// What kind of values an operand holds.
enum class Values {
  kModerate,  ///< finite, of ordinary size, so that sums neither overflow nor vanish
  kAnyBits,   ///< every code, NaN and infinities among them
  kTiny,      ///< subnormals and zeros of both signs
};

using Random = std::mt19937;

inline std::uint32_t random_fp32(Values values, Random& random) {
  const std::uint32_t bits = static_cast<std::uint32_t>(random());
  if (values == Values::kModerate) return (bits & 0x83ff'ffff) | 0x3c00'0000;
  if (values == Values::kTiny) return bits & (bits & 1 ? 0x8000'0000 : 0x807f'ffff);
  constexpr std::uint32_t kSpecial[] = {0x7f80'0000, 0xff80'0000, 0x7fa0'0001, 0x8000'0000, 1, 0x7f7f'ffff};
  return bits % 8 == 0 ? kSpecial[bits / 8 % 6] : bits;
}

/// The bytes of one unit (element or block) of `format`.
inline void append_unit(num::Format format, Values values, Random& random, std::vector<std::uint8_t>& out) {
  const auto put = [&](std::uint32_t code, int bytes) {
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(code >> 8 * i));
  };
  const float f = num::fp32_from_bits(random_fp32(values, random));
  const std::uint32_t any = static_cast<std::uint32_t>(random());
  const bool moderate = values == Values::kModerate;
  switch (format) {
    case num::Format::kFp32:
      return put(num::fp32_bits(f), 4);
    case num::Format::kFp16:
      return put(moderate ? num::fp32_to_fp16(f) : values == Values::kTiny ? any & 0x83ff : any, 2);
    case num::Format::kBf16:
      return put(moderate ? num::fp32_to_bf16(f) : values == Values::kTiny ? any & 0x807f : any, 2);
    case num::Format::kFp8E4M3:
      return put(moderate ? num::fp32_to_e4m3(f) : values == Values::kTiny ? any & 0x87 : any, 1);
    case num::Format::kFp8E5M2:
      return put(moderate ? num::fp32_to_e5m2(f) : values == Values::kTiny ? any & 0x83 : any, 1);
    default:
      break;
  }
  if (format == num::Format::kInt8) return put(any, 1);
  const std::size_t end = out.size() + num::unit_bytes(format);
  const std::size_t scale_at_end = format == num::Format::kSuperInt6 ? 2 : 0;
  if (num::has_e8m0_scale(format))
    put(moderate ? 120 + any % 16 : values == Values::kTiny ? any % 70 : any, 1);
  else if (format == num::Format::kSuperInt8)
    append_unit(num::Format::kFp32, values, random, out);
  else if (scale_at_end == 0)
    append_unit(num::Format::kFp16, values, random, out);
  if (num::has_minimum(format) || num::has_sum(format)) append_unit(num::Format::kFp16, values, random, out);
  const num::Format inner = format == num::Format::kMxFp8E4M3   ? num::Format::kFp8E4M3
                            : format == num::Format::kMxFp8E5M2 ? num::Format::kFp8E5M2
                                                                : num::Format::kInt8;
  // Any E4M3 code at all makes nearly every block a NaN: let most blocks be finite.
  const Values inner_values = values == Values::kAnyBits && any % 256 < 200 ? Values::kModerate : values;
  while (out.size() + scale_at_end < end) append_unit(inner, inner_values, random, out);
  if (scale_at_end != 0) append_unit(num::Format::kFp16, values, random, out);
}

/// One operand in memory: rows of whole units at a stride, unaligned, with random bytes between.
struct Operand {
  std::vector<std::uint8_t> bytes;
  std::int64_t stride = 0;
  std::size_t offset = 0;  ///< of row 0

  Operand(num::Format format, std::uint32_t rows, std::uint32_t elements, Values values, std::uint32_t gap,
          bool downwards, Random& random) {
    const std::uint64_t row_bytes = num::row_bytes(format, elements);
    stride = static_cast<std::int64_t>(row_bytes + gap);
    for (std::uint32_t row = 0; row < rows; ++row) {
      for (std::uint32_t i = 0; row != 0 && i < gap; ++i)
        bytes.push_back(static_cast<std::uint8_t>(random()));
      for (std::uint64_t i = 0; i < row_bytes; i += num::unit_bytes(format))
        append_unit(format, values, random, bytes);
    }
    bytes.shrink_to_fit();  // so that a sanitizer sees reads beyond the last byte
    if (!downwards || rows == 0) return;
    offset = static_cast<std::size_t>(stride) * (rows - 1);
    stride = -stride;
  }
  const std::uint8_t* row0() const { return bytes.data() + offset; }
};

}  // namespace areia::sim::test
