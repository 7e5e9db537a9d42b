// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds accelerators by what people call them: "NVIDIA H100 80GB PCIe", "nvidia-h100-sxm5", "Gaudi 2
// HL-225B".
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spec/accelerator/accelerator.h"

namespace areia {

/// A name cut into what says which chip it is and what only says which variant.
struct AcceleratorWords {
  std::vector<std::string> model;  ///< lower case, in order: {"h100"}, {"gaudi", "2", "hl", "225b"}
  std::string form;                ///< "sxm", "pcie", "nvl", "oam", or ""
  unsigned gigabytes = 0;          ///< of memory; 0 if not said
};
/// Leaves out makers, architectures, kinds of memory, watts, counts and words such as "accelerator".
AcceleratorWords accelerator_words(std::string_view text);

/// The names of some accelerators, looked up as people write them.
class AcceleratorNames {
 public:
  AcceleratorNames() = default;
  explicit AcceleratorNames(std::span<const Accelerator> chips);

  /// Position in `chips` of the one that is meant. A name, label or alias as it stands comes first. Otherwise
  /// the words that say which chip must be one of its names, each further word must stand in another of its
  /// names, and among several such chips the stated form and memory decide, then whose name it is without
  /// others. Nothing if any word is unknown: "H100X" or "RTX 4090 Ti" is no H100 or RTX 4090.
  std::optional<std::size_t> find(std::string_view text) const;

 private:
  struct Chip {
    /// Joined words of each name, and the form and memory that it states.
    std::map<std::string, std::set<std::pair<std::string, unsigned>>> models;
    std::set<std::string> words;  ///< of all names
    std::set<std::string> forms;
    std::set<unsigned> gigabytes;
    bool slices = false;  ///< a number may follow the name, the size of a slice (TPU v4-8)
  };
  /// How well a chip fits; greater is better.
  struct Fit {
    int form = 0, memory = 0;  ///< 1 stated and right, 0 not stated, -1 stated and not known of the chip
    std::size_t letters = 0;   ///< of the name that matched
    bool plain = false;        ///< it is the chip's without any form or memory that is not stated
    auto operator<=>(const Fit&) const = default;
  };
  static std::optional<Fit> fit(const Chip& chip, const AcceleratorWords& words);

  std::map<std::string, std::size_t> exact_;  ///< lower case
  std::vector<Chip> chips_;
};

}  // namespace areia
