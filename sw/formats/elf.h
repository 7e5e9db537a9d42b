// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Elf: a statically linked RISC-V program file, as the image that a chip loads and the names in it.
// Layout: System V ABI, "Object Files" (ELF-64), and the RISC-V ELF psABI.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "spec/abi/device.h"

namespace areia::sw {

class Elf {
 public:
  /// Reads a little-endian 64-bit RISC-V executable. Everything is checked against the file's size before it
  /// is used; segments may neither overlap nor hold more bytes than the file. `origin` names the file in
  /// errors.
  static Result<Elf> parse(std::span<const std::byte> file, const std::string& origin);
  static Result<Elf> load(const std::filesystem::path& path);

  /// Segments at their physical (load) addresses, and the entry point.
  const ProgramImage& image() const { return image_; }
  /// The value of a symbol, if the file has one of that name.
  std::optional<std::uint64_t> symbol(std::string_view name) const;
  /// Where an address of code is, for people: "main+0x12"; "" if no symbol covers it. Of C++
  /// names the qualified name alone: "sim::run+0x8".
  std::string describe(std::uint64_t address) const;

 private:
  friend class ElfReader;

  struct Symbol {
    std::uint64_t address = 0, size = 0;
    std::uint32_t name = 0, name_length = 0;  ///< in names_
    bool is_code = false;                     ///< a function, or a label of no type
  };
  std::string_view name_of(const Symbol& symbol) const {
    return std::string_view(names_).substr(symbol.name, symbol.name_length);
  }

  ProgramImage image_;
  std::string names_;            ///< the file's string table
  std::vector<Symbol> symbols_;  ///< by address
};

}  // namespace areia::sw
