// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The schedule of a server in closed form.
#include "perf/serving.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace areia::perf {

PassTime time_of_pass(const LanguageModel& model, const Pass& pass, const Parallelism& parallelism,
                      const Device& device, double launch_share) {
  PassTime total;
  for (const Operator& op : forward(model, pass, parallelism)) {
    const OperatorTime time = time_of(op.work, device);
    const double overhead = std::min(time.overhead, time.seconds);
    const double seconds = op.count * (time.seconds - (1 - launch_share) * overhead);
    total.seconds += seconds;
    total.overhead += op.count * launch_share * overhead;
    total.parts.push_back({op.name, seconds, time.bound()});
  }
  return total;
}

namespace {

/// What the schedule of one copy of the model is made of.
class Schedule {
 public:
  Schedule(const ServingPlan& plan, const Device& device)
      : plan_(plan), stack_(plan.stack != nullptr ? *plan.stack : serving_stack("")), device_(device) {}

  Result<Serving> predict() {
    AREIA_RETURN_IF_ERROR(fit_memory());
    const double copies = plan_.parallelism.data;
    const double asked = plan_.concurrency > 0 ? std::max(1.0, plan_.concurrency / copies) : capacity_;
    s_.batch = std::min({asked, capacity_, stack_.most_sequences});
    s_.prefill = pass(1, plan_.input, plan_.input, stack_.prefill_launch);
    s_.decode = pass(s_.batch, 1, plan_.input + plan_.output / 2, stack_.decode_launch);
    s_.host = stack_.step_seconds + stack_.sequence_seconds * s_.batch;
    s_.stalls = stalls();
    s_.tpot = s_.decode.seconds + s_.host + s_.stalls;
    const double own = s_.prefill.seconds + s_.host, decoding = (plan_.output - 1) * s_.tpot;
    // The cache is full: those in flight but not in the batch wait for a place.
    const double queued = (asked / s_.batch - 1) * (own + decoding);
    s_.ttft = stack_.request_seconds + own + wait_for_step() + burst(asked) + queued;
    s_.end_to_end = s_.ttft + decoding;
    s_.tokens_per_second = copies * asked * plan_.output / s_.end_to_end;
    return s_;
  }

 private:
  PassTime pass(double sequences, double positions, double context, double launch_share) const {
    return time_of_pass(*plan_.model,
                        {.sequences = sequences,
                         .positions = positions,
                         .context = context,
                         .logits = 1,
                         .formats = plan_.formats},
                        plan_.parallelism, device_, launch_share);
  }

  Result<void> fit_memory() {
    const Known& memory = device_.chip().memory_bytes;
    s_.memory = memory ? memory->value : 0;
    s_.weights = weight_bytes(*plan_.model, plan_.formats, plan_.parallelism);
    const Pass one = {.context = plan_.input + plan_.output, .formats = plan_.formats};
    const double cache = cache_bytes(*plan_.model, one, plan_.parallelism);
    const double room = s_.memory * stack_.memory_share - s_.weights;
    if (s_.memory > 0 && room < cache) {
      return bad_input(fmt::format(
          "{} does not fit: a chip of {} needs {:.1f} GB for weights and {:.1f} GB for the cache of one "
          "request of {:.0f} positions, and has {:.1f} GB; use more chips or smaller formats",
          plan_.model->name, device_.chip().name, s_.weights * 1e-9, cache * 1e-9,
          plan_.input + plan_.output, s_.memory * stack_.memory_share * 1e-9));
    }
    // Requests are at every stage of their output, so on average half of it is in the cache.
    const Pass mean = {.context = plan_.input + plan_.output / 2, .formats = plan_.formats};
    const double held = cache_bytes(*plan_.model, mean, plan_.parallelism);
    capacity_ = s_.memory > 0 && held > 0 ? std::max(1.0, std::floor(room / held)) : stack_.most_sequences;
    return {};
  }

  /// Each sequence's prefill stands once among the steps of all others of the batch.
  double stalls() const {
    const double others = (s_.batch - 1) / std::max(1.0, plan_.output);
    return others * s_.prefill.seconds;
  }

  /// A request comes in the middle of a step, which ends first.
  double wait_for_step() const { return s_.batch > 1 ? 0.5 * s_.decode.seconds : 0; }

  /// The first requests of a run come at once and queue for their prefills.
  double burst(double asked) const {
    if (plan_.rounds <= 0) return 0;
    return (asked - 1) / 2 * s_.prefill.seconds / plan_.rounds;
  }

  const ServingPlan& plan_;
  const ServingStack& stack_;
  const Device& device_;
  Serving s_;
  double capacity_ = 1;
};

}  // namespace

Result<Serving> predict_serving(const ServingPlan& plan, const Device& device) {
  AREIA_RETURN_IF_ERROR(check(plan.parallelism, *plan.model));
  return Schedule(plan, device).predict();
}

}  // namespace areia::perf
