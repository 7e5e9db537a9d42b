// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Attention on our own chips: the cut is the kernel's (sw/kernels/attention_cut.cpp), the time that of the
// tile with the most to do.
#include "perf/mesh.h"
#include "perf/mesh_chip.h"

namespace areia::perf::mesh {
namespace {

// Cycles of the kernel.
constexpr double kStart = 1450;        ///< the first queries and keys, the cut, and the last results out
constexpr double kItem = 1910;         ///< the three walks' beginnings and ends
constexpr double kScorePasses = 19.3;  ///< of the vector unit over scores: largest, power, weight
constexpr double kScoreRow = 38;       ///< of a query and block: its largest, sum and factor
constexpr double kDiagonal = 945;      ///< more for an item whose rows see different positions
constexpr double kDiagonalRow = 59;    ///< of a row there: what it does not see is taken out
constexpr double kOutputPasses = 2;    ///< over queries, and outputs for each chunk that is added
constexpr double kCommand = 48;        ///< more for each command of the array
constexpr double kTeam = 710;          ///< members tell each other what they found
constexpr double kWaits = 0.36;        ///< of the first block's parts that are not beside each other

// What the kernel cuts by.
constexpr double kChunk = 256, kMostSlots = 6, kLeastSlots = 2, kMostParts = 4, kMostSums = 64,
                 kGoodBlock = 64;

class Cut {
 public:
  double group, row_block = 1, items = 1, chunks = 1, block = kChunk, members = 1;
  bool kept = true;  ///< a tile's scores stay, and are computed once

  Cut(const Attention& attention, const Chip& chip)
      : group(std::max(1.0, std::floor(attention.heads / attention.kv_heads))),
        a_(attention),
        chip_(chip),
        sets_(attention.kv_heads * attention.batch) {
    const double most = std::max(1.0, std::floor(chip.array_rows / group));
    set_rows(std::min(most, divide_up(a_.queries * sets_, chip.tiles)));
    make_teams();
    if (!fits()) shrink();
  }

 private:
  void set_rows(double rows) {
    row_block = rows;
    items = divide_up(a_.queries, rows) * sets_;
    chunks = divide_up(a_.context, kChunk);
    if (a_.window > 0) chunks = std::min(chunks, divide_up(a_.window + rows - 1, kChunk) + 1);
  }

  void make_teams() {
    const double each = std::min(chunks, std::floor(chip_.tiles / items));
    if (each > chip_.columns) {
      members = chip_.columns * std::min(std::floor(each / chip_.columns), std::floor(chip_.rows / items));
    } else if (each > 1) {
      members = each;
      while (std::floor(chip_.columns / members) * chip_.rows < items) --members;
    }
    members = std::max(1.0, members);
  }

  bool fits() const {
    const double queries = row_block * group, bytes = bytes_of(a_.cache);
    const double parts = members > 1 ? chunks : std::min(chunks, kMostParts);
    const double sums = members > 1 ? chunks : std::min(chunks, kMostSums);
    const double scores = (kept ? divide_up(chunks, members) * kChunk : 2 * block) * sizeof(float);
    const double of_query =
        a_.head_size * (4 + bytes) + scores + (members + sums + 3) * 4 + 8 + parts * a_.head_size * 4;
    const double besides = queries * of_query + (block + kChunk + a_.heads) * 4 + queries * a_.head_size * 8;
    return besides + kLeastSlots * block * a_.head_size * bytes <= chip_.room;
  }

  void shrink() {
    const double most_rows = row_block;
    do {
      const double slots = 2 * block * a_.head_size * bytes_of(a_.cache);
      if (members > 1) {
        members = 1;
      } else if ((block > kGoodBlock && slots > chip_.room / 4) || (!kept && row_block == 1)) {
        block /= 2;
      } else if (row_block > 1 && (!kept || 4 * row_block > most_rows)) {
        set_rows(divide_up(row_block, 2));
      } else {
        kept = false;
        set_rows(most_rows);
      }
    } while (block > 1 && !fits());
  }

  const Attention& a_;
  const Chip& chip_;
  double sets_;  ///< key-value heads of all sequences: items of a row block
};

/// Cycles of one tile.
struct Load {
  double vector = 0, array = 0, port = 0;
  double blocks = 0;  ///< of keys and values that it waits for
  void add(const Load& other, double times) {
    vector += other.vector * times;
    array += other.array * times;
    port += other.port * times;
    blocks += other.blocks * times;
  }
};

/// An item of `rows` rows, the last of which sees `end` positions: the share of one tile.
Load item_load(const Attention& a, const Cut& cut, const Chip& chip, double end, double rows) {
  const double seen = a.window > 0 ? std::min(end, a.window + rows - 1) : end;
  const double positions = std::min(seen, divide_up(divide_up(seen, kChunk), cut.members) * kChunk);
  const double queries = rows * cut.group, blocks = divide_up(positions, cut.block);
  const double block = std::min(cut.block, positions), element = bytes_of(a.cache);
  const double walks = cut.kept ? 1 : 3;  // over the scores
  Load load;
  load.blocks = blocks;
  // Rows go through the vector unit in pairs, and each block in whole vectors.
  const double vectors = std::floor(positions / cut.block) * divide_up(cut.block, chip.lanes) +
                         divide_up(std::fmod(positions, cut.block), chip.lanes);
  const double outputs = queries * a.head_size / chip.lanes * (1 + divide_up(positions, kChunk));
  load.vector =
      kItem + (kScorePasses * vectors + kScoreRow * blocks) * round_up(queries, 2) + kOutputPasses * outputs;
  if (a.queries > 1) load.vector += kDiagonal + kDiagonalRow * rows;
  if (a.rounds_results) load.vector += rounding_cycles(queries * a.value_size, chip);
  const double columns = divide_up(block, chip.array_columns);
  const double across = divide_up(a.value_size, chip.array_columns);
  const double down = divide_up(queries, chip.array_rows);
  const double multiply = down * (walks * columns * a.head_size + across * block) * blocks;
  const double bank_row = chip.description.scratchpad.banks * chip.bank_bytes;
  const double fetch =
      blocks * (block * divide_up(a.head_size * element, bank_row) +
                columns * chip.bank_load(a.head_size * element, std::min(chip.array_columns, block)) *
                    a.head_size * element / chip.bank_bytes);
  const double sums =
      divide_up(queries, chip.array_columns) * block / chip.description.tensor.fp32_rate * blocks;
  const double stored =
      blocks * queries * (block * walks + 2 * a.value_size) * sizeof(float) / chip.accumulator_bytes;
  load.array = std::max(multiply, fetch) + sums + stored + kCommand * blocks * (columns + across + 1);
  const double loads = cut.kept ? 2 : 4;
  load.port = loads * positions * a.head_size * element / chip.port_bytes;
  return load;
}

/// The tile that takes the items forth and back from `first` on.
Load tile_load(const Attention& a, const Cut& cut, const Chip& chip, double first) {
  Load load;
  const double sets = a.kv_heads * a.batch;
  const double row_blocks = divide_up(a.queries, cut.row_block);
  const double turns = cut.members > 1 ? 1 : divide_up(cut.items, chip.tiles);
  // Many turns: a few of them stand for all.
  const double step = std::max(1.0, std::floor(turns / 64));
  for (double turn = 0; turn < turns; turn += step) {
    const double back = std::fmod(turn, 2);
    const double number = turn * chip.tiles + (back == 0 ? first : chip.tiles - 1 - first);
    if (number >= cut.items) break;
    const double block = std::min(std::floor(number / sets), row_blocks - 1);
    const double end = std::min(a.queries, (block + 1) * cut.row_block) + a.context - a.queries;
    const double rows = std::min(cut.row_block, a.queries - block * cut.row_block);
    load.add(item_load(a, cut, chip, end, rows), std::min(step, turns - turn));
  }
  return load;
}

}  // namespace

OperatorTime time_of(const Attention& a, const ChipDescription& description) {
  const Chip chip(description);
  const Cut cut(a, chip);
  Load busiest;
  for (const double first : {0.0, std::floor(chip.tiles / 2), chip.tiles - 1}) {
    const Load load = tile_load(a, cut, chip, first);
    if (load.vector > busiest.vector) busiest = load;
  }
  busiest.vector += kOutputPasses * cut.chunks * cut.group * cut.row_block * a.head_size / chip.lanes;
  // Each row block reads its positions' keys and values.
  const double row_blocks = divide_up(a.queries, cut.row_block), loads = cut.kept ? 1 : 2;
  double positions =
      row_blocks * (a.context - a.queries) + (row_blocks - 1) * row_blocks / 2 * cut.row_block + a.queries;
  if (a.window > 0) positions = std::min(positions, row_blocks * (a.window + cut.row_block));
  OperatorTime time;
  time.flops = 2 * a.batch * a.heads * attended_pairs(a) * (a.head_size + a.value_size);
  time.bytes = a.batch * (loads * positions * a.kv_heads * cached_elements(a) * bytes_of(a.cache) +
                          a.queries * a.heads * (a.head_size + a.value_size) * sizeof(float));
  const double dram = time.bytes / (chip.dram_bytes * kDramShare), second = 1 / description.clock_hz;
  const double start = kStart + (cut.members > 1 ? kTeam : 0), tile = busiest.vector + busiest.array;
  time.compute = tile * second;
  time.memory = dram * second;
  time.overhead = start * second;
  time.seconds = (start + beside(tile, dram, busiest.port, kWaits / std::max(1.0, busiest.blocks))) * second;
  return time;
}

}  // namespace areia::perf::mesh
