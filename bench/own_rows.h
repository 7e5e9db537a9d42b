// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What the clock says of one operator on a chip, as a row of measurements (perf/own/timed.csv).
#pragma once

#include <string>

#include "bench/kernel_time.h"
#include "spec/chip/chip.h"

namespace areia::bench {

/// The second of two products with weights of their own: a tile works out how it cuts a product when it first
/// meets the shape. `format`: kBf16, or kBlockInt8, which rows call int8.
std::string product_row(const ChipDescription& chip, const Product& product, num::Format format);
/// The second of two operators, as above; one row is decode.
std::string attention_row(const ChipDescription& chip, const AttentionShape& shape);

}  // namespace areia::bench
