// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kExpertMatmul: for every row and each expert that was picked for it, that expert's matrix times the row (or
// times the row's part for that expert), plus the expert's bias.
//
// The work is cut into items of (expert that any row picked, block of columns); tiles take consecutive items.
// An item gathers its expert's rows, in groups of as many row blocks as accumulator sets may be used, so that
// the expert's weights are loaded once for all of them; runs through K in pieces; and scatters the sums to
// where each row keeps that expert's part. While the engine multiplies a piece, DMA loads the next one, of
// the next item too. As in kMatmul, every element is one chain of fma with k ascending on any chip.
#include "sw/kernels/device.h"
#include "sw/kernels/tensor.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

/// Fewer columns than this are not worth a tile of their own: 64 bytes of output.
constexpr uint64_t kLeastColumns = 16;
/// A panel of weights needs to be no larger for DMA to be efficient.
constexpr uint64_t kMostPanelBytes = 128 * 1024;
/// What aligning the buffers may take.
constexpr uint64_t kAlignmentLoss = 64 * 8;

/// A row and which of its experts is meant.
struct Pair {
  uint32_t row, slot;
};

/// The picks of a step's rows, or of as many rows as a quarter of the scratchpad holds, sorted by expert.
class Picks {
 public:
  Picks(const abi::Op& op, const Rows& rows, Arena& arena) : op_(op), rows_(rows) {
    const uint64_t used = op.experts_used;
    experts_ = arena.take<uint32_t>(op.experts);
    ends_ = arena.take<uint32_t>(op.experts);
    most_rows_ = arena.left() / 4 / (used * (sizeof(abi::PickedExpert) + sizeof(Pair)));
    most_rows_ = smaller(larger<uint64_t>(1, most_rows_), rows.count);
    picked_ = arena.take<abi::PickedExpert>(most_rows_ * used);
    pairs_ = arena.take<Pair>(most_rows_ * used);
  }

  /// Brings the picks of the rows from `first` here; returns how many rows those are.
  uint64_t load_from(uint64_t first) {
    const uint64_t count = smaller(most_rows_, rows_.count - first);
    const uint64_t bytes = op_.experts_used * sizeof *picked_, stride = op_.second.row_stride;
    wait_load(load_rows(picked_, bytes, op_.second.address + (rows_.first_input + first) * stride, stride,
                        bytes, count));
    list_experts(count * op_.experts_used);
    for (uint64_t row = 0; row < count; ++row) {
      for (uint32_t slot = 0; slot < op_.experts_used; ++slot) {
        const uint32_t expert = picked_[row * op_.experts_used + slot].expert;
        pairs_[ends_[expert]++] = {static_cast<uint32_t>(first + row), slot};
      }
    }
    return count;
  }

  /// How many experts any row picked, and which.
  uint64_t active() const { return active_; }
  uint64_t expert(uint64_t index) const { return experts_[index]; }
  /// The pairs of the index-th of them.
  uint64_t begin(uint64_t index) const { return index == 0 ? 0 : ends_[experts_[index - 1]]; }
  uint64_t end(uint64_t index) const { return ends_[experts_[index]]; }
  const Pair& pair(uint64_t index) const { return pairs_[index]; }
  /// The most pairs of one expert.
  uint64_t most_pairs() const { return most_pairs_; }

 private:
  /// Lists the experts of the first `count` picks, ascending, and sets where their pairs begin.
  void list_experts(uint64_t count) {
    __builtin_memset(ends_, 0, op_.experts * sizeof *ends_);
    for (uint64_t i = 0; i < count; ++i) ++ends_[picked_[i].expert];
    active_ = most_pairs_ = 0;
    uint32_t begin = 0;
    for (uint32_t expert = 0; expert < op_.experts; ++expert) {
      const uint32_t pairs = ends_[expert];
      ends_[expert] = begin;
      begin += pairs;
      most_pairs_ = larger<uint64_t>(most_pairs_, pairs);
      if (pairs != 0) experts_[active_++] = expert;
    }
  }

  const abi::Op& op_;
  const Rows& rows_;
  uint64_t most_rows_;
  abi::PickedExpert* picked_;  ///< [row][slot]
  uint32_t* experts_;          ///< those that any row picked
  uint32_t* ends_;             ///< of each expert's pairs, behind those of the experts before
  Pair* pairs_;
  uint64_t active_ = 0, most_pairs_ = 0;
};

/// How the products are cut for this chip.
struct Cut {
  uint64_t columns, depth;           ///< of an expert's matrix: N, K
  uint64_t step;                     ///< elements: whole blocks of both formats
  uint64_t input_step, weight_step;  ///< bytes of a step of a row
  uint64_t row_block, blocks, column_block;
  uint64_t depth_piece;  ///< elements of K at a time, whole steps where it is not all of K
  bool resident;         ///< the input of a group stays in the scratchpad, all of K

  uint64_t group_rows() const { return row_block * blocks; }
  uint64_t column_blocks() const { return divide_up(columns, column_block); }
  uint64_t step_bytes() const { return group_rows() * input_step + column_block * weight_step; }
  uint64_t output_bytes() const { return group_rows() * column_block * sizeof(float); }
};

/// Cuts K: all of the input stays if it takes at most half of the room that sums leave.
void cut_depth(Cut& cut, uint64_t room) {
  room -= cut.output_bytes() + cut.column_block * sizeof(float);
  const uint64_t steps = divide_up(cut.depth, cut.step);
  const uint64_t input_bytes = cut.group_rows() * steps * cut.input_step;
  cut.resident = input_bytes <= room / 2;
  const uint64_t most_steps =
      cut.resident ? smaller((room - input_bytes) / 2, kMostPanelBytes) / (cut.column_block * cut.weight_step)
                   : room / 2 / cut.step_bytes();
  const uint64_t pieces = divide_up(steps, larger<uint64_t>(most_steps, 1));
  cut.depth_piece = smaller(divide_up(steps, pieces) * cut.step, cut.depth);
}

Cut cut_products(const abi::Op& op, const Picks& picks, uint64_t room) {
  Cut cut{};
  cut.columns = op.weight.rows / op.experts;
  cut.depth = op.weight.columns;
  cut.step = larger<uint64_t>(
      num::kBlockElements, larger(num::unit_elements(op.input.format), num::unit_elements(op.weight.format)));
  cut.input_step = num::row_bytes(op.input.format, cut.step);
  cut.weight_step = num::row_bytes(op.weight.format, cut.step);
  cut.row_block = smaller<uint64_t>(launch->tensor_rows, picks.most_pairs());
  cut.blocks = smaller(smaller<uint64_t>(launch->accumulator_sets, kMostBlocks),
                       divide_up(picks.most_pairs(), cut.row_block));
  const uint64_t even = round_up(divide_up(cut.columns * picks.active(), launch->tile_count), kLeastColumns);
  cut.column_block = smaller(smaller<uint64_t>(cut.columns, launch->tensor_columns), even);
  room -= kAlignmentLoss;
  while (cut.output_bytes() > room / 4 || 2 * cut.step_bytes() > room / 4) {
    if (cut.blocks > 1) {
      --cut.blocks;
    } else {
      uint64_t& larger_block = cut.row_block > cut.column_block ? cut.row_block : cut.column_block;
      larger_block = divide_up(larger_block, 2);
    }
  }
  cut_depth(cut, room);
  return cut;
}

/// One piece of one item.
struct Piece {
  uint64_t expert;  ///< its index among those picked
  uint64_t column, column_count;
  uint64_t pair, pair_count;  ///< those of the group
  uint64_t depth, depth_count;

  bool last(const Cut& cut) const { return depth + depth_count == cut.depth; }
  void bound(const Cut& cut, const Picks& picks) {
    column_count = smaller(cut.column_block, cut.columns - column);
    pair_count = smaller(cut.group_rows(), picks.end(expert) - pair);
    depth_count = smaller(cut.depth_piece, cut.depth - depth);
  }
  /// Goes on to the next piece: depth first, then groups, then columns, then experts; false behind the last
  /// of all.
  bool advance(const Cut& cut, const Picks& picks) {
    depth += cut.depth_piece;
    if (depth >= cut.depth) {
      depth = 0;
      pair += cut.group_rows();
      if (pair >= picks.end(expert)) {
        column += cut.column_block;
        if (column >= cut.columns) {
          column = 0;
          if (++expert == picks.active()) return false;
        }
        pair = picks.begin(expert);
      }
    }
    bound(cut, picks);
    return true;
  }
  uint64_t item(const Cut& cut) const { return expert * cut.column_blocks() + column / cut.column_block; }
};

class ExpertProduct {
 public:
  ExpertProduct(const abi::Op& op, const Rows& rows, const Picks& picks, const Cut& cut, Arena arena)
      : op_(op), rows_(rows), picks_(picks), cut_(cut) {
    shared_input_ = op.input.columns == op.weight.columns;
    input_row_ = num::row_bytes(op.input.format, cut.depth);
    weight_row_ = num::row_bytes(op.weight.format, cut.depth);
    const uint64_t steps = divide_up(cut.depth_piece, cut.step);
    input_stride_ = cut.resident ? input_row_ : smaller(input_row_, steps * cut.input_step);
    weight_stride_ = smaller(weight_row_, steps * cut.weight_step);
    inputs_[0] = inputs_[1] = arena.take<uint8_t>(cut.group_rows() * input_stride_);
    if (!cut.resident) inputs_[1] = arena.take<uint8_t>(cut.group_rows() * input_stride_);
    for (auto& panel : weights_) panel = arena.take<uint8_t>(cut.column_block * weight_stride_);
    sums_ = arena.take<float>(cut.group_rows() * cut.column_block);
    if (op.bias.rows != 0) biases_ = arena.take<float>(cut.column_block);
    device::tset_format(num::format_operand(op.input.format, op.weight.format, num::Format::kFp32));
    device::tset_stride(input_stride_, weight_stride_);
  }

  void run(const Share& items) {
    Piece piece{};
    piece.expert = items.begin / cut_.column_blocks();
    piece.column = items.begin % cut_.column_blocks() * cut_.column_block;
    piece.pair = picks_.begin(piece.expert);
    piece.bound(cut_, picks_);
    Piece next = piece;
    Ticket arrived = load_panels(piece, 0), next_arrived = arrived;
    bool more = true;
    for (unsigned half = 0; more; half ^= 1) {
      wait_load(arrived);
      multiply(piece, half);
      more = next.advance(cut_, picks_) && next.item(cut_) < items.end;
      if (more) next_arrived = load_panels(next, half ^ 1);
      if (piece.last(cut_)) drain(piece);
      device::tfence();
      piece = next;
      arrived = next_arrived;
    }
  }

 private:
  /// Bytes of a row before the piece; bytes of the piece. Pieces begin at whole steps.
  uint64_t bytes_before(const Piece& piece, uint64_t step_bytes) const {
    return piece.depth / cut_.step * step_bytes;
  }
  uint64_t bytes_of(const Piece& piece, uint64_t step_bytes, uint64_t row) const {
    return smaller(divide_up(piece.depth_count, cut_.step) * step_bytes,
                   row - bytes_before(piece, step_bytes));
  }

  Ticket load_panels(const Piece& piece, unsigned half) {
    if (!cut_.resident) {
      load_inputs(piece, bytes_before(piece, cut_.input_step), bytes_of(piece, cut_.input_step, input_row_),
                  half);
    } else if (resident_pair_ != piece.pair) {
      device::tfence();  // the engine may still read the last group's
      resident_pair_ = piece.pair;
      load_inputs(piece, 0, input_row_, half);
    }
    const abi::TensorRef& weight = op_.weight;
    const uint64_t first = picks_.expert(piece.expert) * cut_.columns + piece.column;
    return load_rows(weights_[half], weight_stride_,
                     weight.address + first * weight.row_stride + bytes_before(piece, cut_.weight_step),
                     weight.row_stride, bytes_of(piece, cut_.weight_step, weight_row_), piece.column_count);
  }

  void load_inputs(const Piece& piece, uint64_t before, uint64_t bytes, unsigned half) {
    for (uint64_t i = 0; i < piece.pair_count; ++i) {
      const Pair& pair = picks_.pair(piece.pair + i);
      const uint64_t row = op_.input.address + (rows_.first_input + pair.row) * op_.input.row_stride;
      load(inputs_[half] + i * input_stride_, row + (shared_input_ ? 0 : pair.slot * input_row_) + before,
           bytes);
    }
  }

  /// Calls function.operator()<set>(first row) for each row block of the piece's group, with the engine's
  /// shape set for it.
  template <typename Function>
  void each_block(const Piece& piece, Function function) {
    for (uint64_t block = 0, row = 0; row < piece.pair_count; ++block, row += cut_.row_block) {
      const uint64_t count = smaller(cut_.row_block, piece.pair_count - row);
      device::tset_shape(count | piece.column_count << 16, piece.depth_count);
      with_set(block, [&]<unsigned Set>() { function.template operator()<Set>(row); });
    }
  }

  void multiply(const Piece& piece, unsigned half) {
    const uint64_t before = cut_.resident ? bytes_before(piece, cut_.input_step) : 0;
    const uint64_t input = address_of(inputs_[half]) + before, weights = address_of(weights_[half]);
    each_block(piece, [&]<unsigned Set>(uint64_t row) {
      if (piece.depth == 0) device::tclear<Set>();
      device::tmma<Set>(input + row * input_stride_, weights);
    });
  }

  /// Brings a group's sums to DRAM.
  void drain(const Piece& piece) {
    const uint64_t bytes = piece.column_count * sizeof(float);
    stored_.wait();
    each_block(piece, [&]<unsigned Set>(uint64_t row) {
      device::tstore<Set>(address_of(sums_) + row * bytes, bytes);
    });
    if (biases_ != nullptr) {
      const uint64_t expert = picks_.expert(piece.expert);
      wait_load(load(biases_, op_.bias.address + expert * op_.bias.row_stride + piece.column * sizeof(float),
                     bytes));
    }
    device::tfence();
    for (uint64_t i = 0; i < piece.pair_count; ++i) {
      float* sum = sums_ + i * piece.column_count;
      if (biases_ != nullptr) add_to(sum, biases_, piece.column_count);
      const Pair& pair = picks_.pair(piece.pair + i);
      stored_ = store(op_.output.address + pair.row * op_.output.row_stride +
                          (pair.slot * cut_.columns + piece.column) * sizeof(float),
                      sum, bytes);
    }
  }

  const abi::Op& op_;
  const Rows& rows_;
  const Picks& picks_;
  const Cut& cut_;
  bool shared_input_;                      ///< a row's experts multiply the same input
  uint64_t input_row_, weight_row_;        ///< bytes of a whole row
  uint64_t input_stride_, weight_stride_;  ///< bytes from row to row of the panels
  uint8_t* inputs_[2];                     ///< the same where the input is resident
  uint8_t* weights_[2];
  uint64_t resident_pair_ = UINT64_MAX;  ///< the first of the group whose input is here
  float* sums_;
  float* biases_ = nullptr;
  PendingStore stored_;  ///< from sums_
};

}  // namespace

void expert_matmul(const abi::Op& op, const Step& step) {
  const Rows rows = rows_of(op, step);
  Arena arena;
  Picks picks(op, rows, arena);
  for (uint64_t row = 0; row < rows.count;) {
    row += picks.load_from(row);
    const Cut cut = cut_products(op, picks, arena.left());
    const Share items = share_of(picks.active() * cut.column_blocks());
    if (items.begin != items.end) ExpertProduct(op, rows, picks, cut, arena).run(items);
    wait_stores();
  }
}

}  // namespace areia::kernels
