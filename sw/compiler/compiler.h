// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The compiler's interface: a model graph, a chip and a request become one plan (spec/abi/plan.h), with
// every address in the chip's DRAM decided. The passes are listed in pipeline.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "spec/abi/plan.h"
#include "spec/chip/chip.h"
#include "sw/graph/graph.h"

namespace areia::sw {

/// What a plan is for.
enum class Task : std::uint8_t {
  kAnswer,  ///< prefill the prompt, then generate
  kScore,   ///< the log-probability of every token of the prompt after the first; generates nothing
};

/// One prompt to answer, or a text to score.
struct CompileRequest {
  Task task = Task::kAnswer;
  std::vector<std::uint32_t> prompt;     ///< token ids, at least one, each below the vocabulary
  std::uint32_t max_new_tokens = 128;    ///< at least 1 (kScore: of no meaning)
  std::optional<std::uint32_t> context;  ///< positions to keep; without it as many as the answer may need
  std::uint32_t chunk_rows = 512;        ///< most prompt tokens prefilled at once; fewer if memory is short
  num::Format cache_format = num::Format::kFp16;  ///< of keys and values; or kFp32: exact, and twice as large
  std::vector<std::uint32_t> stop_tokens;         ///< at most abi::kMaxStopTokens
  abi::SamplingParameters sampling;
  bool doorbell_each_token = true;  ///< the host hears of every token, not only of the end
  bool trace_logits = false;        ///< keep all logits of every step, for tests
};

/// Bytes to copy to the chip before the launch.
struct Upload {
  std::uint64_t address = 0;
  std::uint64_t size = 0;
  std::span<const std::byte> bytes;            ///< `size` of them,
  std::shared_ptr<const TensorSource> source;  ///< or what makes them
};

/// A plan ready to load. Views the model file's weights, which must outlive it.
/// What people want to know of an operator of a plan.
struct OperatorInfo {
  std::string name;  ///< of its weight, or of its layer and kind: "blk.3.attn_q", "blk.3.attention"
  abi::OpKind kind = abi::OpKind::kEmbed;
  std::uint64_t macs_per_row = 0;  ///< of products with weights
  std::uint64_t weight_bytes = 0;
};

struct CompiledPlan {
  std::vector<std::byte> head;  ///< header, operators and tables; goes to `address`
  /// The same at the same addresses for every plan of a graph and a chip: they stay loaded between plans.
  std::vector<Upload> weights;
  std::uint64_t address = 0;  ///< of the abi::PlanHeader: the launch argument
  std::uint64_t status_address = 0, tokens_address = 0;
  std::uint64_t logits_address = 0;  ///< 0: no trace
  std::uint64_t scores_address = 0;  ///< kScore: float[prompt_tokens], the last one of no meaning
  std::uint32_t prompt_tokens = 0, max_new_tokens = 0, vocabulary = 0;
  std::uint32_t context = 0, chunk_rows = 0;
  std::vector<OperatorInfo> operators;  ///< in the plan's order
  std::uint64_t dram_bytes = 0, weight_bytes = 0, cache_bytes = 0, activation_bytes = 0;
};

/// Fails (kBadInput) when the request does not fit the model, or the plan does not fit the chip's DRAM: the
/// error says how many bytes are missing and what to do.
Result<CompiledPlan> compile(const Graph& graph, const ChipDescription& chip, const CompileRequest& request);

/// The name of a kind of operator: "matmul", "rms_norm".
const char* operator_name(abi::OpKind kind);

}  // namespace areia::sw
