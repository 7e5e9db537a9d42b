// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows that time one collective: "all_reduce message_elems=1024", "allreduce bytes=65536", "send_recv
// elems=4096 devices_per_node=2".
#include <array>
#include <string>

#include "perf/operators.h"
#include "perf/questions/units.h"
#include "perf/validate.h"

namespace areia::perf {
namespace {

using Kind = Collective::Kind;

struct KindName {
  std::string_view name;
  Kind kind;
};
constexpr std::array<KindName, 9> kKinds = {{{"all_reduce", Kind::kAllReduce},
                                             {"allreduce", Kind::kAllReduce},
                                             {"all_gather", Kind::kAllGather},
                                             {"allgather", Kind::kAllGather},
                                             {"reduce_scatter", Kind::kReduceScatter},
                                             {"alltoall", Kind::kAllToAll},
                                             {"all_to_all", Kind::kAllToAll},
                                             {"send_recv", Kind::kSendReceive},
                                             {"broadcast", Kind::kBroadcast}}};

/// What a machine's network is, where its chip's data sheet tells nothing of it; bytes per second each way.
struct Machine {
  std::string_view hardware;
  double chip, node;
};
constexpr std::array<Machine, 4> kMachines = {{
    // 80 Gb/s of network for four chips:
    // https://learn.microsoft.com/en-us/azure/virtual-machines/nc-a100-v4-series
    {"NVIDIA A100 pairwise NVLink", 2.5e9, 10e9},
    {"NVIDIA H100 pairwise NVLink", 2.5e9, 10e9},
    {"NVIDIA A40 pairwise NVLink", 2.5e9, 10e9},
    // Unpublished; from the calibration rows: one adapter a node, of which one chip alone drives a part.
    {"NVIDIA A100 DGX NVLink", 7e9, 20e9},
}};

/// Bytes of the message. Vidur's column of elements holds bytes: its predictor divides it by two to get
/// elements (vidur/execution_time_predictor), and read as elements it would exceed NVLink's peak.
double message_bytes(const Measurement& row, Precision precision) {
  if (const double bytes = number_after(row.model_or_op, "bytes", 0); bytes > 0) return bytes;
  if (row.source.starts_with("Vidur")) return number_after(row.model_or_op, "elems", row.input_length);
  const double elements = number_after(row.model_or_op, "message_elems",
                                       number_after(row.model_or_op, "elems", row.input_length));
  return elements * bytes_of(precision);
}

}  // namespace

std::optional<Question> read_collective(const Measurement& row, const Library& library) {
  if (row.phase != "collective") return std::nullopt;
  const Accelerator* chip = library.accelerator(row.hardware);
  const auto precision = published_precision(row.precision);
  if (chip == nullptr || !precision || row.chips < 2) return std::nullopt;
  for (const KindName& known : kKinds) {
    if (!row.model_or_op.starts_with(known.name)) continue;
    Collective collective = {.kind = known.kind,
                             .bytes = message_bytes(row, *precision),
                             .chips = row.chips,
                             .per_node = number_after(row.model_or_op, "devices_per_node", 0),
                             .precision = *precision};
    for (const Machine& machine : kMachines) {
      if (machine.hardware != row.hardware || collective.per_node <= 0 || collective.per_node >= row.chips)
        continue;
      collective.network_bandwidth = machine.chip;
      collective.node_bandwidth = machine.node;
    }
    const bool large = collective.bytes >= 1 << 20;
    return Question{large ? "collective" : "collective < 1 MB", chip, *precision,
                    [collective, row](const Device& device) {
                      const OperatorTime time = time_of(collective, device);
                      return in_unit_of(row, time.seconds, collective.bytes);
                    }};
  }
  return std::nullopt;
}

}  // namespace areia::perf
