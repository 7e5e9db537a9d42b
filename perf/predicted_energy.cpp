// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Watts of busy chips and of the servers around them.
#include "perf/predicted_energy.h"

#include <algorithm>
#include <cmath>

namespace areia::perf {
namespace {

// Shares of the design power. An idle H100 takes about 80 of 700 W. Products at the whole peak would take
// more than a chip may: large ones run at a lower clock. Streams at the whole bandwidth with few products
// take half of the limit. All but the first were fitted to the calibration rows of MLPerf's power at the
// wall.
constexpr double kIdle = 0.12;
constexpr double kCompute = 1.15;
constexpr double kMemory = 0.4;
/// Watts above idle go with the clock to this power: voltage falls with it, though not as fast (3 if it did,
/// 1 if it stayed).
constexpr double kClockExponent = 1.3;
/// Joules that a GPU of 2022 takes for an operation on 8 bits (twice that on 16), so that large products on
/// an H100 of 700 W just keep its limit; a quarter fewer each year, as from V100 over A100 to B200. Chips
/// whose design power is small beside their peak (H100 PCIe and NVL, T4) run slower than it promises.
constexpr double kJoulesOf2022 = 0.4e-12, kYearly = 1.25;
/// Processors, DRAM, switches, adapters and fans of a server, for each chip, as a share of the chip's design
/// power, and losses of supplies on top of all.
constexpr double kServer = 0.28;
constexpr double kLosses = 1.12;

double idle_watts(const Accelerator& chip) {
  return chip.idle_watts ? chip.idle_watts->value : kIdle * chip.tdp_watts->value;
}

}  // namespace

double chip_watts(const Accelerator& chip, const Utilisation& u, double limit) {
  if (!chip.tdp_watts) return 0;
  const double most = chip.tdp_watts->value;
  const double wanted = idle_watts(chip) + most * (kCompute * u.compute + kMemory * u.memory);
  return std::min(limit > 0 ? std::min(limit, most) : most, wanted);
}

double wall_watts(const Accelerator& chip, const Utilisation& u, double limit) {
  const double most = chip.tdp_watts ? chip.tdp_watts->value : 0;
  return kLosses * (chip_watts(chip, u, limit) + kServer * most);
}

namespace {
/// Of its usual clock, for a chip to take `limit` watts where it would take `wanted`.
double clock_for(double limit, double wanted, double idle) {
  return wanted <= limit ? 1 : std::pow(std::max(limit - idle, idle) / (wanted - idle), 1 / kClockExponent);
}
}  // namespace

double clock_at_limit(const Accelerator& chip, const Utilisation& u, double limit) {
  if (!chip.tdp_watts || limit <= 0) return 1;
  return clock_for(limit, chip_watts(chip, u), idle_watts(chip));
}

double clock_at_design_power(const Accelerator& chip, double operations, const Utilisation& u) {
  if (chip.kind != AcceleratorClass::kGpu || !chip.tdp_watts || !chip.year) return 1;
  const double limit = chip.tdp_watts->value, idle = idle_watts(chip);
  const double joules = kJoulesOf2022 * std::pow(kYearly, 2022 - chip.year->value);
  return clock_for(limit, idle + joules * operations + kMemory * u.memory * limit, idle);
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
  energy.wall_watts = plan.parallelism.chips() *
                      wall_watts(device.chip(), utilisation_of(serving, plan, device), plan.power_limit);
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
