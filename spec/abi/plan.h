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

/// The operators of a plan. Each reads and writes DRAM buffers; tiles share the work of one operator and meet
/// at a barrier after it (unless kNoBarrier). What its operands are is said at struct Op.
enum class OpKind : std::uint32_t {
  kEmbed = 0,   ///< output[row] = scale * row of `weight` chosen by the token of that row (+ row of `second`
                ///< chosen by its position), as fp32
  kRmsNorm,     ///< output (+)= input / sqrt(mean(input^2) + epsilon) * weight, over `group` elements each
  kLayerNorm,   ///< output = (input - mean) / sqrt(variance + epsilon) * weight + bias
  kMatmul,      ///< output[row][n] (+)= sum_k input[row][k] * weight[n][k] (+ bias[n])
  kRopeStore,   ///< rotates q (in place) and k, stores k and v into the KV cache
  kAttention,   ///< causal softmax(q k^T * scale) v over the cache, grouped queries
  kActivation,  ///< output = activation(input) (* second)
  kRoute,       ///< picks experts for every row from the router's logits
  kExpertMatmul,  ///< kMatmul with, for every row and each of its experts, the matrix of that expert
  kCombine,       ///< output[row] += sum over the row's experts of their weight * their part of input[row]
  kSample,        ///< picks the next token of the last row's logits, writes it to the token list
  kScore,         ///< scores[position] = log of the probability that row's logits give to the token after it
  kCount,
};

/// What kActivation computes. GELU is the tanh form, on values rounded to fp16, its result rounded to fp16:
/// what the reference implementation's table does.
enum class Activation : std::uint8_t {
  kSilu,        ///< x / (1 + e^-x)
  kGelu,        ///< x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))
  kSiluClamped  ///< of gpt-oss: with x = min(input, 7): x / (1 + e^(-1.702 x)) * (clamp(second, -7, 7) + 1)
};

/// Which elements of a head RoPE turns together.
enum class RopePairing : std::uint8_t { kNeighbours /*2i, 2i + 1*/, kHalves /*i, i + rope_size / 2*/ };

/// How kRoute makes weights of logits. Both pick the `experts_used` largest logits, the lower index of
/// equals.
enum class Routing : std::uint8_t {
  kSoftmaxOfAll,     ///< weights are the softmax over all experts, divided by the sum of those picked
  kSoftmaxOfPicked,  ///< weights are the softmax over those picked
};

/// kRoute's output: for each row `experts_used` of these, the likeliest first.
struct PickedExpert {
  std::uint32_t expert = 0;
  float weight = 0;
};

enum OpFlags : std::uint32_t {
  kAccumulate = 1,   ///< kMatmul: add to what output holds (the residual)
  kLastRowOnly = 2,  ///< work only on the chunk's last row, and only if it is the prompt's last chunk or a
                     ///< decode step. An input of `rows` == 1 has just that row (an earlier kLastRowOnly
                     ///< operator wrote it); otherwise it is the chunk's last row. Output row is row 0
  kScaleQuery = 8,  ///< kAttention: `scale` multiplies the query before it is rounded to fp16, not the scores
  kNoBarrier = 4,   ///< no barrier after this operator: the next one neither reads nor overwrites what
                    ///< was written, nor overwrites what was read, since the last barrier
};

/// A matrix or a vector in DRAM. `row_stride` in bytes: exactly row_bytes() for weights, which lie as their
/// file has them; a multiple of 64 for activations and caches. Addresses are multiples of 64.
/// Caches have `rows` = context and kv_heads * head_size columns of fp16 or fp32, keys and values alike.
struct TensorRef {
  std::uint64_t address = 0;
  std::uint64_t row_stride = 0;
  std::uint32_t rows = 0;     ///< weights: N. Activations: rows of the buffer (a chunk uses the first ones)
  std::uint32_t columns = 0;  ///< elements a row
  num::Format format = num::Format::kFp32;
  std::uint8_t reserved[7] = {};
};
static_assert(sizeof(TensorRef) == 32);

/// One operator. 256 bytes. Unused members are zero; a TensorRef without rows is absent.
struct Op {
  OpKind kind = OpKind::kEmbed;
  std::uint32_t flags = 0;
  TensorRef input;   ///< fp32; kMatmul, kExpertMatmul: the format that meets the weight's (partner_format()).
                     ///< kExpertMatmul: one part a row, or one for each picked expert
  TensorRef second;  ///< kEmbed: table of positions; kRopeStore: k projection; kActivation: the factor;
                     ///< kExpertMatmul, kCombine: what kRoute wrote
  TensorRef weight;  ///< kRopeStore: v projection; norms: 1 row of fp32; kAttention: the V cache;
                     ///< kExpertMatmul: the experts' matrices, one after the other in `rows`
  TensorRef output;  ///< fp32 or the format that the next weight needs (norms, kActivation, kAttention);
                     ///< kRopeStore: K cache of this layer; kRoute: PickedExpert[experts_used] a row;
                     ///< kExpertMatmul: one part for each picked expert
  TensorRef extra;   ///< kRopeStore: V cache of this layer; kAttention: the K cache
  TensorRef bias;    ///< fp32. kMatmul, kLayerNorm: 1 row; kExpertMatmul: a row for each expert;
                     ///< kAttention: sinks, one for each head: a score that takes part in the softmax alone
  std::uint32_t heads = 0, kv_heads = 0, head_size = 0;
  std::uint32_t rope_size = 0;  ///< kRopeStore: leading elements of a head that are turned; 0: none
  float epsilon = 0;            ///< norms
  float scale = 0;              ///< kAttention: of the scores; kEmbed: of the table's row; kRoute: of weights
  std::uint64_t rope = 0;       ///< kRopeStore: the table of RopeTable
  std::uint32_t window = 0;     ///< kAttention: positions a query sees, its own included; 0: all
  std::uint32_t group = 0;      ///< kRmsNorm
  std::uint32_t experts = 0, experts_used = 0;
  Activation activation = Activation::kSilu;
  RopePairing pairing = RopePairing::kNeighbours;
  Routing routing = Routing::kSoftmaxOfAll;
  std::uint8_t reserved[5] = {};
};
static_assert(sizeof(Op) == 256);

/// One table of rotations; layers of a model may use different ones. Pair i is turned by position * ratio^i *
/// factors[i], the power made by one product in fp32 after the other, as the reference implementation does:
/// its rounding is part of the answers that models are held against.
struct RopeTable {
  std::uint64_t table = 0;    ///< float[context][size/2][2]: (cos, sin) * magnitude; made on the chip
                              ///< at start
  std::uint64_t factors = 0;  ///< float[size/2], from the model's hyperparameters
  std::uint32_t size = 0;
  float magnitude = 1;
  float ratio = 1;
  std::uint32_t reserved = 0;
};

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
  std::uint64_t ropes = 0;   ///< RopeTable[rope_count]
  std::uint64_t scores =
      0;  ///< 0, or float[context]: the plan scores the prompt (kScore) and generates nothing
  std::uint32_t rope_count = 0;
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
