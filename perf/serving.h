// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Serving: how long a request waits for its first token and for each further one, how many tokens a second all
// requests get, and what of it a chip's memory holds. Passes are sums over operators (perf/forward.h); the
// rest is the schedule: prefills stand between decode steps, requests queue for prefills and for the cache.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "perf/device.h"
#include "perf/forward.h"

namespace areia::perf {

/// What the software that serves adds to its kernels: few constants of a whole stack, whatever the model, the
/// chip and the load.
struct ServingStack {
  std::string_view name;
  /// Share of the kernels' launches and fills that is not hidden behind other work, in a decode step (graphs
  /// replay it without the host) and in a prefill.
  double decode_launch = 1, prefill_launch = 1;
  double step_seconds = 0;      ///< of the host between two decode steps: scheduling, sampling
  double sequence_seconds = 0;  ///< of the host a step, for each sequence in the batch
  double request_seconds = 0;   ///< before and after the first pass: tokens, queues, streams
  double prefill_tokens = 8192; ///< the most new positions in one pass
  double memory_share = 0.9;    ///< of a chip's memory for weights and cache
  double most_sequences = 1024; ///< in a batch
  bool small_cache = false;     ///< keys and values in fp8 where weights have 8 bits or fewer
};
/// The stack that a text names ("vllm 0.12.0", "TensorRT-LLM", "trtllm"); the plainest one if none.
const ServingStack& serving_stack(std::string_view text);

/// A load on a number of chips.
struct ServingPlan {
  const LanguageModel* model = nullptr;
  const ServingStack* stack = nullptr;  ///< null: the plainest
  Formats formats = {};
  Parallelism parallelism = {};
  /// Requests in flight, over all copies: each ends and the next begins. 0: as many as the memory holds.
  double concurrency = 1;
  double input = 1024, output = 1024;  ///< mean positions of a request
  /// Requests of a run for each one in flight: the first of each come all at once (`mean` of the time to the
  /// first token holds their wait). 0: a steady stream.
  double rounds = 0;
};

/// Seconds of one pass, by operator.
struct PassTime {
  struct Part {
    std::string_view name;
    double seconds;
    Bound bound;
  };
  double seconds = 0;
  double overhead = 0;  ///< launches and fills within
  std::vector<Part> parts;
};
PassTime time_of_pass(const LanguageModel& model, const Pass& pass, const Parallelism& parallelism,
                      const Device& device, double launch_share);

struct Serving {
  double ttft = 0;        ///< seconds to the first token, mean
  double tpot = 0;        ///< seconds for each further token, mean
  double end_to_end = 0;  ///< seconds of a request
  double tokens_per_second = 0;  ///< of output, all copies and requests together
  double batch = 0;       ///< sequences that decode together in one copy
  double weights = 0, cache = 0, memory = 0;  ///< bytes on one chip: held, held, there
  PassTime prefill, decode;  ///< of one prompt; of one step of the batch at its mean context
  double host = 0;           ///< seconds of the host in a step
  double stalls = 0;         ///< seconds of a step that prefills of others take, on average
};
/// Errors: the model or one request does not fit into the chips' memory (says how much is missing), or the
/// parallelism does not divide.
Result<Serving> predict_serving(const ServingPlan& plan, const Device& device);

}  // namespace areia::perf
