// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// How a product of many rows is cut among teams of tiles (team_matmul.cpp, which alone includes this and has
// it inlined, hence the unnamed namespace): blocks of output, heights of strips, pieces of K, slots of the
// ring. All tiles find the same cut.
#pragma once

#include "sw/kernels/device.h"
#include "sw/kernels/tensor.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

/// The ring: three slots are what the order of a stage's steps needs; more than six gain nothing.
constexpr uint64_t kLeastRingSlots = 3, kMostRingSlots = 6;
/// A run of a row that DRAM and DMA move well: 512 to 2048 were tried on GEMMs of 4096.
constexpr uint64_t kGoodRunBytes = 512;
constexpr uint64_t kAlignmentLoss = 64 * (2 * kMostRingSlots + 4);

/// How a product is cut. Counts of rows and columns are elements of the output.
struct TeamCut {
  uint64_t rows, columns, depth;               ///< M, N, K
  uint64_t step, input_step, weight_step;      ///< elements; bytes of a step of a row
  uint64_t input_row, weight_row;              ///< bytes of a whole row
  uint64_t steps, piece_steps, pieces;         ///< of K
  uint64_t input_stride, weight_stride;        ///< bytes from row to row in a slot
  uint64_t height, row_blocks, column_blocks;  ///< of a team's strip; of a tile's block of output
  uint64_t slots;

  uint64_t group_rows() const { return row_blocks * launch->tensor_rows; }
  uint64_t group_columns() const { return column_blocks * launch->tensor_columns; }
  uint64_t round_rows() const { return height * group_rows(); }
  uint64_t round_columns() const { return launch->tile_count / height * group_columns(); }
  uint64_t column_rounds() const { return divide_up(columns, round_columns()); }
  uint64_t rounds() const { return divide_up(rows, round_rows()) * column_rounds(); }
  uint64_t output_bytes() const { return round_up(group_rows() * group_columns() * sizeof(float), 64); }
  uint64_t slot_input_bytes() const { return round_up(group_rows() * input_stride, 64); }
  uint64_t slot_bytes() const { return slot_input_bytes() + round_up(group_columns() * weight_stride, 64); }
};

/// Quarter cycles that the array takes for a step of K, at the rates of the chips that we ship.
uint64_t array_time(const abi::Op& op, uint64_t step) {
  if (num::is_block(op.weight.format) || op.weight.format == num::Format::kInt8) return 2 * step;
  return op.weight.format == num::Format::kFp32 || op.input.format == num::Format::kFp32 ? 16 * step
                                                                                         : 4 * step;
}

/// What blocks of output cost, for one height of the strips. About cycles, times 4 * rows of the array *
/// tiles: a port brings two bytes a cycle and row of the array, DRAM half a byte a tile and row, as in the
/// chips that we ship. A hart divides slowly, so what can be is worked out once.
class TeamEstimate {
 public:
  TeamEstimate(const TeamCut& cut, uint64_t array_step, uint64_t blocks)
      : blocks_(blocks), steps_(cut.steps) {
    const uint64_t tiles = launch->tile_count, strips = launch->rows / cut.height;
    const uint64_t input = launch->tensor_rows * cut.input_step;
    const uint64_t weight = launch->tensor_columns * cut.weight_step;
    array_ = array_step * launch->tensor_rows * tiles;
    input_dram_ = input * launch->rows;  // a tile's part * tiles
    weight_dram_ = weight * launch->columns * strips;
    input_port_ = input * tiles + input_dram_;
    weight_port_ = weight * tiles + weight_dram_;
    drain_ = 8 * tiles * launch->tensor_rows * launch->tensor_columns * sizeof(float);
    count_rounds(row_rounds_, cut.rows, cut.height * launch->tensor_rows);
    count_rounds(column_rounds_, cut.columns, strips * launch->columns * launch->tensor_columns);
  }

  /// The fewest blocks that need no more rounds than so many.
  uint64_t least_row_blocks(uint64_t blocks) const { return least(row_rounds_, blocks); }
  uint64_t least_column_blocks(uint64_t blocks) const { return least(column_rounds_, blocks); }

  /// The slowest of array, port and DRAM, more where the port is busier, and the drain of the last rows.
  uint64_t time_of(uint64_t row_blocks, uint64_t column_blocks) const {
    const uint64_t port = row_blocks * input_port_ + column_blocks * weight_port_;
    const uint64_t dram = row_blocks * input_dram_ + column_blocks * weight_dram_;
    const uint64_t stage = larger(row_blocks * column_blocks * array_, larger(2 * port, 8 * dram)) + port / 4;
    return row_rounds_[row_blocks - 1] * column_rounds_[column_blocks - 1] * steps_ * stage +
           column_blocks * drain_;
  }

  /// Whether the array is never without work, and the port far from busy: no other height does better.
  bool ideal(uint64_t row_blocks, uint64_t column_blocks) const {
    const uint64_t port = row_blocks * input_port_ + column_blocks * weight_port_;
    return row_rounds_[row_blocks - 1] * row_blocks * column_rounds_[column_blocks - 1] * column_blocks ==
               blocks_ &&
           row_blocks * column_blocks * array_ >= 2 * port + port / 2;
  }

 private:
  static void count_rounds(uint64_t (&rounds)[kMostBlocks], uint64_t elements, uint64_t block) {
    for (uint64_t blocks = 1; blocks <= kMostBlocks; ++blocks) {
      uint64_t& now = rounds[blocks - 1];
      if (blocks % 2 == 0) {
        now = (rounds[blocks / 2 - 1] + 1) / 2;
      } else {
        now = blocks > 1 && rounds[blocks - 2] == 1 ? 1 : divide_up(elements, block * blocks);
      }
    }
  }
  static uint64_t least(const uint64_t (&rounds)[kMostBlocks], uint64_t blocks) {
    while (blocks > 1 && rounds[blocks - 2] == rounds[blocks - 1]) --blocks;
    return blocks;
  }

  uint64_t blocks_;  ///< of the array's size, a tile's share of the whole output
  uint64_t steps_, array_, input_dram_, weight_dram_, input_port_, weight_port_, drain_;
  uint64_t row_rounds_[kMostBlocks], column_rounds_[kMostBlocks];
};

/// Bytes that are left for slots by one output and what it needs besides.
uint64_t room_for_slots(const TeamCut& cut, const abi::Op& op, uint64_t room) {
  const uint64_t outputs = op.flags & abi::kAccumulate ? 2 : 1;
  const uint64_t taken =
      outputs * cut.output_bytes() + cut.group_columns() * sizeof(float) /* a bias */ + kAlignmentLoss;
  return room > taken ? room - taken : 0;
}

uint64_t step_bytes(const TeamCut& cut) {
  return cut.group_rows() * cut.input_step + cut.group_columns() * cut.weight_step;
}

/// Cuts K: pieces of a power of two steps, whose rows the banks serve evenly.
void cut_depth(TeamCut& cut, uint64_t room) {
  const uint64_t most = room / (kLeastRingSlots * step_bytes(cut));
  const uint64_t good = divide_up(kGoodRunBytes, larger(cut.input_step, cut.weight_step));
  cut.piece_steps = 1;
  while (cut.piece_steps < cut.steps && 2 * cut.piece_steps <= smaller(most, good)) cut.piece_steps *= 2;
  cut.pieces = divide_up(cut.steps, cut.piece_steps);
  cut.input_stride = cut.piece_steps * cut.input_step;
  cut.weight_stride = cut.piece_steps * cut.weight_step;
  cut.slots = smaller(room / (cut.piece_steps * step_bytes(cut)), kMostRingSlots);
}

/// The fastest cut that fits; its `slots` are 0 where none does.
TeamCut cut_product(const abi::Op& op, uint64_t rows, uint64_t room) {
  TeamCut cut{}, best{};
  cut.rows = rows;
  cut.columns = op.weight.rows;
  cut.depth = op.weight.columns;
  cut.step = larger<uint64_t>(
      num::kBlockElements, larger(num::unit_elements(op.input.format), num::unit_elements(op.weight.format)));
  cut.input_step = num::row_bytes(op.input.format, cut.step);
  cut.weight_step = num::row_bytes(op.weight.format, cut.step);
  cut.input_row = num::row_bytes(op.input.format, cut.depth);
  cut.weight_row = num::row_bytes(op.weight.format, cut.depth);
  cut.steps = divide_up(cut.depth, cut.step);
  const uint64_t sets = smaller<uint64_t>(launch->accumulator_sets, kMostBlocks);
  const uint64_t array_step = array_time(op, cut.step);
  const uint64_t blocks = divide_up(rows, launch->tensor_rows) *
                          divide_up(cut.columns, launch->tensor_columns) / launch->tile_count;
  uint64_t least = UINT64_MAX;
  bool ideal = false;
  for (cut.height = launch->rows; cut.height > 0 && !ideal; --cut.height) {
    if (launch->rows % cut.height != 0) continue;
    const TeamEstimate estimate(cut, array_step, blocks);
    for (uint64_t rows_left = sets; rows_left > 0; rows_left = cut.row_blocks - 1) {
      cut.row_blocks = estimate.least_row_blocks(rows_left);
      for (uint64_t left = sets / cut.row_blocks; left > 0; left = cut.column_blocks - 1) {
        cut.column_blocks = estimate.least_column_blocks(left);
        const uint64_t time = estimate.time_of(cut.row_blocks, cut.column_blocks);
        if (time >= least) break;
        if (kLeastRingSlots * step_bytes(cut) > room_for_slots(cut, op, room)) continue;
        best = cut;
        least = time;
        ideal = estimate.ideal(cut.row_blocks, cut.column_blocks);
      }
    }
  }
  if (best.height != 0) cut_depth(best, room_for_slots(best, op, room));
  return best;
}

/// The cuts of a model's few shapes.
class TeamCuts {
 public:
  const TeamCut& of(const abi::Op& op, uint64_t rows, uint64_t room) {
    const bool adds = op.flags & abi::kAccumulate;
    for (Entry& entry : entries_) {
      if (entry.rows == rows && entry.columns == op.weight.rows && entry.depth == op.weight.columns &&
          entry.room == room && entry.input == op.input.format && entry.weight == op.weight.format &&
          entry.adds == adds)
        return entry.cut;
    }
    Entry& entry = entries_[next_];
    next_ = next_ + 1 == kEntries ? 0 : next_ + 1;
    entry = {cut_product(op, rows, room),
             rows,
             op.weight.rows,
             op.weight.columns,
             room,
             op.input.format,
             op.weight.format,
             adds};
    return entry.cut;
  }

 private:
  static constexpr uint64_t kEntries = 12;
  struct Entry {
    TeamCut cut;
    uint64_t rows, columns, depth, room;
    num::Format input, weight;
    bool adds;
  };
  Entry entries_[kEntries];
  uint64_t next_;
};

}  // namespace
}  // namespace areia::kernels
