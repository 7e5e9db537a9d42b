// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The schedule of a server in closed form.
#include "perf/serving.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "perf/predicted_energy.h"

namespace areia::perf {
namespace {

/// Requests come in bursts: what a server can bear on average is this share of what it yields at full load.
constexpr double kServerUtilisation = 0.95;
/// Requests of equal lengths that once came together stay so: one more prompt, on average, is ahead.
constexpr double kEqualAhead = 1;
/// Mean of the time per token as a share of its slowest percent.
constexpr double kMeanOfSlowest = 0.75;

class Schedule {
 public:
  Schedule(const ServingPlan& plan, const Device& device)
      : plan_(plan),
        stack_(plan.stack != nullptr ? *plan.stack : serving_stack("")),
        device_(device),
        stages_(plan.parallelism.pipeline),
        copies_(plan.parallelism.data) {}

  Result<Serving> predict() {
    AREIA_RETURN_IF_ERROR(fit_memory());
    prefill(1);
    switch (plan_.load) {
      case Load::kOpenLoop:
        open_loop();
        break;
      case Load::kServer:
        server();
        break;
      default:
        run(asked());
    }
    return s_;
  }

 private:
  double limit() const { return std::min(capacity_, stack_.most_sequences); }
  double asked() const {
    return plan_.concurrency > 0 ? std::max(1.0, plan_.concurrency / copies_) : limit();
  }

  Result<void> fit_memory() {
    s_.memory = memory_need(*plan_.model, work(1, plan_.output), device_.chip());
    const double room = s_.memory.capacity * stack_.memory_share - s_.memory.weights;
    if (s_.memory.capacity > 0 && room < s_.memory.cache) {
      return bad_input(fmt::format(
          "{} does not fit: on each {} weights take {:.1f} GB and the cache of one request of {:.0f} "
          "positions "
          "{:.1f} GB, but there are {:.1f} GB for both; use more chips or smaller formats",
          plan_.model->name, device_.chip().name, s_.memory.weights * 1e-9, plan_.input + plan_.output,
          s_.memory.cache * 1e-9, s_.memory.capacity * stack_.memory_share * 1e-9));
    }
    // Requests are at every stage of their output: on average half of it is in the cache.
    held_ = memory_need(*plan_.model, work(1, plan_.output / 2), device_.chip()).cache;
    capacity_ =
        s_.memory.capacity > 0 && held_ > 0 ? std::max(1.0, std::floor(room / held_)) : stack_.most_sequences;
    return {};
  }
  ServingWork work(double sequences, double output) const {
    return {.batch = sequences * copies_,
            .input = plan_.input,
            .output = output * plan_.beams,
            .formats = plan_.formats,
            .parallelism = plan_.parallelism};
  }

  PassPrediction pass(double sequences, double positions, double context) const {
    PassPrediction p = predict_pass(*plan_.model,
                                    {.sequences = sequences,
                                     .positions = positions,
                                     .context = context,
                                     .logits = 1,
                                     .formats = plan_.formats},
                                    plan_.parallelism, device_);
    lower_clock(p);
    return p;
  }

  /// What the cores bound takes longer at the clock that keeps the limit of power.
  void lower_clock(PassPrediction& p) const {
    const Precision compute = plan_.formats.compute;
    const Utilisation busy = utilisation_of(p.flops, p.bytes, p.seconds, compute, device_);
    const double operations = p.flops / p.seconds * bytes_of(compute);
    const double clock = std::min(clock_at_limit(device_.chip(), busy, plan_.power_limit),
                                  clock_at_design_power(device_.chip(), operations, busy));
    if (clock >= 1) return;
    for (OperatorLine& line : p.operators) {
      if (line.each.bound() != Bound::kCompute) continue;
      const double longer = (1 / clock - 1) * line.each.seconds;
      line.each.seconds += longer;
      line.seconds += line.count * longer;
      p.seconds += line.count * longer;
    }
  }

  /// Seconds of the prefill of `prompts` in one stage, for each of them.
  double prefill(double prompts) {
    PassPrediction p = pass(prompts, plan_.input, plan_.input);
    const double seconds = (p.seconds * stack_.prefill_slowdown + launches(p)) / prompts;
    if (prompts == 1) {
      s_.prefill = std::move(p);
      alone_ = seconds;
    }
    return seconds;
  }

  /// Seconds a token of a decode step of `batch` requests, the host's and the stalls included.
  double step(double batch) {
    // A drafted position is verified as if it were a sequence of its own.
    const double sequences = std::max(1.0, batch * plan_.beams * (1 + plan_.drafted) / stages_);
    s_.decode = pass(sequences, 1, plan_.input + plan_.output / (stack_.static_shapes ? 1 : 2));
    decode_rest_ = without_attention(s_.decode);
    if (stack_.operator_seconds > 0) {
      s_.decode.seconds = 0;
      for (OperatorLine& line : s_.decode.operators) {
        const double work = line.each.seconds - std::min(line.each.overhead, line.each.seconds);
        // Shared experts run beside the others, on a stream of their own.
        const bool beside = line.name.starts_with("shared experts");
        line.seconds = line.count * (work + (beside ? 0 : stack_.operator_seconds));
        s_.decode.seconds += line.seconds;
      }
    }
    s_.decode.seconds *= 1 + plan_.drafted / plan_.model->layers;  // drafting takes a layer a position
    s_.host = stack_.step_seconds + stack_.sequence_seconds * batch * plan_.beams;
    s_.stalls = stalls(batch);
    return (stages_ * s_.decode.seconds + s_.host + s_.stalls) / tokens_a_step();
  }

  /// Of one request: its next token and those drafted that are right, one after another.
  double tokens_a_step() const {
    double tokens = 1, right = 1;
    for (int i = 0; i < static_cast<int>(plan_.drafted); ++i) tokens += right *= plan_.acceptance;
    return tokens;
  }

  /// Each request's prefill stands once among the steps of the others; those that came together have half of
  /// each other's prefills behind them when they begin to decode.
  double stalls(double batch) {
    if (plan_.load == Load::kBatch) return 0;
    const double steps = std::max(1.0, (plan_.output - 1) / tokens_a_step());
    // Prompts that wait at the same step share a pass, so far as it holds them.
    const double shared =
        std::clamp(batch / steps, 1.0, std::max(1.0, stack_.prefill_positions / plan_.input));
    const double each = stack_.mixes_prefills ? mixed(batch, std::floor(shared))
                        : shared > 1          ? prefill(std::floor(shared))
                                              : alone_;
    return (batch - 1) * (1 - together() / 2) * each / steps;
  }

  /// Seconds by which `prompts` make a decode step longer that they share a pass with, for each of them: the
  /// weights are read once for all.
  double mixed(double batch, double prompts) {
    const double sequences = batch * plan_.beams * (1 + plan_.drafted) / stages_;
    const PassPrediction alone = pass(prompts, plan_.input, plan_.input);
    const PassPrediction both = pass(1, prompts * plan_.input + sequences, plan_.input);
    const double attention = alone.seconds - without_attention(alone);
    const double rest = std::max(0.0, without_attention(both) - decode_rest_);
    return ((attention + rest) * stack_.prefill_slowdown + launches(both)) / prompts;
  }
  /// Seconds that the host adds to a pass that no graph replays.
  double launches(const PassPrediction& pass) const {
    double operators = 0;
    for (const OperatorLine& line : pass.operators) operators += line.count;
    return operators * stack_.eager_seconds;
  }
  static double without_attention(const PassPrediction& pass) {
    double seconds = pass.seconds;
    for (const OperatorLine& line : pass.operators) {
      if (line.family == "attention") seconds -= line.seconds;
    }
    return seconds;
  }

  double together() const {
    if (plan_.load != Load::kClosedLoop) return 0;
    return plan_.equal_lengths ? stack_.together_equal : stack_.together;
  }

  /// The rates of `asked` requests in flight in a copy.
  void run(double asked) {
    s_.batch = std::min(asked, limit());
    s_.tokens_per_step = tokens_a_step();
    s_.tpot = step(s_.batch);
    s_.memory.cache = s_.batch * held_;
    const double own = stages_ * (stack_.batched_prefill ? prefill(s_.batch) * s_.batch : alone_);
    // The step that is going on ends first; under a full load there are prefills in it too.
    const bool loaded = plan_.load == Load::kServer || plan_.load == Load::kOpenLoop;
    s_.ttft = stack_.request_seconds + own + (loaded ? s_.tpot : stages_ * s_.decode.seconds);
    s_.ttft += plan_.wait_steps * (stages_ * s_.decode.seconds + s_.host);
    if (plan_.load == Load::kClosedLoop) {
      const double ahead =
          stack_.queued_prefills + (plan_.equal_lengths ? kEqualAhead : 0) + together() * (s_.batch - 1) / 2;
      s_.ttft += ahead * alone_;
    }
    if (plan_.load == Load::kClosedLoop && plan_.compile_seconds > 0) compile();
    const double decoding = std::max(0.0, plan_.output - 1) * s_.tpot;
    // The cache is full: those in flight but not in the batch wait for a place.
    s_.ttft += (asked / s_.batch - 1) * (own + decoding);
    s_.end_to_end = s_.ttft + decoding;
    const double busy = plan_.load == Load::kClosedLoop || plan_.load == Load::kBatch
                            ? s_.end_to_end * s_.batch / asked
                            : own + decoding;
    s_.tokens_per_second = copies_ * s_.batch * (plan_.output > 1 ? plan_.output / busy : 1 / s_.tpot);
  }

  /// The first requests' prompts come together. Those that the first pass holds have their first token when
  /// the kernels are compiled that the next pass needs, with its part of a prompt; the others wait for it.
  void compile() {
    const double waiting = 1 - stack_.prefill_positions / (s_.batch * plan_.input);
    if (waiting <= 0) return;
    const double each = plan_.compile_seconds / plan_.waves;  // of all requests, mean
    s_.ttft += each * waiting;
    s_.tpot += each * (1 - waiting) / std::max(1.0, plan_.output - 1);
  }

  /// The largest batch whose slowest tokens keep the limit.
  void server() {
    double batch = limit();
    const double most = kMeanOfSlowest * plan_.tpot_limit;
    if (plan_.tpot_limit > 0 && step(batch) > most) {
      double low = 1, high = batch;
      while (high - low > 1) {
        batch = std::floor((low + high) / 2);
        (step(batch) > most ? high : low) = batch;
      }
      batch = low;
    }
    run(batch);
    s_.tokens_per_second *= kServerUtilisation;
  }

  /// Requests that come faster than they are served pile up until the last has come.
  void open_loop() {
    const double rate = plan_.rate / copies_;
    run(limit());
    const double served = s_.tokens_per_second / copies_ / plan_.output;
    if (served <= rate) {
      const double requests = plan_.requests / copies_;
      s_.ttft += std::max(0.0, requests / served - requests / rate) / 2;
      s_.end_to_end = s_.ttft + (plan_.output - 1) * s_.tpot;
      return;
    }
    // Little's law: as many are in flight as come while one is served.
    double batch = 1;
    for (int i = 0; i < 40; ++i) {
      run(batch);
      batch = 0.5 * (batch + std::clamp(rate * s_.end_to_end, 1.0, limit()));
    }
    s_.tokens_per_second = plan_.rate * plan_.output;
  }

  const ServingPlan& plan_;
  const ServingStack& stack_;
  const Device& device_;
  double stages_, copies_;
  double capacity_ = 1, held_ = 0, alone_ = 0, decode_rest_ = 0;
  Serving s_;
};

}  // namespace

Result<Serving> predict_serving(const ServingPlan& plan, const Device& device) {
  // Stacks that pad heads to whole ones for each chip run what does not divide.
  if (plan.stack == nullptr || !plan.stack->pads_heads)
    AREIA_RETURN_IF_ERROR(check(plan.parallelism, *plan.model));
  return Schedule(plan, device).predict();
}

Result<ServingPlan> spread_for_throughput(ServingPlan plan, std::uint32_t chips, const Device& device) {
  Result<ServingPlan> best =
      bad_input(fmt::format("{} cannot be spread over {} x {}", plan.model->name, chips, device.chip().name));
  double most = 0;
  for (std::uint32_t tensor = 1; tensor <= chips; tensor *= 2) {
    if (chips % tensor != 0) break;
    plan.parallelism = {.tensor = tensor, .data = chips / tensor};
    // Copies are of the whole model, experts included: each tensor group holds all of them.
    plan.parallelism.expert_tensor = plan.model->experts != 0 ? tensor : 0;
    const auto serving = predict_serving(plan, device);
    if (!serving.ok()) {
      if (most == 0) best = serving.error();
      continue;
    }
    if (serving->tokens_per_second <= most) continue;
    most = serving->tokens_per_second;
    best = plan;
  }
  return best;
}

}  // namespace areia::perf
