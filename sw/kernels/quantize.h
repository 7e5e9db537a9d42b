// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Block formats on the chip: fp32 to int8 blocks (GGUF Q8_0), and rows of any weight format to fp32.
#pragma once

#include "sw/kernels/device.h"

namespace areia::kernels {

/// Quantises `count` floats (a multiple of 32) to blocks of 34 bytes at `blocks`. Each block's scale is its
/// largest magnitude / 127, stored as fp16; elements are x * (127 / largest) rounded to nearest even: what
/// GGUF's reference does on x86.
void quantize_blocks(uint8_t* blocks, const float* values, uint64_t count);

/// Dequantises `count` elements of a row in `format` (fp32, fp16, bf16, int8 or int4 blocks) to fp32.
void widen_row(float* values, const uint8_t* row, num::Format format, uint64_t count);

/// Stores `rows` rows of `columns` floats at `values` (dense) to `output` in its own format, beginning at
/// (first_row, first_column); for blocks, columns and first_column are multiples of 32 and `blocks` has room
/// for the quantised rows. The source must stay until the ticket is waited for.
Ticket store_values(const abi::TensorRef& output, uint64_t first_row, uint64_t first_column,
                    const float* values, uint64_t rows, uint64_t columns, uint8_t* blocks);

/// Bytes that store_values needs at `blocks`; 0 for fp32 outputs.
inline uint64_t block_bytes(const abi::TensorRef& output, uint64_t rows, uint64_t columns) {
  return output.format == num::Format::kBlockInt8 ? rows * num::row_bytes(output.format, columns) : 0;
}

}  // namespace areia::kernels
