// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Builds scenes of operators and reads their cycles from the clock's report.
#include "bench/kernel_time.h"

namespace areia::bench {

using num::Format;

Format input_format(Format weight) { return num::is_block(weight) ? Format::kBlockInt8 : weight; }

abi::Op product_op(tests::Scene& scene, const Product& product, Format format) {
  abi::Op op;
  op.kind = abi::OpKind::kMatmul;
  op.input = scene.activation(product.rows, product.depth, input_format(format));
  op.weight = scene.weight(product.columns, product.depth, format);
  op.output = scene.activation(product.rows, product.columns);
  return op;
}

tests::Scene attention_scene(const AttentionShape& shape) {
  tests::Scene scene;
  scene.tokens.assign(shape.context, 0);
  scene.plan.chunk_rows = shape.rows;
  for (int layer = 0; layer < 2; ++layer) {
    abi::Op op;
    op.kind = abi::OpKind::kAttention;
    op.flags = abi::kLastRowOnly;  // not before the last chunk
    op.heads = shape.heads;
    op.kv_heads = shape.kv_heads;
    op.head_size = shape.head_size;
    op.scale = 0.088f;
    op.input = scene.activation(shape.rows, shape.heads * shape.head_size);
    op.extra = scene.activation(shape.context, shape.kv_heads * shape.head_size, Format::kFp16);
    op.weight = scene.activation(shape.context, shape.kv_heads * shape.head_size, Format::kFp16);
    op.output = scene.activation(shape.rows, shape.heads * shape.head_size);
    scene.ops.push_back(op);
  }
  return scene;
}

double cycles_of(tests::Scene& scene, const ChipDescription& chip, std::size_t first) {
  const std::size_t measured = scene.ops.size();
  scene.run(chip, true);
  double cycles = 0;
  for (const MarkedUsage& marked : scene.time->usages) {
    const auto index = operator_of(marked.marker);
    if (index && *index >= first && *index < measured)
      cycles += static_cast<double>(marked.usage.cycles()) / chip.tile_count();
  }
  return cycles;
}

}  // namespace areia::bench
