// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// An accelerator as its data sheet has it: what `perf` predicts from. Chips of other makers are
// spec/chip/rivals/*.toml; an own chip is made into one by perf/own_chip.h. Every number carries its source;
// a field that nobody published is absent.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "spec/accelerator/precision.h"

namespace areia {

struct ChipDescription;  // spec/chip/chip.h

/// A published number. In TOML: [value, "source"], or [value, "source", "guess"].
struct Fact {
  double value = 0;
  std::string source;
  bool guess = false;  ///< somebody's estimate, not the maker's word or a measurement
};
using Known = std::optional<Fact>;

/// How a matrix unit is fed, which decides how products are cut.
enum class AcceleratorClass : std::uint8_t {
  kGpu,       ///< many cores, a cache between them and DRAM, kernels launched one by one
  kSystolic,  ///< few large arrays, software-managed memory, whole graphs compiled (TPU, Trainium, Gaudi)
  kTile,      ///< a mesh of small cores with scratchpads (Tenstorrent, MTIA, an own chip)
  kDataflow,  ///< weights stay in on-chip memory (Groq, Cerebras, SambaNova)
};

/// As files write it: "gpu".
std::string_view name_of(AcceleratorClass kind);

enum class Topology : std::uint8_t { kNone, kSwitch, kMesh, kRing, kTorus2, kTorus3 };

struct Accelerator {
  std::string name;   ///< lower-case letters, digits, '-', '.'
  std::string label;  ///< for people: "NVIDIA H100 SXM 80 GB"
  std::string vendor;
  AcceleratorClass kind = AcceleratorClass::kGpu;
  std::vector<std::string> aliases;  ///< as measurements write its name
  std::string memory_kind;           ///< "HBM3"; "" if unknown
  Topology topology = Topology::kNone;
  std::string note;  ///< what a reader must know of this file
  /// Of an own chip, whose operators are predicted from how our kernels run on it; null of all others.
  std::shared_ptr<const ChipDescription> design;

  // Silicon.
  Known year, process_nm, die_mm2, transistors, tdp_watts, idle_watts;
  Known clock_hz;  ///< at which the peaks are stated
  // Compute. Peaks are dense, multiply and add counted as two, per second.
  std::array<Known, kPrecisionCount> matrix_peak;
  Known vector_peak;   ///< fp32 outside the matrix units
  Known cores;         ///< that share products: SMs, compute units, tensix, tensor cores of a TPU
  Known exponentials;  ///< special-function results of one core in a clock
  Known array_rows, array_columns, arrays;  ///< of systolic arrays, all in the chip
  // Memory, bytes and bytes per second.
  Known memory_bytes, memory_bandwidth;
  Known cache_bytes;      ///< shared by all cores, before DRAM
  Known core_sram_bytes;  ///< of one core: shared memory, scratchpad
  Known cache_bandwidth;
  // Links, bytes per second. What makers state is often the sum of both ways: halve it.
  Known link_bandwidth;     ///< all links of one chip to its neighbours or switch together, each way
  Known link_domain;        ///< chips that such links join
  Known network_bandwidth;  ///< of one chip beyond its domain, each way
  // Money.
  Known purchase_usd, rent_usd_hour;
  std::string price_date, rent_date;  ///< "2025-06"

  const Known& peak(Precision precision) const { return matrix_peak[static_cast<std::size_t>(precision)]; }
};

/// The key of a number in a file, "table.key", and the member it sets.
struct AcceleratorField {
  std::string_view key;
  Known Accelerator::* member;
  std::string_view unit;
  double least, most;  ///< inclusive
};
/// Every number but the peaks of the matrix units (`matrix.<precision>`).
std::span<const AcceleratorField> accelerator_fields();

/// Parses one file's text. Errors name `origin`, line, key and what is allowed; unknown keys are errors.
Result<Accelerator> parse_accelerator(std::string_view toml, const std::string& origin);
/// Whether a text is meant as a data sheet and no chip description: it says a vendor or a class. False for
/// what is no TOML.
bool is_data_sheet(std::string_view toml);
/// Loads a rival by name or by what people call it (accelerator_names.h), or a file by path (anything with
/// '/' or ending in ".toml").
Result<Accelerator> load_accelerator(const std::string& name_or_path);
/// Names of the rivals in the data folder, sorted.
std::vector<std::string> accelerator_names();

}  // namespace areia
