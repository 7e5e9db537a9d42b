// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Watts of busy chips and of the servers around them.
#include "perf/predicted_energy.h"

#include <algorithm>

namespace areia::perf {
namespace {

// Shares of the design power. An idle H100 takes about 80 of 700 W; large products at nine tenths of the
// peak, and streams at nine tenths of the bandwidth with few products, are what reaches and approaches the
// limit.
constexpr double kIdle = 0.12;
constexpr double kCompute = 0.75;
constexpr double kMemory = 0.4;
/// Processors, DRAM, switches, adapters and fans of a server, for each chip, as a share of the chip's design
/// power, and losses of supplies on top of all. A DGX H100 or H200 takes at most 10.2 kW with 8 chips of 700
/// W (https://docs.nvidia.com/dgx/dgxh100-user-guide/introduction-to-dgxh100.html); this makes 9.4 kW of it.
/// The share was fitted to the calibration rows of MLPerf's power at the wall.
constexpr double kServer = 0.5;
constexpr double kLosses = 1.12;

}  // namespace

double chip_watts(const Accelerator& chip, const Utilisation& u) {
  if (!chip.tdp_watts) return 0;
  const double limit = chip.tdp_watts->value;
  const double idle = chip.idle_watts ? chip.idle_watts->value : kIdle * limit;
  return std::min(limit, idle + limit * (kCompute * u.compute + kMemory * u.memory));
}

double wall_watts(const Accelerator& chip, const Utilisation& u) {
  const double limit = chip.tdp_watts ? chip.tdp_watts->value : 0;
  return kLosses * (chip_watts(chip, u) + kServer * limit);
}

Utilisation utilisation_of(double flops, double bytes, double seconds, Precision compute,
                           const Device& device) {
  const double peak = device.matrix_peak(compute), bandwidth = device.memory_bandwidth();
  const auto share = [seconds](double work, double rate) {
    return rate > 0 && seconds > 0 ? std::min(1.0, work / rate / seconds) : 0;
  };
  return {.compute = share(flops, peak), .memory = share(bytes, bandwidth)};
}

Utilisation utilisation_of(const Serving& serving, const ServingPlan& plan, const Device& device) {
  // A copy gives an output token every tpot / batch seconds, and prefills a prompt for every `output` tokens.
  const double tokens = serving.tokens_per_second / plan.parallelism.data;
  const double steps = tokens / (serving.batch * serving.tokens_per_step), prompts = tokens / plan.output;
  return utilisation_of(serving.decode.flops * steps + serving.prefill.flops * prompts,
                        serving.decode.bytes * steps + serving.prefill.bytes * prompts, 1,
                        plan.formats.compute, device);
}

ServingEnergy predict_energy(const Serving& serving, const ServingPlan& plan, const Device& device) {
  ServingEnergy energy;
  energy.wall_watts =
      plan.parallelism.chips() * wall_watts(device.chip(), utilisation_of(serving, plan, device));
  if (serving.tokens_per_second > 0) energy.joules_per_token = energy.wall_watts / serving.tokens_per_second;
  return energy;
}

TrainingEnergy predict_energy(const TrainingTime& time, const TrainingRun& run, const Device& device) {
  const Utilisation busy = utilisation_of(time.hardware_flops / run.chips(), time.traffic, time.seconds,
                                          run.formats.compute, device);
  const double watts = device.chip().tdp_watts ? run.chips() * wall_watts(device.chip(), busy) : 0;
  return {watts, watts * time.seconds};
}

}  // namespace areia::perf
