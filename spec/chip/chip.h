// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The chip description: every parameter of a chip, parsed from spec/chip/*.toml and validated.
// Field names are the TOML keys; ranges stand beside each and are enforced by the parser.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace areia {

struct ChipDescription {
  std::string name;              ///< lower-case letters, digits, '-'
  std::string summary;           ///< one line for `areia chip list`
  double clock_hz = 0;           ///< 1e6 to 1e10
  std::uint32_t process_nm = 0;  ///< 1 to 1000

  struct Mesh {
    std::uint32_t columns = 0, rows = 0;
    bool operator==(const Mesh&) const = default;
  } mesh;  ///< each 1 to 64
  struct Hart {
    std::uint32_t vlen_bits = 0;  ///< power of two, 128 to 4096
    // Cycles and widths of the timed level (docs/timing.md). Latencies: from issue to when a dependent
    // instruction may issue.
    std::uint32_t fetch_bytes = 16;          ///< instruction bytes fetched a cycle; power of two, 4 to 64
    std::uint32_t taken_branch_cycles = 2;   ///< lost by a taken branch or jump, 0 to 16
    std::uint32_t load_cycles = 3;           ///< latency of a load from the scratchpad, 1 to 64
    std::uint32_t multiply_cycles = 3;       ///< latency, 1 to 64; one a cycle
    std::uint32_t divide_cycles = 20;        ///< latency and occupancy, 1 to 256
    std::uint32_t float_cycles = 4;          ///< latency of scalar floating point, 1 to 64; one a cycle
    std::uint32_t float_divide_cycles = 16;  ///< latency and occupancy of scalar division and root, 1 to 256
    std::uint32_t vector_lane_bits = 64;     ///< bits that the vector unit computes a cycle; power of two, 32
                                             ///< to 4096
    std::uint32_t vector_cycles = 4;         ///< latency of a vector result's first elements, 1 to 64
    std::uint32_t vector_divide_bits =
        8;  ///< bits of quotient or root that a lane's divider makes a cycle, 1 to 64
    std::uint32_t vector_port_bytes =
        16;  ///< of a unit-stride vector load or store a cycle; power of two, 4 to 512
    bool operator==(const Hart&) const = default;
  } hart;
  struct Scratchpad {
    std::uint64_t bytes = 0;           ///< multiple of 4 KiB, 128 KiB to 256 MiB
    std::uint32_t banks = 0;           ///< power of two, 1 to 256
    std::uint32_t bank_bytes = 16;     ///< a bank reads or writes a cycle; power of two, 4 to 64
    std::uint32_t network_bytes = 64;  ///< that DMA and NoC may read or write a cycle, 4 to 1024
    bool operator==(const Scratchpad&) const = default;
  } scratchpad;
  struct Tensor {
    std::uint32_t rows = 0, columns = 0;  ///< the array of processing elements, each 1 to 256
    std::uint32_t accumulator_sets = 0;   ///< 1 to 32
    std::uint32_t queue_depth = 0;        ///< commands waiting, 1 to 1024
    // Elements of K that the array takes a cycle, by the operands' formats; 1/16 to 16.
    double fp32_rate = 0.25;
    double float_rate = 1;              ///< fp16, bf16, fp8, and blocks of fp8
    double integer_rate = 2;            ///< int8, and all other block formats
    std::uint32_t command_cycles = 4;   ///< from a command's start to its first operand at the array, 0 to 64
    std::uint32_t multiply_cycles = 4;  ///< a processing element's, from operand to accumulator, 1 to 64
    std::uint32_t accumulator_bytes = 64;  ///< between accumulators and scratchpad a cycle, 4 to 1024
    bool operator==(const Tensor&) const = default;
  } tensor;
  struct Dma {
    std::uint32_t channels = 0;            ///< 1 to 32
    std::uint32_t queue_depth = 0;         ///< descriptors waiting a channel, 1 to 1024
    std::uint32_t descriptor_cycles = 12;  ///< from dma.start to the first request, 1 to 1024
    std::uint32_t request_bytes = 256;     ///< most of one request; power of two, 64 to 4096
    std::uint32_t outstanding = 64;        ///< requests of a tile on their way, 1 to 4096
    bool operator==(const Dma&) const = default;
  } dma;
  struct Noc {
    std::uint32_t link_bytes = 64;       ///< data that a link carries a cycle, each way, 4 to 1024
    std::uint32_t hop_cycles = 2;        ///< router and wire from one tile to the next, 1 to 64
    std::uint32_t interface_cycles = 4;  ///< into the network, and out of it, 0 to 64
    bool operator==(const Noc&) const = default;
  } noc;
  struct Dram {
    std::string kind;                    ///< "HBM3", "LPDDR5X", ...
    std::uint64_t bytes = 0;             ///< multiple of 1 MiB, 1 MiB to 8 TiB
    std::uint32_t channels = 0;          ///< 1 to 1024; unit u = (a - kDramBase) / interleave_bytes
                                         ///< of address a belongs to channel (sum of floor(u / channels^i)) %
                                         ///< channels, i from 0
    std::uint32_t interleave_bytes = 0;  ///< power of two, 64 to 1 MiB
    double bytes_per_second = 0;         ///< peak, all channels together; 1e6 to 1e15
    std::uint32_t queue_depth = 32;      ///< requests that a channel's scheduler chooses from, 1 to 256
    bool operator==(const Dram&) const = default;
  } dram;
  struct Power {
    double tdp_watts = 100;  ///< what the chip may dissipate; 0.01 to 1e5
    bool operator==(const Power&) const = default;
  } power;
  struct Links {
    std::uint32_t count = 0;      ///< 0 to 64
    double bytes_per_second = 0;  ///< each link, each way; 0 to 1e14
    bool operator==(const Links&) const = default;
  } links;

  std::uint32_t tile_count() const { return mesh.columns * mesh.rows; }
  bool operator==(const ChipDescription&) const = default;
};

/// Parses a description from TOML text. `origin` names the text in errors (a path). A `base = "name"`
/// key takes every missing key from that description (looked up like load_chip does; a relative path counts
/// from the folder of `origin`). Sizes in bytes may be text: "64 GiB", "256 KiB".
/// Errors name file, line, key and what is allowed.
Result<ChipDescription> parse_chip(std::string_view toml, const std::string& origin);

/// Loads a preset by name ("areia-1") or a file by path (anything with a '/' or ending in ".toml").
Result<ChipDescription> load_chip(const std::string& name_or_path);

/// Names of the presets in the data folder, sorted.
std::vector<std::string> chip_presets();

/// The description as TOML that parse_chip reads back to the same value.
std::string to_toml(const ChipDescription& chip);

}  // namespace areia
