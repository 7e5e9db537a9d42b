// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kMatmul: output[row][n] (+)= sum over k of input[row][k] * weight[n][k], on the tensor engine.
//
// The product is cut into items of (row block, column block); a tile takes consecutive items. An item runs
// through K in pieces that fit the scratchpad: while the engine multiplies one piece, DMA loads the next into
// the other half of the buffers. K is never shared between tiles and the accumulators stay in the engine from
// the first piece to the last, so every element is one chain of fma with k ascending on any chip.
#include "sw/kernels/device.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

/// Fewer columns than this are not worth a tile of their own.
constexpr uint64_t kLeastColumns = 16;

/// How a product is cut for this chip.
struct Tiling {
  uint64_t rows, columns, depth;     ///< of the whole product: M, N, K
  uint64_t row_block, column_block;  ///< at most the array's
  uint64_t depth_piece;              ///< elements of K at a time; whole blocks
  uint64_t row_blocks, column_blocks, pieces;
};

uint64_t panel_bytes(const abi::Op& op, const Tiling& tiling, uint64_t depth) {
  return round_up(tiling.row_block * num::row_bytes(op.input.format, depth), 64) +
         round_up(tiling.column_block * num::row_bytes(op.weight.format, depth), 64);
}

/// The most of K whose panels fit `room` twice.
uint64_t choose_depth(const abi::Op& op, const Tiling& tiling, uint64_t room) {
  if (2 * panel_bytes(op, tiling, tiling.depth) <= room) return tiling.depth;
  uint64_t low = num::kBlockElements, high = tiling.depth;  // `low` fits, `high` does not
  while (high - low > num::kBlockElements) {
    const uint64_t middle = (low + high) / 2 / num::kBlockElements * num::kBlockElements;
    if (middle == low) break;
    (2 * panel_bytes(op, tiling, middle) <= room ? low : high) = middle;
  }
  return low;
}

Tiling tile_product(const abi::Op& op, uint64_t rows, uint64_t room) {
  Tiling tiling{};
  tiling.rows = rows;
  tiling.columns = op.weight.rows;
  tiling.depth = op.weight.columns;
  tiling.row_block = smaller<uint64_t>(rows, launch->tensor_rows);
  const uint64_t even_share = round_up(
      divide_up(tiling.columns * divide_up(rows, tiling.row_block), launch->tile_count), kLeastColumns);
  tiling.column_block =
      smaller<uint64_t>(smaller<uint64_t>(tiling.columns, launch->tensor_columns), even_share);
  // Outputs (and residuals) of an item may take a quarter of the room each at most, and the smallest piece
  // of both panels must fit twice beside them.
  while (tiling.row_block * tiling.column_block * sizeof(float) > room / 4 ||
         2 * panel_bytes(op, tiling, num::kBlockElements) > room / 4) {
    uint64_t& larger_block = tiling.row_block > tiling.column_block ? tiling.row_block : tiling.column_block;
    larger_block = divide_up(larger_block, 2);
  }
  const uint64_t output_bytes = round_up(tiling.row_block * tiling.column_block * sizeof(float), 64);
  tiling.depth_piece = choose_depth(op, tiling, room - 2 * output_bytes - 256);
  tiling.row_blocks = divide_up(rows, tiling.row_block);
  tiling.column_blocks = divide_up(tiling.columns, tiling.column_block);
  tiling.pieces = divide_up(tiling.depth, tiling.depth_piece);
  return tiling;
}

/// One piece of one item, and where it lies in the matrices.
struct Piece {
  uint64_t row, row_count, column, column_count, depth, depth_count;
  bool first, last;  ///< of its item
};

Piece piece_at(const Tiling& tiling, uint64_t first_item, uint64_t stage) {
  const uint64_t item = first_item + stage / tiling.pieces, piece = stage % tiling.pieces;
  Piece at{};
  at.row = item / tiling.column_blocks * tiling.row_block;
  at.column = item % tiling.column_blocks * tiling.column_block;
  at.depth = piece * tiling.depth_piece;
  at.row_count = smaller(tiling.row_block, tiling.rows - at.row);
  at.column_count = smaller(tiling.column_block, tiling.columns - at.column);
  at.depth_count = smaller(tiling.depth_piece, tiling.depth - at.depth);
  at.first = piece == 0;
  at.last = piece == tiling.pieces - 1;
  return at;
}

class Product {
 public:
  Product(const abi::Op& op, const Rows& rows, const Tiling& tiling, Arena& arena)
      : op_(op), rows_(rows), tiling_(tiling) {
    input_bytes_ = num::row_bytes(op.input.format, tiling.depth_piece);
    weight_bytes_ = num::row_bytes(op.weight.format, tiling.depth_piece);
    for (int half = 0; half < 2; ++half) {
      inputs_[half] = arena.take<uint8_t>(tiling.row_block * input_bytes_);
      weights_[half] = arena.take<uint8_t>(tiling.column_block * weight_bytes_);
    }
    outputs_ = arena.take<float>(tiling.row_block * tiling.column_block);
    residuals_ = arena.take<float>(tiling.row_block * tiling.column_block);
    device::tset_format(static_cast<unsigned long>(op.input.format) |
                        static_cast<unsigned long>(op.weight.format) << 4 |
                        static_cast<unsigned long>(num::Format::kFp32) << 8);
    device::tset_stride(input_bytes_, weight_bytes_);
  }

  void run(const Share& items) {
    const uint64_t stages = (items.end - items.begin) * tiling_.pieces;
    Piece piece = piece_at(tiling_, items.begin, 0);
    Ticket arrived = load_panels(piece, 0);
    for (uint64_t stage = 0; stage < stages; ++stage) {
      Piece next{};
      Ticket next_arrived = arrived;
      wait_load(arrived);
      multiply(piece, stage & 1);
      if (stage + 1 < stages) {
        // The other half is free: the engine was done with it before the last stage was loaded.
        next = piece_at(tiling_, items.begin, stage + 1);
        next_arrived = load_panels(next, (stage + 1) & 1);
      }
      if (piece.last) drain(piece);
      device::tfence();
      piece = next;
      arrived = next_arrived;
    }
  }

 private:
  Ticket load_panels(const Piece& piece, unsigned half) {
    const abi::TensorRef &input = op_.input, &weight = op_.weight;
    // Consecutive items of a row block share the input panel where all of K is in it.
    // A new one goes to the other half than the last, which the engine may still be reading.
    if (tiling_.pieces > 1 || loaded_row_ != piece.row) {
      loaded_row_ = piece.row;
      loaded_half_ ^= 1;
      const uint64_t row = rows_.first_input + piece.row;
      load_rows(inputs_[loaded_half_], input_bytes_,
                input.address + row * input.row_stride + num::row_bytes(input.format, piece.depth),
                input.row_stride, num::row_bytes(input.format, piece.depth_count), piece.row_count);
    }
    input_of_[half] = inputs_[loaded_half_];
    return load_rows(
        weights_[half], weight_bytes_,
        weight.address + piece.column * weight.row_stride + num::row_bytes(weight.format, piece.depth),
        weight.row_stride, num::row_bytes(weight.format, piece.depth_count), piece.column_count);
  }

  void multiply(const Piece& piece, unsigned half) {
    device::tset_shape(piece.row_count | piece.column_count << 16, piece.depth_count);
    if (piece.first) device::tclear<0>();
    device::tmma<0>(address_of(input_of_[half]), address_of(weights_[half]));
  }

  /// Brings an item's sums to DRAM.
  void drain(const Piece& piece) {
    const abi::TensorRef& output = op_.output;
    const uint64_t bytes = piece.column_count * sizeof(float);
    const uint64_t address = output.address + piece.row * output.row_stride + piece.column * sizeof(float);
    stored_.wait();
    device::tstore<0>(address_of(outputs_), bytes);
    if (op_.flags & abi::kAccumulate) {
      const Ticket arrived = load_rows(residuals_, bytes, address, output.row_stride, bytes, piece.row_count);
      device::tfence();
      wait_load(arrived);
      add_to(outputs_, residuals_, piece.row_count * piece.column_count);
    } else {
      device::tfence();
    }
    stored_ = store_rows(address, output.row_stride, outputs_, bytes, bytes, piece.row_count);
  }

  const abi::Op& op_;
  const Rows& rows_;
  const Tiling& tiling_;
  uint64_t input_bytes_, weight_bytes_;  ///< a row's in the panels
  uint8_t* inputs_[2];
  uint8_t* weights_[2];
  const uint8_t* input_of_[2];  ///< the input panel of the stage in each half
  uint64_t loaded_row_ = UINT64_MAX;
  unsigned loaded_half_ = 0;
  float* outputs_;
  float* residuals_;
  PendingStore stored_;  ///< from outputs_
};

}  // namespace

void matmul(const abi::Op& op, const Step& step) {
  const Rows rows = rows_of(op, step);
  Arena arena;
  const Tiling tiling = tile_product(op, rows.count, arena.left());
  const Share items = share_of(tiling.row_blocks * tiling.column_blocks);
  if (items.begin == items.end) return;
  Product(op, rows, tiling, arena).run(items);
}

}  // namespace areia::kernels
