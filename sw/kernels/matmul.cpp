// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kMatmul: output[row][n] (+)= sum over k of input[row][k] * weight[n][k] (+ bias[n]), on the tensor engine.
//
// The product is cut into items of (row group, column block); a tile takes consecutive items, so that the
// input of a group is loaded once. A group has as many row blocks as accumulator sets may be used: each panel
// of weights is loaded once for all of them. An item runs through K in pieces: while the engine multiplies
// one piece, DMA loads the next panel. K is never shared between tiles and the accumulators stay in the
// engine from the first piece to the last, so every element is one chain of fma with k ascending on any chip.
// Products of many rows go to teams of tiles where that fits (team_matmul.cpp).
#include "sw/kernels/device.h"
#include "sw/kernels/tensor.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

/// Fewer columns than this are not worth a tile of their own: 64 bytes of output.
constexpr uint64_t kLeastColumns = 16;
/// Blocks of columns are multiples of this: 32 bytes of output.
constexpr uint64_t kColumnStep = 8;
/// A panel of weights needs to be no larger for DMA to be efficient.
constexpr uint64_t kMostPanelBytes = 70 * 1024;
/// Nor does a row of it: the array is soon done with what comes last.
constexpr uint64_t kMostRunBytes = 4352;
/// What DRAM moves at a time, or a multiple.
constexpr uint64_t kBurstBytes = 64;
/// Outputs that may be on their way to DRAM while the next item is computed.
constexpr uint64_t kMostOutputs = 4;
/// What aligning the buffers may take.
constexpr uint64_t kAlignmentLoss = 64 * (kMostOutputs + 5);
/// K is cut at multiples of this, or of a larger block of an operand.
constexpr uint64_t kLeastStep = num::kBlockElements;

/// How a product is cut for this chip.
struct Tiling {
  uint64_t rows, columns, depth;         ///< of the whole product: M, N, K
  uint64_t step;                         ///< elements: whole blocks of both formats
  uint64_t input_step, weight_step;      ///< bytes of a step of a row
  uint64_t row_block, column_block;      ///< at most the array's
  uint64_t blocks;                       ///< row blocks of a group
  uint64_t steps, piece_steps;           ///< of all of K; of it at a time
  bool resident;                         ///< the input of a group stays in the scratchpad, all of K
  uint64_t input_row, weight_row;        ///< bytes of a whole row
  uint64_t input_stride, weight_stride;  ///< bytes from row to row of the panels
  uint64_t group_rows, groups, column_blocks, pieces, outputs;
};

/// Sets what follows from the blocks.
void count_items(Tiling& tiling) {
  tiling.group_rows = smaller(tiling.row_block * tiling.blocks, tiling.rows);
  tiling.groups = divide_up(tiling.rows, tiling.group_rows);
  tiling.column_blocks = divide_up(tiling.columns, tiling.column_block);
}

/// Bytes of both panels for one step of K.
uint64_t step_bytes(const Tiling& tiling) {
  return tiling.group_rows * tiling.input_step + tiling.column_block * tiling.weight_step;
}

/// What a cut costs in bytes moved: by all tiles, and by the busiest one times the tiles that wait for it.
uint64_t cost(const Tiling& tiling) {
  const uint64_t items = tiling.groups * tiling.column_blocks, tiles = launch->tile_count;
  return step_bytes(tiling) * (items + round_up(items, tiles));
}

/// The cheapest of: 1 to kMostBlocks row blocks a group; columns as the array has or as gives all tiles work.
void choose_blocks(Tiling& tiling) {
  const uint64_t widest = smaller<uint64_t>(tiling.columns, launch->tensor_columns);
  const uint64_t most = smaller(smaller<uint64_t>(launch->accumulator_sets, kMostBlocks),
                                divide_up(tiling.rows, tiling.row_block));
  Tiling best = tiling;
  uint64_t lowest = UINT64_MAX;
  for (tiling.blocks = 1; tiling.blocks <= most; ++tiling.blocks) {
    const uint64_t groups = divide_up(tiling.rows, tiling.row_block * tiling.blocks);
    const uint64_t share = divide_up(tiling.columns * groups, launch->tile_count);
    const uint64_t even = round_up(divide_up(share, divide_up(share, widest)), kColumnStep);
    const uint64_t candidates[] = {widest, smaller(widest, larger(even, kLeastColumns))};
    for (const uint64_t columns : candidates) {
      tiling.column_block = columns;
      count_items(tiling);
      const uint64_t now = cost(tiling);
      if (now < lowest) best = tiling;
      lowest = smaller(now, lowest);
    }
  }
  tiling = best;
}

/// Bytes of an item's sums.
uint64_t output_bytes(const Tiling& tiling) {
  return round_up(tiling.group_rows * tiling.column_block * sizeof(float), 64);
}

/// Makes blocks smaller until sums and residuals take at most half of the room, and the panels of one step,
/// twice, a quarter.
void shrink_to(Tiling& tiling, uint64_t room) {
  while (2 * output_bytes(tiling) > room / 2 || 2 * step_bytes(tiling) > room / 4) {
    if (tiling.blocks > 1) {
      --tiling.blocks;
    } else {
      uint64_t& larger_block =
          tiling.row_block > tiling.column_block ? tiling.row_block : tiling.column_block;
      larger_block = divide_up(larger_block, 2);
    }
    count_items(tiling);
  }
}

/// Cuts K: all of the input stays if it takes at most half of the room that sums leave, and panels of weights
/// come in pieces of about equal length.
void cut_depth(Tiling& tiling, uint64_t room) {
  room -= kAlignmentLoss + tiling.column_block * sizeof(float);  // a bias
  tiling.outputs = smaller(kMostOutputs, larger<uint64_t>(1, room / 8 / output_bytes(tiling)));
  room -= (tiling.outputs + 1) * output_bytes(tiling);
  const uint64_t steps = tiling.steps = divide_up(tiling.depth, tiling.step);
  const uint64_t input_bytes = tiling.group_rows * steps * tiling.input_step;
  tiling.resident = input_bytes <= room / 2;
  uint64_t most_steps = tiling.resident ? smaller((room - input_bytes) / 2, kMostPanelBytes) /
                                              (tiling.column_block * tiling.weight_step)
                                        : room / 2 / step_bytes(tiling);
  most_steps = smaller(most_steps, larger<uint64_t>(kMostRunBytes / tiling.weight_step, 1));
  // Where there is room, pieces of whole bursts: no burst is read twice.
  uint64_t unit = 1;
  while (tiling.weight_step * unit % kBurstBytes != 0) unit *= 2;
  tiling.pieces = divide_up(steps, larger<uint64_t>(most_steps / unit * unit, 1));
  if (most_steps < unit) tiling.pieces = divide_up(steps, larger<uint64_t>(most_steps, 1));
  tiling.piece_steps = divide_up(steps, tiling.pieces);
  if (most_steps >= unit) tiling.piece_steps = round_up(tiling.piece_steps, unit);
  tiling.pieces = divide_up(steps, tiling.piece_steps);
}

Tiling tile_product(const abi::Op& op, uint64_t rows, uint64_t room) {
  Tiling tiling{};
  tiling.rows = rows;
  tiling.columns = op.weight.rows;
  tiling.depth = op.weight.columns;
  tiling.step = larger<uint64_t>(
      kLeastStep, larger(num::unit_elements(op.input.format), num::unit_elements(op.weight.format)));
  tiling.input_step = num::row_bytes(op.input.format, tiling.step);
  tiling.weight_step = num::row_bytes(op.weight.format, tiling.step);
  tiling.row_block = smaller<uint64_t>(rows, launch->tensor_rows);
  choose_blocks(tiling);
  shrink_to(tiling, room - kAlignmentLoss);
  cut_depth(tiling, room);
  tiling.input_row = num::row_bytes(op.input.format, tiling.depth);
  tiling.weight_row = num::row_bytes(op.weight.format, tiling.depth);
  tiling.input_stride = tiling.resident ? tiling.input_row : tiling.piece_steps * tiling.input_step;
  tiling.weight_stride = smaller(tiling.weight_row, tiling.piece_steps * tiling.weight_step);
  return tiling;
}

/// The tilings of a model's few shapes, so that a step does not work them out again for every layer.
class Tilings {
 public:
  const Tiling& of(const abi::Op& op, uint64_t rows, uint64_t room) {
    for (Entry& entry : entries_) {
      if (entry.tiling.rows == rows && entry.tiling.columns == op.weight.rows &&
          entry.tiling.depth == op.weight.columns && entry.room == room && entry.input == op.input.format &&
          entry.weight == op.weight.format)
        return entry.tiling;
    }
    Entry& entry = entries_[next_];
    next_ = next_ + 1 == kEntries ? 0 : next_ + 1;
    entry = {tile_product(op, rows, room), room, op.input.format, op.weight.format};
    return entry.tiling;
  }

 private:
  static constexpr uint64_t kEntries = 12;
  struct Entry {
    Tiling tiling;
    uint64_t room;
    num::Format input, weight;
  };
  Entry entries_[kEntries];
  uint64_t next_;
};
Tilings tilings;

/// One piece of one item, and where it lies in the matrices.
struct Piece {
  uint64_t row, row_count, column, column_count;
  uint64_t step, steps;  ///< of K
  uint64_t depth_count;  ///< elements of K

  bool first() const { return step == 0; }
  bool last(const Tiling& tiling) const { return step + steps == tiling.steps; }
  /// The same item or one further on: sets the counts.
  void bound(const Tiling& tiling) {
    row_count = smaller(tiling.group_rows, tiling.rows - row);
    column_count = smaller(tiling.column_block, tiling.columns - column);
    steps = smaller(tiling.piece_steps, tiling.steps - step);
    depth_count = smaller(steps * tiling.step, tiling.depth - step * tiling.step);
  }
  /// Goes on to the next piece: depth first, then columns, then rows.
  void advance(const Tiling& tiling) {
    step += tiling.piece_steps;
    if (step >= tiling.steps) {
      step = 0;
      column += tiling.column_block;
    }
    if (column >= tiling.columns) {
      column = 0;
      row += tiling.group_rows;
    }
    bound(tiling);
  }
};

Piece first_piece(const Tiling& tiling, uint64_t item) {
  Piece piece{};
  const uint64_t group = tiling.groups == 1 ? 0 : item / tiling.column_blocks;  // a hart divides slowly
  piece.row = group * tiling.group_rows;
  piece.column = (item - group * tiling.column_blocks) * tiling.column_block;
  piece.bound(tiling);
  return piece;
}

class Product {
 public:
  Product(const abi::Op& op, const Rows& rows, const Tiling& tiling, Arena& arena)
      : op_(op), rows_(rows), tiling_(tiling) {
    const uint64_t input_bytes = tiling.group_rows * tiling.input_stride;
    inputs_[0] = inputs_[1] = arena.take<uint8_t>(input_bytes);
    if (!tiling.resident) inputs_[1] = arena.take<uint8_t>(input_bytes);
    for (auto& panel : weights_) panel = arena.take<uint8_t>(tiling.column_block * tiling.weight_stride);
    output_bytes_ = output_bytes(tiling);
    outputs_ = arena.take<uint8_t>(tiling.outputs * output_bytes_);
    if (op.flags & abi::kAccumulate) {
      residuals_ = arena.take<float>(tiling.group_rows * tiling.column_block);
    }
    if (op.bias.rows != 0) biases_ = arena.take<float>(tiling.column_block);
    device::tset_format(num::format_operand(op.input.format, op.weight.format, num::Format::kFp32));
    device::tset_stride(tiling.input_stride, tiling.weight_stride);
  }

  void run(const Share& items) {
    const uint64_t stages = (items.end - items.begin) * tiling_.pieces;
    // Panels are asked for as early as their half is free; a group's resident input not before the last
    // group's products have been started.
    const uint64_t early = tiling_.resident && tiling_.groups > 1 ? 1 : 2;
    Piece piece = first_piece(tiling_, items.begin), ahead = piece;
    Ticket arrived[2];
    for (uint64_t stage = 0; stage < smaller(early, stages); ++stage) {
      if (stage != 0) ahead.advance(tiling_);
      arrived[stage] = load_panels(ahead, stage & 1);
    }
    for (uint64_t stage = 0; stage < stages; ++stage) {
      wait_load(arrived[stage & 1]);
      multiply(piece, stage & 1);
      // The other half is free: the engine was done with it at the last stage's end.
      if (early == 1 && stage + 1 < stages) load_next(ahead, stage + 1, arrived);
      if (piece.last(tiling_)) drain(piece);
      device::tfence();
      if (early == 2 && stage + 2 < stages) load_next(ahead, stage + 2, arrived);
      piece.advance(tiling_);
    }
  }

 private:
  void load_next(Piece& ahead, uint64_t stage, Ticket (&arrived)[2]) {
    ahead.advance(tiling_);
    arrived[stage & 1] = load_panels(ahead, stage & 1);
  }

  /// Bytes of a row's piece.
  static uint64_t bytes_of(const Piece& piece, uint64_t step_bytes, uint64_t row) {
    return smaller(piece.steps * step_bytes, row - piece.step * step_bytes);
  }

  Ticket load_panels(const Piece& piece, unsigned half) {
    if (!tiling_.resident) {
      load_input(piece, piece.step * tiling_.input_step,
                 bytes_of(piece, tiling_.input_step, tiling_.input_row), half);
    } else if (resident_row_ != piece.row) {
      device::tfence();  // the engine may still read the last group's
      resident_row_ = piece.row;
      load_input(piece, 0, tiling_.input_row, half);
    }
    const abi::TensorRef& weight = op_.weight;
    return load_rows(weights_[half], tiling_.weight_stride,
                     weight.address + piece.column * weight.row_stride + piece.step * tiling_.weight_step,
                     weight.row_stride, bytes_of(piece, tiling_.weight_step, tiling_.weight_row),
                     piece.column_count);
  }

  void load_input(const Piece& piece, uint64_t before, uint64_t bytes, unsigned half) {
    const uint64_t row = rows_.first_input + piece.row;
    load_rows(inputs_[half], tiling_.input_stride, op_.input.address + row * op_.input.row_stride + before,
              op_.input.row_stride, bytes, piece.row_count);
  }

  /// Calls function.operator()<set>(first row) for each row block of the piece's group, with the
  /// engine's shape set for it.
  template <typename Function>
  void each_block(const Piece& piece, Function function) {
    for (uint64_t block = 0, row = 0; row < piece.row_count; ++block, row += tiling_.row_block) {
      const uint64_t count = smaller(tiling_.row_block, piece.row_count - row);
      device::tset_shape(count | piece.column_count << 16, piece.depth_count);
      with_set(block, [&]<unsigned Set>() { function.template operator()<Set>(row); });
    }
  }

  void multiply(const Piece& piece, unsigned half) {
    const uint64_t before = tiling_.resident ? piece.step * tiling_.input_step : 0;
    const uint64_t input = address_of(inputs_[half]) + before, weights = address_of(weights_[half]);
    each_block(piece, [&]<unsigned Set>(uint64_t row) {
      if (piece.first()) device::tclear<Set>();
      device::tmma<Set>(input + row * tiling_.input_stride, weights);
    });
  }

  /// Brings an item's sums to DRAM.
  void drain(const Piece& piece) {
    const abi::TensorRef& output = op_.output;
    const uint64_t bytes = piece.column_count * sizeof(float);
    const uint64_t address = output.address + piece.row * output.row_stride + piece.column * sizeof(float);
    auto* sums = reinterpret_cast<float*>(outputs_ + slot_ * output_bytes_);
    stored_[slot_].wait();
    each_block(piece, [&]<unsigned Set>(uint64_t row) {
      device::tstore<Set>(address_of(sums) + row * bytes, bytes);
    });
    Ticket arrived{};
    if (residuals_ != nullptr) {
      arrived = load_rows(residuals_, bytes, address, output.row_stride, bytes, piece.row_count);
    }
    if (biases_ != nullptr) arrived = load(biases_, op_.bias.address + piece.column * sizeof(float), bytes);
    device::tfence();
    if (residuals_ != nullptr || biases_ != nullptr) wait_load(arrived);
    if (biases_ != nullptr) {
      for (uint64_t row = 0; row < piece.row_count; ++row)
        add_to(sums + row * piece.column_count, biases_, piece.column_count);
    }
    if (residuals_ != nullptr) add_to(sums, residuals_, piece.row_count * piece.column_count);
    stored_[slot_] = store_rows(address, output.row_stride, sums, bytes, bytes, piece.row_count);
    slot_ = slot_ + 1 == tiling_.outputs ? 0 : slot_ + 1;
  }

  const abi::Op& op_;
  const Rows& rows_;
  const Tiling& tiling_;
  uint8_t* inputs_[2];  ///< the same where the input is resident
  uint8_t* weights_[2];
  uint64_t resident_row_ = UINT64_MAX;
  uint8_t* outputs_;                   ///< tiling_.outputs buffers, one after the other
  uint64_t output_bytes_;              ///< of each
  PendingStore stored_[kMostOutputs];  ///< from outputs_
  uint64_t slot_ = 0;
  float* residuals_ = nullptr;  ///< of kAccumulate
  float* biases_ = nullptr;     ///< of an operator with a bias
};

}  // namespace

void matmul(const abi::Op& op, const Step& step) {
  const Rows rows = rows_of(op, step);
  if (team_matmul(op, rows)) return;
  Arena arena;
  const Tiling& tiling = tilings.of(op, rows.count, arena.left());
  const Share items = share_of(tiling.groups * tiling.column_blocks);
  if (items.begin == items.end) return;
  Product(op, rows, tiling, arena).run(items);
}

}  // namespace areia::kernels
