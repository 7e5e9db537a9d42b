// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Formats on the chip: fp32 to those of activations, and rows of any weight format to fp32.
#pragma once

#include "sw/kernels/device.h"

namespace areia::kernels {

/// Widens `count` elements of a row of weights (every format that GGUF has a name for but kSuperInt8; of
/// blocks, whole ones) to fp32: element * scale + minimum, rounded once.
void widen_row(float* values, const uint8_t* row, num::Format format, uint64_t count);

/// Stores `rows` rows of `columns` floats at `values` (dense) to `output` in its own format, beginning at
/// (first_row, first_column); for blocks, columns and first_column are multiples of unit_elements(format).
/// The source must stay until the ticket is waited for. Of other formats than fp32, `narrowed` has room for
/// the rows:
///  - fp16, bf16: rounded to nearest even;
///  - kBlockInt8: a block's scale is its largest magnitude / 127, stored as fp16; elements are
///    x * (127 / largest) rounded to nearest even: what GGUF's reference does on x86 for Q8_0;
///  - kBlockInt8Sum: the same, and the sum of the integers times the unrounded scale, as fp16 (Q8_1);
///  - kSuperInt8: as GGUF's reference for Q8_K (ggml-quants.c, quantize_row_q8_K_ref): inverse = -127 / the
///    first value of the largest magnitude, elements x * inverse to nearest even, scale 1 / inverse.
Ticket store_values(const abi::TensorRef& output, uint64_t first_row, uint64_t first_column,
                    const float* values, uint64_t rows, uint64_t columns, uint8_t* narrowed);

/// Bytes that store_values needs at `narrowed`; 0 for fp32 outputs.
inline uint64_t block_bytes(const abi::TensorRef& output, uint64_t rows, uint64_t columns) {
  return output.format == num::Format::kFp32 ? 0 : rows * num::row_bytes(output.format, columns);
}

}  // namespace areia::kernels
