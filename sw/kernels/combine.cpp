// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kCombine: output[row] += sum over the row's picked experts, in their order, of weight * part. Tiles share
// pieces of rows.
#include "sw/kernels/device.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

constexpr uint64_t kPiece = 512;  // elements, so that a single row keeps several tiles busy

}  // namespace

void combine(const abi::Op& op, const Step& step) {
  const Rows rows = rows_of(op, step);
  const uint64_t columns = op.output.columns, pieces = divide_up(columns, kPiece);
  const Share share = share_of(rows.count * pieces);
  if (share.begin == share.end) return;
  const uint64_t room = smaller(columns, kPiece);
  Arena arena;
  auto* sum = arena.take<float>(room);
  auto* part = arena.take<float>(room);
  auto* residual = arena.take<float>(room);
  auto* picked = arena.take<abi::PickedExpert>(op.experts_used);
  PendingStore stored;
  for (uint64_t item = share.begin; item < share.end; ++item) {
    const uint64_t row = item / pieces, column = item % pieces * kPiece;
    const uint64_t bytes = smaller(kPiece, columns - column) * sizeof(float), count = bytes / sizeof(float);
    const uint64_t source = op.input.address + (rows.first_input + row) * op.input.row_stride;
    const uint64_t destination = op.output.address + row * op.output.row_stride + column * sizeof(float);
    stored.wait();
    load(picked, op.second.address + (rows.first_input + row) * op.second.row_stride,
         op.experts_used * sizeof(abi::PickedExpert));
    wait_load(load(residual, destination, bytes));
    __builtin_memset(sum, 0, bytes);
    for (uint64_t slot = 0; slot < op.experts_used; ++slot) {
      wait_load(load(part, source + (slot * columns + column) * sizeof(float), bytes));
      add_scaled(sum, part, picked[slot].weight, count);
    }
    add_to(residual, sum, count);
    stored = store(destination, residual, bytes);
  }
}

}  // namespace areia::kernels
