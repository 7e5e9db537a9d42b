// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The memory plan. From DRAM's first byte: weights (the same for every plan of a model, so that they stay
// there between prompts), caches, then header, status, operators, RoPE frequencies and tokens (what the host
// writes for each plan), RoPE tables, the logits' trace or the scores, activations.
//
// Weights and caches begin on the boundary between DRAM channels (the chip's interleave), so that a tensor's
// rows spread over the channels the same way wherever it lies; tiles read shards of consecutive rows.
#include <algorithm>

#include "spec/abi/memory_map.h"
#include "sw/compiler/draft.h"

namespace areia::sw {
namespace {

constexpr std::uint64_t kAlignment = 64;             // of everything; the header's row alignment too
constexpr std::uint64_t kMostInterleave = 64 << 10;  // beyond it, boundaries would waste memory

std::uint64_t round_up(std::uint64_t value, std::uint64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

/// Hands out addresses upwards.
class Cursor {
 public:
  explicit Cursor(std::uint64_t at) : at_(at) {}
  std::uint64_t take(std::uint64_t bytes, std::uint64_t alignment = kAlignment) {
    const std::uint64_t address = round_up(at_, alignment);
    at_ = address + bytes;
    return address;
  }
  std::uint64_t at() const { return at_; }

 private:
  std::uint64_t at_;
};

/// Memory for activations, reused when a buffer's last reader is past a barrier: a tile may still be busy
/// with an operator that has none. First fit over the pieces given back.
class ActivationPool {
 public:
  std::uint64_t take(std::uint64_t bytes) {
    bytes = round_up(bytes, kAlignment);
    for (Piece& piece : free_) {
      if (piece.bytes < bytes) continue;
      const std::uint64_t offset = piece.offset;
      piece.offset += bytes;
      piece.bytes -= bytes;
      return offset;
    }
    end_ += bytes;
    return end_ - bytes;
  }
  void give_back(std::uint64_t offset, std::uint64_t bytes) {
    free_.push_back({offset, round_up(bytes, kAlignment)});
  }
  std::uint64_t end() const { return end_; }

 private:
  struct Piece {
    std::uint64_t offset, bytes;
  };
  std::vector<Piece> free_;
  std::uint64_t end_ = 0;
};

/// Gives every activation its offset in the pool; returns the pool's size.
std::uint64_t place_activations(Draft& draft, const Graph& graph, const Sizes& sizes) {
  std::vector<std::size_t> last_use(draft.buffers.size(), 0);
  for (std::size_t i = 0; i < draft.ops.size(); ++i) {
    for (const BufferId id : draft.ops[i].operands) {
      if (id != kNone) last_use[id] = i;
    }
  }
  const auto bytes_of = [&](const Buffer& buffer) {
    return row_count(buffer, graph, sizes) * row_stride(buffer);
  };
  ActivationPool pool;
  std::vector<bool> placed(draft.buffers.size(), false);
  std::vector<BufferId> live;
  for (std::size_t i = 0; i < draft.ops.size(); ++i) {
    for (const BufferId id : draft.ops[i].operands) {
      if (id == kNone || placed[id] || draft.buffers[id].kind != BufferKind::kActivation) continue;
      draft.buffers[id].address = pool.take(bytes_of(draft.buffers[id]));
      placed[id] = true;
      live.push_back(id);
    }
    if (draft.ops[i].flags & abi::kNoBarrier) continue;
    std::erase_if(live, [&](BufferId id) {
      if (last_use[id] > i) return false;
      pool.give_back(draft.buffers[id].address, bytes_of(draft.buffers[id]));
      return true;
    });
  }
  return pool.end();
}

std::uint64_t channel_alignment(const ChipDescription& chip) {
  return std::clamp<std::uint64_t>(chip.dram.interleave_bytes, kAlignment, kMostInterleave);
}

/// What the host writes besides weights, in one piece.
void place_head(Layout& layout, Cursor& cursor, const Draft& draft, const Graph& graph, const Sizes& sizes) {
  layout.header = cursor.take(sizeof(abi::PlanHeader));
  layout.status = cursor.take(sizeof(abi::PlanStatus));
  layout.ops = cursor.take(draft.ops.size() * sizeof(abi::Op));
  layout.ropes = cursor.take(graph.ropes().size() * sizeof(abi::RopeTable));
  for (const Rope& rope : graph.ropes()) {
    const std::uint64_t factors = cursor.take(rope.factors.size() * sizeof(float));
    layout.rope_tables.push_back(
        {.factors = factors, .size = rope.size(), .magnitude = rope.magnitude, .ratio = rope.ratio});
  }
  layout.tokens = cursor.take(std::uint64_t{sizes.context} * sizeof(std::uint32_t));
  layout.head_bytes = cursor.at() - layout.header;
}

}  // namespace

std::uint64_t row_count(const Buffer& buffer, const Graph& graph, const Sizes& sizes) {
  switch (buffer.rows) {
    case Rows::kOne:
      return 1;
    case Rows::kContext:
      return sizes.context;
    case Rows::kChunk:
      return sizes.chunk_rows;
    case Rows::kOfWeight:
      return graph.weights()[buffer.weight].rows;
  }
  return 0;
}

std::uint64_t row_stride(const Buffer& buffer) {
  const std::uint64_t bytes = num::row_bytes(buffer.format, buffer.columns);
  return buffer.kind == BufferKind::kWeight ? bytes : round_up(bytes, kAlignment);
}

Layout place(Draft& draft, const Graph& graph, const ChipDescription& chip, const CompileRequest& request,
             const Sizes& sizes) {
  Layout layout;
  Cursor cursor(abi::kDramBase);
  const auto place_kind = [&](BufferKind kind) {
    std::uint64_t sum = 0;
    for (Buffer& buffer : draft.buffers) {
      if (buffer.kind != kind) continue;
      const std::uint64_t bytes = row_count(buffer, graph, sizes) * row_stride(buffer);
      buffer.address = cursor.take(bytes, channel_alignment(chip));
      sum += bytes;
    }
    return sum;
  };
  layout.weight_bytes = place_kind(BufferKind::kWeight);
  layout.cache_bytes = place_kind(BufferKind::kCache);
  place_head(layout, cursor, draft, graph, sizes);
  for (abi::RopeTable& rope : layout.rope_tables) {
    rope.table = cursor.take(std::uint64_t{sizes.context} * rope.size * sizeof(float));
  }
  if (request.trace_logits) {
    const std::uint64_t steps = std::min(request.max_new_tokens, sizes.context);
    layout.logits_trace = cursor.take(steps * graph.facts.vocabulary * sizeof(float));
  }
  if (request.task == Task::kScore) layout.scores = cursor.take(sizes.context * sizeof(float));

  layout.activation_bytes = place_activations(draft, graph, sizes);
  const std::uint64_t activations = cursor.take(layout.activation_bytes);
  for (Buffer& buffer : draft.buffers) {
    if (buffer.kind == BufferKind::kActivation) buffer.address += activations;
  }
  layout.end = cursor.at();
  return layout;
}

}  // namespace areia::sw
