// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The number formats that data sheets state peaks for, by their short names.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace areia {

/// Formats of a matrix unit's operands. Block formats (bfp8, mxfp4, nvfp4) stand under the bits they hold.
enum class Precision : std::uint8_t { kFp32, kTf32, kFp16, kBf16, kFp8, kInt8, kBfp8, kFp6, kFp4, kInt4 };

struct PrecisionRow {
  std::string_view name;
  double bytes;  ///< of one element with its share of a block's scale, as it lies in memory
};
/// In the order of the codes. Scales: bfp8 one exponent byte for 16 elements (Tenstorrent's BFP8), fp6 and
/// fp4 one byte for 32 and 16 (OCP MX, NVFP4), int4 one fp16 for 128 (GPTQ and AWQ files).
inline constexpr std::array<PrecisionRow, 10> kPrecisions = {{{"fp32", 4},
                                                              {"tf32", 4},
                                                              {"fp16", 2},
                                                              {"bf16", 2},
                                                              {"fp8", 1},
                                                              {"int8", 1},
                                                              {"bfp8", 1 + 1.0 / 16},
                                                              {"fp6", 0.75 + 1.0 / 32},
                                                              {"fp4", 0.5 + 1.0 / 16},
                                                              {"int4", 0.5 + 2.0 / 128}}};
inline constexpr std::size_t kPrecisionCount = kPrecisions.size();

constexpr std::string_view name_of(Precision precision) {
  return kPrecisions[static_cast<std::size_t>(precision)].name;
}
constexpr double bytes_of(Precision precision) {
  return kPrecisions[static_cast<std::size_t>(precision)].bytes;
}
/// The format of that exact name.
constexpr std::optional<Precision> precision_of(std::string_view name) {
  for (std::size_t i = 0; i < kPrecisionCount; ++i) {
    if (kPrecisions[i].name == name) return static_cast<Precision>(i);
  }
  return std::nullopt;
}

}  // namespace areia
