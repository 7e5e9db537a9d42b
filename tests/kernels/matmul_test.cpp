// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kMatmul against the chain of roundings that docs/isa.md defines, to the bit: k ascending, one fma a step
// (or a block), never split. So the chips agree with each other too.
#include <gtest/gtest.h>

#include "tests/kernels/reference.h"
#include "tests/kernels/scene.h"

namespace areia::tests {
namespace {

using num::Format;

struct Shape {
  std::uint32_t rows, columns, depth;
  Format format = Format::kFp32;
  std::uint32_t flags = 0;
  bool bias = false;
};

/// The scene and the matrices that the test looks at.
struct Product {
  Scene scene;
  abi::TensorRef input, weight, output, bias;
};

Product make(const Shape& shape) {
  Product product;
  Scene& scene = product.scene;
  scene.tokens.assign(shape.rows, 0);
  const bool last = shape.flags & abi::kLastRowOnly;
  product.input = scene.activation(shape.rows, shape.depth, input_format(shape.format));
  product.weight = scene.weight(shape.columns, shape.depth, shape.format);
  product.output = scene.activation(last ? 1 : shape.rows, shape.columns);
  for (const auto& matrix : {product.input, product.weight, product.output}) scene.randomise(matrix);
  abi::Op op;
  op.kind = abi::OpKind::kMatmul;
  op.flags = shape.flags;
  op.input = product.input;
  op.weight = product.weight;
  op.output = product.output;
  if (shape.bias) {
    op.bias = product.bias = scene.weight(1, shape.columns);
    scene.randomise(op.bias);
  }
  scene.ops = {op};
  return product;
}

/// What must come out, from the matrices before the run.
Values expected(const Product& product, const Shape& shape) {
  const bool last = shape.flags & abi::kLastRowOnly;
  Values values;
  for (std::uint32_t m = last ? shape.rows - 1 : 0; m < shape.rows; ++m) {
    for (std::uint32_t n = 0; n < shape.columns; ++n) {
      values.push_back(chain_of_products(product.scene.row(product.input, m).data(), product.input.format,
                                         product.scene.row(product.weight, n).data(), shape.format,
                                         shape.depth));
      if (shape.bias) values.back() += product.scene.get(product.bias)[n];
    }
  }
  if (shape.flags & abi::kAccumulate) {
    const Values before = product.scene.get(product.output);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += before[i];
  }
  return values;
}

void expect_exact(const Shape& shape) {
  for (const ChipDescription& chip : assorted_chips()) {
    Product product = make(shape);
    const Values values = expected(product, shape);
    product.scene.run(chip);
    EXPECT_EQ(product.scene.get(product.output), values)
        << chip.name << ": " << shape.rows << " x " << shape.columns << " x " << shape.depth << ", format "
        << static_cast<int>(shape.format) << ", flags " << shape.flags;
  }
}

TEST(Matmul, SmallAndOddShapes) {
  for (const Shape& shape : {Shape{1, 1, 1}, Shape{3, 5, 7}, Shape{1, 65, 33}, Shape{17, 33, 172}}) {
    expect_exact(shape);
  }
}

TEST(Matmul, MoreRowsThanTheArrayHas) { expect_exact({150, 70, 40}); }

TEST(Matmul, TeamsOfTilesShareWhatTheyLoad) {
  expect_exact({150, 70, 1100, Format::kBf16});
  expect_exact({300, 200, 2048, Format::kBlockInt8, abi::kAccumulate, true});
  expect_exact({131, 67, 1536, Format::kSuperInt5});
}

TEST(Matmul, HalfPrecisionWeights) {
  expect_exact({5, 50, 131, Format::kFp16});
  expect_exact({5, 50, 131, Format::kBf16});
}

TEST(Matmul, BlockWeights) {
  expect_exact({1, 40, 64, Format::kBlockInt8});
  expect_exact({19, 70, 96, Format::kBlockInt8});
  for (const Format format : {Format::kBlockInt4, Format::kBlockInt4Min, Format::kBlockInt5,
                              Format::kBlockInt5Min, Format::kMxFp4}) {
    expect_exact({19, 70, 96, format});
  }
  for (const Format format : {Format::kSuperInt4, Format::kSuperInt5, Format::kSuperInt6}) {
    expect_exact({1, 40, 256, format});
    expect_exact({19, 70, 768, format});
  }
}

TEST(Matmul, LongRowsGoThroughTheScratchpadInPieces) {
  expect_exact({2, 20, 28672});
  expect_exact({2, 20, 28672, Format::kBlockInt8});
  expect_exact({2, 20, 28672, Format::kSuperInt6});
  expect_exact({33, 18, 5000, Format::kFp16});
}

TEST(Matmul, AddsToTheResidual) {
  expect_exact({1, 100, 64, Format::kFp32, abi::kAccumulate});
  expect_exact({40, 100, 64, Format::kBlockInt8, abi::kAccumulate});
}

TEST(Matmul, AddsABias) {
  expect_exact({1, 1, 3, Format::kFp32, 0, true});
  expect_exact({70, 150, 40, Format::kFp16, 0, true});
  expect_exact({19, 70, 96, Format::kMxFp4, abi::kAccumulate, true});  // first the bias, then the residual
  expect_exact({9, 100, 64, Format::kFp32, abi::kLastRowOnly, true});
}

TEST(Matmul, LastRowAlone) {
  expect_exact({9, 100, 64, Format::kFp32, abi::kLastRowOnly});
  expect_exact({1, 100, 64, Format::kBlockInt8, abi::kLastRowOnly});
}

TEST(Matmul, ChunksBeforeTheLastLeaveLastRowOperatorsOut) {
  const Shape shape{4, 30, 32, Format::kFp32, abi::kLastRowOnly | abi::kAccumulate};
  Product product = make(shape);
  const Values values = expected(product, shape);
  product.scene.tokens.assign(12, 0);  // three chunks, of which only the last may add
  product.scene.plan.chunk_rows = 4;
  product.scene.run(assorted_chips().front());
  EXPECT_EQ(product.scene.get(product.output), values);
}

}  // namespace
}  // namespace areia::tests
