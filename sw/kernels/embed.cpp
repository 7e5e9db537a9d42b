// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kEmbed: every row's token picks a row of the embedding table, widened to fp32 and scaled; where the model
// learned them, the vector of the row's position is added.
#include "sw/kernels/device.h"
#include "sw/kernels/quantize.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

/// Elements at a time: whole blocks, and little scratchpad.
constexpr uint64_t kPiece = 2048;

}  // namespace

void embed(const abi::Op& op, const Step& step) {
  const Share share = share_of(step.rows);
  if (share.begin == share.end) return;
  const abi::TensorRef& table = op.weight;
  const uint64_t piece = smaller<uint64_t>(table.columns, kPiece);
  Arena arena;
  auto* tokens = arena.take<uint32_t>(share.end - share.begin);
  auto* packed = arena.take<uint8_t>(num::row_bytes(table.format, piece));
  auto* values = arena.take<float>(piece);
  float* positions = op.second.rows != 0 ? arena.take<float>(piece) : nullptr;
  wait_load(load(tokens, step.plan->tokens + (step.position + share.begin) * sizeof(uint32_t),
                 (share.end - share.begin) * sizeof(uint32_t)));
  PendingStore stored;
  for (uint64_t row = share.begin; row < share.end; ++row) {
    const uint64_t source = table.address + tokens[row - share.begin] * table.row_stride;
    for (uint64_t column = 0; column < table.columns; column += piece) {
      const uint64_t count = smaller(piece, table.columns - column);
      wait_load(
          load(packed, source + num::row_bytes(table.format, column), num::row_bytes(table.format, count)));
      stored.wait();
      widen_row(values, packed, table.format, count);
      if (op.scale != 1.0f) scale(values, op.scale, count);
      if (positions != nullptr) {
        wait_load(
            load(positions,
                 op.second.address + (step.position + row) * op.second.row_stride + column * sizeof(float),
                 count * sizeof(float)));
        add_to(values, positions, count);
      }
      stored = store_values(op.output, row, column, values, 1, count, nullptr);
    }
  }
}

}  // namespace areia::kernels
