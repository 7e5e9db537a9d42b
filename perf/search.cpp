// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Tries plans one after another; a prediction takes microseconds.
#include "perf/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace areia::perf {
namespace {

std::vector<std::uint32_t> divisors(std::uint32_t number) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 1; i <= number; ++i) {
    if (number % i == 0) found.push_back(i);
  }
  return found;
}

/// From one number of requests in flight to the next, where their number is sought.
constexpr double kStep = 1.4;

class Search {
 public:
  Search(const Device& device, const ServingLimits& limits) : device_(device), limits_(limits) {}

  /// One plan, at the concurrency it has, or at all that fit.
  void consider(ServingPlan plan, const Parallelism& parallelism) {
    plan.parallelism = parallelism;
    if (plan.concurrency > 0) {
      if (plan.concurrency >= plan.parallelism.data) try_one(plan);
      return;
    }
    const auto full = predict_serving(plan, device_);
    if (!full.ok()) {
      try_one(plan);  // keeps the reason
      return;
    }
    // In each copy, up to as many as its memory holds: more would only wait.
    const double copies = parallelism.data, most = std::floor(full->batch);
    for (double batch = 1; batch < most; batch = std::ceil(batch * kStep)) {
      plan.concurrency = batch * copies;
      const auto serving = try_one(plan);
      if (!serving || serving->tpot > limits_.tpot) return;
    }
    plan.concurrency = most * copies;
    try_one(plan);
  }

  /// The best of what was considered, or why there is none.
  Result<ServingChoice> result(const ServingPlan& asked, std::uint32_t chips) {
    const std::string_view chip = device_.chip().name;
    if (best_) {
      best_->tried = tried_;
      return std::move(*best_);
    }
    if (nearest_) {
      const Serving& s = nearest_->serving;
      return bad_input(
          fmt::format("no plan on {} x {} meets the limits; the nearest has {:.4g} ms to the first "
                      "token and {:.4g} ms for each further one",
                      chips, chip, 1e3 * s.ttft, 1e3 * s.tpot));
    }
    if (!misfit_) {
      return bad_input(
          fmt::format("{:.0f} requests in flight are fewer than the copies of the model on {} chips",
                      asked.concurrency, chips));
    }
    const std::uint32_t enough = fewest_chips(asked, device_);
    if (enough <= chips) return *misfit_;
    return bad_input(
        fmt::format("{} does not fit into {} x {}: {} of them hold it with requests of {:.0f} + "
                    "{:.0f} tokens; give --chips {}, a narrower --precision or shorter requests",
                    asked.model->name, chips, chip, enough, asked.input, asked.output, enough));
  }

 private:
  std::optional<Serving> try_one(const ServingPlan& plan) {
    auto serving = predict_serving(plan, device_);
    ++tried_;
    if (serving.ok() && !(serving->tokens_per_second > 0 && std::isfinite(serving->end_to_end)))
      serving = work_failed(
          fmt::format("{} on {}: the model gives no number", plan.model->name, device_.chip().name));
    if (!serving.ok()) {
      if (!misfit_) misfit_ = serving.error();
      return std::nullopt;
    }
    const bool meets = serving->ttft <= limits_.ttft && serving->tpot <= limits_.tpot;
    if (meets && (!best_ || serving->tokens_per_second > best_->serving.tokens_per_second)) {
      best_ = {plan, *serving};
    }
    if (!nearest_ || excess(*serving) < excess(nearest_->serving)) nearest_ = {plan, *serving};
    return std::move(*serving);
  }

  /// How far beyond the limits.
  double excess(const Serving& serving) const {
    return std::max(serving.ttft / limits_.ttft, serving.tpot / limits_.tpot);
  }

  const Device& device_;
  const ServingLimits& limits_;
  std::optional<ServingChoice> best_, nearest_;
  std::optional<Error> misfit_;
  std::size_t tried_ = 0;
};

bool holds(const ServingPlan& asked, const Parallelism& parallelism, const Device& device) {
  ServingPlan plan = asked;
  plan.parallelism = parallelism;
  plan.concurrency = 1;
  return predict_serving(plan, device).ok();
}

}  // namespace

std::vector<Parallelism> parallelisms(const LanguageModel& model, std::uint32_t chips) {
  std::vector<Parallelism> found;
  const auto add = [&](const Parallelism& parallelism) {
    if (check(parallelism, model).ok() && std::ranges::find(found, parallelism) == found.end())
      found.push_back(parallelism);
  };
  for (const std::uint32_t tensor : divisors(chips)) {
    for (const std::uint32_t pipeline : divisors(chips / tensor)) {
      Parallelism p = {.tensor = tensor, .pipeline = pipeline, .data = chips / tensor / pipeline};
      add(p);
      if (model.experts == 0) continue;
      p.expert = tensor, p.expert_tensor = 1;
      add(p);
      p.expert = tensor * p.data;
      add(p);
    }
  }
  return found;
}

Result<ServingChoice> best_serving(const ServingPlan& asked, std::uint32_t chips, const Device& device,
                                   const ServingLimits& limits) {
  const auto ways = parallelisms(*asked.model, chips);
  if (ways.empty()) {
    return bad_input(
        fmt::format("{} cannot be spread over {} chips: no product of degrees that divide its {} "
                    "heads, {} layers and experts makes {}; give another number of chips",
                    asked.model->name, chips, asked.model->heads, asked.model->layers, chips));
  }
  Search search(device, limits);
  for (const Parallelism& parallelism : ways) search.consider(asked, parallelism);
  return search.result(asked, chips);
}

Result<ServingChoice> best_batch(const ServingPlan& asked, const Parallelism& parallelism,
                                 const Device& device, const ServingLimits& limits) {
  AREIA_RETURN_IF_ERROR(check(parallelism, *asked.model));
  Search search(device, limits);
  search.consider(asked, parallelism);
  return search.result(asked, parallelism.chips());
}

std::uint32_t fewest_chips(const ServingPlan& asked, const Device& device) {
  for (std::uint32_t chips = 1; chips <= kMostChips; chips *= 2) {
    const auto ways = parallelisms(*asked.model, chips);
    if (std::ranges::any_of(ways, [&](const Parallelism& p) { return holds(asked, p, device); }))
      return chips;
  }
  return 0;
}

}  // namespace areia::perf
