// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// How attention is shared over tiles and fits a scratchpad (attention_cut.h).
#include "sw/kernels/attention_cut.h"

#include "sw/kernels/attention_math.h"
#include "sw/kernels/quantize.h"

namespace areia::kernels {
namespace {

/// The engine reads one while the next is waited for.
constexpr uint64_t kLeastSlots = 2;
/// Sums of chunks that are added to the output at a time: loads of it and stores are then few.
constexpr uint64_t kMostParts = 4;
/// The same of powers: few enough for long contexts on small scratchpads.
constexpr uint64_t kMostSums = 64;
/// Blocks and rows shrink to this in turn before scores are no longer kept.
constexpr uint64_t kGoodBlock = 64;

uint64_t cached_bytes(const abi::Op& op) { return op.extra.format == num::Format::kFp32 ? 4 : 2; }

/// Key-value heads of an item: one, or as many as make whole blocks of a quantised output.
uint64_t heads_of_item(const abi::Op& op, uint64_t group) {
  const uint64_t columns = group * op.head_size, unit = num::unit_elements(op.output.format);
  uint64_t heads = 1;
  while (heads * columns % unit != 0) ++heads;
  return heads;
}

uint64_t slot_bytes(const AttentionCut& cut, const abi::Op& op) {
  return cut.block * op.head_size * cached_bytes(op);
}

/// All that attention.cpp takes but for the slots.
uint64_t bytes_besides_slots(const AttentionCut& cut, const abi::Op& op) {
  const uint64_t queries = cut.queries(), columns = cut.heads * cut.group * op.head_size;
  const uint64_t of_query = op.head_size * (sizeof(float) + cached_bytes(op)) +  // fp32, rounded
                            cut.score_blocks() * cut.block * sizeof(float) +     // scores
                            (cut.members + cut.sums + 3) * sizeof(float) + 8 +   // largest, sums, totals
                            cut.parts * op.head_size * sizeof(float);            // sums of values
  return queries * of_query + (cut.block + kChunk + op.heads + 5) * sizeof(float) +
         cut.row_block * columns * sizeof(float) + block_bytes(op.output, cut.row_block, columns) + 20 * 64;
}

bool fits(AttentionCut& cut, const abi::Op& op, uint64_t room) {
  cut.parts = cut.members > 1 ? cut.chunks : smaller(cut.chunks, kMostParts);
  cut.sums = cut.members > 1 ? cut.chunks : smaller(cut.chunks, kMostSums);
  const uint64_t besides = bytes_besides_slots(cut, op), slot = slot_bytes(cut, op);
  cut.slots = besides < room ? smaller((room - besides) / slot, kMostSlots) : 0;
  return cut.slots >= kLeastSlots;
}

void set_block(AttentionCut& cut, uint64_t block) {
  cut.block = block;
  cut.blocks = kChunk / block;
}

void set_row_block(AttentionCut& cut, const abi::Op& op, uint64_t rows) {
  cut.row_block = rows;
  cut.items = divide_up(cut.rows, rows) * cut.sets;
  const uint64_t visible = cut.position + cut.rows;
  cut.chunks = divide_up(visible, kChunk);
  if (op.window != 0) cut.chunks = smaller(cut.chunks, divide_up(op.window + rows - 1, kChunk) + 1);
}

/// The largest rectangle of at most as many tiles as there are chunks for which there are enough teams.
void make_teams(AttentionCut& cut) {
  const uint64_t each = smaller(cut.chunks, launch->tile_count / cut.items);
  cut.columns = cut.team_rows = 1;
  if (each > launch->columns) {
    cut.columns = launch->columns;
    cut.team_rows = smaller<uint64_t>(each / launch->columns, launch->rows / cut.items);
  } else if (each > 1) {
    cut.columns = each;
    while (launch->columns / cut.columns * launch->rows < cut.items) --cut.columns;
  }
  cut.members = cut.columns * cut.team_rows;
}

/// Makes blocks and rows smaller until the scores of a quarter of the rows at least can be kept; else keeps
/// none and makes both as small as they must be.
void shrink(AttentionCut& cut, const abi::Op& op, uint64_t room) {
  const uint64_t most_rows = cut.row_block;
  do {
    if (cut.members > 1) {
      cut.columns = cut.team_rows = cut.members = 1;
    } else if (cut.block > kGoodBlock && 2 * slot_bytes(cut, op) > room / 4) {
      set_block(cut, cut.block / 2);
    } else if (cut.kept && cut.row_block > 1 && 4 * cut.row_block > most_rows) {
      set_row_block(cut, op, divide_up(cut.row_block, 2));
    } else if (cut.kept) {
      cut.kept = false;
      set_row_block(cut, op, most_rows);
    } else if (cut.row_block > 1) {
      set_row_block(cut, op, divide_up(cut.row_block, 2));
    } else if (cut.block > 1) {
      set_block(cut, cut.block / 2);
    } else {
      return;  // the arena will say so
    }
  } while (!fits(cut, op, room));
}

AttentionTeam team_of(const AttentionCut& cut) {
  if (cut.members == 1) return {.exists = true, .number = launch->tile, .member = 0};
  const uint64_t x = launch->tile % launch->columns, y = launch->tile / launch->columns;
  const uint64_t across = launch->columns / cut.columns, down = launch->rows / cut.team_rows;
  const uint64_t column = x / cut.columns, row = y / cut.team_rows;
  const uint64_t first_column = column * cut.columns, first_row = row * cut.team_rows;
  return {.exists = column < across && row < down,
          .number = row * across + column,
          .member = (y - first_row) * cut.columns + x - first_column,
          .first_column = static_cast<uint8_t>(first_column),
          .first_row = static_cast<uint8_t>(first_row),
          .last_column = static_cast<uint8_t>(first_column + cut.columns - 1),
          .last_row = static_cast<uint8_t>(first_row + cut.team_rows - 1)};
}

AttentionCut make_cut(const abi::Op& op, const Step& step, uint64_t room) {
  AttentionCut cut{};
  cut.position = step.position;
  cut.rows = step.rows;
  cut.group = op.heads / op.kv_heads;
  cut.heads = heads_of_item(op, cut.group);
  cut.sets = divide_up(op.kv_heads, cut.heads);
  cut.kept = true;
  set_block(cut, kChunk);
  // As many queries as the array has rows, and no fewer items than tiles.
  const uint64_t most = larger<uint64_t>(1, launch->tensor_rows / cut.group);
  set_row_block(cut, op, smaller(most, divide_up(step.rows * cut.sets, launch->tile_count)));
  make_teams(cut);
  if (!fits(cut, op, room)) shrink(cut, op, room);
  cut.team = team_of(cut);
  return cut;
}

/// The cuts of a step: its layers have few shapes.
class Cuts {
 public:
  const AttentionCut& of(const abi::Op& op, const Step& step, uint64_t room) {
    const auto known = [&](const Entry& e) {
      return e.cut.position == step.position && e.cut.rows == step.rows && e.heads == op.heads &&
             e.kv_heads == op.kv_heads && e.head_size == op.head_size && e.window == op.window &&
             e.room == room && e.output == op.output.format && e.cache == op.extra.format;
    };
    for (const Entry& entry : entries_) {
      if (known(entry)) return entry.cut;
    }
    Entry& entry = entries_[next_];
    next_ = next_ + 1 == kEntries ? 0 : next_ + 1;
    entry = {make_cut(op, step, room), room,           op.heads, op.kv_heads, op.head_size, op.window,
             op.output.format,         op.extra.format};
    return entry.cut;
  }

 private:
  static constexpr uint64_t kEntries = 2;
  struct Entry {
    AttentionCut cut;
    uint64_t room;
    uint32_t heads, kv_heads, head_size, window;
    num::Format output, cache;
  };
  Entry entries_[kEntries];
  uint64_t next_;
};
Cuts cuts;

}  // namespace

const AttentionCut& cut_attention(const abi::Op& op, const Step& step, uint64_t room) {
  return cuts.of(op, step, room);
}

/// Later rows see more: tiles take items forth and back, so that each gets long ones and short ones.
AttentionItem attention_item(const abi::Op& op, const AttentionCut& cut, uint64_t ordinal) {
  const AttentionTeam& team = cut.team;
  AttentionItem item{};
  item.ordinal = ordinal;
  const uint64_t tiles = launch->tile_count;
  uint64_t number = ordinal * tiles + (ordinal % 2 == 0 ? team.number : tiles - 1 - team.number);
  if (cut.members > 1) number = team.exists && ordinal == 0 ? team.number : cut.items;
  item.exists = number < cut.items;
  if (!item.exists) return item;
  const uint64_t block = cut.sets == cut.items ? 0 : number / cut.sets;
  item.first_row = block * cut.row_block;
  item.rows = smaller(cut.row_block, cut.rows - item.first_row);
  item.first_head = (number - block * cut.sets) * cut.heads;
  item.heads = smaller<uint64_t>(cut.heads, op.kv_heads - item.first_head);
  const uint64_t begin = first_seen(op, cut, item.first_row), end = cut.position + item.first_row + item.rows;
  item.chunks = item.own_chunks = {begin / kChunk, divide_up(end, kChunk)};
  if (cut.members > 1) {
    const uint64_t first = item.chunks.begin, count = item.chunks.count();
    item.own_chunks = {first + count * team.member / cut.members,
                       first + count * (team.member + 1) / cut.members};
  }
  if (item.own_chunks.empty()) return item;
  item.positions = {larger(begin, item.own_chunks.begin * kChunk),
                    smaller(end, item.own_chunks.end * kChunk)};
  // A block is a power of two of positions; a hart divides slowly.
  const auto shift = static_cast<uint64_t>(__builtin_ctzll(cut.block));
  item.blocks = {item.positions.begin >> shift, (item.positions.end + cut.block - 1) >> shift};
  return item;
}

}  // namespace areia::kernels
