// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Products on our own chips. The cut is the kernels': teams of tiles that share what they load
// (sw/kernels/team_matmul.cpp), or single tiles where rows are few (sw/kernels/matmul.cpp).
#include <limits>

#include "perf/mesh.h"
#include "perf/mesh_chip.h"

namespace areia::perf::mesh {
namespace {

// Cycles, and shares of peaks, of the kernels.
constexpr double kTeamStart = 1430;        ///< first operands of a team's product here, and its barrier
constexpr double kSingleStart = 750;       ///< the same of a tile's own
constexpr double kSingleStage = 279;       ///< of a piece of K: tickets, commands, a fence
constexpr double kRound = 608;             ///< of a team's round: the sums go before the next may come
constexpr double kNoBarrier = 600;         ///< saved where the next product begins without a barrier
constexpr double kMulticastShare = 0.678;  ///< of a port, where parts of many tiles arrive
constexpr double kDrainDram = 0.5;   ///< of the last block's way to DRAM, the other half beside the array
constexpr double kDrainStore = 1.6;  ///< of its way to the scratchpad

// What the kernels choose by (team_matmul.cpp, matmul.cpp).
constexpr double kStep = 32, kMostBlocks = 16, kFewRows = 12, kLeastSlots = 3, kGoodRunBytes = 512;
constexpr double kMostPanelBytes = 70 * 1024, kMostRunBytes = 4352, kAlignmentBytes = 64 * 9;

struct Product {
  double m, n, k;
  double input_step, weight_step;  ///< bytes of kStep elements of a row
  double steps, rate;
  double array_step;  ///< quarter cycles that the kernel reckons for a step
  double largest_step() const { return std::max(input_step, weight_step); }
};

/// Bytes of an element with its share of a block's scale: int8 means blocks of 32 with an fp16 scale (Q8_0).
double element_bytes(Precision precision) {
  const double bytes = bytes_of(precision);
  return precision == Precision::kInt8 || precision == Precision::kInt4 ? bytes + 2 / kStep : bytes;
}

Product product_of(const Gemm& gemm, const Chip& chip) {
  Product product{};
  product.m = std::ceil(gemm.m);
  product.n = std::ceil(gemm.n);
  product.k = std::ceil(gemm.k);
  const bool blocks = takes_integers(gemm.weight);
  product.weight_step = kStep * element_bytes(gemm.weight);
  // Activations meet blocks as blocks of int8.
  product.input_step = kStep * (blocks ? element_bytes(Precision::kInt8) : element_bytes(gemm.activation));
  product.steps = divide_up(product.k, kStep);
  product.rate = chip.rate(gemm.weight);
  product.array_step = kStep * (blocks ? 2 : gemm.weight == Precision::kFp32 ? 16 : 4);
  return product;
}

/// Cycles of the parts of a product's time.
struct Cycles {
  double arithmetic = 0, dram = 0, port = 0, start = 0, waits = 0, end = 0;
  double bytes = 0;
  double total() const { return start + beside(arithmetic, dram, port, waits) + end; }
};

/// Cycles of all of K for a block of rows and one of columns, whose panels' rows lie so many bytes apart.
double feed(const Product& p, const Chip& chip, double rows, double input_stride, double columns,
            double weight_stride) {
  const double fetch = chip.bank_load(input_stride, rows) * p.steps * p.input_step +
                       chip.bank_load(weight_stride, columns) * p.steps * p.weight_step;
  return std::max(p.steps * kStep / p.rate, fetch / chip.bank_bytes);
}

/// The array's last results after its last operands, and the last block's rows on their way out.
double drain(const Chip& chip, double rows, double columns) {
  return kDrainStore * divide_up(columns * sizeof(float), chip.accumulator_bytes) * rows;
}
double array_tail(const Chip& chip, double rows, double columns) {
  const auto& tensor = chip.description.tensor;
  return std::min(rows, chip.array_rows) + std::min(columns, chip.array_columns) + tensor.command_cycles +
         tensor.multiply_cycles;
}

// ---- Teams -----------------------------------------------------------------------------------------------

struct TeamCut {
  double height = 0;  ///< tiles of a strip; 0: no cut fits
  double row_blocks = 0, column_blocks = 0, room = 0;
};

/// The kernel's estimate of each cut, for the one that it takes.
class TeamCuts {
 public:
  TeamCuts(const Product& product, const Chip& chip) : p_(product), chip_(chip) {}

  TeamCut best() {
    for (double height = chip_.rows; height >= 1 && !ideal_; --height) {
      if (std::fmod(chip_.rows, height) == 0) try_height(height);
    }
    return best_;
  }

 private:
  static double least_blocks(double elements, double block, double blocks) {
    const double rounds = divide_up(elements, block * blocks);
    while (blocks > 1 && divide_up(elements, block * (blocks - 1)) == rounds) --blocks;
    return blocks;
  }

  void try_height(double height) {
    const double sets = std::min<double>(kMostBlocks, chip_.description.tensor.accumulator_sets);
    const double row_block = height * chip_.array_rows;
    const double column_block = chip_.tiles / height * chip_.array_columns;
    for (double left = sets; left > 0;) {
      const double rows = least_blocks(p_.m, row_block, left);
      for (double across = std::floor(sets / rows); across > 0;) {
        const double columns = least_blocks(p_.n, column_block, across);
        if (!consider(height, rows, columns)) break;
        across = columns - 1;
      }
      left = rows - 1;
    }
  }

  /// Whether narrower blocks may be better.
  bool consider(double height, double row_blocks, double column_blocks) {
    const double strips = chip_.rows / height,
                 rounds_down = divide_up(p_.m, height * chip_.array_rows * row_blocks);
    const double rounds_across = divide_up(p_.n, chip_.tiles / height * chip_.array_columns * column_blocks);
    const double input = row_blocks * chip_.array_rows * p_.input_step;
    const double weight = column_blocks * chip_.array_columns * p_.weight_step;
    const double dram = input * chip_.rows + weight * chip_.columns * strips;
    const double port = (input + weight) * chip_.tiles + dram;
    const double array = row_blocks * column_blocks * p_.array_step * chip_.array_rows * chip_.tiles;
    const double stage = std::max({array, 2 * port, 8 * dram}) + port / 4;
    const double time =
        rounds_down * rounds_across * p_.steps * stage +
        column_blocks * 8 * chip_.tiles * chip_.array_rows * chip_.array_columns * sizeof(float);
    if (time >= least_) return false;
    const double height_rows = row_blocks * chip_.array_rows, width = column_blocks * chip_.array_columns;
    const double room = chip_.room - (height_rows + 1) * width * sizeof(float);
    if (kLeastSlots * (input + weight) > room) return true;
    best_ = {height, row_blocks, column_blocks, room};
    least_ = time;
    const double blocks =
        std::floor(divide_up(p_.m, chip_.array_rows) * divide_up(p_.n, chip_.array_columns) / chip_.tiles);
    ideal_ = rounds_down * row_blocks * rounds_across * column_blocks == blocks && array >= 2.5 * port;
    return true;
  }

  const Product& p_;
  const Chip& chip_;
  TeamCut best_;
  double least_ = std::numeric_limits<double>::infinity();
  bool ideal_ = false;
};

/// Steps of a piece of K: a power of two.
double team_piece(const Product& p, const Chip& chip, const TeamCut& cut) {
  const double step = cut.row_blocks * chip.array_rows * p.input_step +
                      cut.column_blocks * chip.array_columns * p.weight_step;
  const double most =
      std::min(std::floor(cut.room / (kLeastSlots * step)), divide_up(kGoodRunBytes, p.largest_step()));
  double piece = 1;
  while (piece < p.steps && 2 * piece <= most) piece *= 2;
  return piece;
}

/// One length of blocks along an edge of the output: so many rounds have it.
struct Edge {
  double rounds, length;
};

/// Cycles of the array for a tile's block.
double block_feed(const Product& p, const Chip& chip, double rows, double columns, double piece) {
  double cycles = 0;
  for (const Edge& down : {Edge{std::floor(rows / chip.array_rows), chip.array_rows},
                           Edge{1, std::fmod(rows, chip.array_rows)}}) {
    for (const Edge& across : {Edge{std::floor(columns / chip.array_columns), chip.array_columns},
                               Edge{1, std::fmod(columns, chip.array_columns)}}) {
      if (down.rounds * down.length * across.rounds * across.length == 0) continue;
      cycles += down.rounds * across.rounds *
                feed(p, chip, down.length, piece * p.input_step, across.length, piece * p.weight_step);
    }
  }
  return cycles;
}

Cycles team_cycles(const Product& p, const Chip& chip, const TeamCut& cut) {
  const double piece = team_piece(p, chip, cut), strips = chip.rows / cut.height;
  const double rows = cut.row_blocks * chip.array_rows, columns = cut.column_blocks * chip.array_columns;
  const double all_rows = cut.height * rows, all_columns = chip.columns * strips * columns;
  const double down = divide_up(p.m, all_rows), across = divide_up(p.n, all_columns), rounds = down * across;
  const double last_rows = std::min(rows, p.m - (down - 1) * all_rows);
  const double last_columns = std::min(columns, p.n - (across - 1) * all_columns);
  Cycles cycles;
  for (const Edge& y : {Edge{down - 1, rows}, Edge{1, last_rows}}) {
    for (const Edge& x : {Edge{across - 1, columns}, Edge{1, last_columns}}) {
      if (y.rounds * x.rounds == 0) continue;
      cycles.arithmetic += y.rounds * x.rounds * block_feed(p, chip, y.length, x.length, piece);
      // A tile's own part goes through its port too.
      const double bytes =
          y.length * (1 + 1 / chip.columns) * p.input_step + x.length * (1 + 1 / cut.height) * p.weight_step;
      cycles.port += y.rounds * x.rounds * bytes * p.steps / (chip.port_bytes * kMulticastShare);
    }
  }
  const double output = p.m * p.n * sizeof(float);
  cycles.bytes = p.steps * (across * strips * p.m * p.input_step + down * p.n * p.weight_step);
  cycles.dram = cycles.bytes / (chip.dram_bytes * kDramShare);
  cycles.bytes += output;
  cycles.start = kTeamStart + kRound * (rounds - 1);
  cycles.waits = 1 / (rounds * divide_up(p.steps, piece));
  cycles.end = array_tail(chip, last_rows, last_columns) + drain(chip, last_rows, last_columns) +
               kDrainDram * output / chip.dram_bytes / rounds;
  return cycles;
}

// ---- Single tiles ----------------------------------------------------------------------------------------

struct SingleCut {
  double row_block = 0, blocks = 1, column_block = 0;
  double piece = 0;       ///< steps of K
  bool resident = false;  ///< a group's input stays
  double group_rows(const Product& p) const { return std::min(row_block * blocks, p.m); }
  double groups(const Product& p) const { return divide_up(p.m, group_rows(p)); }
  double column_blocks(const Product& p) const { return divide_up(p.n, column_block); }
  double step_bytes(const Product& p) const {
    return group_rows(p) * p.input_step + column_block * p.weight_step;
  }
  double output_bytes(const Product& p) const {
    return round_up(group_rows(p) * column_block * sizeof(float), 64);
  }
};

SingleCut choose_blocks(const Product& p, const Chip& chip) {
  SingleCut cut, best;
  cut.row_block = std::min(p.m, chip.array_rows);
  const double widest = std::min(p.n, chip.array_columns);
  const double most =
      std::min<double>({kMostBlocks, static_cast<double>(chip.description.tensor.accumulator_sets),
                        divide_up(p.m, cut.row_block)});
  double least = std::numeric_limits<double>::infinity();
  for (cut.blocks = 1; cut.blocks <= most; ++cut.blocks) {
    const double share = divide_up(p.n * divide_up(p.m, cut.row_block * cut.blocks), chip.tiles);
    const double even = round_up(divide_up(share, divide_up(share, widest)), 8);
    for (const double columns : {widest, std::min(widest, std::max(even, 16.0))}) {
      cut.column_block = columns;
      const double items = cut.groups(p) * cut.column_blocks(p);
      const double cost = cut.step_bytes(p) * (items + round_up(items, chip.tiles));
      if (cost < least) best = cut;
      least = std::min(cost, least);
    }
  }
  return best;
}

SingleCut single_cut(const Product& p, const Chip& chip) {
  SingleCut cut = choose_blocks(p, chip);
  double room = chip.room - kAlignmentBytes;
  while (2 * cut.output_bytes(p) > room / 2 || 2 * cut.step_bytes(p) > room / 4) {
    double& larger = cut.row_block > cut.column_block ? cut.row_block : cut.column_block;
    if (cut.blocks > 1) {
      --cut.blocks;
    } else if (larger > 1) {
      larger = divide_up(larger, 2);
    } else {
      break;
    }
  }
  const double outputs = std::clamp(std::floor(room / 8 / cut.output_bytes(p)), 1.0, 4.0);
  room -= cut.column_block * sizeof(float) + (outputs + 1) * cut.output_bytes(p);
  const double input = cut.group_rows(p) * p.steps * p.input_step;
  cut.resident = input <= room / 2;
  double most = cut.resident
                    ? std::min((room - input) / 2, kMostPanelBytes) / (cut.column_block * p.weight_step)
                    : room / 2 / cut.step_bytes(p);
  most = std::floor(std::min(most, std::max(std::floor(kMostRunBytes / p.weight_step), 1.0)));
  double unit = 1;
  while (unit < 64 && std::fmod(p.weight_step * unit, 64) != 0) unit *= 2;
  const bool whole = most >= unit;
  const double pieces = divide_up(p.steps, std::max(whole ? std::floor(most / unit) * unit : most, 1.0));
  cut.piece = whole ? round_up(divide_up(p.steps, pieces), unit) : divide_up(p.steps, pieces);
  return cut;
}

Cycles single_cycles(const Product& p, const Chip& chip) {
  const SingleCut cut = single_cut(p, chip);
  const double rows = cut.group_rows(p), groups = cut.groups(p), columns = cut.column_block;
  const double items = groups * cut.column_blocks(p), mine = divide_up(items, chip.tiles);
  const double row_bytes = p.steps * p.input_step, weight_bytes = p.steps * p.weight_step;
  const double input_stride = cut.resident ? row_bytes : cut.piece * p.input_step;
  const double weight_stride = std::min(weight_bytes, cut.piece * p.weight_step);
  const auto group_feed = [&](double count) {
    double cycles = 0;
    for (double row = 0; row < count; row += cut.row_block)
      cycles += feed(p, chip, std::min(cut.row_block, count - row), input_stride, columns, weight_stride);
    return cycles;
  };
  const double mean = ((groups - 1) * group_feed(rows) + group_feed(p.m - (groups - 1) * rows)) / groups;
  const double stages = mine * divide_up(p.steps, cut.piece);
  const double input_reads = cut.resident ? std::min(chip.tiles, items) / groups : cut.column_blocks(p);
  const double output = p.m * p.n * sizeof(float);
  Cycles cycles;
  cycles.arithmetic =
      mine * mean + stages * (array_tail(chip, std::min(cut.row_block, rows), columns) + kSingleStage);
  cycles.bytes = p.n * weight_bytes * groups + p.m * row_bytes * input_reads;
  cycles.dram = std::max(cycles.bytes / (chip.dram_bytes * kDramShare),
                         chip.wait_for_same(std::min(chip.tiles, items) / groups));
  cycles.bytes += output;
  const double inputs = cut.resident ? std::max(1.0, groups * mine / items) : mine;
  cycles.port = (mine * columns * weight_bytes + inputs * rows * row_bytes) / chip.port_bytes;
  cycles.start = kSingleStart + (rows * input_stride + columns * cut.piece * p.weight_step) / chip.port_bytes;
  cycles.waits = 1 / stages;
  cycles.end = drain(chip, rows, columns) + kDrainDram * output / chip.dram_bytes / mine;
  return cycles;
}

Cycles cycles_of(const Product& product, const Chip& chip) {
  if (chip.tiles > 1 && product.m >= kFewRows) {
    const TeamCut cut = TeamCuts(product, chip).best();
    if (cut.height > 0) return team_cycles(product, chip, cut);
  }
  return single_cycles(product, chip);
}

}  // namespace

OperatorTime time_of(const Gemm& gemm, const ChipDescription& description) {
  OperatorTime time;
  time.flops = 2 * gemm.m * gemm.n * gemm.k * gemm.groups;
  if (time.flops <= 0) return time;
  const Chip chip(description);
  Gemm part = gemm;
  part.n /= gemm.parts;
  const Cycles cycles = cycles_of(product_of(part, chip), chip);
  const double count = gemm.groups * gemm.parts, second = 1 / description.clock_hz;
  // Parts go on without a barrier between them.
  const double saved = kNoBarrier * (gemm.parts - 1);
  time.seconds = (cycles.total() * count - saved) * second;
  time.compute = cycles.arithmetic * count * second;
  time.memory = cycles.dram * count * second;
  time.overhead = (cycles.start * count - saved) * second;
  time.bytes = cycles.bytes * count;
  return time;
}

}  // namespace areia::perf::mesh
