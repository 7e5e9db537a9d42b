// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// How published rows write formats, times and rates.
#pragma once

#include <optional>
#include <string_view>

#include "perf/measurement.h"
#include "spec/accelerator/precision.h"

namespace areia::perf {

/// The format that a row's text means ("bfloat16", "half", "fp8_block", "nvfp4", "bfp8 LoFi").
std::optional<Precision> published_precision(std::string_view text);

/// Seconds that a time unit lasts ("us", "ms", "s", "min"); 0 if it is none.
double seconds_in(std::string_view unit);

/// What the row would say of work that takes `seconds` and does `operations` (FLOPs, or elements): a time in
/// its unit, or a rate ("TFLOPS", "Gelements/s", "tokens/s"). NaN for other units.
double in_unit_of(const Measurement& row, double seconds, double operations);

}  // namespace areia::perf
