// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A server under load: how long a request waits for its first token and for each further one, how many tokens
// a second all requests get, what a chip's memory holds. Passes are sums over operators (perf/prediction.h);
// the schedule is what stands here: prefills between decode steps, requests that queue for prefills and for
// the cache, the host's share.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "perf/prediction.h"

namespace areia::perf {

/// What the software that serves adds to its kernels: few constants of a whole stack, whatever the model, the
/// chip and the load (perf/serving_stack.cpp has them).
struct ServingStack {
  std::string_view name;
  /// From one operator of a decode step to the next: kernels start, fill and drain, and what small kernels
  /// stand between operators. 0: the device's own launches and fills.
  double operator_seconds = 0;
  double step_seconds = 0;      ///< of the host between two steps: scheduling, sampling, inputs
  double sequence_seconds = 0;  ///< of the host a step, for each sequence in the batch
  double prefill_slowdown = 1;  ///< of a prefill against its operators: no graphs, copies, cache writes
  /// What an operator of a pass with prompts in it takes longer where no graph replays such passes: the host
  /// launches them one by one.
  double eager_seconds = 0;
  double request_seconds = 0;  ///< before and after the first pass: tokens, queues, streams
  /// Prefills of others that a request finds before its own, however few are in flight.
  double queued_prefills = 0;
  /// Share of the requests in flight that come at the same time as one's own, in a closed loop: they begin
  /// together, and 1 means that all prompts are prefilled before any is decoded, so that they end together
  /// and begin again together. The second is for requests of equal lengths.
  double together = 0, together_equal = 0;
  bool mixes_prefills = false;      ///< prompts are prefilled in the passes of decode steps
  bool static_shapes = false;       ///< attention reads all positions that a request may ever have
  bool batched_prefill = false;     ///< the prompts of a whole batch are one pass
  double prefill_positions = 8192;  ///< the most new positions in one pass
  bool pads_heads = false;          ///< to a number that divides by the chips
  /// Of a chip's memory for weights and cache. Servers take nine tenths, but data sheets of GPUs call a GiB a
  /// GB (an "80 GB" H100 has 81,559 MiB).
  double memory_share = 0.96;
  double most_sequences = 1024;  ///< in a batch
  /// Keys and values are kept in fp8 where products take 8 bits or fewer and the chip multiplies in this
  /// format (kFp8 or kFp4); kBf16: never.
  Precision small_cache = Precision::kBf16;
};
/// The stack that a text names ("vllm 0.12.0", "TensorRT-LLM", "trtllm"); a middling one if none.
const ServingStack& serving_stack(std::string_view text);
std::span<const ServingStack> serving_stacks();

/// How requests come.
enum class Load : std::uint8_t {
  kClosedLoop,  ///< `concurrency` are in flight: when one ends the next begins
  kBatch,       ///< `concurrency` begin at once, and no more
  kOffline,     ///< all are there: as many as the memory holds, or `concurrency`, are in flight
  kServer,      ///< as many as leave the time per token below a limit, with slack for bursts
  kOpenLoop     ///< `requests` come at a rate, whether or not the others have ended
};

/// What is served, on what, how.
struct ServingPlan {
  const LanguageModel* model = nullptr;
  const ServingStack* stack = nullptr;  ///< null: a middling one
  Formats formats = {};
  Parallelism parallelism = {};
  Load load = Load::kClosedLoop;
  double concurrency = 1;              ///< over all copies; 0: as many as the memory holds
  double input = 1024, output = 1024;  ///< positions of a request, mean
  bool equal_lengths = false;          ///< all requests are as long as each other
  double beams = 1;                    ///< sequences that are decoded for one request (beam search)
  /// Positions that a small head of the model drafts for each step to verify (speculative decoding:
  /// DeepSeek's multi-token prediction), and the chance that one is right if those before it are.
  double drafted = 0, acceptance = 0.7;
  /// Steps that a prompt waits, on average, for those of other copies, so that all prefill at once.
  double wait_steps = 0;
  /// Seconds for which a server that nothing warmed up compiles kernels when a prompt is first cut to fill a
  /// pass, in a run of `waves` requests for each one in flight; kClosedLoop.
  double compile_seconds = 0, waves = 10;
  double power_limit = 0;         ///< watts of each chip; 0: its design power
  double tpot_limit = 0;          ///< seconds, kServer: of the slowest percent; 0: none
  double rate = 0, requests = 0;  ///< kOpenLoop: a second; in all
};

struct Serving {
  double ttft = 0;               ///< seconds to the first token, mean
  double tpot = 0;               ///< seconds for each further token, mean
  double end_to_end = 0;         ///< seconds of a request
  double tokens_per_second = 0;  ///< of output, all copies and requests together
  double batch = 0;              ///< requests that decode together in one copy
  double tokens_per_step = 1;    ///< of one request: drafts that are right come at once
  MemoryNeed memory;             ///< with the cache of that batch, half of its output done
  PassPrediction prefill;        ///< of one prompt, through one stage
  PassPrediction decode;         ///< one step of the batch at its mean context, through one stage
  double host = 0;               ///< seconds of the host in a step
  double stalls = 0;             ///< seconds of a step that prefills of others take, on average
};
/// Errors: the parallelism does not divide, or the weights and the cache of one request do not fit into the
/// chips' memory (says what is missing).
Result<Serving> predict_serving(const ServingPlan& plan, const Device& device);

/// The plan on this many chips spread so that it yields most tokens a second: copies of the smallest tensor
/// group that holds the model, or of larger ones. Errors as predict_serving if none fits.
Result<ServingPlan> spread_for_throughput(ServingPlan plan, std::uint32_t chips, const Device& device);

}  // namespace areia::perf
