// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The plan: what sw/compiler writes into DRAM and sw/kernels execute. One plan answers one prompt:
// prefill in chunks of rows, then token after token, without the host but for the doorbell.
// Plain C++ without library dependencies: device code includes this header too.
#pragma once

#include <cstdint>

#include "spec/num/format.h"

namespace areia::abi {

inline constexpr std::uint32_t kPlanMagic = 0x41455231;  // "AER1"

/// The operators of a plan, in the order of a Llama layer. Each reads and writes DRAM buffers; tiles
/// share the work of one operator and meet at a barrier after it (unless kNoBarrier).
enum class OpKind : std::uint32_t {
  kEmbed = 0,     ///< output[row] = row of `weight` chosen by the token of that row, as fp32
  kRmsNorm,       ///< output = input / sqrt(mean(input^2) + epsilon) * weight (fp32 weights)
  kMatmul,        ///< output[row][n] (+)= sum_k input[row][k] * weight[n][k]
  kRopeStore,     ///< rotates q (in place) and k, stores k and v as fp16 into the KV cache
  kAttention,     ///< causal softmax(q k^T * scale) v over the cache, grouped queries
  kSiluMultiply,  ///< output = silu(input) * second
  kSample,        ///< picks the next token of the last row's logits, writes it to the token list
  kCount,
};

enum OpFlags : std::uint32_t {
  kAccumulate = 1,   ///< kMatmul: add to what output holds (the residual)
  kLastRowOnly = 2,  ///< work only on the chunk's last row, and only if it is the prompt's last chunk or a
                     ///< decode step. An input of `rows` == 1 has just that row (an earlier kLastRowOnly
                     ///< operator wrote it); otherwise it is the chunk's last row. Output row is row 0
  kNoBarrier = 4,    ///< no barrier after this operator: the next one neither reads nor overwrites what
                     ///< was written, nor overwrites what was read, since the last barrier
};

/// A matrix or a vector in DRAM. `row_stride` in bytes: exactly row_bytes() for weights, which lie as their
/// file has them; a multiple of 64 for activations and caches. Addresses are multiples of 64.
/// Caches have `rows` = context and kv_heads * head_size columns of fp16.
struct TensorRef {
  std::uint64_t address = 0;
  std::uint64_t row_stride = 0;
  std::uint32_t rows = 0;     ///< weights: N. Activations: rows of the buffer (a chunk uses the first ones)
  std::uint32_t columns = 0;  ///< elements a row
  num::Format format = num::Format::kFp32;
  std::uint8_t reserved[7] = {};
};
static_assert(sizeof(TensorRef) == 32);

/// One operator. 192 bytes. Unused members are zero.
struct Op {
  OpKind kind = OpKind::kEmbed;
  std::uint32_t flags = 0;
  TensorRef input;   ///< kMatmul: fp32, or kBlockInt8 where the weight has a block format
  TensorRef second;  ///< kRopeStore: k projection; kSiluMultiply: the factor; kSample: unused
  TensorRef weight;  ///< kRopeStore: v projection; kRmsNorm: 1 row; kAttention: the V cache
  TensorRef output;  ///< fp32 or kBlockInt8 (kRmsNorm, kSiluMultiply, kAttention quantise what they produce);
                     ///< kRopeStore: K cache of this layer; kAttention: attention output
  TensorRef extra;   ///< kRopeStore: V cache of this layer; kAttention: the K cache
  std::uint32_t heads = 0, kv_heads = 0, head_size = 0, rope_size = 0;
  float epsilon = 0;  ///< kRmsNorm
  float scale = 0;    ///< kAttention: 1 / sqrt(head_size)
};
static_assert(sizeof(Op) == 192);

/// How the next token is picked. temperature 0 is greedy (ties: the lowest id).
struct SamplingParameters {
  float temperature = 0;
  float top_p = 1;          ///< 1: off
  std::uint32_t top_k = 0;  ///< 0: off
  std::uint32_t reserved = 0;
  std::uint64_t seed = 0;
};

inline constexpr std::uint32_t kMaxStopTokens = 16;

/// At the plan's address in DRAM; everything it points to is in DRAM too.
struct PlanHeader {
  std::uint32_t magic = kPlanMagic;
  std::uint32_t op_count = 0;
  std::uint64_t ops = 0;     ///< Op[op_count]
  std::uint64_t tokens = 0;  ///< uint32[context]: the prompt, then what was generated
  std::uint64_t status = 0;  ///< PlanStatus, written by the chip
  std::uint64_t rope = 0;    ///< float[context][rope_size/2][2]: (cos, sin); made on the chip at start from
                             ///< rope_inverse_frequency
  std::uint64_t rope_inverse_frequency = 0;  ///< float[rope_size/2], from the model's hyperparameters
  std::uint32_t rope_size = 0;
  std::uint32_t prompt_tokens = 0;
  std::uint32_t max_new_tokens = 0;
  std::uint32_t context = 0;     ///< positions in the KV cache
  std::uint32_t chunk_rows = 0;  ///< most rows prefilled at once = rows of the activation buffers
  std::uint32_t stop_count = 0;
  std::uint32_t stop_tokens[kMaxStopTokens] = {};
  std::uint32_t doorbell_each_token = 1;  ///< 1: post the doorbell with 1 after every new token
  std::uint32_t reserved = 0;
  SamplingParameters sampling;
  std::uint64_t logits_trace =
      0;  ///< 0, or float[max_new_tokens][vocabulary]: logits of each step, for tests
};

/// Written by the chip.
struct PlanStatus {
  std::uint32_t generated = 0;  ///< tokens picked so far, including a stop token
  std::uint32_t finished = 0;   ///< 1: stop token, 2: max_new_tokens, 3: context is full
  std::uint32_t prefilled = 0;  ///< prompt tokens done
  std::uint32_t reserved = 0;
};

}  // namespace areia::abi
