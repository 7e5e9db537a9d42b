// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The number formats of the tensor engine and of weights in DRAM: names, codes and sizes.
// Plain C++ without library dependencies: device code includes this header too.
#pragma once

#include <cstdint>

namespace areia::num {

/// Codes as `tset.format` takes them; never renumber.
enum class Format : std::uint8_t {
  kFp32 = 0,
  kFp16 = 1,
  kBf16 = 2,
  kFp8E4M3 = 3,  ///< OCP OFP8 E4M3: no infinities, NaN is S.1111.111
  kFp8E5M2 = 4,  ///< OCP OFP8 E5M2
  kInt8 = 5,
  kInt32 = 6,       ///< accumulators of integer products only
  kBlockInt8 = 8,   ///< 32 elements: fp16 scale, 32 int8 (34 bytes; GGUF Q8_0)
  kBlockInt4 = 9,   ///< 32 elements: fp16 scale, 16 bytes of nibbles, value - 8; low nibbles are
                    ///< elements 0..15, high nibbles 16..31 (18 bytes; GGUF Q4_0)
  kMxFp8E4M3 = 10,  ///< 32 elements: E8M0 scale, 32 E4M3 (33 bytes; OCP MX)
  kMxFp8E5M2 = 11,  ///< 32 elements: E8M0 scale, 32 E5M2 (33 bytes; OCP MX)
  kMxFp4 = 12,      ///< 32 elements: E8M0 scale, 16 bytes of E2M1 nibbles, low nibbles are elements
                    ///< 0..15 (17 bytes; GGUF MXFP4)
};

inline constexpr std::uint32_t kBlockElements = 32;

/// Bytes of one element, or of one 32-element block for block formats; 0 for an unknown code.
constexpr std::uint32_t unit_bytes(Format format) {
  switch (format) {
    case Format::kFp32:
    case Format::kInt32:
      return 4;
    case Format::kFp16:
    case Format::kBf16:
      return 2;
    case Format::kFp8E4M3:
    case Format::kFp8E5M2:
    case Format::kInt8:
      return 1;
    case Format::kBlockInt8:
      return 34;
    case Format::kBlockInt4:
      return 18;
    case Format::kMxFp8E4M3:
    case Format::kMxFp8E5M2:
      return 33;
    case Format::kMxFp4:
      return 17;
  }
  return 0;
}
constexpr bool is_block(Format format) { return static_cast<std::uint8_t>(format) >= 8; }
/// Elements that one unit holds: 1, or 32 for block formats.
constexpr std::uint32_t unit_elements(Format format) { return is_block(format) ? kBlockElements : 1; }
/// Bytes of a row of `elements` elements; block rows are whole blocks, rounded up.
constexpr std::uint64_t row_bytes(Format format, std::uint64_t elements) {
  return (elements + unit_elements(format) - 1) / unit_elements(format) * unit_bytes(format);
}

}  // namespace areia::num
