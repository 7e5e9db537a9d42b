// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// One element of a row in any number format, by its index: where its bits lie and what they mean. Slow and
// obvious; the owner of the block layouts that format.h names.
// Plain C++ without library dependencies: device code includes this header too.
#pragma once

#include <cstdint>

#include "spec/num/convert.h"
#include "spec/num/format.h"

namespace areia::num {

/// Bytes of a block before its elements (kSuperInt6: none, its scales come last).
constexpr std::uint32_t payload_offset(Format format) {
  switch (format) {
    case Format::kMxFp8E4M3:
    case Format::kMxFp8E5M2:
    case Format::kMxFp4:
      return 1;
    case Format::kBlockInt8:
    case Format::kBlockInt4:
      return 2;
    case Format::kBlockInt4Min:
    case Format::kBlockInt8Sum:
    case Format::kSuperInt8:
      return 4;
    case Format::kBlockInt5:
      return 6;
    case Format::kBlockInt5Min:
      return 8;
    case Format::kSuperInt4:
      return 16;
    case Format::kSuperInt5:
      return 48;
    default:
      return 0;
  }
}

constexpr std::uint16_t load_u16(const std::uint8_t* bytes) {
  return static_cast<std::uint16_t>(bytes[0] | bytes[1] << 8);
}
constexpr std::uint32_t load_u32(const std::uint8_t* bytes) {
  return load_u16(bytes) | static_cast<std::uint32_t>(load_u16(bytes + 2)) << 16;
}

/// The factors of a 32-element scale-block of kSuperInt4 and kSuperInt5.
struct SixBitFactors {
  std::uint8_t scale = 0, minimum = 0;  ///< 0..63
};
/// Factors `i` (0..7) of the twelve bytes at `packed`: bytes 0..3 hold the scales 0..3 in their low six bits,
/// bytes 4..7 the minima; bytes 8..11 the low four bits of scales (low nibbles) and minima 4..7, whose upper
/// two bits are the upper two of bytes 0..3 and 4..7 (ggml-quants.c, get_scale_min_k4).
constexpr SixBitFactors six_bit_factors(const std::uint8_t* packed, std::uint32_t i) {
  const auto byte = [](int value) { return static_cast<std::uint8_t>(value); };
  if (i < 4) return {byte(packed[i] & 63), byte(packed[i + 4] & 63)};
  return {byte((packed[i + 4] & 15) | packed[i - 4] >> 6 << 4),
          byte(packed[i + 4] >> 4 | packed[i] >> 6 << 4)};
}

/// The fp32 value, exactly, of the scale of scale-block `index` (scale_block_elements() each) of a row in
/// block format `format`.
constexpr float block_scale(Format format, const std::uint8_t* row, std::uint64_t index) {
  const std::uint32_t per_unit = unit_elements(format) / scale_block_elements(format);
  const std::uint8_t* unit = row + index / per_unit * unit_bytes(format);
  const std::uint32_t i = static_cast<std::uint32_t>(index % per_unit);
  switch (format) {
    case Format::kMxFp8E4M3:
    case Format::kMxFp8E5M2:
    case Format::kMxFp4:
      return e8m0_to_fp32(*unit);
    case Format::kSuperInt4:
    case Format::kSuperInt5:
      return fp16_to_fp32(load_u16(unit)) * static_cast<float>(six_bit_factors(unit + 4, i).scale);
    case Format::kSuperInt6:
      return fp16_to_fp32(load_u16(unit + 208)) * static_cast<float>(static_cast<std::int8_t>(unit[192 + i]));
    case Format::kSuperInt8:
      return fp32_from_bits(load_u32(unit));
    default:
      return fp16_to_fp32(load_u16(unit));
  }
}

/// The fp32 value, exactly, of the minimum of scale-block `index` of a row; 0 in formats without one.
constexpr float block_minimum(Format format, const std::uint8_t* row, std::uint64_t index) {
  const std::uint32_t per_unit = unit_elements(format) / scale_block_elements(format);
  const std::uint8_t* unit = row + index / per_unit * unit_bytes(format);
  if (!has_minimum(format)) return 0;
  const float minimum = fp16_to_fp32(load_u16(unit + 2));
  if (!is_super_block(format)) return minimum;
  const SixBitFactors factors = six_bit_factors(unit + 4, static_cast<std::uint32_t>(index % per_unit));
  return -(minimum * static_cast<float>(factors.minimum));
}

/// Whether each block carries the sum of its scaled elements.
constexpr bool has_sum(Format format) { return format == Format::kBlockInt8Sum; }
/// That sum of block `index`, as it is stored.
constexpr float block_sum(Format format, const std::uint8_t* row, std::uint64_t index) {
  return has_sum(format) ? fp16_to_fp32(load_u16(row + index * unit_bytes(format) + 2)) : 0;
}

/// The nibble of element `i` of a 32-element block whose payload is 16 bytes: low nibbles first, then high
/// ones.
constexpr std::uint8_t block_nibble(const std::uint8_t* payload, std::uint32_t i) {
  return i < 16 ? payload[i] & 15 : payload[i - 16] >> 4;
}
/// The nibble of element `i` of `run` * 2 elements that share `run` bytes, and so on after them.
constexpr std::uint8_t nibble_of_runs(const std::uint8_t* payload, std::uint32_t run, std::uint32_t i) {
  const std::uint8_t byte = payload[i / (2 * run) * run + i % run];
  return static_cast<std::uint8_t>(i / run % 2 == 0 ? byte & 15 : byte >> 4);
}

/// The integer of element `i` of a block in one of ggml's formats with five or six bits, or with super-blocks
/// of nibbles: their bits lie apart.
constexpr std::int32_t split_integer(Format format, const std::uint8_t* unit, std::uint32_t i) {
  const std::uint8_t* payload = unit + payload_offset(format);
  switch (format) {
    case Format::kBlockInt5:
    case Format::kBlockInt5Min: {
      const std::uint32_t fifth = load_u32(payload - 4) >> i & 1;
      return block_nibble(payload, i) + static_cast<std::int32_t>(fifth << 4) -
             (format == Format::kBlockInt5 ? 16 : 0);
    }
    case Format::kSuperInt4:
      return nibble_of_runs(payload, 32, i);
    case Format::kSuperInt5:
      return nibble_of_runs(payload, 32, i) + (unit[16 + i % 32] >> i / 32 & 1) * 16;
    case Format::kSuperInt6: {
      // Each half of 128 elements: 64 bytes whose low nibbles are the first 64 elements, 32 bytes of pairs.
      const std::int32_t upper = unit[128 + i / 128 * 32 + i % 32] >> i % 128 / 32 * 2 & 3;
      return nibble_of_runs(payload, 64, i) + upper * 16 - 32;
    }
    default:
      return 0;
  }
}

/// The fp32 value of element `index` of a row, exactly; for block formats without the block's scale and
/// minimum. int32 has no exact fp32 value in general and is not an operand format: it gives 0.
constexpr float element(Format format, const std::uint8_t* row, std::uint64_t index) {
  const std::uint32_t i = static_cast<std::uint32_t>(index % unit_elements(format));
  const std::uint8_t* unit = row + index / unit_elements(format) * unit_bytes(format);
  const std::uint8_t* payload = unit + payload_offset(format);
  switch (format) {
    case Format::kFp32:
      return fp32_from_bits(load_u32(unit));
    case Format::kFp16:
      return fp16_to_fp32(load_u16(unit));
    case Format::kBf16:
      return bf16_to_fp32(load_u16(unit));
    case Format::kFp8E4M3:
    case Format::kMxFp8E4M3:
      return e4m3_to_fp32(payload[i]);
    case Format::kFp8E5M2:
    case Format::kMxFp8E5M2:
      return e5m2_to_fp32(payload[i]);
    case Format::kInt8:
    case Format::kBlockInt8:
    case Format::kBlockInt8Sum:
    case Format::kSuperInt8:
      return static_cast<float>(static_cast<std::int8_t>(payload[i]));
    case Format::kBlockInt4:
      return static_cast<float>(block_nibble(payload, i) - 8);
    case Format::kBlockInt4Min:
      return static_cast<float>(block_nibble(payload, i));
    case Format::kMxFp4:
      return e2m1_to_fp32(block_nibble(payload, i));
    case Format::kBlockInt5:
    case Format::kBlockInt5Min:
    case Format::kSuperInt4:
    case Format::kSuperInt5:
    case Format::kSuperInt6:
      return static_cast<float>(split_integer(format, unit, i));
    case Format::kInt32:
      break;
  }
  return 0;
}

}  // namespace areia::num
