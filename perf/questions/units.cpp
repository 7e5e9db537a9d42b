// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads the formats and units of published rows.
#include "perf/questions/units.h"

#include <cmath>
#include <limits>
#include <string>

#include "base/text.h"

namespace areia::perf {

std::optional<Precision> published_precision(std::string_view text) {
  const std::string word = lower_case(text);
  const auto begins = [&](std::string_view with) { return word.starts_with(with); };
  if (begins("bf16") || begins("bfloat16") || begins("amp_bf16") || begins("autocast:bf16"))
    return Precision::kBf16;
  if (begins("fp16") || begins("half") || begins("float16")) return Precision::kFp16;
  if (begins("bfp8")) return Precision::kBfp8;
  if (begins("fp8") || begins("amp_fp8") || begins("float8")) return Precision::kFp8;
  if (begins("nvfp4") || begins("fp4") || begins("mxfp4")) return Precision::kFp4;
  if (begins("int8")) return Precision::kInt8;
  if (begins("int4") || begins("w4a16")) return Precision::kInt4;
  if (begins("tf32")) return Precision::kTf32;
  if (begins("fp32")) return Precision::kFp32;
  return std::nullopt;
}

double seconds_in(std::string_view unit) {
  if (unit == "s") return 1;
  if (unit == "ms") return 1e-3;
  if (unit == "us") return 1e-6;
  if (unit == "ns") return 1e-9;
  if (unit == "min") return 60;
  return 0;
}

double in_unit_of(const Measurement& row, double seconds, double operations) {
  if (const double unit = seconds_in(row.unit); unit > 0) return seconds / unit;
  if (row.unit == "TFLOPS" || row.unit == "TFLOP/s") return operations / seconds * 1e-12;
  if (row.unit == "GFLOPS" || row.unit == "GFLOP/s") return operations / seconds * 1e-9;
  if (row.unit == "Gelements/s") return operations / seconds * 1e-9;
  if (row.unit == "tokens/s") return operations / seconds;
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace areia::perf
