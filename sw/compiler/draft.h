// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Draft: the plan while the compiler's passes work on it. Operators refer to buffers by number; buffers get
// their sizes and addresses last.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "spec/abi/plan.h"
#include "sw/compiler/compiler.h"
#include "sw/graph/graph.h"

namespace areia::sw {

using BufferId = std::uint32_t;

enum class BufferKind : std::uint8_t { kWeight, kCache, kActivation };
/// How many rows a buffer has: one, one a position of the context, one a token of a chunk, or as the weight.
enum class Rows : std::uint8_t { kOne, kContext, kChunk, kOfWeight };

struct Buffer {
  BufferKind kind = BufferKind::kActivation;
  Rows rows = Rows::kOne;
  num::Format format = num::Format::kFp32;
  std::uint32_t columns = 0;
  WeightId weight = kNone;    ///< kWeight
  std::uint64_t address = 0;  ///< decided by place()
};

/// The operands of an operator, in abi::Op's order.
enum Operand : std::uint8_t { kInput, kSecond, kWeightOperand, kOutput, kExtra, kBias, kOperandCount };

struct DraftOp {
  abi::OpKind kind = abi::OpKind::kEmbed;
  std::uint32_t flags = 0;
  std::array<BufferId, kOperandCount> operands = {kNone, kNone, kNone, kNone, kNone, kNone};
  AttentionShape attention = {};
  ExpertShape experts = {};
  float epsilon = 0, scale = 0;
  std::uint32_t group = 0;
  abi::Activation activation = abi::Activation::kSilu;
};

struct Draft {
  std::vector<Buffer> buffers;
  std::vector<DraftOp> ops;
};

/// The sizes that the request and the chip decide.
struct Sizes {
  std::uint32_t context = 0, chunk_rows = 0;
};

/// Where everything lies, and how much of each kind there is.
struct Layout {
  std::uint64_t header = 0, ops = 0, tokens = 0, status = 0, ropes = 0, logits_trace = 0, scores = 0;
  std::vector<abi::RopeTable> rope_tables;  ///< as the graph has them
  std::uint64_t head_bytes = 0;             ///< of what the host writes besides weights, from `header` on
  std::uint64_t end = 0;
  std::uint64_t weight_bytes = 0, cache_bytes = 0, activation_bytes = 0;
};

/// Rows of a buffer, and bytes between them: weights lie as their file has them; rows of all else begin at
/// multiples of 64 bytes.
std::uint64_t row_count(const Buffer& buffer, const Graph& graph, const Sizes& sizes);
std::uint64_t row_stride(const Buffer& buffer);

// The passes, each in its file; pipeline.cpp says in which order and why.
Result<Draft> lower(const Graph& graph, Task task, num::Format cache_format);
void drop_barriers(Draft& draft);
Result<Sizes> choose_sizes(const Draft& draft, const Graph& graph, const ChipDescription& chip,
                           const CompileRequest& request);
Layout place(Draft& draft, const Graph& graph, const ChipDescription& chip, const CompileRequest& request,
             const Sizes& sizes);
CompiledPlan emit(const Draft& draft, const Graph& graph, const CompileRequest& request, const Sizes& sizes,
                  const Layout& layout);

/// describe.cpp: what the operators are called, and what they ask for.
std::vector<OperatorInfo> describe(const Draft& draft, const Graph& graph);

}  // namespace areia::sw
