// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The operators that language models are made of, and the seconds that a device takes for each: one function
// an operator, each in the file of its name.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "perf/device.h"

namespace areia::perf {

/// What an operator waits for most.
enum class Bound : std::uint8_t { kCompute, kMemory, kLink, kOverhead };
inline constexpr std::size_t kBoundCount = 4;
std::string_view name_of(Bound bound);

/// Seconds of one operator on one chip, and why.
struct OperatorTime {
  double seconds = 0;
  double compute = 0;   ///< seconds that its arithmetic alone would take, quantisation to tiles included
  double memory = 0;    ///< seconds that its traffic to DRAM alone would take
  double link = 0;      ///< seconds that its traffic over links alone would take
  double overhead = 0;  ///< seconds of launches and fills
  double flops = 0;     ///< multiply and add counted as two
  double bytes = 0;     ///< to and from DRAM

  Bound bound() const;
};

/// Whether our own chips' products with weights of this format take their input as blocks of int8, and
/// multiply integers.
inline bool takes_integers(Precision weight) { return bytes_of(weight) <= 1.1 && weight != Precision::kFp8; }

/// Libraries of product kernels on GPUs, by the tiles that they choose from.
enum class ProductLibrary : std::uint8_t {
  kUsual,   ///< cuBLAS of 2025 and its like
  kOld,     ///< cuBLAS of 2023
  kOneTile  ///< 128 x 128 alone
};

/// C[m][n] = sum over k of A[m][k] * B[n][k], `groups` times with operands of their own (experts).
struct Gemm {
  double m = 1, n = 1, k = 1;
  double groups = 1;
  bool uneven = false;                      ///< rows of a group vary by chance: `m` is their mean
  Precision activation = Precision::kBf16;  ///< of A
  Precision weight = Precision::kBf16;      ///< of B as it lies in memory
  Precision output = Precision::kBf16;
  /// What the matrix units multiply in.
  Precision compute = Precision::kBf16;
  /// Share of B that lies in the shared cache before (0 to 1): weights that a benchmark reads over and over.
  double cached = 0;
  /// Share of the matrix units' rate that the format's scales leave (block-scaled fp8: sums leave the units).
  double efficiency = 1;
  ProductLibrary library = ProductLibrary::kUsual;
  /// Matrices that B joins, of `n` columns together: our own chips' kernels take one after the other.
  double parts = 1;
};
OperatorTime time_of(const Gemm& gemm, const Device& device);

/// Libraries of attention kernels that lie on the cores each in its own way (perf/attention_kernel.h).
enum class AttentionLibrary : std::uint8_t {
  kUsual,                ///< as good libraries are, where nothing is known of it
  kTrtllmGen,            ///< TensorRT-LLM's for data centres' Blackwell
  kFlashInferGen,        ///< the same kernels as FlashInfer has them
  kTensorRt,             ///< TensorRT-LLM's for other chips
  kFlashAttention3,      ///< for Hopper's units
  kFlashAttention2,      ///< for units that are fed from registers
  kFlashAttentionPaged,  ///< the same over a cache in pages of one position
  kFlashInfer,
  kTritonUnified,  ///< vLLM's kernel in Triton
  kTritonExtend,   ///< SGLang's, which computes what lies before a window too
  kXpu             ///< Intel's, which does as well
};

/// softmax(Q K^T) V, causal within the new positions.
struct Attention {
  double batch = 1;    ///< sequences
  double queries = 1;  ///< new positions of a sequence
  double context = 1;  ///< positions that the last query sees, its own included
  double heads = 1, kv_heads = 1;
  double head_size = 128, value_size = 128;
  /// Values are the first value_size elements of the keys, which are stored and read once (latent attention).
  bool values_in_keys = false;
  bool causal = true;
  double window = 0;  ///< positions that a query sees at most, in windows or chosen; 0: all before it
  Precision compute = Precision::kBf16;  ///< of Q and of both products
  Precision cache = Precision::kBf16;    ///< of K and V in memory
  double cached = 0;                     ///< share of the traffic that the shared cache serves, as in Gemm
  double efficiency = 1;  ///< share of the matrix units' rate that conversions of the cache leave
  /// Results are rounded to blocks of int8, as the next product takes them: on our own chips by this kernel.
  bool rounds_results = false;
  AttentionLibrary library = AttentionLibrary::kUsual;
};
OperatorTime time_of(const Attention& attention, const Device& device);
/// Pairs of a query and a position it sees, of one head of one sequence.
double attended_pairs(const Attention& attention);
/// Positions of one sequence whose keys are read, and elements of one of them (values included), of one head.
double cached_positions(const Attention& attention);
double cached_elements(const Attention& attention);
/// Bytes of all keys and values that are read, once each; and of queries and results.
double cached_bytes(const Attention& attention);
double query_bytes(const Attention& attention);

/// What is bound by reading and writing rows.
struct Elementwise {
  enum class Kind : std::uint8_t {
    kRmsNorm,
    kLayerNorm,
    kSoftmax,
    kGelu,
    kGatedActivation,
    kAdd,
    kRope,
    kEmbedding,
    kCopy,
    kQuantise,       ///< to a format of one byte or less, with one scale a row
    kQuantiseBlocks  ///< the same with scales for a few elements, or one for all
  };
  Kind kind = Kind::kAdd;
  double rows = 1, columns = 1;  ///< of the result
  /// A norm that first adds its input to the residual stream, which is read and written too.
  bool adds_residual = false;
  /// Results of norms and activations are rounded to blocks of int8, as in Attention.
  bool rounds_results = false;
  /// How fast the kernel is beside today's, where it is not bound by memory.
  double pace = 1;
  Precision precision = Precision::kBf16;
};
OperatorTime time_of(const Elementwise& elementwise, const Device& device);

/// Moves data between `chips` chips, `per_node` of which share the fast links (all of them if 0).
struct Collective {
  enum class Kind : std::uint8_t {
    kAllReduce,
    kAllGather,
    kReduceScatter,
    kAllToAll,
    kSendReceive,
    kBroadcast
  };
  Kind kind = Kind::kAllReduce;
  /// The whole message: what each chip holds before an all-reduce, after an all-gather, before a
  /// reduce-scatter and an all-to-all, and what is sent from one chip to another.
  double bytes = 0;
  double chips = 1, per_node = 0;
  Precision precision = Precision::kBf16;  ///< of what a reduction adds: switches add no integers
  /// Bytes per second of one chip and of one whole node beyond the node, each way, where a machine is known
  /// to have others than the data sheet suggests; 0: the data sheet's, shared by nobody.
  double network_bandwidth = 0, node_bandwidth = 0;
};
OperatorTime time_of(const Collective& collective, const Device& device);

using Work = std::variant<Gemm, Attention, Elementwise, Collective>;
inline OperatorTime time_of(const Work& work, const Device& device) {
  return std::visit([&](const auto& operation) { return time_of(operation, device); }, work);
}

/// An operator by the name that reports use, and how often it is done.
struct Operator {
  std::string_view name;
  Work work;
  double count = 1;
};

}  // namespace areia::perf
