// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The tensor engine: products at any K, draining accumulators, and its scratchpad shared with DMA.
#include "bench/chip/programs/program.h"

namespace areia::bench {
namespace {

using namespace device;

struct Operands {
  uint64_t a, b, result, stride, commands;
};

void multiply(const Operands& o) {
  const uint64_t begin = cycle();
  tmma<0>(o.a, o.b);
  for (uint64_t i = 1; i < o.commands; ++i) tmma<0>(o.a, o.b);
  tfence();
  answer_time(begin, cycle());
}

void multiply_and_store(const Operands& o) {
  const uint64_t row_bytes = launch->tensor_columns * 4;
  const uint64_t begin = cycle();
  for (uint64_t i = 0; i < o.commands; i += 2) {
    tmma<0>(o.a, o.b);
    tstore<0>(o.result, row_bytes);
    tmma<1>(o.a, o.b);
    tstore<1>(o.result, row_bytes);
  }
  tfence();
  answer_time(begin, cycle());
}

/// DMA copies B onto itself meanwhile.
void multiply_and_copy(const Operands& o, uint64_t copies) {
  const abi::DmaDescriptor copy = copy_of(o.b, o.b, kCopyBytes);
  const uint64_t begin = cycle();
  for (uint64_t i = 0; i < o.commands; ++i) {
    tmma<0>(o.a, o.b);
    for (uint64_t j = 0; j < copies; ++j) start(copy, 0);
  }
  tfence();
  answer_time(begin, cycle());
  dma_fence(0);
}

void store(const Operands& o) {
  const uint64_t row_bytes = launch->tensor_columns * 4;
  const uint64_t begin = cycle();
  tstore<0>(o.result, row_bytes);
  for (uint64_t i = 1; i < o.commands; ++i) tstore<0>(o.result, row_bytes);
  tfence();
  answer_time(begin, cycle());
}

void load(const Operands& o) {
  const uint64_t row_bytes = launch->tensor_columns * 4;
  const uint64_t begin = cycle();
  tload<0>(o.result, row_bytes);
  for (uint64_t i = 1; i < o.commands; ++i) tload<0>(o.result, row_bytes);
  tfence();
  answer_time(begin, cycle());
}

}  // namespace

void run(const Request& request) {
  if (launch->tile != 0) return;
  const uint64_t stride = request.value[2], rows = launch->tensor_rows, columns = launch->tensor_columns;
  tset_format(request.value[0]);
  tset_shape(rows | columns << 16, request.value[1]);
  tset_stride(stride, stride);
  const uint64_t a = round_up(launch->heap_begin, 4096),
                 b = request.value[4] != 0 ? a : round_up(a + rows * stride, 4096);
  const Operands operands{a, b, round_up(b + columns * stride, 4096), stride, request.value[3]};
  switch (request.mode) {
    case kMultiply:
      return multiply(operands);
    case kMultiplyAndStore:
      return multiply_and_store(operands);
    case kMultiplyAndCopy:
      return multiply_and_copy(operands, request.value[5]);
    case kStore:
      return store(operands);
    default:
      return load(operands);
  }
}

}  // namespace areia::bench
