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
    std::uint32_t vlen_bits = 0;
    bool operator==(const Hart&) const = default;
  } hart;  ///< power of two, 128 to 4096
  struct Scratchpad {
    std::uint64_t bytes = 0;  ///< multiple of 4 KiB, 128 KiB to 256 MiB
    std::uint32_t banks = 0;  ///< power of two, 1 to 256
    bool operator==(const Scratchpad&) const = default;
  } scratchpad;
  struct Tensor {
    std::uint32_t rows = 0, columns = 0;  ///< the array of processing elements, each 1 to 256
    std::uint32_t accumulator_sets = 0;   ///< 1 to 32
    std::uint32_t queue_depth = 0;        ///< commands waiting, 1 to 1024
    bool operator==(const Tensor&) const = default;
  } tensor;
  struct Dma {
    std::uint32_t channels = 0;     ///< 1 to 32
    std::uint32_t queue_depth = 0;  ///< descriptors waiting a channel, 1 to 1024
    bool operator==(const Dma&) const = default;
  } dma;
  struct Dram {
    std::string kind;                    ///< "HBM3", "LPDDR5X", ...
    std::uint64_t bytes = 0;             ///< multiple of 1 MiB, 1 MiB to 8 TiB
    std::uint32_t channels = 0;          ///< 1 to 1024; address a belongs to channel
                                         ///< (a - kDramBase) / interleave_bytes % channels
    std::uint32_t interleave_bytes = 0;  ///< power of two, 64 to 1 MiB
    double bytes_per_second = 0;         ///< peak, all channels together; 1e6 to 1e15
    bool operator==(const Dram&) const = default;
  } dram;
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
