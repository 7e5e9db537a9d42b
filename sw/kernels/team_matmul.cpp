// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kMatmul for many rows on many tiles: teams of tiles share what they load.
//
// Every tile computes a block of output that fills its accumulator sets; K streams past it in pieces through
// a ring of slots. A round gives tile (x, y) row group y % height and column group x + columns * (y /
// height): the input of a row group is wanted by a whole row of the mesh, the weights of a column group by a
// strip of `height` tiles. Each member of such a team loads an equal part of a piece from DRAM and multicasts
// it to all of them, into the same slot everywhere. Two semaphores a slot keep them apart: `arrived` counts
// the parts, `freed` the neighbours that have multiplied what the slot held. As in matmul.cpp, accumulators
// stay in the engine over all of K: one chain of fma with k ascending.
//
// Every tile goes through the same stages, those without rows or columns of their own too.
#include "sw/kernels/device.h"
#include "sw/kernels/team_cut.h"
#include "sw/kernels/tensor.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

/// Columns of output that go to DRAM at once in the end: enough for a run that DRAM moves well.
constexpr uint64_t kTailColumns = 128;
/// Fewer rows are not worth sharing: a tile loads the input by itself.
constexpr uint64_t kFewRows = 12;

/// Posted by the multicasts of others; counters for ever.
volatile uint32_t arrived[kMostRingSlots], freed[kMostRingSlots];
/// Stages that this tile's engine is done with, and blocks' rows of the array that it has stored.
volatile uint32_t consumed, stored;
/// What the semaphores have been waited for so far.
uint32_t arrived_before[kMostRingSlots], freed_before[kMostRingSlots], consumed_before, stored_before;

abi::DmaDescriptor part_descriptor, free_descriptor;

TeamCuts cuts;

/// Where a tile's block of output lies, in a round.
struct Block {
  uint64_t row, row_count, column, column_count;
  bool empty() const { return row_count == 0 || column_count == 0; }
};

/// Rows and columns of a block, and the first of their accumulator sets.
struct Part {
  uint64_t row, rows, column, columns, set;
};

/// A stage: a piece of a round, and the slot that it goes through.
struct Stage {
  uint64_t number = 0, slot = 0, piece = 0, step = 0;
  uint64_t round_row = 0, round_column = 0;  ///< of all tiles' blocks the first
  Block block{};

  bool first() const { return piece == 0; }
  bool last(const TeamCut& cut) const { return piece + 1 == cut.pieces; }
};

/// A rectangle of tiles that share an operand, and which of them this one is.
struct Team {
  uint8_t first_column, first_row, last_column, last_row;
  uint64_t member, members;
  uint64_t begin = 0, end = 0;  ///< its part of the rows that are loaded

  void share(uint64_t rows) {
    begin = rows * member / members;
    end = rows * (member + 1) / members;
  }
};

/// Begins a descriptor for all of a team.
void address_team(abi::DmaDescriptor& descriptor, const Team& team) {
  descriptor.multicast = 1;
  descriptor.first_column = team.first_column;
  descriptor.first_row = team.first_row;
  descriptor.last_column = team.last_column;
  descriptor.last_row = team.last_row;
}

class TeamProduct {
 public:
  TeamProduct(const abi::Op& op, const Rows& rows, const TeamCut& cut, Arena& arena)
      : op_(op), rows_(rows), cut_(cut) {
    const uint64_t x = launch->tile % launch->columns, y = launch->tile / launch->columns;
    const uint64_t strip = y / cut.height;
    row_group_ = y % cut.height;
    column_group_ = x + launch->columns * strip;
    teams_[0] = {
        0, static_cast<uint8_t>(y), static_cast<uint8_t>(launch->columns - 1), static_cast<uint8_t>(y),
        x, launch->columns};
    teams_[1] = {static_cast<uint8_t>(x),
                 static_cast<uint8_t>(strip * cut.height),
                 static_cast<uint8_t>(x),
                 static_cast<uint8_t>((strip + 1) * cut.height - 1),
                 row_group_,
                 cut.height,
                 0,
                 0};
    posts_ = static_cast<uint32_t>(launch->columns + cut.height);
    stages_ = cut.rounds() * cut.pieces;
    round_columns_ = cut.round_columns();
    slot_bytes_ = cut.slot_bytes();
    slot_input_bytes_ = cut.slot_input_bytes();
    loading_.block = block_of(loading_);
    multiplying_ = finishing_ = loading_;
    slots_ = arena.take<uint8_t>(cut.slots * cut.slot_bytes());
    output_ = reinterpret_cast<float*>(arena.take<uint8_t>(cut.output_bytes()));
    if (op.flags & abi::kAccumulate)
      residuals_ = reinterpret_cast<float*>(arena.take<uint8_t>(cut.output_bytes()));
    if (op.bias.rows != 0) biases_ = arena.take<float>(cut.group_columns());
    set_channels();
    device::tset_format(num::format_operand(op.input.format, op.weight.format, num::Format::kFp32));
    device::tset_stride(cut.input_stride, cut.weight_stride);
  }

  void run() {
    while (loading_.number < smaller(cut_.slots, stages_)) load_next();
    // The last round's pieces that are loaded by then.
    const uint64_t tail = smaller(cut_.slots - 2, cut_.pieces);
    // A stage that ends a block needs the buffers of the block before.
    const bool early = cut_.pieces == 1;
    while (multiplying_.number + tail < stages_) {
      const uint64_t number = multiplying_.number;
      wait_arrived(multiplying_.slot);
      if (early && number >= 1) finish_next();
      multiply_next();
      if (!early && number >= 1) finish_next();
      // One stage later than this tile's own announcement: the others' have had time to come.
      if (number >= 2 && loading_.number < stages_) {
        wait_freed(loading_.slot);
        load_next();
      }
    }
    multiply_tail();
    consumed_before += static_cast<uint32_t>(stages_);
  }

 private:
  void set_channels() {
    const uint64_t channels = launch->dma_channels;
    input_channel_ = channels > 1 ? 1 : 0;
    weight_channel_ = channels > 3 ? 3 : input_channel_;
    free_channel_ = channels > 2 ? 2 : input_channel_;
  }

  uint8_t* input_of(const Stage& stage) const { return slots_ + stage.slot * slot_bytes_; }
  uint8_t* weights_of(const Stage& stage) const { return input_of(stage) + slot_input_bytes_; }

  Block block_of(const Stage& stage) const {
    Block block{};
    block.row = stage.round_row + row_group_ * cut_.group_rows();
    block.column = stage.round_column + column_group_ * cut_.group_columns();
    if (block.row < cut_.rows) block.row_count = smaller(cut_.group_rows(), cut_.rows - block.row);
    if (block.column < cut_.columns)
      block.column_count = smaller(cut_.group_columns(), cut_.columns - block.column);
    return block;
  }

  /// Goes on to the next stage: depth first, then columns, then rows.
  void advance(Stage& stage) const {
    ++stage.number;
    stage.slot = stage.slot + 1 == cut_.slots ? 0 : stage.slot + 1;
    ++stage.piece;
    stage.step += cut_.piece_steps;
    if (stage.piece < cut_.pieces) return;
    stage.piece = stage.step = 0;
    stage.round_column += round_columns_;
    if (stage.round_column >= cut_.columns) {
      stage.round_column = 0;
      stage.round_row += cut_.round_rows();
    }
    stage.block = block_of(stage);
  }

  /// Loads this tile's part of `count` rows, the first of them at `source`, for all of the team.
  void load_part(const Team& team, uint64_t source, uint64_t source_stride, uint64_t bytes,
                 uint8_t* destination, uint64_t stride, uint64_t slot, uint64_t channel) {
    const uint64_t begin = team.begin, end = team.end;
    abi::DmaDescriptor& part = part_descriptor;
    address_team(part, team);
    part.source = begin == end ? abi::kDramBase : source + begin * source_stride;
    part.destination = address_of(destination) - abi::kScratchpadBase + begin * stride;
    part.run_bytes = static_cast<uint32_t>(bytes);
    part.count[0] = static_cast<uint32_t>(end - begin);
    part.source_stride[0] = static_cast<int64_t>(source_stride);
    part.destination_stride[0] = static_cast<int64_t>(stride);
    part.semaphore = address_of(&arrived[slot]);
    device::dma_start(address_of(&part), channel);
  }

  /// Loads the next stage.
  void load_next() {
    const Stage& stage = loading_;
    const Block& block = stage.block;
    if (stage.first()) {
      teams_[0].share(block.row_count);
      teams_[1].share(block.column_count);
    }
    const uint64_t input_before = stage.step * cut_.input_step, weight_before = stage.step * cut_.weight_step;
    load_part(teams_[0],
              op_.input.address + (rows_.first_input + block.row) * op_.input.row_stride + input_before,
              op_.input.row_stride, smaller(cut_.input_stride, cut_.input_row - input_before),
              input_of(stage), cut_.input_stride, stage.slot, input_channel_);
    load_part(teams_[1], op_.weight.address + block.column * op_.weight.row_stride + weight_before,
              op_.weight.row_stride, smaller(cut_.weight_stride, cut_.weight_row - weight_before),
              weights_of(stage), cut_.weight_stride, stage.slot, weight_channel_);
    advance(loading_);
  }

  void wait_arrived(uint64_t slot) {
    arrived_before[slot] += posts_;
    device::sem_wait(address_of(&arrived[slot]), arrived_before[slot]);
  }

  void wait_freed(uint64_t slot) {
    freed_before[slot] += posts_;
    device::sem_wait(address_of(&freed[slot]), freed_before[slot]);
  }

  /// Tells all that write to this tile that the stage's slot may be written again.
  void announce_freed(uint64_t slot) {
    free_descriptor.semaphore = address_of(&freed[slot]);
    for (const Team& team : teams_) {
      address_team(free_descriptor, team);
      device::dma_start(address_of(&free_descriptor), free_channel_);
    }
  }

  /// Calls function(part) for each part of the block that is as high as the array, and so wide.
  template <typename Function>
  void each_part(const Block& block, uint64_t width, Function function) {
    if (block.empty()) return;
    const uint64_t sets = divide_up(width, launch->tensor_columns);
    uint64_t first_set = 0;
    for (uint64_t row = 0; row < block.row_count; row += launch->tensor_rows) {
      Part part{row, smaller<uint64_t>(launch->tensor_rows, block.row_count - row), 0, 0, first_set};
      for (; part.column < block.column_count; part.column += width, part.set += sets) {
        part.columns = smaller(width, block.column_count - part.column);
        function(part);
      }
      first_set += cut_.column_blocks;
    }
  }

  /// Calls function.operator()<set>(column) for each of the part's columns that a set begins with, with the
  /// engine's shape set for it.
  template <typename Function>
  void each_set(const Part& part, uint64_t depth, Function function) {
    uint64_t set = part.set;
    const uint64_t end = part.column + part.columns;
    for (uint64_t column = part.column; column < end; column += launch->tensor_columns) {
      const uint64_t columns = smaller<uint64_t>(launch->tensor_columns, end - column);
      device::tset_shape(part.rows | columns << 16, depth);
      with_set(set++, [&]<unsigned Set>() { function.template operator()<Set>(column); });
    }
  }

  uint64_t depth_of(const Stage& stage) const {
    return smaller(cut_.piece_steps * cut_.step, cut_.depth - stage.step * cut_.step);
  }

  void multiply(const Stage& stage, const Part& part) {
    const uint64_t input = address_of(input_of(stage)) + part.row * cut_.input_stride;
    const uint64_t weights = address_of(weights_of(stage));
    each_set(part, depth_of(stage), [&]<unsigned Set>(uint64_t column) {
      if (stage.first()) device::tclear<Set>();
      device::tmma<Set>(input, weights + column * cut_.weight_stride);
    });
  }

  /// A finished part goes to the scratchpad.
  void store(const Block& block, const Part& part) {
    const uint64_t bytes = block.column_count * sizeof(float);
    each_set(part, cut_.step, [&]<unsigned Set>(uint64_t column) {
      device::tstore<Set>(address_of(output_) + part.row * bytes + column * sizeof(float), bytes);
    });
    device::tpost(address_of(&stored), 1);
  }

  /// Queues a stage's commands, with those that bring a finished block to the scratchpad.
  void multiply_next() {
    const Stage& stage = multiplying_;
    const bool last = stage.last(cut_);
    if (last) prepare_output(stage.block);
    each_part(stage.block, stage.block.column_count, [&](const Part& part) {
      multiply(stage, part);
      if (last) store(stage.block, part);
    });
    device::tpost(address_of(&consumed), 1);
    advance(multiplying_);
  }

  /// The last pieces of the last round: a few sets finish one after the other, and go to DRAM while the
  /// engine is at the next.
  void multiply_tail() {
    const Stage begin = multiplying_;
    const Block block = begin.block;
    Part done{};
    each_part(block, round_up(kTailColumns, launch->tensor_columns), [&](const Part& part) {
      const bool first = done.rows == 0;
      for (multiplying_ = begin; multiplying_.number < stages_; advance(multiplying_)) {
        if (first) wait_arrived(multiplying_.slot);
        multiply(multiplying_, part);
      }
      if (first) {
        if (begin.number >= 1) finish_next();
        prepare_output(block);
      }
      store(block, part);
      if (!first) drain_part(block, done);
      done = part;
    });
    if (block.empty()) {
      for (; multiplying_.number < stages_; advance(multiplying_)) wait_arrived(multiplying_.slot);
      if (begin.number >= 1) finish_next();
    } else {
      drain_part(block, done);
    }
    device::tpost(address_of(&consumed), stages_ - begin.number);
    device::sem_wait(address_of(&consumed), consumed_before + static_cast<uint32_t>(stages_));
  }

  void prepare_output(const Block& block) {
    if (block.empty()) return;
    stored_.wait();
    load_addends(block);
  }

  uint64_t output_address(const Block& block) const {
    return op_.output.address + block.row * op_.output.row_stride + block.column * sizeof(float);
  }

  void load_addends(const Block& block) {
    const uint64_t bytes = block.column_count * sizeof(float);
    if (residuals_ != nullptr) {
      addends_ =
          load_rows(residuals_, bytes, output_address(block), op_.output.row_stride, bytes, block.row_count);
    }
    if (biases_ != nullptr) addends_ = load(biases_, op_.bias.address + block.column * sizeof(float), bytes);
  }

  /// Brings a finished block to DRAM; waits for a stage's commands and hands its slot back.
  void finish_next() {
    const Stage& stage = finishing_;
    if (stage.last(cut_)) drain(stage.block);
    device::sem_wait(address_of(&consumed), consumed_before + static_cast<uint32_t>(stage.number + 1));
    if (stage.number + cut_.slots < stages_) announce_freed(stage.slot);
    advance(finishing_);
  }

  void drain(const Block& block) {
    each_part(block, block.column_count, [&](const Part& part) { drain_part(block, part); });
  }

  /// Brings a part of the block to DRAM when the engine has stored it.
  void drain_part(const Block& block, const Part& part) {
    if (residuals_ != nullptr || biases_ != nullptr) wait_load(addends_);
    device::sem_wait(address_of(&stored), ++stored_before);
    const uint64_t first = part.row * block.column_count + part.column,
                   bytes = block.column_count * sizeof(float);
    float* sums = output_ + first;
    if (biases_ != nullptr) {
      for (uint64_t i = 0; i < part.rows; ++i)
        add_to(sums + i * block.column_count, biases_ + part.column, part.columns);
    }
    if (residuals_ != nullptr) {
      const uint64_t together = part.columns == block.column_count ? part.rows : 1;  // rows that lie dense
      for (uint64_t i = 0; i < part.rows; i += together) {
        const uint64_t row = i * block.column_count;
        add_to(sums + row, residuals_ + first + row, together * part.columns);
      }
    }
    stored_ =
        store_rows(output_address(block) + part.row * op_.output.row_stride + part.column * sizeof(float),
                   op_.output.row_stride, sums, bytes, part.columns * sizeof(float), part.rows);
  }

  const abi::Op& op_;
  const Rows& rows_;
  const TeamCut& cut_;
  uint64_t row_group_, column_group_;
  Team teams_[2];   ///< of the input: a row of the mesh; of the weights: a strip
  uint32_t posts_;  ///< parts of a stage; also the neighbours that free a slot
  uint64_t stages_;
  uint64_t input_channel_, weight_channel_, free_channel_;
  uint64_t round_columns_, slot_bytes_, slot_input_bytes_;
  Stage loading_, multiplying_, finishing_;
  uint8_t* slots_;
  float* output_;
  PendingStore stored_;  ///< from output_
  float* residuals_ = nullptr;
  float* biases_ = nullptr;
  Ticket addends_ = 0;
};

}  // namespace

bool team_matmul(const abi::Op& op, const Rows& rows) {
  if (launch->tile_count == 1 || rows.count < kFewRows) return false;
  Arena arena;
  const TeamCut& cut = cuts.of(op, rows.count, arena.left());
  if (cut.slots == 0) return false;
  meet();
  free_descriptor.count[0] = 0;
  free_descriptor.source = abi::kScratchpadBase;
  TeamProduct(op, rows, cut, arena).run();
  return true;
}

}  // namespace areia::kernels
