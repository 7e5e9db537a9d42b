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
  // From here: layouts of ggml (ggml-common.h, ggml-quants.c). An element's value is integer * scale, plus
  // the minimum where there is one.
  kBlockInt4Min = 13,  ///< 32 elements: fp16 scale, fp16 minimum, nibbles 0..15 as kBlockInt4's
                       ///< (20 bytes; GGUF Q4_1)
  kBlockInt5 = 14,     ///< 32 elements: fp16 scale, 32 fifth bits, nibbles; value - 16 (22 bytes; GGUF Q5_0)
  kBlockInt5Min = 15,  ///< 32 elements: fp16 scale, fp16 minimum, 32 fifth bits, nibbles; 0..31
                       ///< (24 bytes; GGUF Q5_1)
  kSuperInt4 = 16,     ///< 256 elements: fp16 d and dmin, 8 pairs of 6-bit scale and minimum in 12 bytes,
                       ///< 128 bytes of nibbles 0..15: scale d*s, minimum -dmin*m (144 bytes; GGUF Q4_K)
  kSuperInt5 = 17,  ///< As kSuperInt4 with 32 bytes of fifth bits before the nibbles (176 bytes; GGUF Q5_K)
  kSuperInt6 = 18,  ///< 256 elements: 128 bytes of low nibbles, 64 bytes of upper two bits, 16 int8 scales
                    ///< for 16 elements each, fp16 d; value - 32, scale d*s (210 bytes; GGUF Q6_K)
  kSuperInt8 = 19,  ///< 256 elements: fp32 scale, 256 int8 (260 bytes; GGUF Q8_K without its sums)
  kBlockInt8Sum = 20,  ///< 32 elements: fp16 scale, fp16 sum of the scaled elements, 32 int8 (36 bytes; GGUF
                       ///< Q8_1): activations, whose sum meets the minima of weights
};

/// The block of the 32-element formats.
inline constexpr std::uint32_t kBlockElements = 32;
/// The block of the formats kSuper*.
inline constexpr std::uint32_t kSuperElements = 256;

/// Bytes of one element, or of one block for block formats; 0 for an unknown code.
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
    case Format::kBlockInt4Min:
      return 20;
    case Format::kBlockInt5:
      return 22;
    case Format::kBlockInt5Min:
      return 24;
    case Format::kSuperInt4:
      return 144;
    case Format::kSuperInt5:
      return 176;
    case Format::kSuperInt6:
      return 210;
    case Format::kSuperInt8:
      return 260;
    case Format::kBlockInt8Sum:
      return 36;
  }
  return 0;
}
constexpr bool is_block(Format format) { return static_cast<std::uint8_t>(format) >= 8; }
constexpr bool is_super_block(Format format) {
  return format >= Format::kSuperInt4 && format <= Format::kSuperInt8;
}
/// Whether a block's scale is a power of two, an E8M0 code.
constexpr bool has_e8m0_scale(Format format) {
  return format == Format::kMxFp8E4M3 || format == Format::kMxFp8E5M2 || format == Format::kMxFp4;
}
/// Whether the elements of a block format are integers.
constexpr bool is_integer_block(Format format) {
  return is_block(format) && unit_bytes(format) != 0 && !has_e8m0_scale(format);
}
/// Elements that one unit holds: 1, or 32 or 256 for block formats.
constexpr std::uint32_t unit_elements(Format format) {
  return is_super_block(format) ? kSuperElements : is_block(format) ? kBlockElements : 1;
}
/// Elements that share a scale (and a minimum) in a block format; kSuperInt8's 256 count as eight times 32
/// with the same scale.
constexpr std::uint32_t scale_block_elements(Format format) {
  return format == Format::kSuperInt6 ? 16 : kBlockElements;
}
/// Whether each scale-block has a minimum that is added to its scaled elements.
constexpr bool has_minimum(Format format) {
  return format == Format::kBlockInt4Min || format == Format::kBlockInt5Min || format == Format::kSuperInt4 ||
         format == Format::kSuperInt5;
}
/// Bytes of a row of `elements` elements; block rows are whole blocks, rounded up.
constexpr std::uint64_t row_bytes(Format format, std::uint64_t elements) {
  return (elements + unit_elements(format) - 1) / unit_elements(format) * unit_bytes(format);
}

/// The operand of `tset.format`: formats of A, B and accumulators in memory; is B stored [K][N]?
constexpr std::uint64_t format_operand(Format a, Format b, Format memory, bool b_transposed = false) {
  return static_cast<std::uint64_t>(a) | static_cast<std::uint64_t>(b) << 8 |
         static_cast<std::uint64_t>(memory) << 16 | static_cast<std::uint64_t>(b_transposed) << 24;
}

}  // namespace areia::num
