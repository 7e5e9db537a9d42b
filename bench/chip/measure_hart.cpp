// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The hart's closed forms: latencies of dependent instructions, lanes and the port of the vector unit.
#include <fmt/format.h>

#include "bench/chip/measure.h"

namespace areia::bench {
namespace {

/// A chain's first instruction issues a cycle after the clock was read, one that needs its result at the end
/// issues when it is there, and the clock is read a cycle later.
Measurement chain(const std::string& name, HartMode mode, double latency) {
  const double length = kChainLength;
  return cycles_of(fmt::format("{} {}", kChainLength, name), "hart", {mode, {}}, 1 + length * latency + 1);
}

/// Elements or bytes a cycle of kVectorLength instructions on groups of 1 << log2_group registers.
Measurement vector_rate(const std::string& name, VectorMode mode, std::uint64_t log2_group,
                        const std::string& unit, double per_element, double bound, double least) {
  const auto measured = [per_element](const Answers& answers) {
    const double vl = static_cast<double>(answers.tiles[0][2]);
    return static_cast<double>(kVectorLength) * vl * per_element / answers.span();
  };
  return {fmt::format("{}, LMUL = {}", name, 1 << log2_group),
          "vector",
          unit,
          {mode, {log2_group}},
          measured,
          bound,
          least,
          // The last instruction has begun, and not ended, when the clock is read.
          kVectorLength / (kVectorLength - 1.0)};
}

}  // namespace

std::vector<Measurement> hart_measurements(const ChipDescription& chip) {
  const auto& hart = chip.hart;
  std::vector<Measurement> all;
  all.push_back(chain("independent additions", kIndependent, 1));
  all.push_back(chain("dependent additions", kAdds, 1));
  all.push_back(chain("dependent multiplications", kMultiplies, hart.multiply_cycles));
  all.push_back(chain("dependent divisions", kDivides, hart.divide_cycles));
  all.push_back(chain("dependent multiply-adds of floats", kFloats, hart.float_cycles));
  all.push_back(chain("dependent loads", kLoads, hart.load_cycles));
  all.push_back(chain("jumps", kJumps, 1 + hart.taken_branch_cycles));
  for (std::uint64_t log2 = 0; log2 <= 3; ++log2) {
    all.push_back(vector_rate("vfmacc.vv of 32 bits", kMultiplyAdds, log2, "elements/cycle", 1,
                              hart.vector_lane_bits / 32.0, 0.98));
  }
  const double port = hart.vector_port_bytes;
  for (const std::uint64_t log2 : {0, 3}) {
    all.push_back(vector_rate("vle32.v", kVectorLoads, log2, "B/cycle", 4, port, 0.98));
    all.push_back(vector_rate("vse32.v", kVectorStores, log2, "B/cycle", 4, port, 0.98));
  }
  all.push_back(vector_rate("vlse32.v", kStridedLoads, 3, "elements/cycle", 1, 1, 0.98));
  return all;
}

}  // namespace areia::bench
