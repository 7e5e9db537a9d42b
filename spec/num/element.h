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

/// Bytes of the scale that begins each block: fp16 for int8 and int4, E8M0 for the MX formats.
constexpr std::uint32_t scale_bytes(Format format) {
  return format == Format::kBlockInt8 || format == Format::kBlockInt4 ? 2 : 1;
}

constexpr std::uint16_t load_u16(const std::uint8_t* bytes) {
  return static_cast<std::uint16_t>(bytes[0] | bytes[1] << 8);
}
constexpr std::uint32_t load_u32(const std::uint8_t* bytes) {
  return load_u16(bytes) | static_cast<std::uint32_t>(load_u16(bytes + 2)) << 16;
}

/// The fp32 value of the scale of block `block` of a row in block format `format`.
constexpr float block_scale(Format format, const std::uint8_t* row, std::uint64_t block) {
  const std::uint8_t* at = row + block * unit_bytes(format);
  return scale_bytes(format) == 2 ? fp16_to_fp32(load_u16(at)) : e8m0_to_fp32(*at);
}

/// The nibble of element `i` of a block whose payload is 16 bytes: low nibbles first, then high ones.
constexpr std::uint8_t block_nibble(const std::uint8_t* payload, std::uint32_t i) {
  return i < 16 ? payload[i] & 15 : payload[i - 16] >> 4;
}

/// The fp32 value of element `index` of a row, exactly; for block formats without the block's scale.
/// int32 has no exact fp32 value in general and is not an operand format: it gives 0.
constexpr float element(Format format, const std::uint8_t* row, std::uint64_t index) {
  const std::uint32_t i = static_cast<std::uint32_t>(index % unit_elements(format));
  const std::uint8_t* unit = row + index / unit_elements(format) * unit_bytes(format);
  const std::uint8_t* payload = is_block(format) ? unit + scale_bytes(format) : unit;
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
      return static_cast<float>(static_cast<std::int8_t>(payload[i]));
    case Format::kBlockInt4:
      return static_cast<float>(block_nibble(payload, i) - 8);
    case Format::kMxFp4:
      return e2m1_to_fp32(block_nibble(payload, i));
    case Format::kInt32:
      break;
  }
  return 0;
}

}  // namespace areia::num
